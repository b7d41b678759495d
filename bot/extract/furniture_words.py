"""By which words, and by which names of elements, furniture is known: rules of ``furniture.py``, one for each cause."""

from __future__ import annotations

import re


def _rule(reason: str, *patterns: str) -> tuple[str, re.Pattern[str]]:
    """Compile *patterns* for texts in lower case: without ``re.I`` most of them fail at the first letter."""
    return reason, re.compile("(?:" + "|".join(patterns) + ")$")


_WHERE = r"(?:facebook|twitter|x|instagram|linkedin|whatsapp|telegram|youtube|tiktok|pinterest|reddit|threads|bluesky)"
_LIST = r"(?:stories|articles|news|posts|headlines|reads?|coverage|content|topics|videos|reading|links|updates|columns)"
RULES = (
    _rule(
        "comment form",
        r"please (?:enter|type|log ?in|sign in|register).{0,60}",
        r"(?:leave|post|write|submit|add|cancel) (?:a |your )?(?:reply|comment|response)\W*",
        r"cancel reply",
        r"(?:your )?(?:comment|name|e-?mail|e-?mail address|website)s?(?: here)?\s*[:*]*",
        r"save my name.{0,120}",
        r"your e-?mail address will not be published.{0,80}",
        r"required fields are marked.{0,10}",
        r"notify me of .{0,80}(?:comments|posts)(?: (?:by|via) e-?mail)?\W*",
        r"(?:you must be|log ?in|sign in|login) .{0,30}(?:post|leave|to) (?:a )?comment\W*",
        r"you have entered an incorrect e-?mail address.{0,20}",
        r"this site uses akismet.{0,120}",
        r"comments? (?:are|is) (?:now )?closed.{0,40}",
        r"(?:view|show|see|read|load) (?:all |more |the )?(?:\d+ )?comments\W*(?:\(\d+\))?",
        r"(?:\d+ )?comments?\W*(?:\(?\d*\)?)",
        r"(?:join|start) the (?:conversation|discussion)\W*",
    ),
    _rule(
        "newsletter plea",
        r"(?:subscribe|sign ?up|register)(?: today| now| here| for free| for more)?\W*",
        r"(?:please )?(?:subscribe|sign ?up|register|opt in)\b.*\b(?:newsletters?|e-?mails?|inbox|updates|alerts|"
        r"channel|"
        r"podcasts?|headlines|briefings?|digest|bulletin|today|notifications|free)\b.*",
        r"(?:get|receive|stay|enter|want|never miss|don.t miss|join|keep up)\b.*\b(?:newsletters?|inbox|"
        r"in your e-?mail|"
        r"your e-?mail|e-?mail alerts|notifications|mailing list)\b.*",
        r"(?:our |the |daily |weekly |free |e-?mail )+newsletters?",
        r"newsletters?",
        r"by (?:signing up|subscribing|clicking|submitting|entering|registering)\b.*\b(?:terms|privacy|agree|"
        r"consent|emails?)\b.*",
        r"(?:thank you|thanks) for (?:subscribing|signing up).{0,40}",
        r"(?:i agree to|i have read|you can unsubscribe|unsubscribe at any time).{0,120}",
    ),
    _rule(
        "subscription plea",
        r"(?:already a (?:subscriber|member)|not a (?:subscriber|member)|have an account)\b.{0,60}",
        r"(?:support|donate|become|help us|consider|make a|please consider|enjoying|if you (?:like|value|enjoy|"
        r"appreciate))"
        r"\b.*\b(?:our (?:journalism|work|reporting|newsroom)|(?:independent|quality|local|nonprofit) journalism|"
        r"subscriber|"
        r"supporter|member|donation|subscribing)\b.*",
        r".{0,120}\bplease consider (?:making|supporting|donating|becoming|subscribing|joining|a donation)\b.*",
        r".{0,120}[.!?] (?:please )?(?:support|donate|become|help us|consider|if you (?:like|value|enjoy))\b.*"
        r"\bour (?:journalism|work|reporting|newsroom)\b.*",
        r"(?:log|sign) in\W*",
        r"(?:start|get) (?:your|a) free trial\W*",
        r"subscribe to (?:continue|keep|read|unlock).{0,40}",
    ),
    _rule(
        "share bar",
        r"(?:share|tweet|pin|print|e-?mail|copy link|copy url|link copied|save|bookmark|gift|listen|facebook|"
        r"twitter|whatsapp|"
        r"linkedin|reddit|telegram|pinterest|flipboard|messenger|threads|bluesky|x|more|like|follow|comment|\W)+",
        r"(?:click (?:here )?to )?(?:share|tweet|post|e-?mail|print|pin|send|save)\b(?: \w+){0,4} (?:on|to|via|with|"
        r"by|a) "
        r"(?:(?:" + _WHERE + r"|e-?mail|friends?|link|clipboard|new window|opens in)\W*)+.{0,40}",
        r"share (?:this|the|your|on|via)(?: (?:article|story|post|page|news|love|thoughts|social media|"
        + _WHERE
        + r"))*\W*",
        r"(?:follow|like|find|join|connect with|add|watch) (?:us|me|@\w+|(?:\w+ ){0,3}(?:news|times|"
        r"post))(?: \w+){0,3} (?:on|at|via) (?:our )?(?:" + _WHERE + r"|social media|google news|apple news)\b.{0,60}",
        r"(?:follow|like|find|contact) us\W*",
        r"(?:download|get|install|try) (?:the|our)\b.{0,40}\bapps?\b.{0,60}",
        r"\d[\d.,]*[km]? shares?",
    ),
    _rule(
        "related links",
        r"(?:read (?:more|also|next|on|this|full story|the full story|related)|also read|see also|see more|related|"
        r"more|more on this|"
        r"recommended|must read|further reading|click here|up next|next (?:article|post|story)|"
        r"previous (?:article|post|story)|related (?:story|article|topics?|video)s?)\W*",
        r"(?:read (?:more|also|next)|also read|see also|related|recommended|must read|you (?:may|"
        r"might) (?:also )?(?:like|enjoy)|"
        r"don.t miss|watch|related (?:story|article|coverage|video)s?|more on this)\s*[:|>»–—-].{3,150}",
        r"(?:load|show|view|see|read|discover|explore|browse) (?:all|more)(?: \w+){0,4}\W*",
        r"(?:the )?(?:(?:latest|recent|top|related|popular) (?:news|stories|articles|posts|content)|"
        r"most (?:read|viewed|popular|shared)(?: (?:news|stories|articles|posts))?|trending (?:now|today))\W*",
    ),
    _rule(
        "advertisement",
        r"(?:article |story |this )?(?:continues?|resumes?)? ?(?:below|after)? ?(?:this |the )?(?:paid )?"
        r"(?:advertisements?|advert|ad|ads|advertising|sponsored(?: content| by .{1,40})?|promoted(?: content)?)\W*",
        r"(?:(?:the )?(?:article|story) )?continues? (?:below|after).{0,40}",
        r"scroll (?:down )?to continue.{0,40}",
        r"(?:skip|hide|close|report|remove) (?:this )?(?:ads?|advertisements?).{0,20}",
        r"paid (?:post|content|for by .{1,40})",
        r"(?:ad|advertisement)s? (?:is |are )?loading\b.{0,40}|loading (?:the )?(?:ad|advertisement)s?\W*",
    ),
    _rule(
        "cookie notice",
        r"(?:we|this (?:web)?site|our (?:web)?site|by (?:using|continuing)).{0,80}\bcookies?\b.*",
        r"(?:accept|reject|manage|allow|deny)(?: all)?(?: cookies| preferences| settings)?",
    ),
    _rule(
        "copyright line",
        r"(?:©|\(c\) ?\d|copyright\W+(?:\(c\)|\d{4}|by\b)).*",
        r".{0,80}\ball rights reserved\b.{0,120}",
        r"this material may not be (?:published|reproduced).*",
    ),
    _rule(
        "navigation",
        r"(?:skip to|jump to|back to|return to|go to) (?:main |the )?(?:content|navigation|top|home|homepage|"
        r"article|menu|search|footer).{0,20}",
        r"(?:home|menu|search|close|next|previous|prev|toggle navigation|main menu|site index|sections|top|loading|"
        r"contact us|about us|privacy policy|terms(?: of (?:use|service))?|cookie policy|advertise(?: with us)?|"
        r"home ?(?:[>»/|›].{1,60})+)\W*",
        r"(?:tags?|filed under|topics?|categories|category|posted in|tagged(?: with| in)?|labels|keywords)\s*:.{0,150}",
    ),
    _rule(
        "player",
        r"(?:play|pause|mute|unmute|fullscreen|play video|watch (?:now|live|video|the video)|video|audio|"
        r"listen to this article|listen now|"
        r"enable javascript|your browser does not support.{0,60}|this video (?:is|can).{0,60}|now playing)\W*",
        r"please enable javascript.{0,80}",
        r"to (?:play|watch|view|see|hear) this\b.{0,60}\bjavascript\b.*",
        r"listen to this (?:article|story|post).{0,100}",
        r"\d{1,3} ?(?:/|of) ?\d{1,3}",
    ),
    _rule(
        "caption",
        r"(?:\w+ ){0,3}(?:photo|photograph|image|illustration|picture)s?(?: (?:credit|courtesy))?s?"
        r"(?:\s*:| by| via| courtesy of) [^.!?]{2,80}",
    ),
    _rule(
        "note to readers",
        r"(?:a|another) version of this (?:article|story|report|column|post|piece)\b.{0,60}"
        r"\b(?:appeared|appears|published|ran|print)\b.*",
        r"when we (?:learn|become aware|are told) of (?:a mistake|an error).*",
        r"if you (?:have )?(?:spot|see|find|notice)(?:ted|d|n)?\b.{0,30}\b(?:error|mistake|typo)\b.*",
        r"(?:do you )?(?:have|got) (?:a|any|news) (?:news )?(?:tips?|story ideas?)\b.{0,120}",
    ),
)
"""What a block of furniture says, whole, by the kind of furniture it is; a block is asked in this order."""

