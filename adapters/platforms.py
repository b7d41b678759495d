"""What the settings say of Slack, Discord and the queue: whether it is all there, and as their adapters take it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from adapters.observe import check_observing
from adapters.web.config import SHORTEST_SECRET, check_web, page_link
from bot.catalogue import Words, later, later_plural
from bot.counts import count_of
from bot.errors import SettingsError
from bot.settings import Settings, check_retelling

if TYPE_CHECKING:
    from adapters.discord.app import DiscordConfig
    from adapters.slack.app import SlackConfig
    from adapters.slack.installing import OAuth


def check_everything(settings: Settings, *, queue_for: str = "") -> None:
    """Check all that can be wrong in *settings* themselves; *queue_for* is the command that needs several processes.

    Raises:
        SettingsError: with everything that is missing or cannot be used, not only the first of it.
    """
    from bot.archive.database import check_url  # its library is not there for the terminal to wait for

    checks: list[Callable[[], object]] = [
        lambda: check_platforms(settings),
        lambda: check_url(settings.database_url.get_secret_value()),
        lambda: check_web(settings),
        lambda: check_heartbeat(settings),
        lambda: check_observing(settings),
        lambda: check_fetching(settings),
        lambda: check_retelling(settings),
        lambda: settings.models,
    ]
    if queue_for:
        checks.append(lambda: check_queue(settings, queue_for))
    wrong = []
    for check in checks:
        try:
            check()
        except SettingsError as error:
            wrong.append(str(error))
    if wrong:
        raise SettingsError("\n\n".join(wrong))


def check_platforms(settings: Settings) -> None:
    """Check that at least one platform is configured, and none by half.

    Raises:
        SettingsError: with all that is missing, for every platform.
    """
    slack, discord = missing_for_slack(settings), missing_for_discord(settings)
    wrong = []
    if settings.discord_public_key and discord:
        wrong += ["Discord is configured only in part.", *discord]
    if _slack_wanted(settings) and slack:
        wrong += ["Slack is configured only in part.", *slack]
    elif discord and not (_slack_wanted(settings) or settings.discord_public_key):
        wrong = ["Neither Slack nor Discord is configured, so there is nobody to answer. Set in .env, or as"]
        wrong += ["environment variables (README.md tells where the values are found):", "", "for Slack", *slack]
        wrong += ["", "for Discord", *discord]
    if wrong:
        raise SettingsError("\n".join(wrong))


def _slack_wanted(settings: Settings) -> bool:
    return is_slack_set(settings) or bool(settings.slack_app_token or settings.slack_signing_secret)


def is_slack_set(settings: Settings) -> bool:
    """Tell whether there is a token for a workspace, or a place for those of many."""
    return bool(settings.slack_bot_token or settings.slack_tokens_key)


def missing_for_slack(settings: Settings) -> list[str]:
    """Return a line for each setting that Slack still needs."""
    lines = []
    bot = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    app = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    if settings.slack_tokens_key:
        lines += _missing_for_installing(settings)
    elif not bot:
        lines.append("  SLACK_BOT_TOKEN is missing: the bot token, which begins with xoxb-.")
    elif bot.startswith("xapp-"):
        lines.append("  SLACK_BOT_TOKEN has an app-level token (xapp-…); it needs the bot token, xoxb-….")
    if app.startswith("xoxb-"):
        lines.append("  SLACK_APP_TOKEN has a bot token (xoxb-…); it needs the app-level token, xapp-….")
    if not (app or settings.slack_signing_secret):
        lines.append("  SLACK_APP_TOKEN is missing: the app-level token, which begins with xapp- (Socket Mode);")
        lines.append("    or, where Slack is to call you by HTTP instead, SLACK_SIGNING_SECRET.")
    return lines


def _missing_for_installing(settings: Settings) -> list[str]:
    """Return a line for each setting that is in the way of workspaces installing the app by themselves."""
    lines = []
    keys = [key.strip() for key in (settings.slack_tokens_key or SecretStr("")).get_secret_value().split(",")]
    if min(map(len, keys)) < SHORTEST_SECRET:
        lines.append(f"  SLACK_TOKENS_KEY is too short: it needs {SHORTEST_SECRET} or more random characters.")
    if settings.slack_bot_token:
        lines.append("  SLACK_BOT_TOKEN must be empty where SLACK_TOKENS_KEY is set: each workspace has its own token.")
    if not (settings.slack_client_id and settings.slack_client_secret):
        lines.append("  SLACK_CLIENT_ID or SLACK_CLIENT_SECRET is missing: both stand under Basic Information.")
    return lines


def missing_for_discord(settings: Settings) -> list[str]:
    """Return a line for each setting that Discord still needs."""
    lines = []
    if not settings.discord_token:
        lines.append("  DISCORD_TOKEN is missing: the bot token of the application.")
    if settings.discord_public_key and not re.fullmatch(
        "[0-9a-fA-F]{64}", settings.discord_public_key.get_secret_value()
    ):
        lines.append("  DISCORD_PUBLIC_KEY is no public key: it has 64 hexadecimal digits (General Information).")
    return lines


def check_queue(settings: Settings, command: str) -> None:
    """Check that there is a queue that several processes can share, or raise ``SettingsError``."""
    if settings.database_url.get_secret_value().startswith("sqlite"):
        raise SettingsError(
            f"`nutgraf {command}` needs a database that several processes share: set DATABASE_URL to "
            "postgresql+psycopg://name:password@host/database. With a file, `nutgraf run` does everything."
        )


def check_fetching(settings: Settings) -> None:
    """Check what pages are fetched by, and from which sites, or raise ``SettingsError``."""
    from bot.fetch.domains import domains
    from bot.fetch.fetch import check_client

    proxy = settings.fetch_proxy.get_secret_value() if settings.fetch_proxy else ""
    check_client(allow_hosts=settings.allowed_hosts, proxy=proxy)
    domains(settings.allowed_domains | settings.denied_domains)


def check_heartbeat(settings: Settings) -> None:
    """Touch the heartbeat's file once, or raise ``SettingsError``."""
    try:
        if settings.heartbeat_file:
            Path(settings.heartbeat_file).touch()
    except OSError as error:
        raise SettingsError(f"HEARTBEAT_FILE: {error.filename} cannot be written: {error.strerror}.") from error


