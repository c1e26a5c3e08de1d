"""Whether and when the weekly report is sent: for the workspace by its admins, for oneself by oneself."""

from datetime import datetime, time

from bot.flows import permissions, settings
from bot.flows.actor import Actor
from bot.store import people
from bot.store.database import Database
from bot.views.weekly_form import WeeklyForm
from bot.workspace_settings import WeeklySettings


def want(db: Database, actor: Actor, *, wanted: bool) -> None:
    """Somebody wants the report, or doesn't: theirs alone to say, and to know."""
    with db.write() as session:
        people.get(session, actor.workspace_id, actor.user).weekly = wanted


def read(db: Database, actor: Actor) -> WeeklyForm:
    """The settings as a form. NotAllowed for who isn't an admin."""
    with db.read() as session:
        chosen = permissions.require_admin(session, actor).weekly
    return WeeklyForm(on=chosen.on, weekday=chosen.weekday, at=chosen.at.hour)


def working_hours(db: Database, actor: Actor) -> tuple[time, time]:
    """Within which it has to be sent. NotAllowed as above."""
    with db.read() as session:
        cadence = permissions.require_admin(session, actor).cadence
    return cadence.hours_from, cadence.hours_to


def write(db: Database, now: datetime, actor: Actor, form: WeeklyForm, *, seen: int | None = None) -> None:
    """Store a form without errors. Raises as `settings.change`."""
    chosen = WeeklySettings.model_validate({"on": form.on, "weekday": form.weekday, "at": time(form.at)})
    with db.write() as session:
        settings.change(session, now, actor, {"weekly": chosen}, seen=seen)
