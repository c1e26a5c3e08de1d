"""Rating again in other ways: one click, a correction, a second opinion; and two ratings side by side."""

from collections.abc import Callable

from slack_bolt import Ack, App

from bot.flows import rating, renewing, second_ratings
from bot.listeners import button_value
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, compare, result, survey
from bot.views.message import Block
from bot.views.survey import Mode


def renew(ack: Ack, action: Body, call: Call) -> None:
    """The button "Nothing changed"."""
    saved = renewing.renew(call.db, call.now(), call.actor, *button_value.pair(action))
    standing = saved.standing
    call.show(result.modal(saved), again=buttons.open_account(standing.account_id, standing.name))
    ack()
    call.refresh_home(standing.account_id)


def correct(ack: Ack, action: Body, call: Call) -> None:
    """The button "Correct"."""
    _open(call, action, "correction", buttons.correct)
    ack()


def second(ack: Ack, action: Body, call: Call) -> None:
    """The button "Second rating"."""
    _open(call, action, "second", buttons.second_rating)
    ack()


def customer(ack: Ack, action: Body, call: Call) -> None:
    """The button "Enter theirs": the customer's own rating."""
    _open(call, action, "customer", buttons.customer_rating)
    ack()


def _open(call: Call, action: Body, mode: Mode, button: Callable[[int, str], Block]) -> None:
    form = rating.open_survey(call.db, call.now(), call.actor, button_value.account_id(action), mode)
    call.show(survey.build(form), again=button(form.account_id, form.name))


def compare_ratings(ack: Ack, action: Body, call: Call) -> None:
    """The button "Compare"."""
    account_id, assessment_id = button_value.pair(action)
    found = second_ratings.compare(call.db, call.now(), call.actor, account_id, assessment_id)
    call.show(compare.modal(found), again=buttons.compare(account_id, found.name, assessment_id))
    ack()


def register(app: App) -> None:
    app.action(buttons.RENEW)(renew)
    app.action(buttons.CORRECT)(correct)
    app.action(buttons.SECOND)(second)
    app.action(buttons.CUSTOMER_RATING)(customer)
    app.action(buttons.COMPARE)(compare_ratings)
