"""The rules by which alerts go to channels of their own."""

from collections.abc import Callable
from concurrent.futures import TimeoutError as TooSlow

from slack_bolt import Ack, App

from bot.errors import ChangedMeanwhile, FieldError
from bot.flows import channels, routes
from bot.listeners import saving
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import buttons, notes, routes_form, versioned
from bot.views.message import Block
from bot.views.routes_form import RouteEntry

PATIENCE_SECONDS = 1.5


def press(ack: Ack, call: Call) -> None:
    """The button "Channels of alerts" of the settings."""
    call.show(_list(call), again=buttons.routes())
    ack()


def press_add(ack: Ack, call: Call) -> None:
    shown = routes.read(call.db, call.actor)
    call.show(versioned.carry(routes_form.form(shown), shown.version), again=buttons.routes())
    ack()


def remove(ack: Ack, action: Body, call: Call) -> None:
    _change(ack, action, call, lambda index, seen: routes.remove(call.db, call.now(), call.actor, index, seen=seen))


def up(ack: Ack, action: Body, call: Call) -> None:
    _change(ack, action, call, lambda index, seen: routes.up(call.db, call.now(), call.actor, index, seen=seen))


def _change(ack: Ack, action: Body, call: Call, change: Callable[[int, int], None]) -> None:
    """Where the rules aren't those that were shown, as after a double click, they are only shown anew."""
    named = routes_form.read(action.get("value"))
    try:
        if named is not None:
            change(named[1], named[0])
    except ChangedMeanwhile:
        pass
    call.show(_list(call), again=buttons.routes())
    ack()


def submit(ack: Ack, view: Body, call: Call) -> None:
    """Slack is asked about the channel first; where it is slow the answer comes into the window afterwards."""
    seen, view = versioned.take(view)
    entry = routes_form.parse(view)
    if entry.errors:
        ack(response_action="errors", errors=entry.errors)
        return
    check = call.deps.later.ask(lambda: channels.trouble(call.client, entry.line.channel))
    try:
        problem = check.result(PATIENCE_SECONDS)
    except TooSlow:
        call.finish(lambda: _save(call, entry, seen, check.result()))
        ack(response_action="update", view=notes.checking_modal())
        return
    if problem:
        ack(response_action="errors", errors={routes_form.block_of("channel"): problem})
        return
    try:
        view = _save(call, entry, seen, None)
    except FieldError as error:
        ack(response_action="errors", errors={routes_form.block_of(error.field): error.text})
        return
    ack(response_action="update", view=view)


def _save(call: Call, entry: RouteEntry, seen: int | None, problem: str | None) -> Block:
    """Store the rule and show all; or the form again, with what stands against the channel."""

    def form() -> Block:
        shown = routes.read(call.db, call.actor)
        return versioned.carry(routes_form.form(shown, entry.line, problem or ""), shown.version)

    if problem:
        return form()

    def store() -> Block:
        routes.add(call.db, call.now(), call.actor, entry, seen=seen)
        return _list(call)

    return saving.stored(store, lambda: routes_form.form(routes.read(call.db, call.actor), entry.line))


def _list(call: Call) -> Block:
    return routes_form.build(routes.read(call.db, call.actor))


def register(app: App) -> None:
    app.action(buttons.ROUTES)(press)
    app.action(routes_form.ADD)(press_add)
    app.action(routes_form.UP)(up)
    app.action(routes_form.REMOVE)(remove)
    app.view(routes_form.FORM)(submit)
