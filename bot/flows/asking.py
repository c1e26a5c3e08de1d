"""The tick: who is asked to rate what, now. It asks the database who is due and owes each person one message.

Nothing is planned ahead: whoever is responsible at the moment of asking, inside their own working hours, is asked. So
a restart loses nothing, and the unique keys of prompts and messages let a second process repeat nothing.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.flows import overdue_digest, people, prompt_items, prompts, public_holidays, responsible
from bot.flows.responsible import PATIENCE, Known, Recipient
from bot.flows.standings import Reader
from bot.flows.turns import Turns, free_today, is_paused, whose_turn
from bot.store import asking as queries
from bot.store import messages
from bot.store import people as people_store
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Account, Person
from bot.store.tables import Prompt as PromptRow
from bot.views.prompt import Prompt
from bot.workspace_settings import CadenceSettings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Asking:
    """One person's asking under way: the day where they are, and what applies."""

    reader: Reader
    known: Known
    now: datetime
    who: Recipient
    person: Person | None
    today: date
    cadence: CadenceSettings

    @property
    def session(self) -> Session:
        return self.reader.session


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
    return asked + (overdue_digest.owe(db, now) if turns.digests else 0)


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
        asking = _begin(session, now, who)
        if asking is None:
            return 0
        new = _new_accounts(asking, owners)
        reminded = queries.prompts_to_remind(session, who.workspace_id, who.user, asking.today)
        earlier = _earlier(asking) if reminded else []
        shown = {prompt.id for prompt, _ in earlier}
        reminded = [prompt for prompt in reminded if prompt.id in shown]
        if (not new and not reminded) or not _is_still_free(asking):
            return 0
        message_id = _owe(asking, earlier if reminded else [], new, reminded)
        if message_id is None:
            return 0  # another process was quicker
        for account in new:
            _open_prompt(asking, account, message_id)
        for prompt in reminded:
            _count_reminder(prompt, asking.today, asking.cadence)
        for prompt, _ in earlier:
            prompt.message_id = message_id  # the newest message is the one that ticks off
        if asking.person is not None:
            people_store.messaged(session, who.workspace_id, who.user, asking.today, asked=bool(new))
        return 1


def _begin(session: Session, now: datetime, who: Recipient) -> _Asking | None:
    """What applies to somebody now; None where this is no good moment for them."""
    reader = Reader(session, who.workspace_id, now)
    person = people_store.get(session, who.workspace_id, who.user) if messages.is_person(who.user) else None
    today = free_today(now, person, reader.settings)
    if today is None:
        return None
    if person is not None and person.read_at is None:
        return None  # Slack could not say who this is, nor when they work: perhaps at the next tick
    if person is None and queries.is_owed(session, who.workspace_id, _key(who, today)):
        return None  # a channel has no day of its last message
    cadence = public_holidays.cadence_of(reader.settings, now)
    return _Asking(reader, Known(session), now, who, person, today, cadence)


def _is_still_free(asking: _Asking) -> bool:
    """Locks the person, once their accounts are locked: another tick may be about to send them another message."""
    if asking.person is None:
        return True
    person = people_store.lock(asking.session, asking.who.workspace_id, asking.who.user)
    return free_today(asking.now, person, asking.reader.settings) == asking.today


def _owe(
    asking: _Asking,
    earlier: Sequence[tuple[PromptRow, Account]],
    new: Sequence[Account],
    reminded: Sequence[PromptRow],
) -> int | None:
    """Owe the message; None where this person has one for today already."""
    who, today = asking.who, asking.today
    added = [(account, responsible.role_for(account, who.user)) for account in new]
    items = prompt_items.of_prompt(asking.reader, asking.now, today=today, earlier=earlier, new=added)
    return messages.owe(
        asking.session,
        workspace_id=who.workspace_id,
        key=_key(who, today),
        kind="prompt",
        recipient=who.user,
        data=Prompt(
            recipient=who.user,
            role=next((item.role for item in items if item.role), "owner"),
            items=items,
            reminder=0 if new else max((p.reminders + 1 for p in reminded if not prompts.is_new(p)), default=0),
        ),
        now=asking.now,
        priority=Priority.PROMPT,
    )


def _key(who: Recipient, today: date) -> str:
    return f"prompt:{who.user}:{today}"


def _earlier(asking: _Asking) -> list[tuple[PromptRow, Account]]:
    """What this person was asked before and has not done, but for what is put off and what a pause holds."""
    found = queries.open_prompts_of(asking.session, asking.who.workspace_id, asking.who.user)
    return [
        (prompt, account)
        for prompt, account in found
        if (prompt.snoozed_until is None or prompt.snoozed_until <= asking.today)
        and not is_paused(asking.known, asking.now, asking.who.workspace_id, account.owner)
    ]


def _count_reminder(prompt: PromptRow, today: date, cadence: CadenceSettings) -> None:
    if not prompts.is_new(prompt):
        prompt.reminders += 1
    elif prompt.snoozed_until is None:
        prompt.asked_on = today
    # Counted from today: after an absence or a standstill what comes next keeps its distance.
    distance = cadence.reminders.distance(min(prompt.reminders, 2))
    prompt.remind_on = cadence.working_days_after(today, distance)


def _new_accounts(asking: _Asking, owners: Sequence[queries.Due]) -> list[Account]:
    """The accounts to ask for now: those due, and with them those due soon. None while the last asking is too fresh.

    At most as many as a message may ask for anew; the others wait for the next one.
    """
    if not owners:
        return []
    who, person, today, cadence = asking.who, asking.person, asking.today, asking.cadence
    until = today + timedelta(days=cadence.take_along_days)
    accounts = queries.accounts_to_ask(asking.session, who.workspace_id, owners, until)
    if not any(account.ask_on is not None and account.ask_on <= today for account in accounts):
        return []
    if person is not None and person.last_asked_on is not None:
        again_on = person.last_asked_on + timedelta(days=cadence.ask_every_days)
        if today < again_on:
            # Whoever stands in is only looked at again: an absent owner's accounts keep the day since which they wait.
            for account in (each for each in accounts if each.owner == who.user):
                account.ask_on = max(account.ask_on or again_on, again_on)
            return []
    return sorted(accounts, key=_first)[: cadence.most_new or None]


def _first(account: Account) -> tuple[bool, date, Decimal, int]:
    """What is asked for first: where something changed, then what is due the longest, then what is worth the most."""
    worth = account.lifetime_value or account.recurring_revenue or Decimal(0)
    return account.event_on is None, account.next_due or date.max, -worth, account.id


def _open_prompt(asking: _Asking, account: Account, message_id: int) -> None:
    who, today = asking.who, asking.today
    prompt = prompts.open_anew(asking.session, today, account, who.user, responsible.role_for(account, who.user))
    prompt.message_id = message_id
    prompt.remind_on = asking.cadence.working_days_after(today, asking.cadence.reminders.first)
