"""Whose turn it is: the tick's look at who is due, which takes reading alone. Only those who are at work cost more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.flows import people, public_holidays, responsible
from bot.flows.moments import Pauses, latest_day
from bot.flows.responsible import Known, Recipient
from bot.store import asking as queries
from bot.store import messages
from bot.store.asking import Due, Late
from bot.store.tables import Person
from bot.workspace_settings import WorkspaceSettings
from cmi_core.cadence import is_working_day, zone_or


@dataclass(frozen=True)
class Turns:
    """What there is to do at a moment.

    `to_ask`: who may be sent a prompt now, and about which owners' accounts; who has reminders only, about none.
    `to_pass_on`: who was asked, is no longer here, and in whose place somebody else is asked now.
    `digests`: whether some manager may be sent their digest now, or one has to wait for the end of a pause.
    `unread`: the people (with their workspace) of whom Slack has to be asked before that can be relied on.
    """

    to_ask: Mapping[Recipient, Sequence[Due]]
    to_pass_on: Sequence[Late]
    digests: bool
    unread: set[tuple[int, str]]


def whose_turn(session: Session, now: datetime) -> Turns:
    """Look who is due and who was asked in vain, and find those for whom this is a good moment."""
    by = latest_day(now)
    due, late = queries.who_is_due(session, by), queries.who_is_late(session, by)
    known = responsible.known_of(session, due, late)
    held = {each for each in late if is_paused(known, now, each.workspace_id, each.owner, each.person)}
    late = [each for each in late if each not in held]
    due = [each for each in due if not is_paused(known, now, each.workspace_id, each.owner)]
    asked = responsible.of_all(known, now, due)
    to_ask = {who: owners for who, owners in asked.items() if _may_hear(known, now, who, owners)}
    reminded = [each for each in late if each.reminders < 2 and _may_be_reminded(known, now, each)]
    for each in reminded:
        who = Recipient(each.workspace_id, each.recipient)
        to_ask.setdefault(who, asked.get(who, []))
    to_pass_on = [each for each in late if responsible.passes_on(known, now, each)]
    digests = [each for each in late if each.reminders == 2 and _may_hear_digest(known, now, each)]
    put_back = any(each.reminders == 2 for each in held)
    asked_for = [each for owners in to_ask.values() for each in owners]
    unread = known.never_read() | _stale(known, now, [*asked_for, *reminded, *to_pass_on, *digests])
    return Turns(to_ask, to_pass_on, bool(digests) or put_back, unread)


def _may_hear(known: Known, now: datetime, who: Recipient, owners: Iterable[Due]) -> bool:
    """Whether a recipient is free and something of theirs is due where they are."""
    person, settings = known.get(who.workspace_id, who.person), known.settings(who.workspace_id)
    today = None if is_paused(known, now, who.workspace_id, who.person) else free_today(now, person, settings)
    return today is not None and any(each.first_on is None or each.first_on <= today for each in owners)


def _may_be_reminded(known: Known, now: datetime, each: Late) -> bool:
    person, settings = known.get(each.workspace_id, each.person), known.settings(each.workspace_id)
    today = free_today(now, person, settings)
    return today is not None and each.first_on <= today and responsible.presence_of(known, now, each) == "here"


def _may_hear_digest(known: Known, now: datetime, each: Late) -> bool:
    to = responsible.digest_goes_to(known, now, each.workspace_id, each.owner, each.recipient)
    if to is None:
        return False
    person = known.get(each.workspace_id, to) if messages.is_person(to) else None
    today = free_today(now, person, known.settings(each.workspace_id))
    return today is not None and each.first_on <= today


def _stale(known: Known, now: datetime, about: Iterable[Due | Late]) -> set[tuple[int, str]]:
    """By whom it is decided who is asked about all this, as far as Slack didn't describe them lately."""
    found = set()
    for each in about:
        for user in each.people():
            person = known.get(each.workspace_id, user)
            for one in filter(None, (user, person.manager if person else None)):
                if people.is_stale(known.get(each.workspace_id, one), now):
                    found.add((each.workspace_id, one))
    return found


def is_paused(known: Known, now: datetime, workspace_id: int, *users: str | None) -> bool:
    """Whether nobody is asked just now who has to do with any of these people."""
    return resumes_on(known, now, workspace_id, *users) is not None


def resumes_on(known: Known, now: datetime, workspace_id: int, *users: str | None) -> date | None:
    """The day before which nobody is asked who has to do with any of these people; None where they may be."""
    pauses = Pauses(known.settings(workspace_id), now)
    return pauses.until(known.get(workspace_id, user) for user in users) if pauses else None


def good_moment(now: datetime, person: Person | None, settings: WorkspaceSettings) -> date | None:
    """The recipient's own date if it is a working hour of theirs now, else None."""
    local = now.astimezone(zone_or((person.zone if person else None) or settings.zone, settings.zone))
    hours = settings.cadence
    works = hours.hours_from <= local.time() < hours.hours_to
    works = works and is_working_day(local.date(), public_holidays.days(settings, now), hours.weekdays)
    return local.date() if works else None


def free_today(now: datetime, person: Person | None, settings: WorkspaceSettings) -> date | None:
    """A recipient's day, if they are at work now and were sent nothing today that they didn't ask for."""
    today = good_moment(now, person, settings)
    if today is None or person is None or person.last_messaged_on is None:
        return today
    # Later than today: they have flown to where it is the day before, or what waits has that day.
    return today if person.last_messaged_on < today else None
