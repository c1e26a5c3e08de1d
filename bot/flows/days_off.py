"""What admins decide about holidays; due dates that fall on one move in the same transaction."""

from collections.abc import Mapping
from datetime import datetime

from bot.flows import cadence, permissions, public_holidays, settings
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.store import workspaces
from bot.store.database import Database
from bot.views.holidays_form import Holiday, HolidaysForm

_PATIENCE_SECONDS = 30.0
_COMING = 6
_FOUND = 100


def read(db: Database, actor: Actor) -> HolidaysForm:
    """What is in force, as a form. NotAllowed for who isn't an admin."""
    with db.read() as session:
        chosen = permissions.require_admin(session, actor)
    known = public_holidays.calendars()
    calendars = {code: known.get(code, code) for code in chosen.holiday_calendars}
    return HolidaysForm(calendars=calendars, own=tuple(sorted(chosen.cadence.holidays)))


def write(
    db: Database, now: datetime, actor: Actor, form: HolidaysForm, *, seen: int | None = None
) -> tuple[tuple[Holiday, ...], int]:
    """Store a form without errors. Gives the next holidays, and how many accounts are due on another day."""
    with db.write(_PATIENCE_SECONDS) as session:
        before = workspaces.settings_of(session, actor.workspace_id).cadence
        update = {
            "holiday_calendars": tuple(form.calendars),
            "cadence": before.model_copy(update={"holidays": frozenset(form.own)}),
        }
        after = settings.change(session, now, actor, update, seen=seen)
        moved = cadence.replan(session, now, actor.workspace_id, after)
        return public_holidays.coming(after, local_day(after, now), _COMING), moved


def search(words: str) -> Mapping[str, str]:
    """Calendars whose name or code contains the words, by code."""
    wanted = words.casefold().split()
    found = [
        (code, name)
        for code, name in public_holidays.calendars().items()
        if all(word in f"{name} {code}".casefold() for word in wanted)
    ]
    return dict(found[:_FOUND])
