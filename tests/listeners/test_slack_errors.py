"""What Slack's refusals and broken connections mean."""

import socket
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from typing import Any
from urllib.error import URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.slack import Kind, make_client, meaning
from sandbox.server import Sandbox


def answered(error: Any, status: int = 200, **more: Any) -> SlackApiError:
    headers = more.pop("headers", {})
    response = SlackResponse(
        client=WebClient(),
        http_verb="POST",
        api_url="https://slack.com/api/chat.postMessage",
        req_args={},
        data={"ok": False, "error": error, **more},
        headers=headers,
        status_code=status,
    )
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call]  # the SDK leaves it untyped


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (answered("ratelimited", 429, headers={"Retry-After": "30"}), Kind.RETRY),
        (answered("message_limit_exceeded"), Kind.RETRY),
        (URLError(ConnectionRefusedError()), Kind.RETRY),
        (URLError(socket.gaierror()), Kind.RETRY),
        (answered("internal_error"), Kind.AMBIGUOUS),
        (answered("fatal_error"), Kind.AMBIGUOUS),
        (answered("channel_not_found", 503), Kind.AMBIGUOUS),
        (answered("Received a response in a non-JSON format: <html>"), Kind.AMBIGUOUS),
        (answered(None), Kind.AMBIGUOUS),
        (URLError(TimeoutError()), Kind.AMBIGUOUS),
        (TimeoutError(), Kind.AMBIGUOUS),
        (ConnectionResetError(), Kind.AMBIGUOUS),
        (RemoteDisconnected("gone"), Kind.AMBIGUOUS),
        (IncompleteRead(b""), Kind.AMBIGUOUS),
        (RuntimeError(), Kind.AMBIGUOUS),
        (answered("user_not_found"), Kind.GONE),
        (answered("is_archived"), Kind.GONE),
        (answered("not_in_channel"), Kind.NOT_IN_CHANNEL),
        (answered("restricted_action_read_only_channel"), Kind.NOT_ALLOWED),
        (answered("token_revoked"), Kind.BAD_TOKEN),
        (answered("expired_trigger_id"), Kind.EXPIRED_TRIGGER),
        (answered("invalid_blocks"), Kind.INVALID),
        (answered("a_code_of_tomorrow"), Kind.INVALID),
        (TypeError(), Kind.INVALID),
    ],
)
def test_each_failure_has_one_meaning(error: Exception, kind: Kind) -> None:
    found = meaning(error)
    assert found.kind is kind
    assert found.text
    assert found.code
    assert found.refused == (kind not in (Kind.RETRY, Kind.AMBIGUOUS))


@pytest.mark.parametrize(("header", "after"), [("30", 30.0), ("0", 1.0), ("soon", 5.0)])
def test_the_wait_that_slack_asks_for_is_kept(header: str, after: float) -> None:
    assert meaning(answered("ratelimited", 429, headers={"retry-after": header})).after == after


def test_a_missing_permission_is_named() -> None:
    assert "(im:history)" in meaning(answered("missing_scope", needed="im:history")).text


def test_a_call_whose_fate_is_unknown_is_made_once() -> None:
    with Sandbox() as sandbox:
        sandbox.faults.set([{"method": "auth.test", "kind": "drop_after", "times": 1}])
        with pytest.raises((OSError, HTTPException)) as raised:
            make_client(sandbox.bot_token, sandbox.api_url).auth_test()
        assert isinstance(raised.value, Exception)
        assert meaning(raised.value).kind is Kind.AMBIGUOUS
        assert [call["method"] for call in sandbox.calls.since(0)] == ["auth.test"]


def test_a_bot_that_nobody_listens_to_may_try_again() -> None:
    with Sandbox() as sandbox:
        address = sandbox.api_url
    with pytest.raises(URLError) as raised:
        make_client("xoxb-token", address).auth_test()
    assert meaning(raised.value).kind is Kind.RETRY
