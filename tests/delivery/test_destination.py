"""No score goes to a channel shared with another organisation: looked at before each message, told, and mended."""

from datetime import timedelta
from typing import Any

import pytest

from bot.clock import real_now
from bot.flows import channel_changes
from bot.store.tables import Message
from sandbox.workspace import BOT_USER_ID
from tests.delivery.conftest import ALERTS, FALLBACK, PERSON, Post

ADMIN = "U01GRACE00"


def share(post: Post, channel: str = ALERTS, *, shared: bool = True) -> None:
    with post.sandbox.workspace.lock:
        post.sandbox.workspace.channels[channel].is_ext_shared = shared


def told(post: Post, user: str = ADMIN) -> list[str]:
    """What the bot said to a person directly."""
    return [each.text for each in post.sandbox.workspace.app_dm(user).messages]


def held(post: Post, message_id: int) -> bool:
    return "shared with another organisation" in post.get(message_id).error


def test_an_alert_for_a_shared_channel_waits_and_each_admin_is_told_once(post: Post) -> None:
    post.choose(admins=[ADMIN], alert_channel=ALERTS)
    share(post)
    first, second = post.owe(), post.owe()
    with post.delivery():
        post.wait(lambda: held(post, first) and held(post, second) and len(told(post)) == 1)
        assert post.shown() == []
        assert [call for call in post.calls() if call["args"]["channel"] == ALERTS] == []
        share(post, shared=False)
        channel_changes.changed(post.db, post.workspace_id, ALERTS)
        post.wait_until_said()
    assert len(post.shown()) == 2
    [notice] = told(post)
    assert f"<#{ALERTS}> is shared with another organisation" in notice
    assert "It waits" in notice
    assert "Acme" not in notice


def test_where_there_is_a_fallback_it_goes_there_and_the_admins_hear_where_it_is(post: Post) -> None:
    post.choose(admins=[ADMIN], fallback_channel=FALLBACK)
    share(post)
    post.owe()
    with post.delivery():
        post.wait_until_said()
        post.wait(lambda: len(told(post)) == 1)
    assert post.shown() == []
    assert len(post.shown(FALLBACK)) == 1
    assert f"It went to <#{FALLBACK}> instead." in told(post)[0]


def test_a_fallback_that_is_shared_too_gets_nothing(post: Post) -> None:
    post.choose(admins=[ADMIN], fallback_channel=FALLBACK)
    share(post)
    share(post, FALLBACK)
    message_id = post.owe()
    with post.delivery():
        post.wait(lambda: post.get(message_id).recipient == FALLBACK and post.get(message_id).lease_until is None)
        post.wait(lambda: len(told(post)) == 2)
    assert post.shown() == post.shown(FALLBACK) == []


def test_a_channel_that_is_shared_later_gets_neither_changes_nor_replies(post: Post) -> None:
    message_id = post.owe()
    with post.delivery():
        post.wait_until_said()
        share(post)
        channel_changes.changed(post.db, post.workspace_id, ALERTS)  # as another process hears of it
        post.revise(message_id, claimed_by="U01DIEGO00")
        reply = post.owe(kind="episode_note", thread_of=message_id)
        post.wait(lambda: held(post, message_id) and held(post, reply))
        assert post.calls("chat.update") == []
        assert len(post.shown()) == 1
        share(post, shared=False)
        channel_changes.changed(post.db, post.workspace_id, ALERTS)
        post.wait_until_said()
    assert len(post.shown()) == 2


def test_slack_is_asked_once_in_some_minutes_and_never_about_a_person(post: Post) -> None:
    for _ in range(3):
        post.owe()
    post.owe(PERSON)
    with post.delivery():
        post.wait_until_said()
        for _ in range(3):
            post.owe()
        post.wait_until_said()
    asked = post.calls("conversations.info")
    assert 1 <= len(asked) <= 3  # as many threads may ask at once
    assert {call["args"]["channel"] for call in asked} == {ALERTS}


@pytest.mark.parametrize(
    "fault",
    [{"kind": "http_500"}, {"kind": "rate_limited", "retry_after": 1}, {"kind": "error", "error": "missing_scope"}],
    ids=lambda fault: fault["kind"],
)
def test_nothing_is_posted_until_slack_has_said_what_the_channel_is(post: Post, fault: dict[str, Any]) -> None:
    post.sandbox.faults.set([{"method": "conversations.info", **fault}])
    message_id = post.owe()
    with post.delivery():
        post.wait(lambda: post.get(message_id).error != "")
        assert post.shown() == []
        post.sandbox.faults.set([])
        with post.db.write() as session:
            session.get_one(Message, message_id).ready_at = real_now() - timedelta(seconds=1)
        post.wait_until_said()
    assert len(post.shown()) == 1


def test_a_channel_without_the_bot_is_told_to_the_admins_too(post: Post) -> None:
    post.choose(admins=[ADMIN])
    post.owe("C01RANDOM0")
    with post.delivery():
        post.wait(lambda: len(told(post)) == 1)
    assert "CMI Bot can't post in <#C01RANDOM0>" in told(post)[0]


