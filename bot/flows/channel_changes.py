"""What Slack tells of channels: shared, archived, left, joined again, or given another id."""

from datetime import datetime

from bot.clock import real_now
from bot.store import audit, channels, workspaces
from bot.store.database import Database
from bot.workspace_settings import WorkspaceSettings


def changed(db: Database, workspace_id: int, channel: str) -> None:
    """Ask Slack anew before anything is posted there, and try at once what could not be posted so far."""
    with db.write() as session:
        channels.changed(session, workspace_id, channel, real_now())
        channels.try_again(session, workspace_id, channel)


def renamed(db: Database, now: datetime, workspace_id: int, old: str, new: str) -> None:
    """Slack gave a channel another id, as when it becomes private: the settings and what was posted follow."""
    with db.write() as session:
        row = workspaces.lock_settings(session, workspace_id)
        before = workspaces.settings_of(session, workspace_id)
        after = _with_new_id(before, old, new)
        if after != before:
            row.settings = after.model_dump(mode="json")
            row.version += 1
            audit.note(
                session,
                workspace_id,
                now,
                actor="clock",
                action="settings",
                subject=f"workspace:{workspace_id}",
                before=before.model_dump(mode="json"),
                after=row.settings,
                reason="Slack gave the channel another id.",
                settings_version=row.version,
            )
        channels.renamed(session, workspace_id, old, new)


def _with_new_id(settings: WorkspaceSettings, old: str, new: str) -> WorkspaceSettings:
    def moved(channel: str | None) -> str | None:
        return new if channel == old else channel

    routes = tuple(route.model_copy(update={"channel": moved(route.channel)}) for route in settings.alert_routes)
    return settings.model_copy(
        update={
            "alert_channel": moved(settings.alert_channel),
            "fallback_channel": moved(settings.fallback_channel),
            "alert_routes": routes,
        }
    )
