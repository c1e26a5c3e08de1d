"""api.*, auth.*, apps.* and team.*: who is calling, and how to connect."""

from __future__ import annotations

from sandbox.errors import SlackError
from sandbox.methods.registry import Call, method
from sandbox.model import Json
from sandbox.workspace import BOT_ID, TEAM_ID


@method("api.test", "4", token="")
def api_test(call: Call) -> Json:
    """Echo the arguments, or the error that was asked for."""
    if error := call.text("error"):
        raise SlackError(error, args=call.args)
    return {"args": call.args}


@method("auth.test", "special")
def auth_test(call: Call) -> Json:
    """Say whose token it is."""
    bot = call.workspace.bot
    return {
        "url": f"http://{call.on.address}/",
        "team": "Sandbox",
        "user": bot.name,
        "team_id": TEAM_ID,
        "user_id": bot.id,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", "3", token="xapp")
def apps_connections_open(call: Call) -> Json:
    """Give an address for one Socket Mode connection."""
    return {"url": f"ws://{call.on.address}/socket?ticket={call.on.sockets.new_ticket()}"}


@method("team.info", "3", "team:read")
def team_info(_call: Call) -> Json:
    """Describe the workspace."""
    return {"team": {"id": TEAM_ID, "name": "Sandbox", "domain": "sandbox", "email_domain": "", "icon": {}}}
