"""Reading and changing a workspace's settings."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.errors import NotAllowed
from bot.flows.actor import Actor
from bot.store import audit, messages, workspaces
from bot.store.database import Database
from bot.views.settings_form import SettingsForm
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
        )


def write(db: Database, now: datetime, actor: Actor, form: SettingsForm) -> None:
    """Store the form. Alerts that waited for a channel go out now."""
    with db.write() as session:
        after = change(session, now, actor, form.model_dump())
        if after.alert_channel is not None:
            messages.held_for_channel(
                session, actor.workspace_id, ("alert", "episode_note", "batch"), after.alert_channel
            )


def change(session: Session, now: datetime, actor: Actor, update: Mapping[str, object]) -> WorkspaceSettings:
    """Change some settings, with an entry in the audit log; gives all as they are now. NotAllowed as `read`.

    For what moves no account: a change of the map or the weights goes through `bot.flows.configuring`.
    """
    row = workspaces.lock_settings(session, actor.workspace_id)
    before = workspaces.settings_of(session, actor.workspace_id)
    require_admin(before, actor)
    after = before.model_copy(update=dict(update))
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
        before=before.model_dump(mode="json"),
        after=row.settings,
    )
    return after


def require_admin(settings: WorkspaceSettings, actor: Actor) -> None:
    if settings.admins and actor.user not in settings.admins:
        names = ", ".join(f"<@{admin}>" for admin in settings.admins[:5])
        raise NotAllowed(f"Only admins of CMI Bot may change the settings. Please ask {names}.")
