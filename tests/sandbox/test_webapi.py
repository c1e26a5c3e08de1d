"""The Web API takes what Slack's client sends, and refuses what Slack refuses, in Slack's words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox import Sandbox
from sandbox.workspace import BOT_USER_ID
from tests.sandbox.conftest import (
    ALERTS,
    DIEGO,
    GENERAL,
    GUEST,
    LEFT,
    PRIYA,
    RANDOM,
    changed_manifest,
    new_client,
    plain,
)


def refusal(call: Callable[[], Any]) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        call()
    body: dict[str, Any] = caught.value.response.data
    return body


def post_raw(sandbox: Sandbox, method: str, **request: Any) -> dict[str, Any]:
    request.setdefault("headers", {"authorization": f"Bearer {sandbox.bot_token}"})
    answer: dict[str, Any] = httpx.post(f"{sandbox.api_url}{method}", trust_env=False, **request).json()
    return answer


def test_auth_test_says_who_the_bot_is(client: WebClient) -> None:
    answer = client.auth_test()
    assert (answer["user_id"], answer["team_id"]) == (BOT_USER_ID, "T01SANDBOX")
    assert "chat:write" in answer.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        ("", "auth.test", "not_authed"),
        ("xoxb-other", "auth.test", "invalid_auth"),
        ("xapp-sandbox-app-token", "auth.test", "not_allowed_token_type"),
        ("xoxb-sandbox-bot-token", "apps.connections.open", "not_allowed_token_type"),
    ],
)
def test_tokens_are_checked(sandbox: Sandbox, token: str, method: str, error: str) -> None:
    assert post_raw(sandbox, method, headers={"authorization": f"Bearer {token}"} if token else {})["error"] == error


def test_an_unknown_method_is_refused_by_name_and_logged(client: WebClient, control: httpx.Client) -> None:
    assert refusal(lambda: client.api_call("chat.shout")) == {
        "ok": False,
        "error": "unknown_method",
        "req_method": "chat.shout",
    }
    (entry,) = control.get("log").json()["entries"]
    assert (entry["method"], entry["error"], entry["effect"]) == ("chat.shout", "unknown_method", False)


@pytest.mark.parametrize(
    ("call", "scope"),
    [
        (lambda c: c.team_info(), "team:read"),
        (lambda c: c.conversations_join(channel=RANDOM), "channels:join"),
        (lambda c: c.conversations_list(types="im"), "im:read"),
    ],
)
def test_what_the_manifest_does_not_ask_for_is_refused(
    client: WebClient, call: Callable[[WebClient], Any], scope: str
) -> None:
    answer = refusal(lambda: call(client))
    assert (answer["error"], answer["needed"]) == ("missing_scope", scope)
    assert "chat:write" in answer["provided"].split(",")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": RANDOM, "text": "x"}, "not_in_channel"),
        ({"channel": "U0NOBODY", "text": "x"}, "user_not_found"),
        ({"channel": LEFT, "text": "x"}, "user_disabled"),
        ({"channel": BOT_USER_ID, "text": "x"}, "cannot_dm_bot"),
        ({"channel": GENERAL}, "no_text"),
        ({"text": "x"}, "invalid_arguments"),
        ({"channel": GENERAL, "text": "x", "thread_ts": "1.2"}, "thread_not_found"),
        ({"channel": GENERAL, "text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        (
            {"channel": GENERAL, "text": "x", "metadata": {"event_type": "x", "event_payload": {"k": "x" * 20_000}}},
            "metadata_too_large",
        ),
        ({"channel": GENERAL, "text": "x", "blocks": "[{"}, "invalid_blocks_format"),
        ({"channel": GENERAL, "text": "x", "blocks": [{"type": "section"}]}, "invalid_blocks"),
    ],
)
def test_posts_are_refused_as_slack_does(client: WebClient, arguments: dict[str, Any], error: str) -> None:
    assert refusal(lambda: client.api_call("chat.postMessage", json=arguments))["error"] == error


def test_blocks_are_refused_with_json_pointers(client: WebClient) -> None:
    block = {"type": "section", "text": plain("")}
    answer = refusal(lambda: client.chat_postMessage(channel=GENERAL, text="x", blocks=[block]))
    said = "must be more than 0 characters [json-pointer:/blocks/0/text/text]"
    assert (answer["errors"], answer["response_metadata"]) == ([said], {"messages": [f"[ERROR] {said}"]})


def test_missing_arguments_are_named(client: WebClient) -> None:
    answer = refusal(lambda: client.api_call("chat.postMessage", json={"text": "x"}))
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


def test_archived_and_private_channels(client: WebClient, control: httpx.Client) -> None:
    control.post("channels", json={"id": ALERTS, "is_archived": True})
    assert refusal(lambda: client.chat_postMessage(channel=ALERTS, text="x"))["error"] == "is_archived"
    control.post("channels", json={"id": "C01SECRET0", "name": "secret", "is_private": True, "members": [PRIYA]})
    assert refusal(lambda: client.chat_postMessage(channel="C01SECRET0", text="x"))["error"] == "channel_not_found"
    assert refusal(lambda: client.conversations_info(channel="C01SECRET0"))["error"] == "channel_not_found"
    control.post("channels", json={"channel": "C01SECRET0", "invite": True})
    assert client.chat_postMessage(channel="C01SECRET0", text="x")["ok"]


def test_forms_and_json_are_the_same_to_it(sandbox: Sandbox) -> None:
    blocks = '[{"type": "divider"}]'
    form = post_raw(sandbox, "chat.postMessage", data={"channel": GENERAL, "text": "x", "blocks": blocks})
    json = post_raw(
        sandbox, "chat.postMessage", json={"channel": GENERAL, "text": "x", "blocks": [{"type": "divider"}]}
    )
    assert [answer["message"]["blocks"][0]["type"] for answer in (form, json)] == ["divider", "divider"]
    assert post_raw(sandbox, "chat.postMessage", content="{", headers={"content-type": "application/json"}) == {
        "ok": False,
        "error": "invalid_json",
    }


def test_people_are_described_with_their_zone_and_standing(client: WebClient) -> None:
    diego = client.users_info(user=DIEGO)["user"]
    assert diego["tz"] == "America/New_York"
    assert diego["tz_offset"] in (-18000, -14400)
    assert diego["profile"]["email"] == "diego@sandbox.example"
    assert client.users_info(user=GUEST)["user"]["is_restricted"] is True
    assert client.users_info(user=LEFT)["user"]["deleted"] is True
    assert client.users_info(user=PRIYA, include_locale=True)["user"]["locale"] == "en-GB"
    assert refusal(lambda: client.users_info(user="U0NOBODY"))["error"] == "user_not_found"


def test_addresses_are_kept_from_an_app_that_may_not_read_them(tmp_path: Path) -> None:
    def without_addresses(manifest: dict[str, Any]) -> None:
        manifest["oauth_config"]["scopes"]["bot_optional"].remove("users:read.email")

    with Sandbox(changed_manifest(tmp_path, without_addresses)) as closed:
        client = new_client(closed)
        assert "email" not in client.users_info(user=DIEGO)["user"]["profile"]
        assert refusal(lambda: client.users_lookupByEmail(email="a@b.example"))["needed"] == "users:read.email"


def test_lists_come_in_pages(client: WebClient, sandbox: Sandbox) -> None:
    pages = [page["members"] for page in client.users_list(limit=4)]
    assert [len(page) for page in pages] == [4, 4, 1]
    assert {user["id"] for page in pages for user in page} == sandbox.workspace.users.keys()
    assert refusal(lambda: client.users_list(cursor="elsewhere"))["error"] == "invalid_cursor"
    assert [c["name"] for c in client.conversations_list()["channels"]] == ["general", "cs-alerts", "random"]
    assert [c["name"] for c in client.users_conversations()["channels"]] == ["general", "cs-alerts"]
    assert GUEST in client.conversations_members(channel=GENERAL)["members"]


def test_opening_direct_messages_again_gives_the_same(client: WebClient) -> None:
    first, again = (client.conversations_open(users=PRIYA)["channel"]["id"] for _ in range(2))
    assert first == again == client.chat_postMessage(channel=PRIYA, text="x")["channel"]
    for users, error in ((LEFT, "user_disabled"), ("U0NOBODY", "user_not_found"), ("", "users_list_not_supplied")):
        assert refusal(partial(client.conversations_open, users=users))["error"] == error
    assert refusal(lambda: client.conversations_open(users=[PRIYA, DIEGO]))["needed"] == "mpim:write"