LISTS = re.compile(
    r"(?:the )?(?:latest|more|most|related|recent|recommended|top|trending|popular|similar|other|further|editor.?s?.?|"
    r"must|suggested|featured)(?: (?:on|in|from|local|read|viewed|popular|recent|shared|commented|top|related|"
    r"latest|breaking)\b)*"
    r"(?: [\w’'&]+){0,2} " + _LIST + r"\W*"
    r"|(?:more|latest) (?:from|in|on|by|about) .{2,40}|you (?:may|might) (?:also )?(?:like|be interested in|"
    r"enjoy).{0,20}|"
    r"(?:recommended|suggested|popular|picked) for you|what to read next|(?:read|up) next|trending(?: now| today)?|"
    r"popular(?: now)?|"
    r"related|editor.?s?.? (?:picks?|choice)|from (?:around )?the web|around the web|in case you missed it|don.t miss|"
    r"most (?:read|viewed|popular|commented|shared)(?: \w+){0,2}\W*",
    re.I,
)
"""The heading of a list of other stories."""

REPLIES = re.compile(
    r"\d+ (?:comments?|responses?|replies|thoughts? on .*)|(?:leave|post|write) a (?:reply|comment)\W*", re.I
)
"""The heading of what readers wrote."""

CREDIT = re.compile(
    r"(?:via|source|sources|courtesy(?: of)?|h/t|credit|credits|with (?:agency|wire) inputs?|"
    r"originally (?:published|appeared|posted))"
    r"\b:? ?[^.]{2,60}"
    r"|\W*(?:additional )?reporting by .{3,200}|\W*(?:editing|writing|compiled|translated) by .{3,150}"
    r"|(?:image|photo|photograph|picture|video|cover|featured)s?(?: (?:image|photo))?(?: (?:credit|source|"
    r"courtesy))?s?\s*(?::|by\b|via\b).{2,120}"
    r"|this (?:article|story|post|piece|report) (?:was )?(?:originally |first )+(?:published|appeared|ran|"
    r"posted).{3,150}"
    r"|the post .{3,200} (?:appeared first|first appeared) on .{2,80}",
    re.I,
)
"""Who else had a hand in the story, and where it appeared first."""

