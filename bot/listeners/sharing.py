"""Sharing what a window shows."""

from concurrent.futures import TimeoutError as TooSlow

from slack_bolt import Ack, App

from bot.flows import channels, sharing
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import notes, share_form
from bot.views.message import Block
from bot.views.share_form import ShareEntry

PATIENCE_SECONDS = 1.5


def send(ack: Ack, action: Body, call: Call) -> None:
    """The button "Send to me"."""
    shared = share_form.read(action.get("value"))

    def work() -> None:
        sharing.share(call.db, call.now(), call.actor, shared, call.actor.user)
        call.tell(notes.note("It comes as a message from CMI Bot in a moment."))

    call.later(work)
    ack()


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Post in a channel…"."""
    shared = share_form.read(action.get("value"))
    call.show(share_form.build(shared), again=share_form.post_button(shared))
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    """Slack is asked about the channel first; where it is slow the answer comes into the window afterwards."""
    entry = share_form.parse(view)
    if entry.error:
        ack(response_action="errors", errors=share_form.errors(entry.error))
        return
    check = call.deps.later.ask(lambda: channels.trouble(call.client, entry.channel))
    try:
        trouble = check.result(PATIENCE_SECONDS)
    except TooSlow:
        call.finish(lambda: _posted(call, entry, check.result()))
        ack(response_action="update", view=notes.checking_modal())
        return
    if trouble:
        ack(response_action="errors", errors=share_form.errors(trouble))
        return
    call.answer_form(ack, lambda: _posted(call, entry, None), meanwhile=notes.loading_modal("Share"))


def _posted(call: Call, entry: ShareEntry, trouble: str | None) -> Block:
    if trouble:
        return notes.note_modal(trouble)
    sharing.share(call.db, call.now(), call.actor, entry.shared, entry.channel)
    return notes.note_modal(f"It appears in <#{entry.channel}> in a moment.")


def register(app: App) -> None:
    app.action(share_form.SEND)(send)
    app.action(share_form.POST)(press)
    app.view(share_form.CALLBACK)(submit)
