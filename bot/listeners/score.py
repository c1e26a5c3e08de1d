"""Rating an account: the command, the button, the survey's pages, and what comes of it."""

from slack_bolt import Ack, App

from bot.errors import Busy, UserError
from bot.flows import accounts, health, rating, second_ratings
from bot.listeners import button_value, parsing, reply
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, compare, levels, notes, picker, result, survey
from bot.views.message import Block
from bot.views.survey import SurveyPage
from cmi_core import Framework

PATIENCE_SECONDS = 60.0


def command(ack: Ack, call: Call, argument: str) -> None:
    name = parsing.name(argument)
    found = accounts.find(call.db, call.now(), call.actor, name)
    if found.one:
        open_survey(call, found.one.account_id)
        ack()
    elif name:
        ack(**notes.not_found("score", name, found.matches).as_answer())
    else:
        call.show(picker.build("score", matches=found.matches), again=buttons.pick("score"))
        ack()


def open_survey(call: Call, account_id: int) -> None:
    form = rating.open_survey(call.db, call.now(), call.actor, account_id)
    call.show(survey.build(form), again=buttons.rate(account_id, form.name))


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Rate", wherever it stands."""
    open_survey(call, button_value.account_id(action))
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    """Next page, or saved."""
    meta = survey.read_meta(view)
    framework = rating.framework_of(call.db, call.actor, meta)
    page = survey.parse(view, framework)
    if page.errors:
        ack(response_action="errors", errors=page.errors)
    elif survey.is_last(framework, meta.page):
        _save(ack, call, page, framework)
    else:
        form = rating.turn_page(call.db, call.now(), call.actor, page, meta.page + 1)
        ack(response_action="update", view=survey.build(form))
        call.refresh_home()  # where the draft is offered again


def _save(ack: Ack, call: Call, page: SurveyPage, framework: Framework) -> None:
    try:
        view = _saved(call, page, framework)
    except Busy:
        rating.keep(call.db, call.now(), call.actor, page, busy=True)
        call.finish(lambda: _saved_late(call, page, framework))
        ack(response_action="update", view=result.saving_modal(page.meta.name))
        return
    except UserError:
        rating.keep(call.db, call.now(), call.actor, page)
        raise
    ack(response_action="update", view=view)
    call.refresh_home(page.meta.account_id)


def _saved_late(call: Call, page: SurveyPage, framework: Framework) -> Block:
    """The result; where even long patience was in vain, the page once more with all that was entered."""
    try:
        return _saved(call, page, framework, patience=PATIENCE_SECONDS)
    except Busy as error:
        view = survey.build(rating.open_again(call.db, call.now(), call.actor, page, error.text))
        if not call.replace(view):
            raise UserError(f"Your rating of {page.meta.name} could not be saved. Please rate it again.") from error
        return view


def _saved(call: Call, page: SurveyPage, framework: Framework, **patience: float) -> Block:
    if page.meta.counts:
        return result.modal(rating.submit(call.db, call.now(), call.actor, page, **patience))
    if page.meta.mode == "health":
        return result.modal(health.rate(call.db, call.now(), call.actor, page, **patience))
    return compare.modal(second_ratings.submit(call.db, call.now(), call.actor, page, framework, **patience))


def back(ack: Ack, body: Body, call: Call) -> None:
    """To the page before; what was chosen so far is kept, complete or not."""
    view = body["view"]
    framework = rating.framework_of(call.db, call.actor, survey.read_meta(view))
    page = survey.parse(view, framework)
    form = rating.turn_page(call.db, call.now(), call.actor, page, max(page.meta.page - 1, 0))
    call.show(survey.build(form), again=buttons.rate(page.meta.account_id, form.name))
    ack()


def explain_levels(ack: Ack, body: Body, call: Call) -> None:
    """The button "What do the levels mean?"; its window lies on top of the survey."""
    meta = survey.read_meta(body["view"])
    framework = rating.framework_of(call.db, call.actor, meta)
    view = levels.build(survey.page_of(framework, meta.page))
    call.later(lambda: reply.on_top(call.client, body, view))
    ack()


def register(app: App) -> None:
    app.action(buttons.RATE)(press)
    app.action(survey.BACK)(back)
    app.action(survey.LEVELS)(explain_levels)
    app.view(survey.CALLBACK)(submit)