SIGNATURE = re.compile(
    r"(?i:by|from|words by|written by|posted by|reported by) [A-Z][\w.’'-]+(?:(?: and | & |, |"
    r" )[A-Z][\w.’'-]+){0,8}(?: ?\|.*)?"
    r"|(?i:(?:last )?(?:updated|published|posted|modified)\b.{0,60}\d.{0,30})"
    r"|(?i:(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?(?:\d{1,2}(?:st|nd|rd|th)? )?"
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?,? \d{1,2}(?:st|nd|rd|"
    r"th)?,? ?(?:\d{4})?.{0,30})"
    r"|(?i:\d{1,2} (?:january|february|march|april|may|june|july|august|september|october|november|"
    r"december),? \d{4}.{0,30})"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[ ,|-]+\d{1,2}[:.]\d{2}.{0,12})?"
    r"|\d+ ?(?:min(?:ute)?s?|hours?|days?)(?: (?:read|ago|reading time))\W*|reading time.{0,20}"
    r"|(?i:(?:[\w&’'.-]+ ){0,4}(?:staff|special|chief|senior|political) (?:writer|reporter|correspondent|editor)s?)",
)
"""A by-line, a date, or how long reading takes, and nothing else."""

AUTHOR = re.compile(
    r"(?P<name>(?:[A-Z][\w.’'-]+ ){2,4})(?:covers|has (?:covered|reported|written)|writes (?:about|for)|"
    r"reports (?:on|for|from)|"
    r"reported from|contributed (?:to this|reporting|research)|is an? (?:[\w’'&-]+ ){0,5}(?:reporter|correspondent|"
    r"editor|writer|columnist|"
    r"journalist|critic|contributor)\b).*"
)
"""A sentence about who wrote the story."""

