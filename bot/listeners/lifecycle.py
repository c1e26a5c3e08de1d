"""Recording what became of a customer, and bringing one back."""

from slack_bolt import Ack, App

from bot.errors import FieldError
from bot.flows import accounts, lifecycle
from bot.listeners import button_value
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, outcome_form
from bot.views.outcome_form import Outcome


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Outcome" in the card's window "More"."""
    standing = accounts.card(call.db, call.now(), call.actor, button_value.account_id(action)).standing
    again = buttons.outcome(standing.account_id, standing.name)
    call.show(outcome_form.build(standing, lifecycle.today(call.db, call.now(), call.actor)), again=again)
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    entered = outcome_form.parse(view)
    if entered.outcome is None:
        ack(response_action="errors", errors=entered.errors)
        return
    outcome = entered.outcome
    try:
        if outcome.kind == "churned":
            standing = lifecycle.check(call.db, call.now(), call.actor, outcome)
            ack(response_action="update", view=outcome_form.confirm(outcome, standing))
        else:
            _store(ack, call, outcome)
    except FieldError as error:
        ack(response_action="errors", errors={outcome_form.block_of(error.field): error.text})


def confirm(ack: Ack, view: Body, call: Call) -> None:
    """The button "Yes, it churned"."""
    _store(ack, call, outcome_form.confirmed(view))


def _store(ack: Ack, call: Call, outcome: Outcome) -> None:
    standing = lifecycle.record(call.db, call.now(), call.actor, outcome)
    ack(response_action="update", view=outcome_form.saved(outcome, standing))
    call.refresh_home(standing.account_id)


def press_reopen(ack: Ack, action: Body, call: Call) -> None:
    """The button "Reopen"."""
    standing = accounts.card(call.db, call.now(), call.actor, button_value.account_id(action)).standing
    call.show(outcome_form.reopen(standing), again=buttons.reopen(standing.account_id, standing.name))
    ack()


def submit_reopen(ack: Ack, view: Body, call: Call) -> None:
    account_id, mistake = outcome_form.parse_reopen(view)
    standing = lifecycle.reopen(call.db, call.now(), call.actor, account_id, mistake=mistake)
    ack(response_action="update", view=outcome_form.reopened(standing))
    call.refresh_home(standing.account_id)


def register(app: App) -> None:
    app.action(buttons.OUTCOME)(press)
    app.view(outcome_form.CALLBACK)(submit)
    app.view(outcome_form.CONFIRM)(confirm)
    app.action(buttons.REOPEN)(press_reopen)
    app.view(outcome_form.REOPEN)(submit_reopen)