def test_replies_come_in_their_order_also_where_the_first_fails_at_first(post: Post) -> None:
    opener = post.owe()
    with post.delivery():
        post.wait_until_said()
    post.fault(kind="http_500")  # nobody knows whether the first arrived
    replies = [post.owe(kind="episode_note", thread_of=opener) for _ in range(3)]
    with post.delivery():
        post.wait_until_said()
    stamps = [post.get(reply).ts or "" for reply in replies]
    assert stamps == sorted(stamps)


def archive(post: Post, *, archived: bool = True) -> None:
    with post.sandbox.workspace.lock:
        post.sandbox.workspace.channels[ALERTS].is_archived = archived
    channel_changes.changed(post.db, post.workspace_id, ALERTS)


def test_out_of_an_archived_channel_what_follows_in_a_thread_goes_to_the_fallback_and_says_so(post: Post) -> None:
    post.choose(admins=[ADMIN], fallback_channel=FALLBACK)
    opener = post.owe()
    with post.delivery():
        post.wait_until_said()
        archive(post)
        replies = [post.owe(kind="episode_note", thread_of=opener) for _ in range(2)]
        post.wait(lambda: {post.get(each).state for each in replies} == {"sent"})
        post.wait(lambda: len(told(post)) == 1)
    assert [post.get(each).channel for each in replies] == [FALLBACK] * 2
    assert len(post.shown()) == 1
    for each in post.shown(FALLBACK):
        assert f"About Acme, Inc., out of its alert's thread. Meant for <#{ALERTS}>, where CMI Bot can't" in each.text
        assert f"Meant for <#{ALERTS}>" in str(each.blocks[-1])
        assert each.thread_ts is None
    assert f"It went to <#{FALLBACK}> instead." in told(post)[0]


@pytest.mark.parametrize("error", ["restricted_action", "restricted_action_read_only_channel"])
def test_what_a_rule_keeps_out_of_a_channel_goes_to_the_fallback_and_the_admins_hear_of_it(
    post: Post, error: str
) -> None:
    post.choose(admins=[ADMIN], fallback_channel=FALLBACK)
    post.fault(kind="error", error=error)
    post.owe()
    with post.delivery():
        post.wait_until_said()
        post.wait(lambda: len(told(post)) == 1)
    assert f"Meant for <#{ALERTS}>" in post.shown(FALLBACK)[0].text
    assert "may not post there" in told(post)[0]


def test_where_a_rule_keeps_it_out_and_there_is_no_fallback_it_waits(post: Post) -> None:
    post.choose(admins=[ADMIN])
    post.fault(kind="error", error="restricted_action_read_only_channel")
    message_id = post.owe()
    with post.delivery():
        post.wait(lambda: len(told(post)) == 1)
        with post.db.write() as session:
            session.get_one(Message, message_id).ready_at = real_now() - timedelta(seconds=1)
        post.wait_until_said()
    assert len(post.shown()) == 1


@pytest.mark.parametrize("error", ["thread_not_found", "message_not_found", "cannot_reply_to_message"])
def test_what_follows_in_a_thread_that_is_gone_is_said_in_its_channel(post: Post, error: str) -> None:
    post.choose(admins=[ADMIN], fallback_channel=FALLBACK)
    opener = post.owe()
    with post.delivery():
        post.wait_until_said()
        post.fault(kind="error", error=error)
        reply = post.owe(kind="episode_note", thread_of=opener)
        post.wait(lambda: post.get(reply).state == "sent")
    shown = next(each for each in post.shown() if each.ts == post.get(reply).ts)
    assert shown.thread_ts is None
    assert "About Acme, Inc., out of its alert's thread." in shown.text
    assert told(post) == []


def test_without_a_fallback_it_waits_and_goes_on_in_its_thread_when_the_channel_is_back(post: Post) -> None:
    post.choose(admins=[ADMIN])
    opener = post.owe()
    with post.delivery():
        post.wait_until_said()
        archive(post)
        reply = post.owe(kind="episode_note", thread_of=opener)
        post.revise(opener, claimed_by="U01DIEGO00")
        post.wait(lambda: post.get(reply).error == "is_archived")
        post.wait(lambda: post.get(opener).state == "failed")
        archive(post, archived=False)
        post.wait(lambda: {post.get(each).state for each in (opener, reply)} == {"sent"})
    assert [each.thread_ts for each in sorted(post.shown(), key=lambda each: str(each.ts))] == [
        None,
        post.get(opener).ts,
    ]
    assert "U01DIEGO00" in str(post.shown()[0].blocks)


def test_where_the_bot_was_removed_the_fallback_says_for_which_channel_it_stands_in(post: Post) -> None:
    post.choose(admins=[ADMIN], fallback_channel=FALLBACK)
    with post.sandbox.workspace.lock:
        post.sandbox.workspace.channels[ALERTS].members.remove(BOT_USER_ID)
    post.owe()
    with post.delivery():
        post.wait_until_said()
    [shown] = post.shown(FALLBACK)
    assert f"Meant for <#{ALERTS}>" in shown.text
