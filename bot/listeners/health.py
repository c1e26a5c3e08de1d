"""Entering a health score: at once with the command, or in a form."""

import hashlib
import secrets

from slack_bolt import Ack, App

from bot.errors import FieldError, UserError
from bot.flows import accounts, rating
from bot.flows import health as readings
from bot.listeners import button_value, parsing
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, health_form, notes, picker, result, survey
from bot.views.message import Block
from bot.views.standing import Standing
from cmi_core.health import HealthError, parse_health


def command(ack: Ack, call: Call, argument: str) -> None:
    now = call.now()
    name, typed = parsing.name_and_value(argument)
    whole = parsing.name(argument)
    found = accounts.find(call.db, now, call.actor, whole)
    if found.exact and found.exact.name.casefold() == whole.casefold():
        typed = ""  # the number belongs to the name
    elif typed:
        found = accounts.find(call.db, now, call.actor, name)
    if found.exact and typed:
        ack(**result.render(_record(call, found.exact, typed)).as_answer())
        call.refresh_home(found.exact.account_id)
    elif found.one:
        again = buttons.health(found.one.account_id, found.one.name, typed)
        call.show(form(call, found.one, typed), again=again)
        ack()
    elif name:
        ack(**notes.not_found("health", name, found.matches).as_answer())
    else:
        call.show(picker.build("health", matches=found.matches), again=buttons.pick("health"))
        ack()


def _record(call: Call, standing: Standing, typed: str) -> result.Result:
    try:
        value = parse_health(typed)
    except HealthError as error:
        raise UserError(str(error)) from error
    # A command has one trigger, however often Slack delivers it.
    submission = hashlib.sha256(str(call.body["trigger_id"]).encode()).hexdigest()
    return readings.record(call.db, call.now(), call.actor, standing.account_id, value, submission=submission)


def form(call: Call, standing: Standing, typed: str = "") -> Block:
    """The form for this account, with what was typed beside a name that wasn't quite its own."""
    return health_form.build(standing, secrets.token_urlsafe(16), call.now(), typed)


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Enter health"."""
    account_id, typed = button_value.id_and_text(action)
    standing = accounts.card(call.db, call.now(), call.actor, account_id).standing
    call.show(form(call, standing, typed), again=buttons.health(account_id, standing.name, typed))
    ack()


def press_questions(ack: Ack, action: Body, call: Call) -> None:
    """The button "Answer questions": a health framework in place of a number."""
    form = rating.open_survey(call.db, call.now(), call.actor, button_value.account_id(action), "health")
    call.show(survey.build(form), again=buttons.health_questions(form.account_id, form.name))
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    entry = health_form.parse(view)
    if entry.value is None:
        ack(response_action="errors", errors=entry.errors)
        return
    try:
        saved = readings.record(
            call.db,
            call.now(),
            call.actor,
            entry.meta.account_id,
            entry.value,
            on=entry.on,
            note=entry.note,
            submission=entry.meta.submission,
        )
    except FieldError as error:
        ack(response_action="errors", errors={health_form.block_of(error.field): error.text})
        return
    ack(response_action="update", view=result.modal(saved))
    call.refresh_home(entry.meta.account_id)


def register(app: App) -> None:
    app.action(buttons.HEALTH)(press)
    app.action(buttons.HEALTH_QUESTIONS)(press_questions)
    app.view(health_form.CALLBACK)(submit)
