"""Before any listener: whose request it is, and whether that person belongs here."""

from collections.abc import Callable
from concurrent.futures import TimeoutError as TooSlow
from typing import Any

from slack_bolt import BoltContext, BoltResponse
from slack_sdk import WebClient

from bot.errors import Busy, NotAllowed
from bot.flows import belonging, people, workspaces
from bot.flows.belonging import Known
from bot.listeners import channels
from bot.listeners.call import Call
from bot.listeners.deps import Deps
from bot.listeners.reply import Body
from bot.slack import Kind
from bot.views import dates, refusal
from bot.workspace_settings import WorkspaceSettings

# How long somebody waits whom the bot has never seen, while Slack is asked who it is.
PATIENCE_SECONDS = 1.2
# Events that tell of a person or a channel: whoever did it asks the bot for nothing.
_ABOUT_OTHERS = frozenset(
    ["user_change", "team_join", "app_uninstalled", "tokens_revoked", channels.JOINED, channels.RENAMED]
) | frozenset(channels.CHANGES)


def identify(deps: Deps) -> Callable[..., BoltResponse | None]:
    """A middleware that gives listeners their ``call``. NotAllowed for guests and people of other organisations.

    Busy where that isn't known yet and Slack doesn't say in time: whoever may be a guest sees nothing until then.
    """

    def middleware(
        body: Body,
        context: BoltContext,
        client: WebClient,
        next: Callable[[], Any],  # noqa: A002 - Bolt injects by this name
    ) -> BoltResponse | None:
        event = body.get("event") or {}
        if context.user_id and event.get("type") not in _ABOUT_OTHERS and context.user_id != context.bot_user_id:
            actor = workspaces.actor(deps.db, context.team_id, context.enterprise_id, context.user_id)
            known = None if _is_stranger(body) else belonging.look(deps.db, deps.clock.now(), actor)
            call = Call(deps, actor, client, body, known.settings if known else WorkspaceSettings())
            state = _state(call, known) if known else "foreign"
            if state != "active":
                if event:
                    deps.later.run(lambda: _answer_event(call, event, state), lambda _: None)
                    return BoltResponse(status=200)
                raise NotAllowed(refusal.text(state))
            context["call"] = call
        next()
        return None

    return middleware


def _state(call: Call, known: Known) -> str:
    """The person's state, read from Slack where it isn't known. Nobody waits for what is known but may be old."""
    deps, actor, now = call.deps, call.actor, call.now()
    dates.choose(known.settings.language)
    if not known.stale:
        return known.state

    def read() -> bool:
        unread = people.read(deps.db, now, call.client, actor.workspace_id, actor.user)
        # Without that permission nobody could ever be known: the operator hears of it, and nobody is locked out.
        return unread is None or unread.kind is Kind.MISSING_SCOPE

    reading = deps.later.ask(read)
    if known.belongs:
        return known.state
    try:
        answered = reading.result(PATIENCE_SECONDS)
    except TooSlow:
        answered = False
    if not answered:
        raise Busy(refusal.UNSURE)
    return belonging.look(deps.db, now, actor).state or "active"


def _is_stranger(body: Body) -> bool:
    """In a shared channel people of another organisation see the buttons too, and Slack lets them press.

    Within an enterprise a person's home team may differ from the channel's; Slack then names the enterprise, and the
    person's own entry decides.
    """
    event = body.get("event")
    if isinstance(event, dict):
        theirs, ours = event.get("user_team"), body.get("team_id")
        return bool(theirs) and theirs not in (ours, body.get("enterprise_id"))
    user, team = body.get("user"), body.get("team")
    if not isinstance(user, dict) or not isinstance(team, dict) or body.get("enterprise"):
        return False
    return bool(user.get("team_id")) and user["team_id"] != team.get("id")


def _answer_event(call: Call, event: Body, state: str) -> None:
    """On the Home, or privately where the bot was written to; what people say to each other is not answered."""
    kind, user, answer = event.get("type"), call.actor.user, refusal.note(state)
    if kind == "app_home_opened":
        call.client.views_publish(user_id=user, view=refusal.home(state))
    elif event.get("bot_id") or event.get("subtype"):
        return
    elif kind == "app_mention":
        call.client.chat_postEphemeral(
            channel=event["channel"], user=user, text=answer.text, blocks=answer.blocks, parse="none"
        )
    elif kind == "message" and event.get("channel_type") == "im":
        call.client.chat_postMessage(
            channel=event["channel"], text=answer.text, blocks=answer.blocks, parse="none", unfurl_links=False
        )
