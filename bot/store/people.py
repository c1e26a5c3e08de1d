"""People as last read from Slack."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.store import workspaces
from bot.store.bulk import table_of
from bot.store.tables import Person, Workspace
from bot.store.upsert import insert_once
from bot.workspace_settings import WorkspaceSettings

# Built once: the tick and every answer ask for people, and building a statement takes longer than the database does.
_FIND = select(Person).where(
    Person.workspace_id == bindparam("workspace_id"), Person.user.in_(bindparam("users", expanding=True))
)
_MANAGER = aliased(Person)
_WITH_MANAGERS = (
    select(Person, _MANAGER)
    .outerjoin(_MANAGER, (_MANAGER.workspace_id == Person.workspace_id) & (_MANAGER.user == Person.manager))
    .where(Person.workspace_id == bindparam("workspace_id"), Person.user.in_(bindparam("users", expanding=True)))
)
# On the tables: going by the classes takes longer, and every request asks.
_PEOPLE, _WORKSPACES = table_of(Person).c, table_of(Workspace).c
_LOOK = (
    select(workspaces.SETTINGS, _PEOPLE.state, _PEOPLE.read_at)
    .outerjoin_from(
        table_of(Workspace),
        table_of(Person),
        (_PEOPLE.workspace_id == _WORKSPACES.id) & (_PEOPLE.user == bindparam("user")),
    )
    .where(_WORKSPACES.id == bindparam("id"))
)


def get(session: Session, workspace_id: int, user: str) -> Person:
    """The person's row, made when first needed."""
    key = {"workspace_id": workspace_id, "users": [user]}
    person = session.scalars(_FIND, key).one_or_none()
    if person is None:
        insert_once(session, Person, workspace_id=workspace_id, user=user, name="", state="active")
        person = session.scalars(_FIND, key).one()
    return person


def lock(session: Session, workspace_id: int, user: str) -> Person:
    """The same, locked until the transaction ends, for whoever sends them their one unasked message of a day."""
    person = get(session, workspace_id, user)
    session.refresh(person, with_for_update=True)
    return person


def find(session: Session, workspace_id: int, users: Iterable[str]) -> dict[str, Person]:
    """The rows of those already known, by Slack id."""
    rows = session.scalars(_FIND, {"workspace_id": workspace_id, "users": list(set(users))})
    return {person.user: person for person in rows}


class Look(NamedTuple):
    """Somebody's state and when it was read from Slack, None where they aren't known; their workspace's settings."""

    settings: WorkspaceSettings
    state: str | None
    read_at: datetime | None


def look(connection: Connection, workspace_id: int, user: str) -> Look | None:
    """What every request asks, in one statement; None where there is no such workspace any more."""
    row = connection.execute(_LOOK, {"id": workspace_id, "user": user}).one_or_none()
    return None if row is None else Look(workspaces.parsed(row[0]), row.state, row.read_at)


def with_managers(session: Session, workspace_id: int, users: Iterable[str]) -> dict[str, Person | None]:
    """The same with those they report to, by Slack id; None for a manager of whom nothing is known."""
    found: dict[str, Person | None] = {}
    rows = session.execute(_WITH_MANAGERS, {"workspace_id": workspace_id, "users": list(set(users))})
    for person, manager in rows:
        found[person.user] = person
        if person.manager:
            found[person.manager] = manager
    return found


def leads(session: Session, workspace_id: int, user: str) -> bool:
    """Whether somebody is a leader, or the manager of anybody."""
    theirs = or_((Person.user == user) & (Person.role == "leader"), Person.manager == user)
    return bool(session.scalar(select(exists().where(Person.workspace_id == workspace_id, theirs))))


def stale(person: Person | None, before: datetime) -> bool:
    """Whether the person's zone and state have to be read anew."""
    return person is None or person.read_at is None or person.read_at < before


def messaged(session: Session, workspace_id: int, user: str, day: date, *, asked: bool) -> None:
    """Remember that a person got their one unasked message of a day."""
    person = get(session, workspace_id, user)
    person.last_messaged_on = day
    if asked:
        person.last_asked_on = day


def take_day(session: Session, workspace_id: int, user: str, day: date) -> bool:
    """Take a person's one unasked message of a day; False where another process was quicker."""
    result = session.execute(
        update(Person)
        .where(
            Person.workspace_id == workspace_id,
            Person.user == user,
            or_(Person.last_messaged_on.is_(None), Person.last_messaged_on != day),
        )
        .values(last_messaged_on=day)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE always has a cursor result
