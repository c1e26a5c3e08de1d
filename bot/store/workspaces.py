"""Workspaces, their settings and the frameworks that they use."""

import json
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.store.tables import FrameworkRow, Workspace
from bot.store.upsert import insert_once
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Framework, built_in_frameworks, framework_from_dict, load_framework


def register(session: Session, now: datetime, team: str, name: str) -> Workspace:
    """The row of a Slack team, made when it is first seen."""
    insert_once(session, Workspace, team=team, name=name, settings={}, version=1, created_at=now)
    return session.scalars(select(Workspace).where(Workspace.team == team)).one()


def by_team(session: Session, team: str) -> Workspace | None:
    return session.scalars(select(Workspace).where(Workspace.team == team)).one_or_none()


def team_of(session: Session, workspace_id: int) -> str:
    """Slack's id of the team or enterprise."""
    return session.execute(select(Workspace.team).where(Workspace.id == workspace_id)).scalar_one()


def some_ids(session: Session) -> list[int]:
    """The first workspaces' ids, enough to tell whether there is exactly one."""
    return list(session.scalars(select(Workspace.id).order_by(Workspace.id).limit(2)))


def hold_settings(session: Session, workspace_id: int) -> None:
    """Keep the settings as they are until the transaction ends; any number may hold them, a change waits for all.

    Taken before any account's lock by whatever places accounts, so that none is placed by settings of yesterday.
    """
    session.execute(select(Workspace.id).where(Workspace.id == workspace_id).with_for_update(read=True))


def lock_settings(session: Session, workspace_id: int) -> Workspace:
    """The workspace's row, for changing its settings: waits for whoever holds them, and makes newcomers wait."""
    # Not a full lock of the row: rows that point to the workspace may still be added meanwhile.
    statement = select(Workspace).where(Workspace.id == workspace_id).with_for_update(key_share=True)
    return session.scalars(statement).one()


def settings_of(session: Session, workspace_id: int) -> WorkspaceSettings:
    """The workspace's settings, with the defaults for what it never chose."""
    stored = session.execute(select(Workspace.settings).where(Workspace.id == workspace_id)).scalar_one_or_none()
    if stored is None:
        raise NotFound("This workspace isn't known to the bot any more. Please install the app again.")
    return _parsed(json.dumps(stored, sort_keys=True))


def version_of(session: Session, workspace_id: int) -> int:
    """The number that grows with every change of the workspace's settings."""
    return session.execute(select(Workspace.version).where(Workspace.id == workspace_id)).scalar_one()


def framework_in_force(session: Session, workspace_id: int, name: str) -> tuple[int, Framework]:
    """The newest stored version of a framework, and its row's id; a built-in one is stored when first used."""
    row = session.scalars(
        select(FrameworkRow)
        .where(FrameworkRow.workspace_id == workspace_id, FrameworkRow.name == name)
        .order_by(FrameworkRow.version.desc())
        .limit(1)
    ).one_or_none()
    if row is not None:
        return row.id, _framework(json.dumps(row.definition, sort_keys=True))
    framework = load_framework(name)
    made = insert_once(
        session,
        FrameworkRow,
        workspace_id=workspace_id,
        name=name,
        version=framework.version,
        definition=framework.to_dict(),
    )
    return (made, framework) if made is not None else framework_in_force(session, workspace_id, name)


def framework_or_built_in(session: Session, workspace_id: int, name: str) -> Framework:
    """The framework in force, for reading only: a built-in one that was never used is not stored for it."""
    definition = session.execute(
        select(FrameworkRow.definition)
        .where(FrameworkRow.workspace_id == workspace_id, FrameworkRow.name == name)
        .order_by(FrameworkRow.version.desc())
        .limit(1)
    ).scalar_one_or_none()
    return load_framework(name) if definition is None else _framework(json.dumps(definition, sort_keys=True))


def framework_by_id(session: Session, framework_id: int) -> Framework:
    """The stored version with this id."""
    definition = session.execute(select(FrameworkRow.definition).where(FrameworkRow.id == framework_id)).scalar_one()
    return _framework(json.dumps(definition, sort_keys=True))


def framework_versions(session: Session, workspace_id: int) -> dict[int, Framework]:
    """All stored versions of all frameworks, by their row's id."""
    rows = session.execute(
        select(FrameworkRow.id, FrameworkRow.definition).where(FrameworkRow.workspace_id == workspace_id)
    )
    return {row_id: _framework(json.dumps(definition, sort_keys=True)) for row_id, definition in rows}


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
    return row.id


def framework_version(session: Session, workspace_id: int, name: str, version: int) -> Framework | None:
    """One version of a framework, as it was used."""
    definition = session.execute(
        select(FrameworkRow.definition).where(
            FrameworkRow.workspace_id == workspace_id, FrameworkRow.name == name, FrameworkRow.version == version
        )
    ).scalar_one_or_none()
    return None if definition is None else _framework(json.dumps(definition, sort_keys=True))


# Parsing is pure and the texts are few, so each is parsed once: it would cost more than the query that brings it.
@lru_cache(maxsize=256)
def _parsed(settings: str) -> WorkspaceSettings:
    return WorkspaceSettings.model_validate_json(settings)


@lru_cache(maxsize=256)
def _framework(definition: str) -> Framework:
    return framework_from_dict(json.loads(definition))
