"""Giving an account to an owner."""

from slack_bolt import Ack, App

from bot.errors import FieldError
from bot.flows import accounts, home
from bot.listeners import button_value, parsing
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import assign_form, buttons, notes, picker


def command(ack: Ack, call: Call, argument: str) -> None:
    name, owner = parsing.name_and_person(argument)
    found = accounts.find(call.db, call.now(), call.actor, name)
    if found.exact and owner:
        given = accounts.assign(call.db, call.now(), call.actor, found.exact.account_id, owner)
        ack(**notes.assigned(given).as_answer())
        call.refresh_home(given.account_id, found.exact.owner)
    elif found.one:
        again = buttons.assign(found.one.account_id, found.one.name)
        call.show(assign_form.build(found.one, owner), again=again)
        ack()
    elif name:
        ack(**notes.not_found("assign", name, found.matches).as_answer())
    else:
        call.show(picker.build("assign", matches=found.matches), again=buttons.pick("assign"))
        ack()


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Assign"."""
    standing = accounts.card(call.db, call.now(), call.actor, button_value.account_id(action)).standing
    again = buttons.assign(standing.account_id, standing.name)
    call.show(assign_form.build(standing), again=again)
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    entered = assign_form.parse(view)
    if entered.account_id is None or entered.owner is None:
        ack(response_action="errors", errors=entered.errors)
        return
    before = home.concerned(call.db, call.now(), call.actor, entered.account_id)
    try:
        given = accounts.assign(call.db, call.now(), call.actor, entered.account_id, entered.owner)
    except FieldError as error:
        ack(response_action="errors", errors={assign_form.block_of(error.field): error.text})
        return
    ack(response_action="update", view=notes.assigned_modal(given))
    call.refresh_home(given.account_id, *before)


def register(app: App) -> None:
    app.action(buttons.ASSIGN)(press)
    app.view(assign_form.CALLBACK)(submit)
