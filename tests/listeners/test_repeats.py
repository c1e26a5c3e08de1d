"""Slack delivers some things twice, and people click twice: each that writes, delivered twice at once, acts once.

What it leaves in the database is compared, table by table, with what the same leaves that comes once.
"""

import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.tables import Base, Inbox, Message, Person
from tests.databases import PostgresServer
from tests.listeners import twice, twice_found, twice_settings
from tests.listeners.alarms import rated
from tests.listeners.conftest import Office, running
from tests.listeners.twice import Act

STORIES = {**twice.STORIES, **twice_found.STORIES, **twice_settings.STORIES}
QUIET_SECONDS, LONGEST_SECONDS = 0.2, 20.0


@pytest.fixture(scope="module")
def office(postgres: PostgresServer) -> Iterator[Office]:
    """On PostgreSQL, where both deliveries are really at work at the same time."""
    url = postgres.new()
    with running(Database(url)) as office:
        rated(office, "The first", 4, 80)  # what the first rating of a workspace leaves is left by no later one
        yield office
    postgres.drop(url)


def left(office: Office) -> Counter[str]:
    """How many rows each table has, of messages how many of each kind, and what Slack was told otherwise.

    What is known of people is no effect.
    """
    files = ("files.completeUploadExternal",)
    counted = Counter(call["method"] for call in office.sandbox.calls.entries if call["method"] in files)
    counted["said"] = sum(_said(call) for call in office.sandbox.calls.entries)
    with office.db.read() as session:
        for name, table in Base.metadata.tables.items():
            if name not in (Message.__tablename__, Person.__tablename__, Inbox.__tablename__):
                counted[name] = session.scalar(select(func.count()).select_from(table)) or 0
        for kind, number in session.execute(select(Message.kind, func.count()).group_by(Message.kind)):
            counted[f"message {kind}"] = number
    return counted


def _said(call: dict[str, Any]) -> bool:
    """Whether something new was said in a channel or to somebody."""
    return call["method"] in ("chat.postMessage", "chat.postEphemeral") and bool(call["effect"])


def settled(office: Office, expected: Counter[str] | None = None) -> Counter[str]:
    """What is left when all that follows is done, and at least what is expected."""
    deadline = time.monotonic() + LONGEST_SECONDS
    before: Counter[str] | None = None
    while before != (now := left(office)) or waiting(office) or (expected or Counter()) - now:
        if time.monotonic() > deadline:
            break  # the comparison says what is missing
        before = now
        time.sleep(QUIET_SECONDS)
    return left(office)


def waiting(office: Office) -> int:
    """How many messages are still to be said."""
    with office.db.read() as session:
        owed = select(func.count()).select_from(Message).where(Message.state.in_(("owed", "sending", "unknown")))
        return session.scalar(owed) or 0


def effect(office: Office, act: Act, expected: Counter[str] | None) -> Counter[str]:
    """What an act that is delivered once adds and takes away, or twice where it is known what to expect."""
    before = settled(office)
    office.sandbox.faults.set([] if expected is None else [{"deliver": "duplicate"}])
    try:
        act()
        after = settled(office, None if expected is None else before + expected)
    finally:
        office.sandbox.faults.set([])
    return Counter({name: number - before[name] for name, number in after.items() if number != before[name]})


@pytest.mark.parametrize("kind", STORIES)
def test_what_is_delivered_twice_at_once_acts_once(delivering: Office, kind: str) -> None:
    story, user = STORIES[kind]
    me = delivering.person(user)
    once: Counter[str] | None = None
    for times in ("once", "twice"):
        left_by = effect(delivering, story(delivering, me, f"{kind.title()} {times}"), once)
        once = once or left_by
        if me.modal:
            me.close(everything=True)
    assert left_by == once
    assert +once
