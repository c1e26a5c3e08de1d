"""Delivery: what is owed is said once, whatever happens on the way. Counted from the local Slack's log of calls."""

import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from bot.clock import real_now
from bot.delivery import outcome
from bot.delivery.pace import Pace
from bot.store import claims
from bot.store.claims import Claimed
from bot.store.database import Database
from bot.store.tables import Message
from bot.views.overdue import example as overdue
from sandbox.model import Channel, User
from sandbox.workspace import BOT_USER_ID
from tests.delivery.conftest import ALERTS, FALLBACK, FAST, PERSON, TIMING, Post


def claim(db: Database, worker: str, real: datetime, *, lease: float = 60.0) -> list[Claimed]:
    with db.write_plain() as connection:
        return claims.claim(
            connection,
            workspace_id=1,
            worker=worker,
            now=datetime.now(UTC),
            real=real,
            lease_until=real + timedelta(seconds=lease),
            limit=10,
        )


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "rate_limited", "retry_after": 1},
        {"kind": "http_500"},
        {"kind": "http_500_after"},
        {"kind": "drop_before"},
        {"kind": "drop_after"},
        {"kind": "error_after", "error": "internal_error"},
        {"kind": "delay", "seconds": 1.2},
    ],
    ids=lambda fault: fault["kind"],
)
def test_whatever_goes_wrong_with_the_first_attempt_it_is_said_once(post: Post, fault: dict[str, Any]) -> None:
    post.fault(**fault)
    post.patience = 1 if fault["kind"] == "delay" else post.patience
    message_id = post.owe()
    with post.delivery():
        post.wait_until_said()
    assert len(post.shown()) == 1
    assert post.get(message_id).ts == post.shown()[0].ts
    assert sum(call["effect"] for call in post.calls()) == 1


def test_retry_after_is_waited_for(post: Post) -> None:
    post.fault(kind="rate_limited", retry_after=2)
    post.owe()
    with post.delivery():
        post.wait_until_said()
    first, last = [call["at"] for call in post.calls()]
    assert last - first >= 2


def test_a_channel_that_slack_pauses_holds_back_no_other(post: Post) -> None:
    post.fault(kind="rate_limited", retry_after=600)
    slow = post.owe()
    with post.delivery():
        post.wait(lambda: len(post.calls()) == 1)
        other = post.owe("C01OTHER00")
        post.wait(lambda: post.get(other).state == "sent")
    assert post.get(slow).state == "owed"


def test_a_sender_that_died_after_sending_leaves_nothing_to_repeat(post: Post) -> None:
    message_id = post.owe()
    [claimed] = claim(post.db, "dead", real_now(), lease=0.5)
    post.client().chat_postMessage(
        channel=ALERTS, text="x", metadata={"event_type": "cmi_message", "event_payload": {"k": claimed.token}}
    )
    with post.delivery():
        post.wait_until_said()
    assert post.get(message_id).ts == post.shown()[0].ts
    assert len(post.calls()) == 1
    assert len(post.calls("conversations.history")) == 1


def test_a_sender_that_died_before_sending_loses_nothing(post: Post) -> None:
    post.owe()
    claim(post.db, "dead", real_now(), lease=0.5)
    with post.delivery():
        post.wait_until_said()
    assert len(post.shown()) == 1


def test_who_lost_the_lease_neither_begins_nor_undoes_what_the_next_one_did(post: Post) -> None:
    message_id = post.owe()
    [stale] = claim(post.db, "one", real_now(), lease=-1)
    [present] = claim(post.db, "one", real_now())
    assert stale.leased_by != present.leased_by
    assert not outcome.begins(post.db, stale, ALERTS, TIMING.lease)
    outcome.failed(post.db, stale, "late", datetime.now(UTC))
    assert post.get(message_id).state == "unknown"
    assert outcome.begins(post.db, present, ALERTS, TIMING.lease)


def test_two_workers_claim_nothing_twice(post: Post) -> None:
    expected = {post.owe(f"C{number:08}") for number in range(40)}
    taken: list[int] = []
    start = threading.Barrier(4)

    def work(name: str) -> None:
        db = Database(post.db.url.render_as_string(hide_password=False))
        start.wait()
        while claimed := claim(db, name, real_now()):
            taken.extend(message.id for message in claimed)
        db.close()

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(expected)


def test_what_changes_later_is_changed_in_place(post: Post) -> None:
    message_id = post.owe()
    with post.delivery():
        post.wait_until_said()
        post.revise(message_id, claimed_by="U01DIEGO00", claimed_on=datetime.now(UTC))
        post.wait(lambda: len(post.calls("chat.update")) == 1)
        post.wait_until_said()
    assert len(post.shown()) == 1
    assert "U01DIEGO00" in str(post.shown()[0].blocks)


