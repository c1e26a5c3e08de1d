"""Who is asked for an account at this moment (method, "Reassessment"), and what follows when that changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from sqlalchemy.orm import Session

from bot.flows import people, prompts, public_holidays
from bot.flows.due_dates import local_day
from bot.store import asking as queries
from bot.store import people as people_store
from bot.store import workspaces
from bot.store.asking import Due, Late
from bot.store.database import Database
from bot.store.tables import Person
from bot.views.prompt import Role
from bot.workspace_settings import WorkspaceSettings
from cmi_core.cadence import waited_out

# Nobody waits for the tick.
PATIENCE = 20.0
# Without a cover a prompt waits so many working days for an owner who is away, then the manager is asked.
WAITS_DAYS = 10


@dataclass(frozen=True)
class Responsible:
    """Who is asked for an account: a person, or the fallback channel."""

    workspace_id: int
    recipient: str
    role: Role


def of_all(db: Database, now: datetime, due: Sequence[Due], late: Sequence[Late]) -> dict[Responsible, list[Due]]:
    """Whom to ask, and for which owners' accounts. Who has only open prompts appears with none."""
    found: dict[Responsible, list[Due]] = {}
    with db.read() as session:
        for each in due:
            settings = workspaces.settings_of(session, each.workspace_id)
            who = of(session, now, settings, each)
            if who is not None:
                found.setdefault(who[0], []).append(who[1])
        for prompt in late:
            if prompt.reminders < 2 and _presences(session, now, prompt) <= {"here"}:
                found.setdefault(Responsible(prompt.workspace_id, prompt.recipient, role_of(prompt.role)), [])
    return found


def of(session: Session, now: datetime, settings: WorkspaceSettings, due: Due) -> tuple[Responsible, Due] | None:
    """The active owner, else the named cover, else the owner's manager, else the fallback channel (method 5).

    An owner who is away and has no cover is waited for; who stands in is asked only for what has waited long enough.
    None while all of it waits, or where there is nobody to ask.
    """
    known = people_store.find(session, due.workspace_id, due.people())
    owner = known.get(due.owner) if due.owner else None
    presence = people.presence(owner, now)
    if due.owner and presence == "here":
        return Responsible(due.workspace_id, due.owner, "owner"), due
    covering = due.cover_until is None or due.cover_until >= local_day(settings, now)
    if due.cover and covering and people.may_be_asked(known.get(due.cover), now):
        return Responsible(due.workspace_id, due.cover, "cover"), due
    if due.owner and presence == "away":
        only_until = waited_out(people.local_day(owner, now), WAITS_DAYS, public_holidays.days(settings, now))
        if due.first_on is None or due.first_on > only_until:
            return None
        due = replace(due, only_until=only_until)
    who = _in_place_of(session, now, settings, due.workspace_id, owner)
    return None if who is None else (who, due)


def _in_place_of(
    session: Session, now: datetime, settings: WorkspaceSettings, workspace_id: int, owner: Person | None
) -> Responsible | None:
    manager = owner.manager if owner else None
    if manager and people.may_be_asked(people_store.find(session, workspace_id, [manager]).get(manager), now):
        return Responsible(workspace_id, manager, "manager")
    if settings.fallback_channel:
        return Responsible(workspace_id, settings.fallback_channel, "fallback")
    return None


def pass_on(db: Database, now: datetime, late: Sequence[Late]) -> int:
    """Who was asked and is no longer here is not reminded: whoever is responsible now is asked. Gives the number."""
    passed_on = 0
    with db.write(PATIENCE) as session:
        for each in late:
            found = _presences(session, now, each)
            if found <= {"here"}:
                continue
            settings = workspaces.settings_of(session, each.workspace_id)
            today = local_day(settings, now)
            for prompt, account in queries.open_prompts_of(session, each.workspace_id, each.recipient):
                since = prompt.remind_on or today
                if "gone" not in found and since > today:
                    continue  # nobody has to be asked about it yet
                due = Due(each.workspace_id, account.owner, account.cover, account.cover_until, first_on=since)
                who = of(session, now, settings, due)
                if who is not None and who[0].recipient != each.recipient:
                    prompts.hand_over(session, today, account, who[0].recipient, who[0].role)
                    passed_on += 1
    return passed_on


def _presences(session: Session, now: datetime, late: Late) -> set[people.Presence]:
    known = people_store.find(session, late.workspace_id, late.people())
    return {people.presence(person, now) for person in known.values()}


def role_of(text: str) -> Role:
    """A stored role; one of a later version reads as the owner's."""
    return next((role for role in get_args(Role) if role == text), "owner")
