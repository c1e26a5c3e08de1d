"""Something changed at a customer: its rating is asked for early, with the owner's next prompt (method 5)."""

from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from bot.errors import FieldError
from bot.flows import lifecycle, noting, permissions, prompts
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.flows.permissions import Right
from bot.flows.standings import Reader
from bot.store import history
from bot.store import people as people_store
from bot.store.database import Database
from bot.store.tables import Account, AccountEvent
from bot.views.event_form import Event, Noted
from bot.views.prompt import PromptItem
from bot.views.standing import Standing
from bot.workspace_settings import WorkspaceSettings

_LONGEST_AGO = timedelta(days=366)


def read(db: Database, now: datetime, actor: Actor, account_id: int) -> tuple[Standing, date]:
    """The account, and today. UserError for a customer that has left."""
    with db.read() as session:
        account = permissions.get(session, now, actor, account_id, Right.RATE)
        lifecycle.require_open(account)
        reader = Reader(session, actor.workspace_id, now)
        return reader.standing(account), local_day(reader.settings, now)


def note(db: Database, now: datetime, actor: Actor, event: Event) -> Noted:
    """Note what changed; who is responsible is asked at their next good moment. The same submission twice is once.

    "At most one prompt a week to an owner" holds for this too, so it may take until their next one. A rating of a later
    day than the event answers it already. FieldError for a day that can't be.
    """
    with db.write() as session:
        account = permissions.lock(session, now, actor, event.account_id)
        reader = Reader(session, actor.workspace_id, now)
        today = local_day(reader.settings, now)
        stored = history.event_by_submission(session, actor.workspace_id, event.submission)
        if stored is None:
            lifecycle.require_open(account)
            _require_possible(event.on, today)
            early = _is_asked_about(account) and _rated_since(account, event.on, reader.settings) is None
            stored = _store(session, now, actor, event, early=early)
            if early:
                _ask_early(session, account, stored, today)
        return _noted(reader, account, event, stored, today)


def _require_possible(on: date, today: date) -> None:
    if on > today:
        raise FieldError("on", "This day is still to come. Please note it once it has happened.")
    if today - on > _LONGEST_AGO:
        raise FieldError("on", "That is more than a year ago. Please choose a later day.")


def _is_asked_about(account: Account) -> bool:
    return account.lifecycle == "active" and account.next_due is not None


def _rated_since(account: Account, on: date, settings: WorkspaceSettings) -> date | None:
    rated = local_day(settings, account.cmi_on) if account.complete and account.cmi_on else None
    return rated if rated is not None and rated > on else None


def _store(session: Session, now: datetime, actor: Actor, event: Event, *, early: bool) -> AccountEvent:
    stored = AccountEvent(
        workspace_id=actor.workspace_id,
        account_id=event.account_id,
        kind=event.kind,
        happened_on=event.on,
        note=event.note,
        early=early,
        submission=event.submission,
        by=actor.user,
        noted_at=now,
    )
    session.add(stored)
    session.flush()
    after = {"event": event.kind, "on": event.on.isoformat()}
    noting.on_account(session, now, actor, event.account_id, action="event", after=after, reason=event.note)
    return stored


def _ask_early(session: Session, account: Account, stored: AccountEvent, today: date) -> None:
    account.event_on = today
    being_asked = history.open_prompts(session, account.id)
    for prompt in being_asked:
        if prompt.snoozed_until is not None and prompt.snoozed_until > today:
            prompt.snoozed_until = prompt.remind_on = today  # it was put off before anybody knew of this
        prompts.show(session, prompt, partial(_told, stored))
    if not being_asked:
        account.next_due = min(account.next_due or today, today)
        account.ask_on = today


def _told(stored: AccountEvent, item: PromptItem) -> PromptItem:
    """The account's line in a message that has asked for it already."""
    told = {"event": stored.kind, "event_on": stored.happened_on, "event_note": stored.note}
    return item.model_copy(update={**told, "snoozed_until": None})


def _noted(reader: Reader, account: Account, event: Event, stored: AccountEvent, today: date) -> Noted:
    owner = people_store.find(reader.session, account.workspace_id, filter(None, [account.owner])).get(
        account.owner or ""
    )
    every = timedelta(days=reader.settings.cadence.ask_every_days)
    again_on = owner.last_asked_on + every if owner and owner.last_asked_on else today
    return Noted(
        standing=reader.standing(account),
        event=event,
        asked=stored.early,
        already=stored.early and account.ask_on is None,
        not_before=again_on if again_on > today else None,
        rated_on=None if stored.early else _rated_since(account, event.on, reader.settings),
    )
