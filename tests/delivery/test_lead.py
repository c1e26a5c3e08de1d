"""Several processes, of which one sends: it hands over, it is missed when it dies, and its knowledge is not lost."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import select

from bot.clock import real_now
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.lead import Lead
from bot.delivery.pace import Pace, Pacer
from bot.flows import workspaces
from bot.store import senders
from bot.store.database import Database
from bot.store.tables import Message, Sender
from tests.delivery.conftest import ALERTS, Post


def lead(post: Post, name: str, seconds: float = 1.0) -> Lead:
    return Lead(post.db, post.workspace_id, name, Pacer(Pace()), seconds)


@contextmanager
def another(post: Post) -> Iterator[Dispatcher]:
    """A dispatcher as of another process, with connections of its own, at work until the block ends."""
    db = Database(post.db.url.render_as_string(hide_password=False))
    running = post.dispatcher(db=db)
    running.start()
    try:
        yield running
    finally:
        running.stop()
        db.close()


def test_one_leads_until_it_hands_over(post: Post) -> None:
    first, second = lead(post, "first", 60.0), lead(post, "second", 4.0)
    assert first.held()
    assert not second.held()
    first.release()
    assert not second.held()
    time.sleep(second.patience + 0.1)
    assert second.held()
    assert not first.held()


def test_one_that_dies_is_missed_and_the_next_begins_without_a_burst(post: Post) -> None:
    dead = lead(post, "dead", 60.0)
    assert dead.held()
    pacer = Pacer(Pace())
    heir = Lead(post.db, post.workspace_id, "heir", pacer, 0.5)
    assert not heir.held()
    assert pacer.room() == Pace().per_minute // 30
    with post.db.write() as session:
        session.scalars(select(Sender)).one().until = real_now() - timedelta(seconds=1)
    time.sleep(heir.patience + 0.1)
    assert heir.held()
    assert pacer.room() <= 1


def test_the_next_one_knows_of_a_pause(post: Post) -> None:
    first = lead(post, "first")
    assert first.held()
    first.pause(30)
    first.pause(1)  # a shorter one doesn't end it
    first.release()
    with post.db.read() as session:
        paused_until = session.scalars(select(Sender)).one().paused_until
    assert paused_until is not None
    assert paused_until > real_now() + timedelta(seconds=20)
    pacer = Pacer(Pace())
    assert Lead(post.db, post.workspace_id, "second", pacer, 1.0).held()
    assert pacer.room() == 0


def test_each_workspace_has_a_sender_of_its_own(post: Post) -> None:
    other = workspaces.register(post.db, real_now(), "T2", "Two")
    assert lead(post, "first").held()
    assert Lead(post.db, other, "second", Pacer(Pace()), 1.0).held()


def test_what_was_counted_is_added_up_over_processes(post: Post) -> None:
    for name in ("first", "second"):
        one = lead(post, name)
        assert one.held()
        for _ in range(3):
            one.count("sent")
        one.release()
    with post.db.read() as session:
        assert senders.counts(session) == {"sent": 6}


def test_several_processes_keep_the_pace_of_one(post: Post) -> None:
    post.pace = Pace(channel_interval=0.3, per_minute=6000)
    with another(post), another(post), another(post):
        for _ in range(6):
            post.owe()
        post.wait_until_said()
    at = [call["at"] for call in post.calls()]
    assert len(at) == 6
    assert at[-1] - at[0] >= 5 * 0.3 - 0.1


def test_another_takes_over_what_is_left(post: Post) -> None:
    with another(post) as first:
        post.wait(first.leads)
        with another(post) as second:
            post.owe()
            post.wait_until_said()
            first.stop()
            post.owe()
            post.wait_until_said()
            assert second.leads()
    assert len(post.shown()) == 2


def test_what_ends_its_sender_again_and_again_is_set_aside(post: Post) -> None:
    message_id = post.owe()
    with post.db.write() as session:
        row = session.get_one(Message, message_id)
        row.state, row.leased_by, row.lost = "sending", "dead/1", 4
        row.lease_until = row.attempt_began = real_now() - timedelta(minutes=1)
    good = post.owe("C01OTHER00")
    with post.delivery():
        post.wait(lambda: post.get(message_id).state == "failed")
        post.wait(lambda: post.get(good).state == "sent")
    assert post.get(message_id).error.startswith("ended its sender")
    assert post.shown(ALERTS) == []


def test_ends_are_counted_when_it_is_claimed_again_and_forgotten_when_it_is_sent(post: Post) -> None:
    message_id = post.owe()
    with post.db.write() as session:
        row = session.get_one(Message, message_id)
        row.state, row.leased_by, row.lost = "sending", "dead/1", 3
        row.lease_until = row.attempt_began = row.attempt_at = real_now() - timedelta(minutes=1)
    with post.delivery():
        post.wait_until_said()
    assert post.get(message_id).lost == 0
    assert len(post.shown()) == 1