def test_what_changes_while_it_is_being_sent_is_not_lost(post: Post) -> None:
    post.fault(kind="delay", seconds=1.5)
    message_id = post.owe()
    with post.delivery():
        post.wait(lambda: post.get(message_id).state == "sending")
        post.revise(message_id, claimed_by="U01DIEGO00", claimed_on=datetime.now(UTC))
        post.wait_until_said()
    assert "U01DIEGO00" in str(post.shown()[0].blocks)
    row = post.get(message_id)
    assert row.sent_revision == row.revision == 2


def test_a_reply_waits_for_the_message_that_starts_its_thread(post: Post) -> None:
    post.fault(kind="http_500")
    opener = post.owe()
    reply = post.owe(kind="episode_note", thread_of=opener)
    with post.delivery():
        post.wait_until_said()
    assert post.get(reply).attempts == 0
    assert [each.thread_ts for each in sorted(post.shown(), key=lambda each: str(each.ts))] == [
        None,
        post.get(opener).ts,
    ]


def test_a_reply_in_doubt_is_looked_for_in_its_thread(post: Post) -> None:
    opener = post.owe()
    with post.delivery():
        post.wait_until_said()
        post.fault(kind="drop_after")
        post.owe(kind="episode_note", thread_of=opener)
        post.wait_until_said()
    assert len(post.shown()) == 2
    assert len(post.calls("conversations.replies")) == 1


@pytest.mark.parametrize(("kind", "posts"), [("alert", 2), ("overdue", 1)])
def test_where_history_is_hidden_alerts_rather_repeat_and_digests_rather_lose(
    post: Post, kind: str, posts: int
) -> None:
    post.sandbox.faults.set(
        [
            {"method": "chat.postMessage", "kind": "drop_after", "times": 1},
            {"method": "conversations.history", "kind": "error", "error": "missing_scope"},
        ]
    )
    message_id = post.owe()
    with post.db.write() as session:
        row = session.get_one(Message, message_id)
        if kind == "overdue":
            row.kind, row.data = kind, overdue().model_dump(mode="json")
    with post.delivery():
        post.wait(lambda: post.get(message_id).state in {"sent", "failed"})
    assert len(post.shown()) == posts
    assert post.get(message_id).state == ("sent" if kind == "alert" else "failed")


def test_a_channel_without_the_bot_is_answered_by_the_fallback_channel(post: Post) -> None:
    post.choose(fallback_channel=FALLBACK)
    post.owe("C01RANDOM0")
    with post.delivery():
        post.wait_until_said()
    assert len(post.shown(FALLBACK)) == 1


def test_without_a_fallback_it_waits_until_the_bot_is_invited(post: Post) -> None:
    message_id = post.owe("C01RANDOM0")
    with post.delivery():
        post.wait(lambda: post.get(message_id).error == "not_in_channel")
    row = post.get(message_id)
    assert row.state == "owed"
    assert timedelta(seconds=50) < row.ready_at - real_now() <= timedelta(minutes=1)


def test_a_message_that_can_not_be_shown_is_set_aside_and_keeps_nobody_waiting(post: Post) -> None:
    poisoned = post.owe()
    with post.db.write() as session:
        session.get_one(Message, poisoned).data = {"nonsense": True}
    good = post.owe()
    with post.delivery():
        post.wait(lambda: post.get(good).state == "sent")
        post.wait(lambda: post.get(poisoned).state == "failed")
    assert "can't be rendered" in post.get(poisoned).error


def test_a_direct_message_is_opened_once_and_its_channel_kept(post: Post) -> None:
    post.sandbox.faults.set([{"method": "conversations.open", "kind": "drop_after", "times": 1}])
    post.owe(PERSON)
    with post.delivery():
        post.wait_until_said()
        post.owe(PERSON)
        post.wait_until_said()
    assert len(post.calls("conversations.open")) == 2  # one broken, one that worked, none for the second message
    assert len(post.sandbox.workspace.app_dm(PERSON).messages) == 2


def test_the_pace_is_kept_for_each_channel_and_for_the_workspace(post: Post) -> None:
    post.pace = Pace(channel_interval=0.25, per_minute=300)  # after a start one in 0.2 seconds
    for number in range(14):
        post.owe(ALERTS if number < 4 else f"U01{('PRIYA00', 'DIEGO00', 'GRACE00', 'HANA000')[number % 4]}")
    began = time.monotonic()
    with post.delivery():
        post.wait_until_said()
    assert time.monotonic() - began >= 13 * 60 / 290 - 0.2
    at = [call["at"] for call in post.calls() if call["args"]["channel"] == ALERTS]
    assert min(later - earlier for earlier, later in pairwise(at)) >= 0.25


