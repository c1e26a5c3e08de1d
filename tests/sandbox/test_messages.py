"""Messages: history and threads, updates and deletes, metadata, ephemerals, response_urls."""

from __future__ import annotations

from functools import partial

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from sandbox import Person, Sandbox
from tests.sandbox.conftest import ADMIN, ALERTS, DIEGO, GENERAL, GUEST, PRIYA, RANDOM
from tests.sandbox.test_webapi import refusal

NOTE = [{"type": "section", "block_id": "a", "text": {"type": "mrkdwn", "text": "note"}}]
KEY = {"event_type": "cmi_prompt", "event_payload": {"k": "1"}}


def test_history_runs_backwards_in_pages_between_bounds(client: WebClient) -> None:
    stamps = [client.chat_postMessage(channel=ALERTS, text=text)["ts"] for text in "abc"]
    assert stamps == sorted(set(stamps))
    page = client.conversations_history(channel=ALERTS, limit=2)
    assert ([m["ts"] for m in page["messages"]], page["has_more"]) == (stamps[:0:-1], True)
    rest = client.conversations_history(channel=ALERTS, limit=2, cursor=page["response_metadata"]["next_cursor"])
    assert ([m["ts"] for m in rest["messages"]], rest["has_more"]) == (stamps[:1], False)
    for inclusive, expected in ((False, stamps[1:2]), (True, stamps[::-1])):
        found = client.conversations_history(channel=ALERTS, oldest=stamps[0], latest=stamps[2], inclusive=inclusive)
        assert [m["ts"] for m in found["messages"]] == expected
    assert refusal(lambda: client.conversations_history(channel=ALERTS, oldest="today"))["error"] == "invalid_ts_oldest"
    assert refusal(lambda: client.conversations_history(channel=RANDOM))["error"] == "not_in_channel"


def test_metadata_comes_back_whole_only_when_asked_for(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ALERTS, text="x", metadata=KEY)["ts"]
    (short,) = client.conversations_history(channel=ALERTS)["messages"]
    (whole,) = client.conversations_history(channel=ALERTS, include_all_metadata=True)["messages"]
    assert (short["metadata"], whole["metadata"]) == ({"event_type": "cmi_prompt"}, KEY)
    client.chat_update(channel=ALERTS, ts=ts, text="y")
    (kept,) = client.conversations_history(channel=ALERTS, include_all_metadata=True)["messages"]
    assert kept["metadata"] == KEY
    client.chat_update(channel=ALERTS, ts=ts, text="y", metadata={})
    assert "metadata" not in client.conversations_history(channel=ALERTS)["messages"][0]


def test_threads_keep_their_replies_out_of_the_channel(client: WebClient, priya: Person) -> None:
    root = client.chat_postMessage(channel=ALERTS, text="root")["ts"]
    reply = client.chat_postMessage(channel=ALERTS, text="reply", thread_ts=root)["ts"]
    client.chat_postMessage(channel=ALERTS, text="told all", thread_ts=reply, reply_broadcast=True)
    history = client.conversations_history(channel=ALERTS)["messages"]
    assert [m["text"] for m in history] == ["told all", "root"]
    assert history[1]["reply_count"] == 2
    thread = client.conversations_replies(channel=ALERTS, ts=root)["messages"]
    assert [m["text"] for m in thread] == ["root", "reply", "told all"]
    assert [m["text"] for m in priya.state()["threads"][f"{ALERTS}:{root}"]] == ["reply", "told all"]
    assert refusal(lambda: client.conversations_replies(channel=ALERTS, ts="1.000000"))["error"] == "thread_not_found"


def test_text_alone_takes_the_blocks_away(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ALERTS, text="x", blocks=NOTE)["ts"]
    client.chat_update(channel=ALERTS, ts=ts, text="y", blocks=NOTE)
    assert "edited" not in client.conversations_history(channel=ALERTS)["messages"][0]
    client.api_call("chat.update", json={"channel": ALERTS, "ts": ts, "metadata": KEY})
    assert client.conversations_history(channel=ALERTS)["messages"][0]["blocks"][0]["text"]["text"] == "note"
    client.chat_update(channel=ALERTS, ts=ts, text="z")
    (message,) = client.conversations_history(channel=ALERTS)["messages"]
    assert (message["text"], "blocks" in message, "edited" in message) == ("z", False, True)


def test_only_the_bots_own_messages_can_be_changed(client: WebClient, priya: Person) -> None:
    ts = priya.say("mine", channel="cs-alerts")
    assert refusal(lambda: client.chat_update(channel=ALERTS, ts=ts, text="x"))["error"] == "cant_update_message"
    assert refusal(lambda: client.chat_delete(channel=ALERTS, ts=ts))["error"] == "cant_delete_message"
    own = client.chat_postMessage(channel=ALERTS, text="x")["ts"]
    assert refusal(lambda: client.chat_update(channel=ALERTS, ts=own, text="x" * 4001))["error"] == "msg_too_long"
    client.chat_delete(channel=ALERTS, ts=own)
    assert refusal(lambda: client.chat_delete(channel=ALERTS, ts=own))["error"] == "message_not_found"
    assert refusal(lambda: client.chat_update(channel=PRIYA, ts=own, text="x"))["error"] == "channel_not_found"


