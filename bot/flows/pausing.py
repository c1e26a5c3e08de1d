"""Pausing the asking, for everybody or for a manager's team, until a day; it goes on by itself, or by a click."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.errors import FieldError
from bot.flows import moments, permissions, public_holidays, settings
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.store import asking as store
from bot.store import people as people_store
from bot.store import portfolio, workspaces
from bot.store.database import Database
from bot.views.pause_form import PauseEntry, PauseLine, Pauses, paused_note, resumed_note
from bot.workspace_settings import Pause, WorkspaceSettings

_LONGEST = timedelta(days=366)
_PATIENCE = 10.0


def read(db: Database, now: datetime, actor: Actor) -> Pauses:
    """The pauses that hold now. NotAllowed for who isn't an admin."""
    with db.read() as session:
        return shown(permissions.require_admin(session, actor), now)


def pause(db: Database, now: datetime, actor: Actor, entry: PauseEntry) -> Pauses:
    """Ask nobody of a team, or nobody at all, before a day. It takes the place of an earlier one for the same people.

    FieldError for a day that can't be and for somebody without a team; NotAllowed as `read`.
    """
    with db.write(_PATIENCE) as session:
        before = _lock(session, actor)
        _require_possible(session, actor, entry, local_day(before, now))
        assert entry.until is not None  # checked above
        others = [each for each in _in_force(before, now) if each.manager != entry.manager]
        new = Pause(manager=entry.manager, until=entry.until, reason=entry.reason, by=actor.user)
        after = before
        if new not in _in_force(before, now):  # else the form came twice
            after = settings.change(session, now, actor, {"pauses": (*others, new)})
        waiting = store.count_asked(session, actor.workspace_id, entry.manager)
        return shown(after, now).model_copy(update={"note": paused_note(waiting)})


def resume(db: Database, now: datetime, actor: Actor, manager: str | None) -> Pauses:
    """End a pause before its day. A second click changes nothing. NotAllowed as `read`."""
    with db.write(_PATIENCE) as session:
        before = _lock(session, actor)
        left = tuple(each for each in _in_force(before, now) if each.manager != manager)
        if len(left) == len(_in_force(before, now)):
            return shown(before, now)
        after = settings.change(session, now, actor, {"pauses": left})
        cadence = public_holidays.cadence_of(after, now)
        # What the pause put back keeps its distance from today, not from the day on which it would have ended.
        latest = cadence.working_days_after(local_day(after, now), cadence.reminders.distance(2))
        store.bring_forward(session, actor.workspace_id, now, latest, today=moments.latest_day(now))
        return shown(after, now).model_copy(update={"note": resumed_note()})


def concerning(session: Session, workspace_id: int, now: datetime, user: str) -> PauseLine | None:
    """The pause during which somebody isn't asked, for their Home; None: they are."""
    chosen = workspaces.settings_of(session, workspace_id)
    in_force = moments.Pauses(chosen, now)
    if not in_force:
        return None
    person = people_store.find(session, workspace_id, [user]).get(user)
    theirs = in_force.of([person])
    return None if theirs is None else _line(theirs)


def _lock(session: Session, actor: Actor) -> WorkspaceSettings:
    permissions.require_admin(session, actor)
    workspaces.lock_settings(session, actor.workspace_id)
    return workspaces.settings_of(session, actor.workspace_id)


def _require_possible(session: Session, actor: Actor, entry: PauseEntry, today: date) -> None:
    if entry.until is None or entry.until <= today:
        raise FieldError("until", "Please choose a day after today.")
    if entry.until - today > _LONGEST:
        raise FieldError("until", "Please choose a day within a year.")
    if entry.manager and not portfolio.reports(session, actor.workspace_id, entry.manager):
        raise FieldError("manager", "Nobody reports to this person. Choose a manager, or leave it empty for everybody.")


def _in_force(chosen: WorkspaceSettings, now: datetime) -> tuple[Pause, ...]:
    return moments.Pauses(chosen, now).in_force


def shown(chosen: WorkspaceSettings, now: datetime) -> Pauses:
    """The pauses that hold by these settings."""
    return Pauses(lines=tuple(_line(each) for each in _in_force(chosen, now)))


def _line(pause_: Pause) -> PauseLine:
    return PauseLine(manager=pause_.manager, until=pause_.until, reason=pause_.reason, by=pause_.by)
