"""Out of office: who says so, for whom, and what follows for what they would be asked."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.errors import FieldError, NotAllowed
from bot.flows import people
from bot.flows.actor import Actor
from bot.store import accounts, audit, handing_over, workspaces
from bot.store import people as people_store
from bot.store.database import Database
from bot.store.tables import Person
from bot.views.away_form import Away

LONGEST_DAYS = 366


def read(db: Database, now: datetime, actor: Actor, user: str | None = None) -> Away:
    """Somebody's absence, by default one's own. NotAllowed for who may not tell of it."""
    user = user or actor.user
    with db.read() as session:
        others = _require_may_tell(session, actor, user)
        person = people_store.find(session, actor.workspace_id, [user]).get(user)
        return _shown(session, now, actor, user, person).model_copy(update={"others": others})


def today(db: Database, now: datetime, actor: Actor, user: str) -> date:
    """The day where somebody lives."""
    with db.read() as session:
        return people.local_day(people_store.find(session, actor.workspace_id, [user]).get(user), now)


def leave(db: Database, now: datetime, actor: Actor, user: str, *, first: date | None, last: date) -> Away:
    """Somebody is away from a day (None: today) to a day. FieldError for days that can't be; NotAllowed as `read`."""
    with db.write() as session:
        _require_may_tell(session, actor, user)
        person = people_store.get(session, actor.workspace_id, user)
        begins = first or people.local_day(person, now)
        if last < people.local_day(person, now):
            raise FieldError("last", "That day is over. Please choose the last day of the absence.")
        if begins > last:
            raise FieldError("last", "The last day must not lie before the first.")
        if (last - people.local_day(person, now)).days > LONGEST_DAYS:
            raise FieldError("last", "Please choose a day within a year. For longer, hand the accounts over.")
        _say(session, now, actor, person, first=begins, last=last)
        return _shown(session, now, actor, user, person)


def back(db: Database, now: datetime, actor: Actor, user: str) -> Away:
    """Somebody is at work again, whatever their status in Slack says until it ends."""
    with db.write() as session:
        _require_may_tell(session, actor, user)
        person = people_store.get(session, actor.workspace_id, user)
        _say(session, now, actor, person, first=None, last=None)
        return _shown(session, now, actor, user, person)


def _say(
    session: Session, now: datetime, actor: Actor, person: Person, *, first: date | None, last: date | None
) -> None:
    before = {"from": _iso(person.away_from), "until": _iso(person.away_until)}
    person.away_from, person.away_until = first, last
    person.away_source = "person" if actor.user == person.user else "admin"
    after = {"from": _iso(first), "until": _iso(last)}
    if after != before:
        audit.note(
            session,
            actor.workspace_id,
            now,
            actor=actor.user,
            action="away",
            subject=f"person:{person.user}",
            before=before,
            after=after,
        )


def _shown(session: Session, now: datetime, actor: Actor, user: str, person: Person | None) -> Away:
    over = person is None or person.away_until is None or person.away_until < people.local_day(person, now)
    owned = accounts.count_owned(session, actor.workspace_id, user)
    return Away(
        user=user,
        first=None if over or person is None else person.away_from,
        last=None if over or person is None else person.away_until,
        by_status=not over and person is not None and person.away_source == "status",
        accounts=owned,
        covered=handing_over.count_covered(session, actor.workspace_id, user, people.local_day(person, now)),
        manager=person.manager if person else None,
        me=user == actor.user,
    )


def _require_may_tell(session: Session, actor: Actor, user: str) -> bool:
    """Whether somebody may tell of others' absences too. NotAllowed where they may not of this person's."""
    settings = workspaces.settings_of(session, actor.workspace_id)
    if people.speaks_for(session, settings, actor, user):
        return settings.is_admin(actor.user) or people_store.leads(session, actor.workspace_id, actor.user)
    raise NotAllowed("Only they themselves, their manager or an admin may say when somebody is away.")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