def slack_config(settings: Settings) -> SlackConfig:
    """Return what Slack's adapter needs of the settings."""
    from adapters.slack.app import SlackConfig

    return SlackConfig(
        bot_token=settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else "",
        app_token=settings.slack_app_token.get_secret_value() if settings.slack_app_token else None,
        signing_secret=settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else None,
        api_url=settings.slack_api_url,
        http_host=settings.slack_http_host,
        http_port=settings.slack_http_port,
        max_links=settings.max_links,
        max_bytes=settings.fetch_max_bytes,
        settings=in_force(settings),
        page_link=page_link(settings),
        oauth=_oauth(settings),
    )


def _oauth(settings: Settings) -> OAuth | None:
    from adapters.slack.installing import OAuth

    if not (settings.slack_tokens_key and settings.slack_client_secret):
        return None
    return OAuth(
        settings.slack_client_id,
        settings.slack_client_secret.get_secret_value(),
        settings.slack_tokens_key.get_secret_value(),
        settings.slack_url,
    )


def in_force(settings: Settings) -> tuple[Words, ...]:
    """Tell in words what users may want to know of the settings."""
    return (
        later(
            "I read up to {links} at a time and tell what a story says in up to {sentences}.",
            links=count_of(settings.max_links, "link"),
            sentences=count_of(settings.summary_sentences, "sentence"),
        ),
        later_plural("Briefs are kept for {number} day.", "Briefs are kept for {number} days.", settings.retention_days)
        if settings.retention_days
        else later("Briefs are kept until somebody has them forgotten."),
        later_plural(
            "The pages themselves are kept for {number} day.",
            "The pages themselves are kept for {number} days.",
            settings.snapshot_days,
        )
        if settings.snapshot_days
        else later("The pages themselves are not kept."),
        *(_leaving(settings) or [later("Nothing but the request for a page leaves the machine that I run on.")]),
    )


def _leaving(settings: Settings) -> list[Words]:
    """Tell in words what of a story goes where else."""
    told = []
    if settings.google_factcheck_key:
        told.append(later("Claims of public pages are sent to Google to look up published fact-checks."))
    if settings.wikidata:
        told.append(later("Names from public pages are sent to Wikimedia to look them up in Wikidata."))
    if settings.retell_url:
        told.append(later("The text of public pages is sent to a language model that whoever runs me chose."))
    return told


def discord_config(settings: Settings) -> DiscordConfig:
    """Return what Discord's adapter needs of the settings."""
    from adapters.discord.app import DiscordConfig

    return DiscordConfig(
        token=settings.discord_token.get_secret_value() if settings.discord_token else "",
        api_url=settings.discord_api_url,
        gateway_url=settings.discord_gateway_url,
        public_key=settings.discord_public_key.get_secret_value() if settings.discord_public_key else "",
        http_host=settings.discord_http_host,
        http_port=settings.discord_http_port,
        max_bytes=settings.fetch_max_bytes,
        reads_messages=settings.discord_reads_messages,
        max_links=settings.max_links,
        page_link=page_link(settings),
    )