def test_long_texts_are_cut(client: WebClient) -> None:
    answer = client.chat_postMessage(channel=ALERTS, text="x" * 40_001)
    assert (len(answer["message"]["text"]), answer["warning"]) == (40_000, "message_truncated")


def test_ephemerals_are_seen_by_one_and_remembered_by_none(client: WebClient, sandbox: Sandbox, priya: Person) -> None:
    ts = client.chat_postEphemeral(channel=ALERTS, user=PRIYA, text="psst")["message_ts"]
    assert [m["text"] for m in priya.messages(ALERTS)] == ["psst"]
    with sandbox.person(DIEGO) as diego:
        assert diego.messages(ALERTS) == []
    assert client.conversations_history(channel=ALERTS)["messages"] == []
    assert refusal(lambda: client.chat_update(channel=ALERTS, ts=ts, text="x"))["error"] == "message_not_found"
    for user, error in ((GUEST, "user_not_in_channel"), ("U0NOBODY", "user_not_found")):
        answer = refusal(partial(client.chat_postEphemeral, channel=ALERTS, user=user, text="x"))
        assert answer["error"] == error
    assert priya.act("dismiss", ephemeral={"channel": ALERTS, "ts": ts})["ok"]
    assert priya.messages(ALERTS) == []


def test_a_response_url_works_five_times_also_where_the_bot_is_not(sandbox: Sandbox, priya: Person) -> None:
    respond = WebhookClient(sandbox.responses.new(PRIYA, RANDOM), retry_handlers=[])
    assert respond.send(text="private").body == "ok"
    assert respond.send(text="public", response_type="in_channel").status_code == 200
    assert [(m["text"], m["ephemeral"]) for m in priya.messages("random")] == [("private", True), ("public", False)]
    assert respond.send(text="").status_code == 400
    statuses = [respond.send(text="more") for _ in range(4)]
    assert [(s.status_code, s.body) for s in statuses] == [(200, "ok")] * 3 + [(404, "used_url")]


def test_a_response_url_ends_after_half_an_hour(sandbox: Sandbox, control: httpx.Client) -> None:
    respond = WebhookClient(sandbox.responses.new(PRIYA, GENERAL), retry_handlers=[])
    control.post("protocol-clock", json={"advance_seconds": 1799})
    assert respond.send(text="in time").status_code == 200
    control.post("protocol-clock", json={"advance_seconds": 2})
    late = respond.send(text="late")
    assert (late.status_code, late.body) == (404, "expired_url")


def test_a_response_url_deletes_its_message(sandbox: Sandbox, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ALERTS, text="x")["ts"]
    original = sandbox.workspace.channels[ALERTS].by_ts[ts]
    WebhookClient(sandbox.responses.new(PRIYA, ALERTS, original)).send(delete_original=True)
    assert client.conversations_history(channel=ALERTS)["messages"] == []


def test_unread_messages_are_counted_until_read(client: WebClient, priya: Person) -> None:
    client.chat_postMessage(channel=PRIYA, text="one")
    client.chat_postMessage(channel=PRIYA, text="two")
    dm = next(c for c in priya.state()["channels"] if c["kind"] == "im")
    assert dm["unread"] == 2
    assert priya.act("read", channel=dm["id"])["ok"]
    assert next(c for c in priya.state()["channels"] if c["kind"] == "im")["unread"] == 0


def test_message_times_follow_the_calendar(client: WebClient, control: httpx.Client) -> None:
    before = float(client.chat_postMessage(channel=ALERTS, text="x")["ts"])
    control.post("clock", json={"advance_days": 91})
    after = float(client.chat_postMessage(channel=ALERTS, text="x")["ts"])
    assert 91 * 86400 <= after - before < 91 * 86400 + 60


def test_permalinks_exist_for_messages_only(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=ALERTS, text="x")["ts"]
    assert client.chat_getPermalink(channel=ALERTS, message_ts=ts)["permalink"].endswith(ts.replace(".", ""))
    with pytest.raises(SlackApiError, match="message_not_found"):
        client.chat_getPermalink(channel=ALERTS, message_ts="1.000000")


def test_people_see_their_own_channels(sandbox: Sandbox) -> None:
    with sandbox.person(GUEST) as guest, sandbox.person(ADMIN) as admin:
        assert [c["name"] for c in guest.state()["channels"]] == ["general", "CMI Bot"]
        assert [c["name"] for c in admin.state()["channels"]] == ["general", "cs-alerts", "random", "CMI Bot"]


def test_what_a_person_types_never_pings_a_channel(sandbox: Sandbox) -> None:
    with sandbox.person("U01PRIYA00") as priya:
        priya.say("<!channel> & <b> for <@U01DIEGO00>", channel="general")
        written = priya.messages("general")[-1]["text"]
    assert written == "&lt;!channel&gt; &amp; &lt;b&gt; for <@U01DIEGO00>"
