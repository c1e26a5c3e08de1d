"""Who is asked for an account at this moment (method, "Reassessment"), and what follows when that changes."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from sqlalchemy.orm import Session

from bot.flows import people, prompts, public_holidays
from bot.flows.due_dates import local_day
from bot.store import asking as queries
from bot.store import messages, workspaces
from bot.store import people as people_store
from bot.store.asking import Due, Late
from bot.store.database import Database
from bot.store.tables import Account, Person
from bot.views.prompt import Role
from bot.workspace_settings import WorkspaceSettings
from cmi_core.cadence import waited_out

log = logging.getLogger(__name__)

# Nobody waits for the tick.
PATIENCE = 20.0
# Without a cover a prompt waits so many working days for an owner who is away, then the manager is asked.
WAITS_DAYS = 10


@dataclass(frozen=True)
class Recipient:
    """Who gets a message: a person, or the fallback channel."""

    workspace_id: int
    user: str

    @property
    def person(self) -> str | None:
        return self.user if messages.is_person(self.user) else None


@dataclass(frozen=True)
class Responsible:
    """Who is asked for an account: a person, or the fallback channel."""

    workspace_id: int
    recipient: str
    role: Role


class Known:
    """People with their managers, each read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: dict[tuple[int, str], Person | None] = {}

    def read(self, workspace_id: int, users: Collection[str]) -> None:
        """Read these people and their managers, one query for any number."""
        found = people_store.with_managers(self._session, workspace_id, users)
        everybody = {*users, *found}
        self._found.update({(workspace_id, user): found.get(user) for user in everybody})

    def settings(self, workspace_id: int) -> WorkspaceSettings:
        return workspaces.settings_of(self._session, workspace_id)

    def get(self, workspace_id: int, user: str | None) -> Person | None:
        if user is None:
            return None
        if (workspace_id, user) not in self._found:
            self._found[workspace_id, user] = people_store.find(self._session, workspace_id, [user]).get(user)
        return self._found[workspace_id, user]

    def never_read(self) -> set[tuple[int, str]]:
        """Of whom Slack said nothing so far."""
        return {key for key, person in self._found.items() if person is None or person.read_at is None}


def known_of(session: Session, due: Sequence[Due], late: Sequence[Late]) -> Known:
    """All whom it takes to say who is asked."""
    known = Known(session)
    for workspace_id in {each.workspace_id for each in due} | {each.workspace_id for each in late}:
        known.read(workspace_id, _people_of(workspace_id, due, late))
    return known


def of_all(known: Known, now: datetime, due: Sequence[Due]) -> dict[Recipient, list[Due]]:
    """Whom to ask, and for which owners' accounts.

    Whoever is asked as an owner and in somebody's place too appears once: they get one message about all of it.
    """
    found: dict[Recipient, list[Due]] = {}
    for each in due:
        answer = of(known, now, known.settings(each.workspace_id), each)
        if answer is not None:
            who, asked = answer
            found.setdefault(Recipient(who.workspace_id, who.recipient), []).append(asked)
    return found


def _people_of(workspace_id: int, due: Sequence[Due], late: Sequence[Late]) -> set[str]:
    everybody: list[Due | Late] = [*due, *late]
    return {user for each in everybody if each.workspace_id == workspace_id for user in each.people()}


def of(known: Known, now: datetime, settings: WorkspaceSettings, due: Due) -> tuple[Responsible, Due] | None:
    """The active owner, else the named cover, else the owner's manager, else the fallback channel (method 5).

    An owner who is away and has no cover is waited for; who stands in is asked only for what has waited long enough.
    None while all of it waits, or where there is nobody to ask.
    """
    owner = known.get(due.workspace_id, due.owner)
    presence = people.presence(owner, now)
    if due.owner and presence == "here":
        return Responsible(due.workspace_id, due.owner, "owner"), replace(due, any_cover=True)
    covering = due.cover_until is None or due.cover_until >= local_day(settings, now)
    if due.cover and covering and people.may_be_asked(known.get(due.workspace_id, due.cover), now):
        return Responsible(due.workspace_id, due.cover, "cover"), due
    if due.owner and presence == "away":
        holidays, weekdays = public_holidays.days(settings, now), settings.cadence.weekdays
        only_until = waited_out(people.local_day(owner, now), WAITS_DAYS, holidays, weekdays)
        if due.first_on is None or due.first_on > only_until:
            return None
        due = replace(due, only_until=only_until)
    who = _in_place_of(known, now, settings, due.workspace_id, owner)
    return None if who is None else (who, due)


