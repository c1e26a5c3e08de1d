"""Prospects: their BANT beside their maturity, and the step to a customer."""

from slack_bolt import Ack, App

from bot.flows import accounts, qualification
from bot.listeners import button_value
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import bant_form, buttons, card


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Qualify"."""
    account_id = button_value.account_id(action)
    name, found = qualification.read(call.db, call.now(), call.actor, account_id)
    call.show(bant_form.build(account_id, name, found), again=buttons.qualify(account_id, name))
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    account_id, bant = bant_form.parse(view)
    now = call.now()
    qualification.write(call.db, now, call.actor, account_id, bant)
    ack(response_action="update", view=card.modal(accounts.card(call.db, now, call.actor, account_id), now))


def turn(ack: Ack, action: Body, call: Call) -> None:
    """The button "Make a customer": the card shows the account as it is now."""
    now = call.now()
    turned = qualification.turn_into_customer(call.db, now, call.actor, button_value.account_id(action))
    shown = accounts.card(call.db, now, call.actor, turned.account_id)
    call.show(card.modal(shown, now), again=buttons.open_account(turned.account_id, turned.name))
    ack()
    call.refresh_home(turned.account_id)


def register(app: App) -> None:
    app.action(buttons.QUALIFY)(press)
    app.view(bant_form.CALLBACK)(submit)
    app.action(buttons.CUSTOMER)(turn)
