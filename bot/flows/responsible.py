"""Who is asked for an account at this moment (method, "Reassessment"), and what follows when that changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.flows import people, prompts
from bot.flows.due_dates import local_day
from bot.store import asking as queries
from bot.store import people as people_store
from bot.store import workspaces
from bot.store.database import Database
from bot.views.prompt import Role
from bot.workspace_settings import WorkspaceSettings

# Nobody waits for the tick.
PATIENCE = 20.0


@dataclass(frozen=True)
class Responsible:
    """Who is asked for an account: a person, or the fallback channel."""

    workspace_id: int
    recipient: str
    role: Role


def of_all(
    db: Database, now: datetime, due: Sequence[queries.Due], late: Sequence[queries.Late]
) -> dict[Responsible, list[queries.Due]]:
    """Whom to ask, and for which owners' accounts. Who has only open prompts appears with none."""
    found: dict[Responsible, list[queries.Due]] = {}
    with db.read() as session:
        for each in due:
            settings = workspaces.settings_of(session, each.workspace_id)
            who = of(session, now, settings, each)
            if who is not None:
                found.setdefault(who, []).append(each)
        for prompt in late:
            if prompt.reminders < 2:
                found.setdefault(Responsible(prompt.workspace_id, prompt.recipient, _role(prompt.role)), [])
    return found


def of(session: Session, now: datetime, settings: WorkspaceSettings, due: queries.Due) -> Responsible | None:
    """The active owner, else the named cover, else the owner's manager, else the fallback channel (method 5)."""
    known = people_store.find(session, due.workspace_id, due.people())
    owner = known.get(due.owner) if due.owner else None
    if due.owner and people.may_be_asked(owner, now):
        return Responsible(due.workspace_id, due.owner, "owner")
    covering = due.cover_until is None or due.cover_until >= now.date()
    if due.cover and covering and people.may_be_asked(known.get(due.cover), now):
        return Responsible(due.workspace_id, due.cover, "cover")
    manager = owner.manager if owner else None
    if manager and people.may_be_asked(people_store.find(session, due.workspace_id, [manager]).get(manager), now):
        return Responsible(due.workspace_id, manager, "manager")
    if settings.fallback_channel:
        return Responsible(due.workspace_id, settings.fallback_channel, "fallback")
    return None


def pass_on(db: Database, now: datetime, late: Sequence[queries.Late]) -> int:
    """Who was asked and is no longer here is not reminded: whoever is responsible now is asked. Gives the number."""
    passed_on = 0
    with db.write(PATIENCE) as session:
        for each in late:
            asked = people_store.find(session, each.workspace_id, each.people())
            if all(people.may_be_asked(person, now) for person in asked.values()):
                continue
            settings = workspaces.settings_of(session, each.workspace_id)
            for _, account in queries.open_prompts_of(session, each.workspace_id, each.recipient):
                due = queries.Due(each.workspace_id, account.owner, account.cover, account.cover_until)
                who = of(session, now, settings, due)
                if who is not None and who.recipient != each.recipient:
                    prompts.hand_over(session, local_day(settings, now), account, who.recipient, who.role)
                    passed_on += 1
    return passed_on


def _role(text: str) -> Role:
    return text if text in {"cover", "manager", "fallback"} else "owner"  # type: ignore[return-value]  # narrowed by the set
