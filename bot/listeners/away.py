"""Out of office: /cmi away, /cmi back, and the window."""

from collections.abc import Callable

from slack_bolt import Ack, App

from bot.errors import FieldError
from bot.flows import absence
from bot.listeners import dates, parsing
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import away_form, buttons
from bot.views.away_form import Away

_BACK = ("back", "i'm back", "i’m back", "no", "off", "end", "over")


def command(ack: Ack, call: Call, argument: str) -> None:
    """`/cmi away until 3 Jan`, `/cmi away @anna 20 Dec to 3 Jan`, `/cmi away back`; without days the window opens."""
    text, mentioned = parsing.name_and_person(argument)
    user = mentioned or call.actor.user
    if text.casefold() in _BACK:
        _answer(ack, call, lambda: absence.back(call.db, call.now(), call.actor, user))
    elif not text:
        _open(call, user)
        ack()
    else:
        today = absence.today(call.db, call.now(), call.actor, user)
        span = dates.span(text, today)
        _answer(
            ack,
            call,
            lambda: absence.leave(call.db, call.now(), call.actor, user, first=span.first, last=span.last),
        )


def back(ack: Ack, call: Call, argument: str) -> None:
    """`/cmi back`"""
    _, mentioned = parsing.name_and_person(argument)
    _answer(ack, call, lambda: absence.back(call.db, call.now(), call.actor, mentioned or call.actor.user))


def _answer(ack: Ack, call: Call, change: Callable[[], Away]) -> None:
    ack(**away_form.told(change()).as_answer())
    call.refresh_home()


def _open(call: Call, user: str) -> None:
    shown = absence.read(call.db, call.now(), call.actor, user)
    today = absence.today(call.db, call.now(), call.actor, user)
    call.show(away_form.build(shown, today), again=buttons.away(user))


def press(ack: Ack, action: Body, call: Call) -> None:
    """The button "Away…"."""
    _open(call, str(action.get("value") or "") or call.actor.user)
    ack()


def press_back(ack: Ack, action: Body, call: Call) -> None:
    """The button "Back at work"."""
    user = str(action.get("value") or "") or call.actor.user
    shown = absence.back(call.db, call.now(), call.actor, user)
    call.show(away_form.told_modal(shown), again=buttons.away(user))
    ack()
    call.refresh_home()


def submit(ack: Ack, view: Body, call: Call) -> None:
    entered = away_form.parse(view)
    if entered.errors or entered.last is None:
        ack(response_action="errors", errors=entered.errors)
        return
    user = entered.user or call.actor.user
    try:
        shown = absence.leave(call.db, call.now(), call.actor, user, first=entered.first, last=entered.last)
    except FieldError as error:
        ack(response_action="errors", errors={away_form.block_of(error.field): error.text})
        return
    ack(response_action="update", view=away_form.told_modal(shown))
    call.refresh_home()


def register(app: App) -> None:
    app.action(buttons.AWAY)(press)
    app.action(buttons.BACK)(press_back)
    app.view(away_form.CALLBACK)(submit)
