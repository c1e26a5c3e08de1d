"""Reading and changing a workspace's settings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.errors import ChangedMeanwhile, NotAllowed
from bot.flows import permissions, routing
from bot.flows.actor import Actor
from bot.store import audit, messages, workspaces
from bot.store.database import Database
from bot.views import changes
from bot.views.settings_form import SettingsForm
from bot.views.text import mention
from bot.workspace_settings import WorkspaceSettings


def read(db: Database, actor: Actor) -> SettingsForm:
    """The settings as a form. NotAllowed for who isn't an admin; until there is one, anybody may begin."""
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        require_admin(settings, actor)
        return SettingsForm(
            alert_channel=settings.alert_channel,
            fallback_channel=settings.fallback_channel,
            admins=settings.admins or (actor.user,),
            zone=settings.zone,
            language=settings.language,
        )


def write(db: Database, now: datetime, actor: Actor, form: SettingsForm, *, seen: int | None = None) -> None:
    """Store the form. Alerts that waited for a channel go out now. `seen` as in `change`."""
    with db.write() as session:
        after = change(session, now, actor, form.model_dump(), seen=seen)
        if after.alert_channel is not None:
            messages.held_for_channel(
                session, actor.workspace_id, ("alert", "episode_note", "batch"), after.alert_channel
            )
        if after.fallback_channel is not None:
            messages.held_for_channel(session, actor.workspace_id, ("leavers",), after.fallback_channel)
        routing.send_waiting(session, actor.workspace_id, after)


def version(db: Database, actor: Actor) -> int:
    """The version of the settings, for a form that is about to show them."""
    with db.read() as session:
        return workspaces.version_of(session, actor.workspace_id)


def change(
    session: Session,
    now: datetime,
    actor: Actor,
    update: Mapping[str, object],
    *,
    seen: int | None = None,
    besides: tuple[dict[str, Any], dict[str, Any]] = ({}, {}),
) -> WorkspaceSettings:
    """Change some settings, with an entry in the audit log; gives all as they are now. NotAllowed as `read`.

    `seen` is the version that the form showed: ChangedMeanwhile where somebody changed the same settings since.
    `besides` is what the same form changed elsewhere, before and after, for the log.
    For what moves no account: a change of the map or the weights goes through `bot.flows.configuring`. What is already
    so is no change: the form came twice, or somebody else wanted the same.
    """
    row = workspaces.lock_settings(session, actor.workspace_id)
    before = workspaces.settings_of(session, actor.workspace_id)
    require_admin(before, actor)
    after = before.model_copy(update=dict(update))
    if after == before and besides[0] == besides[1]:
        return before
    require_unchanged(session, actor, seen, frozenset(update) | frozenset(besides[1]))
    row.settings = after.model_dump(mode="json")
    row.version += 1
    session.flush()
    audit.note(
        session,
        actor.workspace_id,
        now,
        actor=actor.user,
        action="settings",
        subject=f"workspace:{actor.workspace_id}",
        before={**before.model_dump(mode="json"), **besides[0]},
        after={**row.settings, **besides[1]},
        settings_version=row.version,
    )
    return after


def require_unchanged(session: Session, actor: Actor, seen: int | None, keys: frozenset[str]) -> None:
    """ChangedMeanwhile where one of these settings was changed since version `seen`; None: nobody looked."""
    if seen is None:
        return
    lines = []
    for entry in audit.settings_since(session, actor.workspace_id, seen):
        if changes.touches(entry.before, entry.after, keys):
            lines.append(f"{mention(entry.actor)} changed:")
            lines += [f"• {each.markup}" for each in changes.between(entry.before, entry.after)]
    if lines:
        raise ChangedMeanwhile(workspaces.version_of(session, actor.workspace_id), tuple(lines))


def require_admin(settings: WorkspaceSettings, actor: Actor) -> None:
    if not settings.is_admin(actor.user):
        raise NotAllowed(f"Only admins of CMI Bot may change the settings. {permissions.ask_admins(settings)}")
