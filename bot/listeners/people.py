"""What Slack tells of people: a new zone, or that somebody has left."""

import logging

from slack_bolt import App, BoltContext

from bot.flows import people, workspaces
from bot.listeners.deps import Deps
from bot.listeners.reply import Body

logger = logging.getLogger(__name__)


def register(app: App, deps: Deps) -> None:
    def changed(event: Body, context: BoltContext) -> None:
        """Prompts go by what is stored here: nobody is asked at night, or after they have left."""
        user = event["user"]
        actor = workspaces.actor(deps.db, context.team_id, context.enterprise_id, user["id"])
        people.take(deps.db, deps.clock.now(), actor.workspace_id, user["id"], user)

    def gone(context: BoltContext) -> None:
        logger.warning(
            "Slack says that the bot was removed from the workspace %s, or its token revoked", context.team_id
        )

    app.event("user_change")(changed)
    app.event("app_uninstalled")(gone)
    app.event("tokens_revoked")(gone)
