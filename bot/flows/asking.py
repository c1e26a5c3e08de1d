"""The tick: who is asked to rate what, now. It asks the database who is due and owes each person one message.

Nothing is planned ahead: whoever is responsible at the moment of asking, inside their own working hours, is asked. So
a restart loses nothing, and the unique keys of prompts and messages let a second process repeat nothing.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.flows import people, prompts, public_holidays, renewing, responsible
from bot.flows.responsible import PATIENCE, Recipient
from bot.flows.standings import Reader
from bot.flows.turns import EARLIEST_ZONE, Turns, free_today, whose_turn
from bot.store import asking as queries
from bot.store import messages
from bot.store import people as people_store
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Account, Person
from bot.store.tables import Prompt as PromptRow
from bot.views.overdue import Overdue
from bot.views.prompt import Prompt, PromptItem
from bot.workspace_settings import CadenceSettings
from cmi_core.cadence import add_working_days
from cmi_core.freshness import age_days

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Asking:
    """One person's asking under way: the day where they are, and what applies."""

    who: Recipient
    person: Person | None
    today: date
    cadence: CadenceSettings


def tick(db: Database, now: datetime, client: WebClient) -> int:
    """Ask whoever has to be asked at this moment. Gives the number of messages that were owed."""
    turns = _turns(db, now, client)
    if responsible.pass_on(db, now, turns.to_pass_on):
        turns = _turns(db, now, client)
    asked = 0
    for who, owners in turns.to_ask.items():
        try:
            asked += _ask(db, now, who, owners)
        except Exception:  # one person's trouble must not keep the others from being asked
            log.exception("%s could not be asked; trying again at the next tick", who.user)
    return asked + (_escalate(db, now) if turns.digests else 0)


def _turns(db: Database, now: datetime, client: WebClient) -> Turns:
    """Whose turn it is, by what Slack says of them today."""
    tried: set[tuple[int, str]] = set()
    while True:
        with db.read() as session:
            turns = whose_turn(session, now)
        if not (unread := turns.unread - tried):
            return turns
        for workspace_id in {each for each, _ in unread}:
            people.refresh(db, now, client, workspace_id, [user for each, user in unread if each == workspace_id])
        tried |= unread


def _ask(db: Database, now: datetime, who: Recipient, owners: Sequence[queries.Due]) -> int:
    """One message to one person (or channel), if this is a good moment. Gives 1 if it was owed."""
    with db.write(PATIENCE) as session:
        reader = Reader(session, who.workspace_id, now)
        cadence = public_holidays.cadence_of(reader.settings, now)
        person = people_store.get(session, who.workspace_id, who.user) if messages.is_person(who.user) else None
        today = free_today(now, person, reader.settings)
        if today is None:
            return 0
        if person is not None and person.read_at is None:
            return 0  # Slack could not say who this is, nor when they work: perhaps at the next tick
        asking = _Asking(who, person, today, cadence)
        new = _new_accounts(session, asking, owners)
        reminded = queries.prompts_to_remind(session, who.workspace_id, who.user, today)
        if not new and not reminded:
            return 0
        earlier = _earlier(session, asking) if reminded else []
        items = _items(reader, now, asking, earlier, new)
        data = Prompt(
            recipient=who.user,
            role=next((item.role for item in items if item.role), "owner"),
            items=items,
            reminder=0 if new else max((p.reminders + 1 for p in reminded if not _anew(p)), default=0),
        )
        message_id = messages.owe(
            session,
            workspace_id=who.workspace_id,
            key=f"prompt:{who.user}:{today}",
            kind="prompt",
            recipient=who.user,
            data=data,
            now=now,
            priority=Priority.PROMPT,
        )
        if message_id is None:
            return 0  # another process was quicker
        for account in new:
            _open_prompt(session, asking, account, message_id)
        for prompt in reminded:
            _count_reminder(prompt, today, cadence)
        for prompt, _ in earlier:
            prompt.message_id = message_id  # the newest message is the one that ticks off
        if person is not None:
            people_store.messaged(session, who.workspace_id, who.user, today, asked=bool(new))
        return 1


def _earlier(session: Session, asking: _Asking) -> list[tuple[PromptRow, Account]]:
    """What this person was asked before and has not done, but for what is put off."""
    found = queries.open_prompts_of(session, asking.who.workspace_id, asking.who.user)
    return [each for each in found if each[0].snoozed_until is None or each[0].snoozed_until <= asking.today]


