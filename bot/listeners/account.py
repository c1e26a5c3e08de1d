"""Looking at an account."""

from slack_bolt import Ack, App

from bot.flows import accounts
from bot.listeners import button_value, parsing
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, card, more, notes, picker


def command(ack: Ack, call: Call, argument: str) -> None:
    name, now = parsing.name(argument), call.now()
    found = accounts.find(call.db, now, call.actor, name)
    if found.one:
        shown = accounts.card(call.db, now, call.actor, found.one.account_id)
        ack(**card.render(shown, now).as_answer())
    elif name:
        ack(**notes.not_found("account", name, found.matches).as_answer())
    else:
        call.show(picker.build("account", matches=found.matches), again=buttons.pick("account"))
        ack()


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Open account"."""
    now = call.now()
    shown = accounts.card(call.db, now, call.actor, button_value.account_id(action))
    again = buttons.open_account(shown.standing.account_id, shown.standing.name)
    call.show(card.modal(shown, now), again=again)
    ack()


def press_more(ack: Ack, action: Body, call: Call) -> None:
    """The button "More…" on a card."""
    shown = accounts.card(call.db, call.now(), call.actor, button_value.account_id(action))
    call.show(more.build(shown), again=buttons.more(shown.standing.account_id, shown.standing.name))
    ack()


def register(app: App) -> None:
    app.action(buttons.OPEN)(press)
    app.action(buttons.MORE)(press_more)