def _in_place_of(
    known: Known, now: datetime, settings: WorkspaceSettings, workspace_id: int, owner: Person | None
) -> Responsible | None:
    manager = owner.manager if owner else None
    if manager and people.may_be_asked(known.get(workspace_id, manager), now):
        return Responsible(workspace_id, manager, "manager")
    if settings.fallback_channel:
        return Responsible(workspace_id, settings.fallback_channel, "fallback")
    return None


def pass_on(db: Database, now: datetime, absent: Sequence[Late]) -> int:
    """Who was asked and is no longer here is not reminded: whoever is responsible now is asked. Gives the number."""
    passed_on = 0
    for each in {(each.workspace_id, each.recipient): each for each in absent}.values():
        try:
            with db.write(PATIENCE) as session:
                passed_on += _pass_on(session, Known(session), now, each)
        except Exception:  # one person's trouble must not keep the others from being asked
            log.exception("What %s was asked could not be passed on; trying again at the next tick", each.recipient)
    return passed_on


def passes_on(known: Known, now: datetime, each: Late) -> bool:
    """Whether who was asked is no longer here, and somebody else would be asked now."""
    presence, settings = presence_of(known, now, each), known.settings(each.workspace_id)
    if presence == "here" or (presence == "away" and each.first_on > local_day(settings, now)):
        return False
    due = Due(each.workspace_id, each.owner, each.cover, each.cover_until, first_on=each.first_on)
    who = of(known, now, settings, due)
    return who is not None and who[0].recipient != each.recipient


def _pass_on(session: Session, known: Known, now: datetime, each: Late) -> int:
    passed_on = 0
    settings = workspaces.settings_of(session, each.workspace_id)
    today = local_day(settings, now)
    presence = presence_of(known, now, each)
    for prompt, account in queries.open_prompts_of(session, each.workspace_id, each.recipient):
        since = prompt.remind_on or today
        if presence != "gone" and since > today:
            continue  # nobody has to be asked about it yet
        due = Due(each.workspace_id, account.owner, account.cover, account.cover_until, first_on=since)
        who = of(known, now, settings, due)
        if who is not None and who[0].recipient != each.recipient:
            prompts.hand_over(session, today, account, who[0].recipient, who[0].role)
            passed_on += 1
    return passed_on


def presence_of(known: Known, now: datetime, late: Late) -> people.Presence:
    """Whether who was asked is still here; a channel is."""
    return people.presence(known.get(late.workspace_id, late.person), now)


def digest_goes_to(known: Known, now: datetime, workspace_id: int, owner: str | None, asked: str) -> str | None:
    """The manager of the owner, else of whoever was asked; else the fallback channel; without one another admin."""
    for user in (owner, asked if messages.is_person(asked) else None):
        person = known.get(workspace_id, user)
        manager = person.manager if person else None
        if manager and people.may_be_asked(known.get(workspace_id, manager), now):
            return manager
    settings = known.settings(workspace_id)
    admins = (
        admin
        for admin in settings.admins
        if admin not in {owner, asked} and people.may_be_asked(known.get(workspace_id, admin), now)
    )
    return settings.fallback_channel or next(admins, None)


def role_for(account: Account, recipient: str) -> Role:
    """Why somebody is asked about an account, as it stands now."""
    if recipient == account.owner:
        return "owner"
    if recipient == account.cover:
        return "cover"
    return "manager" if messages.is_person(recipient) else "fallback"


def role_of(text: str) -> Role:
    """A stored role; one of a later version reads as the owner's."""
    return next((role for role in get_args(Role) if role == text), "owner")
