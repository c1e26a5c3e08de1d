"""The manager's digest: after two reminders the owner's manager, else the fallback channel, hears what still waits."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from bot.flows import prompt_items, prompts, public_holidays, responsible
from bot.flows.moments import latest_day
from bot.flows.responsible import PATIENCE, Known
from bot.flows.standings import Reader
from bot.flows.turns import free_today, resumes_on
from bot.store import asking as queries
from bot.store import messages
from bot.store import people as people_store
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Account, Prompt
from bot.views.overdue import Overdue

log = logging.getLogger(__name__)

# Working days.
_WEEK = 5
_Late = list[tuple[Prompt, Account]]


def owe(db: Database, now: datetime) -> int:
    """Owe each manager one digest, if this is a good moment for them. Gives the number of digests."""
    with db.write(PATIENCE) as session:
        known = Known(session)
        groups: dict[tuple[int, str], _Late] = {}
        for prompt, account in queries.prompts_to_escalate(session, latest_day(now)):
            if _put_back(known, now, prompt, account):
                continue
            to = responsible.digest_goes_to(known, now, prompt.workspace_id, account.owner, prompt.recipient)
            if to is not None:
                groups.setdefault((prompt.workspace_id, to), []).append((prompt, account))
        return sum(_owe_alone(session, now, workspace_id, to, late) for (workspace_id, to), late in groups.items())


def _owe_alone(session: Session, now: datetime, workspace_id: int, to: str, late: _Late) -> bool:
    """`_owe`, of which nothing is left where it fails: one manager's trouble must not keep the others waiting."""
    try:
        with session.begin_nested():
            return _owe(session, now, workspace_id, to, late)
    except Exception:
        log.exception("The digest for %s could not be written; trying again at the next tick", to)
        return False


def _put_back(known: Known, now: datetime, prompt: Prompt, account: Account) -> bool:
    """After a pause whoever was asked gets as many days as after a reminder, before a manager hears of it."""
    asked = prompt.recipient if messages.is_person(prompt.recipient) else None
    resumes = resumes_on(known, now, prompt.workspace_id, account.owner, asked)
    if resumes is not None:
        cadence = public_holidays.cadence_of(known.settings(prompt.workspace_id), now)
        prompt.remind_on = cadence.working_days_after(resumes, cadence.reminders.distance(2))
    return resumes is not None


def _owe(session: Session, now: datetime, workspace_id: int, to: str, late: _Late) -> bool:
    reader = Reader(session, workspace_id, now)
    person = people_store.lock(session, workspace_id, to) if messages.is_person(to) else None
    today = free_today(now, person, reader.settings)
    if today is None:
        return False  # not at work, or they were sent a prompt of their own today
    entries = [entry for entry in late if entry[0].remind_on and entry[0].remind_on <= today]
    if not entries:
        return False
    entries.sort(key=lambda entry: (entry[1].owner or "", entry[0].due, entry[0].id))
    events = prompt_items.events_of(reader, [account for _, account in entries])
    items = tuple(
        prompt_items.item(reader, now, account, prompt.due, new=False, event=events.get(account.id)).model_copy(
            update={"orphan": prompt.role == prompts.DISOWNED}
        )
        for prompt, account in entries
    )
    message_id = messages.owe(
        session,
        workspace_id=workspace_id,
        key=f"overdue:{to}:{today}",
        kind="overdue",
        recipient=to,
        data=Overdue(items=items),
        now=now,
        priority=Priority.DIGEST,
    )
    if message_id is None:
        return False  # today's digest is out; what came since goes into the next one
    if person is not None:
        people_store.messaged(session, workspace_id, to, today, asked=False)
    cadence = public_holidays.cadence_of(reader.settings, now)
    for prompt, _ in entries:
        if prompt.role == prompts.DISOWNED:  # nobody else will ask about it, so this goes on until it has an owner
            prompt.remind_on = cadence.working_days_after(today, _WEEK)
        else:
            prompt.reminders, prompt.remind_on = 3, None
    return True
