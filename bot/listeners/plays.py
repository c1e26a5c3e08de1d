"""Plays: ticking off steps, the window with plays for weak spots, and the content journey."""

from slack_bolt import Ack, App

from bot.errors import UserError
from bot.flows import accounts, content, plays
from bot.listeners import button_value, reply
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import advice, buttons, card, playbook


def tick(ack: Ack, action: Body, call: Call) -> None:
    """A box of a playbook, on a card, in the window "Plays" or on an alert; the last is changed by delivery."""
    account_id = plays.tick(call.db, call.now(), call.actor, playbook.parse(action))
    ack()
    _show_again(call, account_id)


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Plays"."""
    shown = accounts.card(call.db, call.now(), call.actor, button_value.account_id(action))
    if shown.advice is None:
        raise UserError("It needs a rating first: plays follow from how mature the account is.")
    call.show(advice.modal(shown.advice), again=buttons.plays(shown.advice.account_id, shown.advice.name))
    ack()


def sent(ack: Ack, action: Body, call: Call) -> None:
    """The button "Mark as sent" beside a piece of content."""
    ref = advice.parse(action.get("value"))
    content.mark_sent(call.db, call.now(), call.actor, ref.account_id, ref.piece)
    ack()
    _show_again(call, ref.account_id)


def read(ack: Ack) -> None:
    """Slack opens the link by itself and still waits for an answer."""
    ack()


def _show_again(call: Call, account_id: int) -> None:
    now = call.now()
    shown = accounts.card(call.db, now, call.actor, account_id)
    if not reply.in_modal(call.body):
        call.later(lambda: reply.renew(call.body, card.render(shown, now)))
        return
    in_plays = call.body["view"].get("callback_id") == advice.CALLBACK
    view = advice.modal(shown.advice) if in_plays and shown.advice else card.modal(shown, now)
    call.later(lambda: _replace(call, view))


def _replace(call: Call, view: Body) -> None:
    call.replace(view)


def register(app: App) -> None:
    app.action(playbook.TICK)(tick)
    app.action(buttons.PLAYS)(press)
    app.action(advice.SENT)(sent)
    app.action(advice.READ)(read)
