"""The queries of the tick. Each goes by an index on what is due, so its cost follows that and not the portfolio."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, func, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.store import workspaces
from bot.store.messages import is_person
from bot.store.tables import Account, Message, Person, Prompt


@dataclass(frozen=True)
class Due:
    """Owners (with their cover) who have at least one account to be asked about.

    `first_on` is the earliest day on which they were to be asked; `only_until` leaves out what became due later.
    `any_cover`: the owner is asked in person, so whoever covers an account doesn't matter.
    """

    workspace_id: int
    owner: str | None
    cover: str | None
    cover_until: date | None
    first_on: date | None = None
    only_until: date | None = None
    any_cover: bool = False

    def people(self) -> set[str]:
        return {user for user in (self.owner, self.cover) if user}


@dataclass(frozen=True)
class Late:
    """People with open prompts whose reminder is due, by the owners (with their cover) of the accounts."""

    workspace_id: int
    recipient: str
    reminders: int
    owner: str | None
    cover: str | None
    cover_until: date | None
    first_on: date

    @property
    def person(self) -> str | None:
        """Who was asked; None for a channel."""
        return self.recipient if is_person(self.recipient) else None

    def people(self) -> set[str]:
        return {user for user in (self.person, self.owner, self.cover) if user}


# Built once, as others below: each tick asks, and building a statement takes longer than the database does.
_COVERED = (Account.owner, Account.cover, Account.cover_until)
_DUE = (
    select(Account.workspace_id, *_COVERED, func.min(Account.ask_on))
    .where(Account.lifecycle == "active", Account.ask_on <= bindparam("by"))
    .group_by(Account.workspace_id, *_COVERED)
)
_ASKED = (Prompt.workspace_id, Prompt.recipient, Prompt.reminders)
_LATE = (
    select(*_ASKED, *_COVERED, func.min(Prompt.remind_on))
    .join(Account, Account.id == Prompt.account_id)
    .where(Prompt.state == "open", Prompt.remind_on <= bindparam("by"))
    .group_by(*_ASKED, *_COVERED)
)


def who_is_due(session: Session, by: date) -> list[Due]:
    return [Due(*row) for row in session.execute(_DUE, {"by": by})]


def who_is_late(session: Session, by: date) -> list[Late]:
    rows = session.execute(_LATE, {"by": by})
    return [Late(*row) for row in rows]  # type: ignore[arg-type]  # what is not NULL here has a first day


def accounts_to_ask(session: Session, workspace_id: int, owners: Iterable[Due], by: date) -> list[Account]:
    """These owners' accounts that were not asked about yet and are due by a day, the longest due first. Locked."""
    theirs = [
        and_(
            _is(Account.owner, each.owner),
            true() if each.any_cover else _covered_as(each),
            true() if each.only_until is None else Account.ask_on <= each.only_until,
        )
        for each in owners
    ]
    workspaces.hold_settings(session, workspace_id)
    return list(
        session.scalars(
            select(Account)
            .where(
                Account.workspace_id == workspace_id,
                Account.lifecycle == "active",
                Account.ask_on <= by,
                or_(false(), *theirs),
            )
            .order_by(Account.next_due, Account.id)
            .with_for_update(key_share=True)
        )
    )


def _covered_as(due: Due) -> ColumnElement[bool]:
    return and_(_is(Account.cover, due.cover), _is(Account.cover_until, due.cover_until))


def _is(column: InstrumentedAttribute[Any], value: object) -> ColumnElement[bool]:
    """Written so that PostgreSQL can go by an index, which it doesn't for IS NOT DISTINCT FROM."""
    return column.is_(None) if value is None else column == value


def is_owed(session: Session, workspace_id: int, key: str) -> bool:
    """Whether there is a message of this key already."""
    found = exists().where(Message.workspace_id == workspace_id, Message.key == key)
    return bool(session.scalar(select(found)))


_THEIRS = (
    Prompt.workspace_id == bindparam("workspace_id"),
    Prompt.recipient == bindparam("recipient"),
    Prompt.state == "open",
)
_TO_REMIND = (
    select(Prompt)
    .where(*_THEIRS, Prompt.remind_on <= bindparam("by"), Prompt.reminders < 2)
    .order_by(Prompt.id)
    .with_for_update()
)
_OPEN = (
    select(Prompt, Account)
    .join(Account, Account.id == Prompt.account_id)
    .where(*_THEIRS)
    .order_by(Prompt.due, Prompt.id)
    .with_for_update(of=Prompt)
)


def prompts_to_remind(session: Session, workspace_id: int, recipient: str, by: date) -> Sequence[Prompt]:
    """A person's open prompts whose first or second reminder is due. Locked."""
    return session.scalars(_TO_REMIND, {"workspace_id": workspace_id, "recipient": recipient, "by": by}).all()


def open_prompts_of(session: Session, workspace_id: int, recipient: str) -> list[tuple[Prompt, Account]]:
    """All that a person was asked and has not done, the longest due first; also what was put off. Locked."""
    rows = session.execute(_OPEN, {"workspace_id": workspace_id, "recipient": recipient})
    return [(prompt, account) for prompt, account in rows]


def prompts_to_escalate(session: Session, by: date) -> list[tuple[Prompt, Account]]:
    """Open prompts that two reminders did not help. Locked; who is at it already is left to the other process."""
    rows = session.execute(
        select(Prompt, Account)
        .join(Account, Account.id == Prompt.account_id)
        .where(Prompt.state == "open", Prompt.remind_on <= by, Prompt.reminders == 2)
        .order_by(Prompt.id)
        .with_for_update(of=Prompt, skip_locked=True)
    )
    return [(prompt, account) for prompt, account in rows]


def count_asked(session: Session, workspace_id: int, manager: str | None) -> int:
    """How many accounts people are being asked about: of a manager and who reports to them, or of everybody."""
    team = select(Person.user).where(Person.workspace_id == workspace_id, Person.manager == manager)
    theirs = true() if manager is None else or_(Account.owner == manager, Account.owner.in_(team))
    statement = (
        select(func.count(Prompt.account_id.distinct()))
        .join(Account, Account.id == Prompt.account_id)
        .where(Prompt.workspace_id == workspace_id, Prompt.state == "open", theirs)
    )
    return int(session.scalar(statement) or 0)


def bring_forward(session: Session, workspace_id: int, now: datetime, latest: date, *, today: date) -> None:
    """Let what a pause held go on from now: messages at once, digests of what is overdue by a day at the latest.

    `today` is the day where it begins first: nobody who had a message today loses that.
    """
    session.execute(
        update(Message)
        .where(
            Message.workspace_id == workspace_id,
            Message.state == "owed",
            Message.kind.in_(("prompt", "overdue")),
            Message.not_before > now,
        )
        .values(not_before=now)
    )
    # The days that were kept free for them are free again.
    people = update(Person).where(Person.workspace_id == workspace_id, Person.last_messaged_on > today)
    session.execute(people.values(last_messaged_on=None))
    session.execute(
        update(Prompt)
        .where(
            Prompt.workspace_id == workspace_id,
            Prompt.state == "open",
            Prompt.reminders == 2,
            Prompt.remind_on > latest,
        )
        .values(remind_on=latest)
    )
