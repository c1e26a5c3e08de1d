"""Workspaces, their settings and the frameworks that they use."""

import json
from collections.abc import Callable, Hashable
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, Text, bindparam, cast, event, select
from sqlalchemy.orm import Session, object_session

from bot.errors import NotFound
from bot.store.bulk import plain, table_of
from bot.store.tables import FrameworkRow, Workspace
from bot.store.upsert import insert_once
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Framework, built_in_frameworks, framework_from_dict, load_framework

T = TypeVar("T")


# Built once: nearly every transaction asks for these, and building a statement takes longer than the database does.
# On the table, since going by the class takes longer too.
_WORKSPACES = table_of(Workspace).c
SETTINGS = cast(_WORKSPACES.settings, Text)  # as text: it is parsed once, and looked up by it from then on
_SETTINGS = select(SETTINGS).where(_WORKSPACES.id == bindparam("id"))
_SETTINGS_VERSION = select(_WORKSPACES.version).where(_WORKSPACES.id == bindparam("id"))
_HELD = select(SETTINGS, _WORKSPACES.version).where(_WORKSPACES.id == bindparam("id")).with_for_update(read=True)
_TEAM = select(Workspace.team).where(Workspace.id == bindparam("id"))
_VERSION = select(FrameworkRow.id).where(
    FrameworkRow.workspace_id == bindparam("workspace_id"),
    FrameworkRow.name == bindparam("name"),
    FrameworkRow.version == bindparam("number"),
)
_IN_FORCE = (
    select(FrameworkRow.id)
    .where(FrameworkRow.workspace_id == bindparam("workspace_id"), FrameworkRow.name == bindparam("name"))
    .order_by(FrameworkRow.version.desc())
    .limit(1)
)


def register(session: Session, now: datetime, team: str, name: str) -> Workspace:
    """The row of a Slack team, made when it is first seen."""
    insert_once(session, Workspace, team=team, name=name, settings={}, version=1, created_at=now)
    return session.scalars(select(Workspace).where(Workspace.team == team)).one()


def by_team(session: Session, team: str) -> Workspace | None:
    return session.scalars(select(Workspace).where(Workspace.team == team)).one_or_none()


def team_of(session: Session, workspace_id: int) -> str:
    """Slack's id of the team or enterprise."""
    return session.execute(_TEAM, {"id": workspace_id}).scalar_one()


def some_ids(session: Session) -> list[int]:
    """The first workspaces' ids, enough to tell whether there is exactly one."""
    return list(session.scalars(select(Workspace.id).order_by(Workspace.id).limit(2)))


def hold_settings(session: Session, workspace_id: int) -> None:
    """Keep the settings as they are until the transaction ends; any number may hold them, a change waits for all.

    Taken before any account's lock by whatever places accounts, so that none is placed by settings of yesterday.
    """
    forget(session)
    row = plain(session).execute(_HELD, {"id": workspace_id}).one_or_none()
    if row is not None:
        known = _known(session)
        known["settings", workspace_id], known["version", workspace_id] = parsed(row[0]), row[1]


def remember_in_force(session: Session, workspace_id: int, name: str, row_id: int) -> None:
    """Take the id of a framework's version in force that a query of this session brought along."""
    _known(session).setdefault(("in force", workspace_id, name), row_id)


def lock_settings(session: Session, workspace_id: int) -> Workspace:
    """The workspace's row, for changing its settings: waits for whoever holds them, and makes newcomers wait."""
    forget(session)
    # Not a full lock of the row: rows that point to the workspace may still be added meanwhile.
    statement = select(Workspace).where(Workspace.id == workspace_id).with_for_update(key_share=True)
    return session.scalars(statement).one()


def settings_of(session: Session, workspace_id: int) -> WorkspaceSettings:
    """The workspace's settings, with the defaults for what it never chose."""

    def read() -> WorkspaceSettings:
        stored = plain(session).execute(_SETTINGS, {"id": workspace_id}).scalar_one_or_none()
        if stored is None:
            raise missing()
        return parsed(stored)

    return _once(session, ("settings", workspace_id), read)


def missing() -> NotFound:
    """What is said where the bot has no row of the workspace."""
    return NotFound("This workspace isn't known to the bot any more. Please install the app again.")


def version_of(session: Session, workspace_id: int) -> int:
    """The number that grows with every change of the workspace's settings."""

    def read() -> int:
        found: int = plain(session).execute(_SETTINGS_VERSION, {"id": workspace_id}).scalar_one()
        return found

    return _once(session, ("version", workspace_id), read)


def framework_in_force(session: Session, workspace_id: int, name: str) -> tuple[int, Framework]:
    """The newest stored version of a framework, and its row's id; a built-in one is stored when first used."""
    row_id = _in_force(session, workspace_id, name)
    if row_id is not None:
        return row_id, framework_by_id(session, row_id)
    framework = load_framework(name)
    for key in (("in force", workspace_id, name), ("version of", workspace_id, name, framework.version)):
        _known(session).pop(key, None)
    made = insert_once(
        session,
        FrameworkRow,
        workspace_id=workspace_id,
        name=name,
        version=framework.version,
        definition=framework.to_dict(),
    )
    session.info[_ADDED] = True
    return (made, framework) if made is not None else framework_in_force(session, workspace_id, name)


