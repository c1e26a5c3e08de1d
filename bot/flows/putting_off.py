"""Not now: a rating that was asked for is put off, passed to a colleague this once, or isn't one's own any more.

None of it ends in silence: what is put off comes back on its day, and what nobody feels responsible for goes to a
manager, else to an admin, with a button to give it to somebody.
"""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.errors import FieldError, UserError
from bot.flows import lifecycle, noting, people, permissions, prompts, public_holidays
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.flows.permissions import Right
from bot.flows.standings import Reader
from bot.store import messages
from bot.store import people as people_store
from bot.store.database import Database
from bot.store.messages import Priority
from bot.store.tables import Account
from bot.store.tables import Prompt as PromptRow
from bot.views.disowned import Disowned
from bot.views.not_now_form import NotNow
from bot.views.prompt import PromptItem, Role
from bot.views.standing import Standing
from bot.views.text import day
from bot.workspace_settings import WorkspaceSettings


def read(db: Database, now: datetime, actor: Actor, account_id: int) -> NotNow:
    """What can be done about a rating that is asked for. UserError where nobody is asked about the account at all."""
    with db.read() as session:
        account = permissions.get(session, now, actor, account_id, Right.RATE)
        reader = Reader(session, actor.workspace_id, now)
        _require_asked(account)
        today = local_day(reader.settings, now)
        open_one = prompts.open_of(session, account)
        return NotNow(
            account_id=account.id,
            name=account.name,
            owner=account.owner,
            today=today,
            latest=_latest(reader.settings, today, open_one),
            snoozed_until=open_one.snoozed_until if open_one else None,
        )


def snooze(db: Database, now: datetime, actor: Actor, account_id: int, until: date) -> Standing:
    """Put a rating off until a day. FieldError for a day that can't be, or too far ahead."""
    with db.write() as session:
        account, reader, today = _locked(session, now, actor, account_id)
        prompt = prompts.open_now(session, today, account, account.owner or actor.user, "owner")
        if until <= today:
            raise FieldError("until", "Please choose a day after today.")
        if prompt.snoozed_until == until:  # sent twice
            return reader.standing(account).model_copy(update={"snoozed_until": until})
        latest = _latest(reader.settings, today, prompt)
        if latest is None:
            raise FieldError("until", "It was put off as long as it can be. Please rate it, or ask a colleague to.")
        if until > latest:
            raise FieldError("until", f"It can be put off until {day(latest)} at the latest.")
        prompts.show(session, prompt, lambda item: item.model_copy(update={"snoozed_until": until}))
        prompt.snoozed_until = prompt.remind_on = until
        prompt.reminders = 2 if prompt.role == prompts.DISOWNED else 0
        noting.on_account(session, now, actor, account.id, action="snooze", after={"until": until.isoformat()})
        return reader.standing(account).model_copy(update={"snoozed_until": until})


def delegate(db: Database, now: datetime, actor: Actor, account_id: int, to: str) -> Standing:
    """Ask a colleague to rate the account this once; the owner is asked again next time. FieldError for who can't."""
    with db.write() as session:
        account, reader, today = _locked(session, now, actor, account_id)
        person = people_store.find(session, actor.workspace_id, [to]).get(to)
        why = people.trouble_of(person)
        if person is not None and person.role == "viewer":
            why = (
                f"{person.name or 'This person'} may look at accounts, but not rate them. Please choose somebody else."
            )
        if why:
            raise FieldError("to", why)
        role: Role = "owner" if to == account.owner else "delegate"
        prompt = prompts.open_now(session, today, account, account.owner or actor.user, "owner")
        if (prompt.recipient, prompt.role) == (to, role):  # sent twice
            return reader.standing(account)
        prompts.hand_over(session, today, account, to, role)
        noting.on_account(session, now, actor, account.id, action="delegate", after={"to": to})
        return reader.standing(account)


def disown(db: Database, now: datetime, actor: Actor, account_id: int) -> tuple[Standing, str]:
    """Who was asked says that it isn't theirs. Gives whom that was told: the owner, a manager, an admin, a channel.

    UserError where there is nobody to tell.
    """
    with db.write() as session:
        account, reader, today = _locked(session, now, actor, account_id)
        prompt = prompts.open_now(session, today, account, account.owner or actor.user, "owner")
        if account.owner and account.owner != actor.user and prompt.recipient == actor.user:
            prompts.hand_over(session, today, account, account.owner)
            noting.on_account(session, now, actor, account.id, action="disown", after={"to": account.owner})
            return reader.standing(account), account.owner
        to = _whom(session, now, actor, reader.settings)
        if to is None:
            raise UserError("There is nobody to tell yet. Please give it to its new owner with /cmi assign.")
        messages.owe(
            session,
            workspace_id=actor.workspace_id,
            key=f"disowned:{prompt.id}:{to}",
            kind="disowned",
            recipient=to,
            data=Disowned(account_id=account.id, name=account.name, by=actor.user, owner=account.owner, due=prompt.due),
            now=now,
            priority=Priority.ANSWER,
        )
        prompts.show(session, prompt, lambda item: _disowned(item, to))
        # Whoever disowned it is not reminded; until it has another owner, it comes back in digests.
        cadence = public_holidays.cadence_of(reader.settings, now)
        first = cadence.working_days_after(today, cadence.reminders.first)
        prompt.snoozed_until, prompt.reminders, prompt.remind_on, prompt.role = None, 2, first, prompts.DISOWNED
        noting.on_account(session, now, actor, account.id, action="disown", after={"to": to})
        return reader.standing(account), to


def _disowned(item: PromptItem, to: str) -> PromptItem:
    return item.model_copy(update={"disowned_to": to})


def _locked(session: Session, now: datetime, actor: Actor, account_id: int) -> tuple[Account, Reader, date]:
    account = permissions.lock(session, now, actor, account_id, Right.RATE)
    _require_asked(account)
    reader = Reader(session, actor.workspace_id, now)
    return account, reader, local_day(reader.settings, now)


def _require_asked(account: Account) -> None:
    lifecycle.require_open(account)
    if account.lifecycle != "active" or account.next_due is None:
        raise UserError(f"Nobody is asked to rate {account.name}, so there is nothing to put off.")


def _latest(settings: WorkspaceSettings, today: date, prompt: PromptRow | None) -> date | None:
    """The last day until which it can be put off, counted from the first asking; None: not any longer."""
    begun = prompt.asked_on if prompt else today
    latest = begun + timedelta(days=settings.cadence.snooze_days)
    return latest if latest > today else None


def _whom(session: Session, now: datetime, actor: Actor, settings: WorkspaceSettings) -> str | None:
    """The manager of whoever says it, else an admin who is here, else the fallback channel."""
    mine = people_store.find(session, actor.workspace_id, [actor.user]).get(actor.user)
    for user in (mine.manager if mine else None, *settings.admins):
        if user and user != actor.user:
            known = people_store.find(session, actor.workspace_id, [user]).get(user)
            if people.may_be_asked(known, now):
                return user
    return settings.fallback_channel