CORRECTION = re.compile(
    r"(?:a |an )?(?:correction|clarification|editor.?s.? note)\b.*|(?:this|an earlier version of this) "
    r"(?:story|article|report)\b.{0,30}\b(?:updated|corrected|amended|misstated|said|gave)\b.*",
    re.I,
)
"""What editors put right below a story: neither its last sentence nor furniture."""

NAMED = tuple(
    (reason, re.compile(names))
    for reason, names in (
        ("advertisement", r"\bamp-ad\b|advert|\bad-?(?:slot|box|unit|label|wrapper|placeholder)"),
        ("newsletter plea", r"news-?letter|mailpoet|mailchimp|mc4wp|sign-?up|opt-?in-"),
        ("caption", r"\bfigcaption\b|caption-text|__caption|gallery|slideshow"),
        ("related links", r"\brelated|recirc|also-?read|read-?(?:also|next)|most-?(?:read|viewed|popular)|recommended"),
        ("share bar", r"sharedaddy|share-?(?:bar|tools|buttons)|social-?(?:share|sharing|buttons|links)"),
        ("author", r"author-?(?:bio|box|card|info|description)|about-?the-?author"),
        ("comment form", r"comment-?(?:form|respond|list)|disqus"),
        ("byline and date", r"\bby-?line|\b(?:entry|post|article|story)-?meta\b"),
    )
)
"""What the name of an element inside the story tells of it."""

HEADING = re.compile(r"  h[1-6]\b(?:(?!  ).)*$")
"""Where the path of elements around a block ends in a heading."""

LISTED = re.compile(r"  (?:li|item|dd|td|tr|row)\b")
"""An element of a list or a table, whose rows may repeat each other and may be links."""
