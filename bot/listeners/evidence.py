"""The message shortcut that attaches a message to an account, for its next rating."""

from slack_bolt import Ack, App

from bot.flows import evidence as attaching
from bot.listeners import parsing
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import evidence
from bot.views.evidence import Attached, Source


def open_form(ack: Ack, shortcut: Body, call: Call) -> None:
    """The shortcut "Attach to an account" in a message's menu."""
    message = shortcut.get("message") or {}
    source = Source(
        channel=(shortcut.get("channel") or {}).get("id", ""),
        ts=str(message.get("ts") or shortcut.get("message_ts")),
        author=message.get("user"),
        excerpt=evidence.excerpt(parsing.readable(message.get("text") or "")),
    )
    call.show(evidence.build(source), again=evidence.again(source))
    ack()


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button that opens the form after all."""
    source = evidence.read_source(action.get("value"))
    call.show(evidence.build(source), again=evidence.again(source))
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    entered = evidence.parse(view)
    if isinstance(entered, dict):
        ack(response_action="errors", errors=entered)
        return
    standing, before = attaching.attach(call.db, call.now(), call.actor, entered)
    ack(response_action="update", view=evidence.attached_modal(standing, before=before))
    call.deps.later.run(lambda: _link(call, entered), lambda _: None)


def _link(call: Call, attached: Attached) -> None:
    """Where the bot isn't in the channel Slack gives no link; the excerpt stands without it."""
    source = attached.source
    answer = call.client.chat_getPermalink(channel=source.channel, message_ts=source.ts)
    attaching.link(call.db, call.actor, attached, str(answer["permalink"]))


def read(ack: Ack) -> None:
    """The button "Read" leads to the message by itself."""
    ack()


def register(app: App) -> None:
    app.shortcut(evidence.SHORTCUT)(open_form)
    app.action(evidence.CALLBACK)(press)
    app.view(evidence.CALLBACK)(submit)
    app.action(evidence.LINK)(read)
