"""Whether Slack accepts the tokens, and what the app may do there. For ``nutgraf doctor``."""

from __future__ import annotations

import httpx

from adapters.slack.app import SlackConfig
from adapters.slack.installing import SCOPES
from bot.checkup import Checked, check_clock

MANIFEST = "Paste docs/slack-manifest.yaml under “App Manifest” on api.slack.com/apps, then reinstall the app."

REACHED = Checked("Slack", "well", "reached; each workspace that installs the app gives it a token")


async def check_slack(config: SlackConfig, http: httpx.AsyncClient) -> list[Checked]:
    """Ask Slack who the tokens are for."""
    try:
        answer = await _call(http, config, "api.test" if config.oauth else "auth.test", config.bot_token)
        found = [REACHED if config.oauth else _token(answer)]
        if answer.json()["ok"] and not config.oauth:
            found.append(_scopes(answer.headers.get("x-oauth-scopes", "")))
        if config.app_token:
            found.append(_app_token(await _call(http, config, "apps.connections.open", config.app_token)))
    except (httpx.HTTPError, ValueError, KeyError) as error:
        do = "Check the connection, a proxy between, and SLACK_API_URL."
        return [Checked("Slack", "wrong", f"not reached ({type(error).__name__})", do)]
    clock = check_clock(answer.headers.get("date"), "Slack")
    return found + ([clock] if clock else [])


async def _call(http: httpx.AsyncClient, config: SlackConfig, method: str, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return await http.post(config.api_url + method, headers=headers)


def _token(answer: httpx.Response) -> Checked:
    told = answer.json()
    if told["ok"]:
        return Checked("Slack", "well", f"{told.get('user')} in {told.get('team')}")
    do = "Copy SLACK_BOT_TOKEN anew from “OAuth & Permissions”: it begins with xoxb-."
    return Checked("Slack", "wrong", f"SLACK_BOT_TOKEN is not accepted ({told.get('error')})", do)


def _scopes(told: str) -> Checked:
    missing = set(SCOPES) - {scope.strip() for scope in told.split(",")}
    if not missing:
        return Checked("Slack scopes", "well", "all that is needed")
    return Checked("Slack scopes", "wrong", f"missing: {', '.join(sorted(missing))}", MANIFEST)


def _app_token(answer: httpx.Response) -> Checked:
    told = answer.json()
    if told["ok"]:
        return Checked("Slack Socket Mode", "well", "SLACK_APP_TOKEN opens a connection")
    do = "Make an app-level token with the scope connections:write under “Basic Information”: it begins with xapp-."
    return Checked("Slack Socket Mode", "wrong", f"SLACK_APP_TOKEN is not accepted ({told.get('error')})", do)
