"""Before any listener: whose request it is, and whether that person belongs here."""

from collections.abc import Callable
from typing import Any

from slack_bolt import BoltContext
from slack_sdk import WebClient

from bot.errors import NotAllowed
from bot.flows import workspaces
from bot.listeners.call import Call
from bot.listeners.deps import Deps
from bot.listeners.reply import Body


def identify(deps: Deps) -> Callable[..., None]:
    """A middleware that gives listeners their ``call``. NotAllowed for people of other organisations."""

    def middleware(body: Body, context: BoltContext, client: WebClient, next: Callable[[], Any]) -> None:  # noqa: A002 - Bolt injects by this name
        if context.user_id:
            if _is_stranger(body):
                raise NotAllowed("CMI Bot works only for members of the workspace that installed it.")
            actor = workspaces.actor(deps.db, context.team_id, context.enterprise_id, context.user_id)
            context["call"] = Call(deps, actor, client, body)
        next()

    return middleware


def _is_stranger(body: Body) -> bool:
    """In a shared channel people of another organisation see the buttons too, and Slack lets them press.

    Within an enterprise a person's home team may differ from the channel's; Slack then names the enterprise.
    """
    user, team = body.get("user"), body.get("team")
    if not isinstance(user, dict) or not isinstance(team, dict) or body.get("enterprise"):
        return False
    return bool(user.get("team_id")) and user["team_id"] != team.get("id")
