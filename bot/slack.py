"""Slack's client, configured once, and its many error codes mapped to the few meanings that the bot acts on."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryHandler, RetryState
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

SLACK_API_URL = "https://slack.com/api/"
TIMEOUT_SECONDS = 10
DEFAULT_RETRY_SECONDS = 5.0


class _WaitForSlack(RateLimitErrorRetryHandler):
    """Makes a refused call once more after Slack's Retry-After, where that is at most ``longest`` seconds."""

    def __init__(self, longest: float) -> None:
        super().__init__(max_retry_count=1)
        self._longest = longest

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != 429:
            return False
        return _retry_after({name: values[0] for name, values in response.headers.items() if values}) <= self._longest


def make_client(
    token: str | None, base_url: str = SLACK_API_URL, timeout: int = TIMEOUT_SECONDS, *, longest_wait: float = 0.0
) -> WebClient:
    """A client that never repeats a call whose fate is unknown: the SDK's default would post a message twice.

    ``longest_wait`` (seconds) lets it wait once for Slack's Retry-After in the calling thread. That is safe, because a
    refused call was not carried out; delivery leaves it off, since it does its own pacing.
    """
    handlers: list[RetryHandler] = [_WaitForSlack(longest_wait)] if longest_wait else []
    base = base_url if base_url.endswith("/") else f"{base_url}/"
    return WebClient(token=token, base_url=base, timeout=timeout, retry_handlers=handlers)


class Kind(StrEnum):
    """What a failed call means for the one who made it."""

    RETRY = "retry"
    """Certainly not carried out; the same call may work after ``Meaning.after`` seconds."""
    AMBIGUOUS = "ambiguous"
    """It may have been carried out: look before sending again."""
    GONE = "gone"
    """The person, channel, message or view can't be reached any more."""
    NOT_IN_CHANNEL = "not_in_channel"
    NOT_ALLOWED = "not_allowed"
    """A rule of the workspace or of the channel keeps apps from posting there."""
    MISSING_SCOPE = "missing_scope"
    BAD_TOKEN = "bad_token"
    USED_TRIGGER = "used_trigger"
    """A window was opened with it already: Slack delivered the same press twice."""
    EXPIRED_TRIGGER = "expired_trigger"
    """Slack's three seconds for opening a window are over."""
    INVALID = "invalid"
    """Slack refuses what was sent: a fault of the bot's own, or a rule of the workspace."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A failure in the bot's terms. ``code`` is for logs, ``text`` for people, ``after`` (seconds) only for RETRY."""

    kind: Kind
    code: str
    text: str
    after: float = 0.0

    @property
    def refused(self) -> bool:
        """Certainly not carried out, and the same call will not work later either."""
        return self.kind not in (Kind.RETRY, Kind.AMBIGUOUS)


_CODES: Mapping[Kind, frozenset[str]] = {
    Kind.RETRY: frozenset(
        [
            "ratelimited",
            "rate_limited",
            "accesslimited",
            "message_limit_exceeded",
            "request_timeout",
            "service_unavailable",
            "team_added_to_org",
        ]
    ),
    Kind.AMBIGUOUS: frozenset({"internal_error", "fatal_error"}),
    Kind.GONE: frozenset(
        [
            "channel_not_found",
            "is_archived",
            "user_not_found",
            "user_disabled",
            "user_not_visible",
            "users_not_found",
            "cannot_dm_bot",
            "message_not_found",
            "thread_not_found",
            "not_found",
            "view_not_found",
            "messages_tab_disabled",
            "not_enabled",
        ]
    ),
    Kind.NOT_IN_CHANNEL: frozenset({"not_in_channel"}),
    Kind.NOT_ALLOWED: frozenset(
        ["restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel"]
    ),
    Kind.MISSING_SCOPE: frozenset({"missing_scope", "not_allowed_token_type", "no_permission"}),
    Kind.BAD_TOKEN: frozenset(
        [
            "invalid_auth",
            "not_authed",
            "account_inactive",
            "token_revoked",
            "token_expired",
            "org_login_required",
            "ekm_access_denied",
            "team_access_not_granted",
            "app_access_not_granted",
        ]
    ),
    Kind.EXPIRED_TRIGGER: frozenset(["expired_trigger_id", "invalid_trigger_id", "trigger_expired"]),
    Kind.USED_TRIGGER: frozenset({"exchanged_trigger_id", "trigger_exchanged"}),
}

