"""users.*: who is in the workspace."""

from __future__ import annotations

from sandbox.errors import SlackError
from sandbox.methods.registry import Call, method
from sandbox.model import Json, User
from sandbox.payloads import channel_object, user_object


def _shown(call: Call, user: User) -> Json:
    email = "users:read.email" in call.workspace.manifest.scopes
    return user_object(user, call.workspace.calendar.now(), email=email, locale=call.flag("include_locale"))


@method("users.info", "4", "users:read")
def users_info(call: Call) -> Json:
    """Describe one user."""
    return {"user": _shown(call, call.user())}


@method("users.list", "2", "users:read")
def users_list(call: Call) -> Json:
    """List all users, page by page where a limit is given."""
    everyone = list(call.workspace.users.values())
    most = call.workspace.limits.list_page
    members, cursor = call.page(everyone, max(len(everyone), 1), max(most, len(everyone)))
    return {
        "members": [_shown(call, user) for user in members],
        "cache_ts": int(call.workspace.calendar.now().timestamp()),
        "response_metadata": {"next_cursor": cursor},
    }


@method("users.lookupByEmail", "3", "users:read.email")
def users_lookup_by_email(call: Call) -> Json:
    """Find somebody by e-mail; those who left can't be found."""
    email = call.required("email").lower()
    for user in call.workspace.users.values():
        if user.email.lower() == email and not user.deleted:
            return {"user": _shown(call, user)}
    raise SlackError("users_not_found")


@method("users.conversations", "3")
def users_conversations(call: Call) -> Json:
    """List the conversations that a user (by default the bot) is in."""
    wanted = conversation_types(call)
    member = call.user().id if call.text("user") else call.workspace.bot.id
    mine = [c for c in call.workspace.channels.values() if c.scope_family in wanted and member in c.members]
    page, cursor = call.page(mine, 100, call.workspace.limits.history_page)
    return {"channels": [channel_object(c) for c in page], "response_metadata": {"next_cursor": cursor}}


def conversation_types(call: Call) -> set[str]:
    """Return the scope families of the conversation types asked for, if the app may read them.

    Raises:
        SlackError: invalid_types or missing_scope.
    """
    families = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
    wanted = (call.text("types") or "public_channel").replace(" ", "").split(",")
    if any(kind not in families for kind in wanted):
        raise SlackError("invalid_types")
    for kind in wanted:
        call.need_scope(f"{families[kind]}:read")
    return {families[kind] for kind in wanted}