def _items(
    reader: Reader,
    now: datetime,
    asking: _Asking,
    earlier: Sequence[tuple[PromptRow, Account]],
    new: Sequence[Account],
) -> tuple[PromptItem, ...]:
    renewable = renewing.offered_among(reader.session, reader, [*(account for _, account in earlier), *new])
    entries = [(account, prompt.due, responsible.role_of(prompt.role), _anew(prompt)) for prompt, account in earlier]
    entries += [
        (account, account.next_due or asking.today, responsible.role_for(account, asking.who.user), True)
        for account in new
    ]
    return tuple(
        _item(reader, now, account, due, new=is_new, renewable=renewable.get(account.id)).model_copy(
            update={"role": role}
        )
        for account, due, role, is_new in entries
    )


def _anew(prompt: PromptRow) -> bool:
    """What was handed over, or put off until now, is asked for anew: only who was asked before is reminded."""
    snoozed = prompt.snoozed_until
    return prompt.message_id is None or (snoozed is not None and snoozed == prompt.remind_on)


def _count_reminder(prompt: PromptRow, today: date, cadence: CadenceSettings) -> None:
    if not _anew(prompt):
        prompt.reminders += 1
    elif prompt.snoozed_until is None:
        prompt.asked_on = today
    # Counted from today: after an absence or a standstill what comes next keeps its distance.
    distance = cadence.reminders.distance(min(prompt.reminders, 2))
    prompt.remind_on = add_working_days(today, distance, cadence.holidays)


def _new_accounts(session: Session, asking: _Asking, owners: Sequence[queries.Due]) -> list[Account]:
    """The accounts to ask for now: those due, and with them those due soon. None while the last asking is too fresh."""
    if not owners:
        return []
    who, person, today, cadence = asking.who, asking.person, asking.today, asking.cadence
    until = today + timedelta(days=cadence.take_along_days)
    accounts = queries.accounts_to_ask(session, who.workspace_id, owners, until)
    if not any(account.ask_on is not None and account.ask_on <= today for account in accounts):
        return []
    if person is not None and person.last_asked_on is not None:
        again_on = person.last_asked_on + timedelta(days=cadence.ask_every_days)
        if today < again_on:
            # Whoever stands in is only looked at again: an absent owner's accounts keep the day since which they wait.
            for account in (each for each in accounts if each.owner == who.user):
                account.ask_on = max(account.ask_on or again_on, again_on)
            return []
    return accounts


def _open_prompt(session: Session, asking: _Asking, account: Account, message_id: int) -> None:
    who, today = asking.who, asking.today
    prompt = prompts.open_anew(session, today, account, who.user, responsible.role_for(account, who.user))
    prompt.message_id = message_id
    prompt.remind_on = asking.cadence.reminders.dates(today, asking.cadence.holidays)[0]


def _item(
    reader: Reader, now: datetime, account: Account, due: date, *, new: bool, renewable: int | None = None
) -> PromptItem:
    standing = reader.standing(account)
    stale = "chs" in standing.stale and account.chs_on is not None
    return PromptItem(
        account_id=account.id,
        name=account.name,
        owner=account.owner,
        due=due,
        cmi=account.cmi,
        cmi_on=account.cmi_on,
        cell=account.cell,
        health_stale_days=age_days(account.chs_on, now) if stale and account.chs_on else None,
        renewable=renewable,
        new=new,
    )


def _escalate(db: Database, now: datetime) -> int:
    """After two reminders the owner's manager, else the fallback channel, gets one digest of what still waits."""
    owed = 0
    with db.write(PATIENCE) as session:
        groups: dict[tuple[int, str], list[tuple[PromptRow, Account]]] = {}
        known = responsible.Known(session)
        for prompt, account in queries.prompts_to_escalate(session, (now + EARLIEST_ZONE).date()):
            to = responsible.digest_goes_to(known, now, prompt.workspace_id, account.owner, prompt.recipient)
            if to is not None:
                groups.setdefault((prompt.workspace_id, to), []).append((prompt, account))
        for (workspace_id, to), late in groups.items():
            reader = Reader(session, workspace_id, now)
            person = people_store.get(session, workspace_id, to) if to[0] in "UW" else None
            today = free_today(now, person, reader.settings)
            if today is None:
                continue  # not at work, or they were sent a prompt of their own today
            entries = [entry for entry in late if entry[0].remind_on and entry[0].remind_on <= today]
            if not entries:
                continue
            entries.sort(key=lambda entry: (entry[1].owner or "", entry[0].due, entry[0].id))
            items = tuple(_item(reader, now, account, prompt.due, new=False) for prompt, account in entries)
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
                continue  # today's digest is out; what came since goes into the next one
            if person is not None:
                people_store.messaged(session, workspace_id, to, today, asked=False)
            for prompt, _ in entries:
                prompt.reminders, prompt.remind_on = 3, None
            owed += 1
    return owed
