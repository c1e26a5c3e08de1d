"""Trying what would be: one account's answers, the weights, the map."""

from slack_bolt import Ack, App

from bot.flows import accounts, whatif
from bot.listeners import button_value, parsing
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, map_form, notes, weights_form
from bot.views import whatif as window
from bot.views.message import Block


def command(ack: Ack, call: Call, argument: str) -> None:
    name = parsing.name(argument)
    if not name:
        call.show(window.menu(), again=buttons.pick("whatif"))
    elif name.casefold() == "weights":
        _show_weights(call)
    elif name.casefold() == "cuts":
        _show_cuts(call)
    else:
        found = accounts.find(call.db, call.now(), call.actor, name)
        if found.one is None:
            ack(**notes.not_found("whatif", name, found.matches).as_answer())
            return
        call.show(form(call, found.one.account_id), again=buttons.what_if(found.one.account_id, found.one.name))
    ack()


def form(call: Call, account_id: int) -> Block:
    """The window in which an account is tried with other answers."""
    return window.account(whatif.form(call.db, call.now(), call.actor, account_id))


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "What if"."""
    asked = whatif.form(call.db, call.now(), call.actor, button_value.account_id(action))
    call.show(window.account(asked), again=buttons.what_if(asked.account_id, asked.name))
    ack()


def submit_account(ack: Ack, view: Body, call: Call) -> None:
    asked = whatif.form(call.db, call.now(), call.actor, window.account_of(view))
    entered = window.parse_account(view, asked.framework)
    if entered.errors:
        ack(response_action="errors", errors=entered.errors)
        return
    tried = whatif.account(call.db, call.now(), call.actor, asked.account_id, entered.answers, chs=entered.chs)
    filled = asked.model_copy(update={"answers": entered.answers, "chs": tried.chs})
    ack(response_action="update", view=window.account(filled, tried))


def press_cuts(ack: Ack, call: Call) -> None:
    _show_cuts(call)
    ack()


def _show_cuts(call: Call) -> None:
    call.show(window.cuts(whatif.map_in_force(call.db, call.actor)), again=window.cuts_button())


def submit_cuts(ack: Ack, view: Body, call: Call) -> None:
    entered = map_form.parse(view)
    if isinstance(entered, dict):
        ack(response_action="errors", errors=entered)
        return

    def work() -> Block:
        return window.cuts(entered, whatif.cuts(call.db, call.now(), call.actor, entered))

    call.answer_form(ack, work, meanwhile=notes.loading_modal("What if"))


def press_weights(ack: Ack, call: Call) -> None:
    _show_weights(call)
    ack()


def _show_weights(call: Call) -> None:
    call.show(window.weights(whatif.framework_in_force(call.db, call.actor)), again=window.weights_button())


def submit_weights(ack: Ack, view: Body, call: Call) -> None:
    framework = whatif.framework_in_force(call.db, call.actor, weights_form.framework_of(view))
    entered = weights_form.parse(view, framework)
    if isinstance(entered, dict):
        ack(response_action="errors", errors=entered)
        return

    def work() -> Block:
        return window.weights(entered, whatif.weights(call.db, call.now(), call.actor, entered))

    call.answer_form(ack, work, meanwhile=notes.loading_modal("What if"))


def register(app: App) -> None:
    app.action(buttons.WHAT_IF)(press)
    app.view(window.ACCOUNT)(submit_account)
    app.action(window.OPEN_CUTS)(press_cuts)
    app.view(window.CUTS)(submit_cuts)
    app.action(window.OPEN_WEIGHTS)(press_weights)
    app.view(window.WEIGHTS)(submit_weights)