def framework_or_built_in(session: Session, workspace_id: int, name: str) -> Framework:
    """The framework in force, for reading only: a built-in one that was never used is not stored for it."""
    row_id = _in_force(session, workspace_id, name)
    return load_framework(name) if row_id is None else framework_by_id(session, row_id)


def _in_force(session: Session, workspace_id: int, name: str) -> int | None:
    key = {"workspace_id": workspace_id, "name": name}
    return _once(
        session, ("in force", workspace_id, name), lambda: session.execute(_IN_FORCE, key).scalar_one_or_none()
    )


def framework_by_id(session: Session, framework_id: int) -> Framework:
    """The stored version with this id."""
    bind = session.get_bind().engine
    stored = _stored.setdefault(bind.pool, {})
    if framework_id in stored:
        return stored[framework_id]

    def read() -> Framework:
        wanted = select(FrameworkRow.definition).where(FrameworkRow.id == framework_id)
        return _framework(json.dumps(session.execute(wanted).scalar_one(), sort_keys=True))

    framework = _once(session, ("framework", framework_id), read)
    # A row is never changed; but one that this transaction has added may be undone, and its number be given again.
    if _ADDED not in session.info and len(stored) < _MOST_STORED:
        stored[framework_id] = framework
    return framework


def framework_versions(session: Session, workspace_id: int) -> dict[int, Framework]:
    """All stored versions of all frameworks, by their row's id."""
    ids = session.scalars(select(FrameworkRow.id).where(FrameworkRow.workspace_id == workspace_id))
    return {row_id: framework_by_id(session, row_id) for row_id in ids}


def publish(session: Session, workspace_id: int, framework: Framework) -> int:
    """Store a framework as the next version of its name. Gives the row's id; the framework's own number is ignored."""
    last = session.scalars(
        select(FrameworkRow.version)
        .where(FrameworkRow.workspace_id == workspace_id, FrameworkRow.name == framework.id)
        .order_by(FrameworkRow.version.desc())
        .limit(1)
    ).one_or_none()
    if last is None and framework.id in built_in_frameworks():
        # The version as shipped is the first, so that what was asked by it can still be told apart.
        framework_in_force(session, workspace_id, framework.id)
        last = load_framework(framework.id).version
    row = FrameworkRow(
        workspace_id=workspace_id,
        name=framework.id,
        version=(last or 0) + 1,
        definition={**framework.to_dict(), "version": (last or 0) + 1},
    )
    session.add(row)
    session.flush()
    session.info[_ADDED] = True
    forget(session)
    return row.id


def framework_version(session: Session, workspace_id: int, name: str, version: int) -> Framework | None:
    """One version of a framework, as it was used."""
    kept = _versions.setdefault(session.get_bind().engine.pool, {})
    row_id = kept.get((workspace_id, name, version))
    if row_id is None:
        key, of = ("version of", workspace_id, name, version), {"workspace_id": workspace_id, "name": name}
        row_id = _once(session, key, lambda: session.execute(_VERSION, {**of, "number": version}).scalar_one_or_none())
        if row_id is not None and _ADDED not in session.info and len(kept) < _MOST_STORED:
            kept[workspace_id, name, version] = row_id
    return None if row_id is None else framework_by_id(session, row_id)


def forget(session: Session) -> None:
    """Read again what this session knows of settings and frameworks: it is about to change them, or to lock them."""
    session.info.pop(_KNOWN, None)


# What a session has read of settings and frameworks. A flow asks for them in several places, in one transaction.
_KNOWN = "workspaces"
# Whether it has added frameworks of its own.
_ADDED = "frameworks added"
# Frameworks by row id, for each database. Beyond so many the others are read each time.
_MOST_STORED = 500
_stored: WeakKeyDictionary[Pool, dict[int, Framework]] = WeakKeyDictionary()
# Their row ids likewise, by workspace, name and version.
_versions: WeakKeyDictionary[Pool, dict[tuple[int, str, int], int]] = WeakKeyDictionary()


def _known(session: Session) -> dict[Hashable, Any]:
    known: dict[Hashable, Any] = session.info.setdefault(_KNOWN, {})
    return known


def _once(session: Session, key: Hashable, read: Callable[[], T]) -> T:
    known = _known(session)
    if key not in known:
        known[key] = read()
    found: T = known[key]
    return found


@event.listens_for(Workspace.settings, "set")
@event.listens_for(Workspace.version, "set")
def _changed(workspace: Workspace, *_: object) -> None:
    session = object_session(workspace)
    if session is not None:
        forget(session)


# Parsing is pure and the texts are few, so each is parsed once: it would cost more than the query that brings it.
@lru_cache(maxsize=256)
def parsed(settings: str) -> WorkspaceSettings:
    """Settings as the database keeps them, with the defaults for what the workspace never chose."""
    return WorkspaceSettings.model_validate_json(settings)


@lru_cache(maxsize=256)
def _framework(definition: str) -> Framework:
    return framework_from_dict(json.loads(definition))