_TEXTS: Mapping[Kind, str] = {
    Kind.RETRY: "Slack is busy; this is tried again by itself.",
    Kind.AMBIGUOUS: "Slack did not say whether this arrived; it is checked before it is sent again.",
    Kind.GONE: "The person or channel can't be reached any more. Choose another one.",
    Kind.NOT_IN_CHANNEL: "CMI Bot isn't in that channel. Invite it there: /invite @CMI Bot",
    Kind.NOT_ALLOWED: "A rule of your Slack keeps CMI Bot from posting there. Change it, or choose another channel.",
    Kind.MISSING_SCOPE: "CMI Bot lacks a permission in Slack{needed}. Ask an admin to add it and reinstall the app.",
    Kind.BAD_TOKEN: "Slack no longer accepts CMI Bot's token. Ask an admin to install the app again.",
    Kind.USED_TRIGGER: "The window is open already.",
    Kind.EXPIRED_TRIGGER: "That took too long for Slack. Please try once more.",
    Kind.INVALID: "Slack refused this. Please tell the people who run CMI Bot.",
}


def meaning(error: Exception) -> Meaning:
    """What a failed Slack call means. Whatever isn't known to be a refusal counts as ambiguous."""
    if isinstance(error, SlackApiError):
        return _of_answer(error)
    if isinstance(error, URLError) and isinstance(error.reason, ConnectionRefusedError | socket.gaierror):
        return _means(Kind.RETRY, "unreachable", after=DEFAULT_RETRY_SECONDS)
    if isinstance(error, OSError | HTTPException):
        return _means(Kind.AMBIGUOUS, type(error).__name__)
    if isinstance(error, TypeError | ValueError):  # raised while the call was being put together
        return _means(Kind.INVALID, type(error).__name__)
    return _means(Kind.AMBIGUOUS, type(error).__name__)


def _of_answer(error: SlackApiError) -> Meaning:
    response = error.response
    if isinstance(response, dict):  # slack_sdk's own validation passes a bare dict
        status, headers, data = 200, {}, response
    else:
        status, headers, data = response.status_code, response.headers, response.data
    code = data.get("error", "") if isinstance(data, dict) else ""
    if status == 429:
        return _means(Kind.RETRY, code or "ratelimited", after=_retry_after(headers))
    if status >= 500 or not _is_code(code):  # without Slack's own word nothing is certain
        return _means(Kind.AMBIGUOUS, f"http_{status}")
    kind = next((kind for kind, codes in _CODES.items() if code in codes), Kind.INVALID)
    after = DEFAULT_RETRY_SECONDS if kind is Kind.RETRY else 0.0
    return _means(kind, code, after=after, needed=data.get("needed", "") if isinstance(data, dict) else "")


def _means(kind: Kind, code: str, *, after: float = 0.0, needed: str = "") -> Meaning:
    return Meaning(kind, code, _TEXTS[kind].replace("{needed}", f" ({needed})" if needed else ""), after)


def _is_code(error: object) -> bool:
    return isinstance(error, str) and error != "" and error.replace("_", "").isalnum() and error == error.lower()


def _retry_after(headers: Mapping[str, str]) -> float:
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    try:
        return max(float(value), 1.0) if value is not None else DEFAULT_RETRY_SECONDS
    except ValueError:
        return DEFAULT_RETRY_SECONDS
