"""Links: what somebody asked for, and where a page leads on to, as addresses that can be fetched."""

from __future__ import annotations

import re

import httpx

from bot.errors import AggregatorLink, LeavesTheWeb, MalformedLink, NotWebLink, Unreachable

LONGEST_URL = 8000
"""Characters of an address. Servers are asked to take as many (RFC 9110, 4.1); no article's is near it."""

TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|fbclid|fb_(?:action_ids|action_types|ref|source)|mibextid|gclid|gclsrc|dclid|gbraid|wbraid|_ga|_gl"
    r"|srsltid|msclkid|yclid|twclid|ttclid|igshid|igsh|li_fat_id|rdt_cid|epik|sccid|irclickid|mc_[ce]id|mkt_tok"
    r"|_hs(?:enc|mi)|__hs(?:tc|sc|fp)|hsctatracking|vero_(?:id|conv)|oly_(?:anon|enc)_id|wickedid|s_kwcid|ef_id|xtor"
    r"|pk_(?:campaign|kwd|source|medium|content)|ns_(?:campaign|mchannel|source|linkname|fee)"
    r"|at_(?:campaign|campaign_type|medium|link_id|link_origin|link_type|format|ptr_name|bbc_team)",
    re.I,
)
"""Parameters that tell a site who sent the reader, and never what to show. Names with other uses (ref, source,
cid, smid) are left in: a wrong page is worse than a telltale link."""

AGGREGATORS = (
    ("Google News", re.compile(r"news\.google\.[a-z.]+/(?:rss/|__i/rss/)?(?:articles|read|stories)/")),
    ("Apple News", re.compile(r"(?:www\.)?apple\.news/.")),
    ("Flipboard", re.compile(r"(?:www\.)?flipboard\.com/(?:@[^/]+/[^/]+/[^/]+|article/.)")),
    ("SmartNews", re.compile(r"(?:www|share|l)\.smartnews\.com/.")),
    ("Feedly", re.compile(r"(?:www\.)?feedly\.com/i/entry/")),
    ("Inoreader", re.compile(r"(?:www\.)?inoreader\.com/article/")),
)
"""News apps' pages around somebody else's story: the story's address comes only by their JavaScript."""

WRAPPERS = (
    (re.compile(r"(?:www\.)?google\.[a-z.]+/url"), ("url", "q")),
    (re.compile(r"(?:l|lm)\.facebook\.com/l\.php"), ("u",)),
)
"""Links that carry the story's address as a parameter, and show a notice instead of leading there."""

AMP_VIEWERS = re.compile(
    r"(?:(?:www\.)?google\.[a-z.]+/amp|[a-z0-9-]+\.cdn\.ampproject\.org/[cv])/(?P<secure>s/)?(?P<story>[^/]+\.[^/]+/.*)"
)
"""Google's copies of stories: the outlet's own address stands in the path."""


def asked(url: str) -> httpx.URL:
    """Parse what somebody asked for, without what only tracks readers.

    Raises:
        NotWebLink: it is neither http nor https.
        MalformedLink: no browser could open it.
        AggregatorLink: only a browser could find the story behind it.
    """
    try:
        address = httpx.URL(url.strip())
        if address.scheme not in {"http", "https", ""}:
            raise NotWebLink(url)
        address = _bare(_unwrapped(_bare(address)))
    except (httpx.InvalidURL, ValueError) as error:
        raise MalformedLink(url) from error
    _refuse_aggregator(url, address)
    return without_tracking(address)


def onward(url: str, here: httpx.URL, target: str) -> httpx.URL:
    """Find where the page *here*, met on the way from *url*, leads on to.

    Raises:
        LeavesTheWeb: to something that is neither http nor https.
        Unreachable: to no address at all.
        AggregatorLink: to where only a browser gets further.
    """
    try:
        address = here.join(target)
        if address.scheme not in {"http", "https"}:
            raise LeavesTheWeb(url)
        address = _bare(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise Unreachable(url) from error
    _refuse_aggregator(url, address)
    return address


def without_tracking(address: httpx.URL) -> httpx.URL:
    """Leave ``TRACKING`` out of *address*; everything else stays as it stands, in its order."""
    parameters = address.query.decode("ascii").split("&")
    kept = [parameter for parameter in parameters if not TRACKING.fullmatch(parameter.partition("=")[0])]
    if len(kept) == len(parameters):
        return address
    return address.copy_with(query="&".join(kept).encode("ascii") or None)


def _bare(address: httpx.URL) -> httpx.URL:
    """Leave out what is not the page's address: a login, which nobody meant to share, and the fragment.

    Raises:
        ValueError: there is no host, no such port, or no end.
    """
    address = address.copy_with(userinfo=b"", fragment=None)
    if not (address.scheme and address.host) or "%" in address.host:  # host: fails where xn-- has no meaning
        raise ValueError("no host that a name or an address could be")
    if address.port is not None and not 0 < address.port < 65_536:
        raise ValueError(f"no such port: {address.port}")
    if len(str(address)) > LONGEST_URL:
        raise ValueError(f"more than {LONGEST_URL} characters")
    return address


def _place(address: httpx.URL) -> str:
    """Return host and path, which is what tells sites' links from each other."""
    return _host(address) + address.path


def _host(address: httpx.URL) -> str:
    return address.raw_host.decode("ascii").lower().rstrip(".")


def _unwrapped(address: httpx.URL) -> httpx.URL:
    """Take the story's address out of a wrapper; any other address stays as it is."""
    for pattern, names in WRAPPERS:
        if pattern.fullmatch(_place(address)):
            found = [value for name in names if (value := address.params.get(name, "")).startswith(("http:", "https:"))]
            return httpx.URL(found[0]) if found else address
    if viewed := AMP_VIEWERS.fullmatch(_host(address) + address.raw_path.decode("ascii")):
        return httpx.URL(f"{'https' if viewed['secure'] else 'http'}://{viewed['story']}")
    return address


def _refuse_aggregator(url: str, address: httpx.URL) -> None:
    for name, pattern in AGGREGATORS:
        if pattern.match(_place(address)):
            raise AggregatorLink(url, name)
