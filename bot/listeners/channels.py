"""What Slack tells of channels: alerts go by what holds now, not by what held when a channel was chosen."""

from slack_bolt import App, BoltContext

from bot.flows import channel_changes, workspaces
from bot.listeners.deps import Deps
from bot.listeners.reply import Body

CHANGES = (
    "channel_shared",
    "channel_unshared",
    "channel_archive",
    "channel_unarchive",
    "channel_left",
    "group_archive",
    "group_unarchive",
    "group_left",
)
JOINED, RENAMED = "member_joined_channel", "channel_id_changed"


def register(app: App, deps: Deps) -> None:
    def workspace_of(context: BoltContext) -> int:
        return workspaces.actor(deps.db, context.team_id, context.enterprise_id, "").workspace_id

    def changed(event: Body, context: BoltContext) -> None:
        channel_changes.changed(deps.db, workspace_of(context), event["channel"])

    def joined(event: Body, context: BoltContext) -> None:
        """Only the bot itself matters: what waited for it to be invited goes out."""
        if event.get("user") == context.bot_user_id:
            channel_changes.changed(deps.db, workspace_of(context), event["channel"])

    def renamed(event: Body, context: BoltContext) -> None:
        old, new = event["old_channel_id"], event["new_channel_id"]
        channel_changes.renamed(deps.db, deps.clock.now(), workspace_of(context), old, new)

    for kind in CHANGES:
        app.event(kind)(changed)
    app.event(JOINED)(joined)
    app.event(RENAMED)(renamed)