def test_stopping_finishes_what_is_under_way(post: Post) -> None:
    post.fault(kind="delay", seconds=1.5)
    message_id = post.owe()
    with post.delivery():
        post.wait(lambda: post.get(message_id).state == "sending")
    assert post.get(message_id).state == "sent"


def test_a_crowd_of_new_people_is_written_to_without_opening_each_conversation(post: Post) -> None:
    post.pace = Pace(channel_interval=0.0, per_minute=600)  # three openings at once, and then 1.6 a second
    people = [User(f"U01NEW{number:04}", f"new{number}", f"New {number}") for number in range(25)]
    with post.sandbox.workspace.lock:
        post.sandbox.workspace.users.update({person.id: person for person in people})
    owed = [post.owe(person.id) for person in people]
    with post.delivery():
        post.wait_until_said()
        post.fault(kind="drop_after")
        post.owe(people[-1].id)
        post.wait_until_said()
    assert len(post.calls("conversations.open")) < 20
    for message_id, person in zip(owed, people, strict=True):
        row = post.get(message_id)
        assert row.channel == post.sandbox.workspace.app_dm(person.id).id
        assert row.ts in post.sandbox.workspace.app_dm(person.id).by_ts
    assert len(post.sandbox.workspace.app_dm(people[-1].id).messages) == 2


def test_where_slack_opens_no_more_conversations_everybody_is_written_to_all_the_same(post: Post) -> None:
    people = [f"U{number:08}" for number in range(4)]
    with post.sandbox.workspace.lock:
        for person in people:
            post.sandbox.workspace.users[person] = User(person, person.lower(), person)
    post.sandbox.faults.set([{"method": "conversations.open", "kind": "rate_limited", "retry_after": 600}])
    for person in people:
        post.owe(person)
    post.owe()
    with post.delivery():
        post.wait_until_said()
    assert len(post.calls("conversations.open")) < len(people)


def test_one_of_unknown_fate_to_somebody_new_is_looked_up_where_it_arrived(post: Post) -> None:
    post.pace = Pace(channel_interval=0.0, per_minute=6)  # one opening a minute
    post.owe("U01DIEGO00")
    with post.delivery():
        post.wait_until_said()
    post.pace = Pace(channel_interval=0.0, per_minute=60)
    running = post.dispatcher()
    while running._pacer.may("conversations.open"):
        pass
    post.fault(kind="drop_after")
    message_id = post.owe(PERSON)
    running.start()
    post.wait(lambda: post.get(message_id).state == "sent")
    running.stop()
    assert len(post.sandbox.workspace.app_dm(PERSON).messages) == 1
    assert post.get(message_id).channel == post.sandbox.workspace.app_dm(PERSON).id


def test_changes_keep_slacks_pace_for_changes_and_hold_back_no_message(post: Post) -> None:
    changed = [post.owe(f"C{number:08}") for number in range(8)]
    with post.sandbox.workspace.lock:
        for number in range(8):
            channel = f"C{number:08}"
            post.sandbox.workspace.channels[channel] = Channel(channel, f"c{number}", [BOT_USER_ID])
    with post.delivery():
        post.wait_until_said()
    for message_id in changed:
        post.revise(message_id, claimed_by="U01DIEGO00")
    post.pace = Pace(channel_interval=0.0, per_minute=12)  # one change at once, and the next in a minute
    with post.delivery():
        post.wait(lambda: len(post.calls("chat.update")) == 1)
        late = post.owe()
        post.wait(lambda: post.get(late).state == "sent")
        assert len(post.calls("chat.update")) == 1
    post.pace = FAST
    with post.db.write() as session:
        for each in session.scalars(select(Message).where(Message.state == "owed")):
            each.ready_at = datetime.now(UTC)  # as if its minute had come
    with post.delivery():
        post.wait(lambda: len(post.calls("chat.update")) == 8)


def test_what_was_deleted_in_slack_is_owed_no_change(post: Post) -> None:
    message_id = post.owe()
    with post.delivery():
        post.wait_until_said()
        post.client().chat_delete(channel=ALERTS, ts=post.get(message_id).ts or "")
        post.revise(message_id, claimed_by="U01DIEGO00")
        post.wait(lambda: len(post.calls("chat.update")) == 1)
        post.wait_until_said()


def test_what_is_for_somebody_who_left_is_set_aside_with_the_reason_and_told_once_a_day(post: Post) -> None:
    post.choose(admins=["U01GRACE00"])
    with post.sandbox.workspace.lock:
        post.sandbox.workspace.users[PERSON].deleted = True
    gone = [post.owe(PERSON) for _ in range(2)]
    with post.delivery():
        post.wait(lambda: {post.get(each).state for each in gone} == {"failed"})
        post.wait(lambda: post.states()["sent"] == 1)
    [note] = post.sandbox.workspace.app_dm("U01GRACE00").messages
    assert "could not send something" in note.text
