"""Slack delivers some things twice, and people click twice: each that writes, delivered twice at once, acts once.

What it leaves in the database is compared, table by table, with what the same leaves that comes once.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.listeners import later
from bot.store.database import Database
from bot.store.tables import Base, Inbox, Message, Person, Picture
from tests.databases import PostgresServer
from tests.listeners import twice, twice_found, twice_settings
from tests.listeners.alarms import rated
from tests.listeners.conftest import Office, running
from tests.listeners.quiet import wait_until_quiet
from tests.listeners.twice import Act

STORIES = {**twice.STORIES, **twice_found.STORIES, **twice_settings.STORIES}


@pytest.fixture(scope="module")
def office(postgres: PostgresServer) -> Iterator[Office]:
    """On PostgreSQL, where both deliveries are really at work at the same time."""
    url = postgres.new()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(later, "NEWEST_SECONDS", 0.0)  # Homes, of which nothing is compared, are soon done
        with running(Database(url)) as office:
            rated(office, "The first", 4, 80)  # what the first rating of a workspace leaves is left by no later one
            yield office
    postgres.drop(url)


def left(office: Office) -> Counter[str]:
    """How many rows each table has, of messages how many of each kind, and what Slack was told otherwise.

    What is known of people is no effect, nor are the pictures on Homes, which depend on what was drawn before.
    """
    counted = Counter(said=sum(_said(call) for call in list(office.sandbox.calls.entries)))
    with office.db.read() as session:
        for name, table in Base.metadata.tables.items():
            if name not in {other.__tablename__ for other in (Message, Person, Inbox, Picture)}:
                counted[name] = session.scalar(select(func.count()).select_from(table)) or 0
        for kind, number in session.execute(select(Message.kind, func.count()).group_by(Message.kind)):
            counted[f"message {kind}"] = number
    return counted


def _said(call: dict[str, Any]) -> bool:
    """Whether something new was said in a channel or to somebody, be it a file."""
    if call["method"] == "files.completeUploadExternal":
        return bool(call["args"].get("channel_id"))
    return call["method"] in ("chat.postMessage", "chat.postEphemeral") and bool(call["effect"])


def effect(office: Office, act: Act, *, twice: bool) -> Counter[str]:
    """What an act adds and takes away, which is delivered once or twice."""
    wait_until_quiet(office)
    before = left(office)
    office.sandbox.faults.set([{"deliver": "duplicate"}] if twice else [])
    try:
        act()
        wait_until_quiet(office)
    finally:
        office.sandbox.faults.set([])
    return Counter({name: number - before[name] for name, number in left(office).items() if number != before[name]})


@pytest.mark.parametrize("kind", STORIES)
def test_what_is_delivered_twice_at_once_acts_once(delivering: Office, kind: str) -> None:
    story, user = STORIES[kind]
    me = delivering.person(user)
    left_by: dict[str, Counter[str]] = {}
    for times in ("once", "twice"):
        act = story(delivering, me, f"{kind.title()} {times}")
        left_by[times] = effect(delivering, act, twice=times == "twice")
        if me.modal:
            me.close(everything=True)
    assert left_by["twice"] == left_by["once"]
    assert +left_by["once"]
