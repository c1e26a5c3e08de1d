"""What admins decide about people: who sees and rates, roles, managers; and on which days nobody is asked."""

from slack_bolt import Ack, App

from bot.flows import days_off, public_holidays, roles, settings
from bot.listeners import saving
from bot.listeners.call import Call
from bot.listeners.reply import Body
from bot.views import access_form, buttons, holidays_form, notes, people_window, versioned
from bot.views.message import Block


def open_access(ack: Ack, call: Call) -> None:
    """The button "Who sees and rates" of the settings."""
    version = settings.version(call.db, call.actor)
    form = access_form.build(roles.read_access(call.db, call.actor))
    call.show(versioned.carry(form, version), again=buttons.access())
    ack()


def submit_access(ack: Ack, view: Body, call: Call) -> None:
    seen, view = versioned.take(view)
    form = access_form.parse(view)
    if form.errors:
        ack(response_action="errors", errors=form.errors)
        return

    def store() -> Block:
        roles.write_access(call.db, call.now(), call.actor, form, seen=seen)
        return notes.settings_saved_modal()

    saving.save(ack, store, lambda: access_form.build(form))


def open_people(ack: Ack, call: Call) -> None:
    """The button "People" of the settings."""
    _show_people(call, 0)
    ack()


def turn_people(ack: Ack, action: Body, call: Call) -> None:
    value = str(action.get("value"))
    _show_people(call, int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 0)
    ack()


def _show_people(call: Call, page: int) -> None:
    call.show(people_window.build(roles.look(call.db, call.now(), call.actor, page)), again=buttons.people())


def open_person(ack: Ack, action: Body, call: Call) -> None:
    """The button "Change" beside a person, or the menu that finds anybody."""
    user = str(action.get("selected_user") or action.get("value"))
    shown = roles.person(call.db, call.now(), call.actor, user)
    call.show(people_window.form(shown), again=buttons.people())
    ack()


def submit_person(ack: Ack, view: Body, call: Call) -> None:
    entered = people_window.parse(view)
    if isinstance(entered, dict):
        ack(response_action="errors", errors=entered)
        return
    roles.write_person(call.db, call.now(), call.actor, entered)
    ack(response_action="update", view=people_window.build(roles.look(call.db, call.now(), call.actor, 0)))


def open_holidays(ack: Ack, call: Call) -> None:
    """The button "Holidays" of the settings."""
    version = settings.version(call.db, call.actor)
    form = holidays_form.build(days_off.read(call.db, call.actor))
    call.show(versioned.carry(form, version), again=buttons.holidays())
    ack()


def search_calendar(ack: Ack, payload: Body) -> None:
    ack(options=holidays_form.options(days_off.search(payload.get("value") or "")))


def submit_holidays(ack: Ack, view: Body, call: Call) -> None:
    seen, view = versioned.take(view)
    form = holidays_form.parse(view, public_holidays.calendars())
    if form.errors:
        ack(response_action="errors", errors=form.errors)
        return

    def store() -> Block:
        return holidays_form.saved_modal(*days_off.write(call.db, call.now(), call.actor, form, seen=seen))

    saving.save(ack, store, lambda: holidays_form.build(form))


def register(app: App) -> None:
    app.action(buttons.ACCESS)(open_access)
    app.view(access_form.CALLBACK)(submit_access)
    app.action(buttons.PEOPLE)(open_people)
    app.action(people_window.NEXT)(turn_people)
    app.action(people_window.BACK)(turn_people)
    app.action(people_window.EDIT)(open_person)
    app.action(people_window.FIND)(open_person)
    app.view(people_window.FORM)(submit_person)
    app.action(buttons.HOLIDAYS)(open_holidays)
    app.options(holidays_form.SEARCH)(search_calendar)
    app.view(holidays_form.CALLBACK)(submit_holidays)
