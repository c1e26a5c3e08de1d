"""What the app's Home shows, in a few statements that cost what the person has, not what the workspace has."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, exists, func, not_, or_, select, true
from sqlalchemy.orm import Session, aliased

from bot.store.fresh import FreshSince
from bot.store.portfolio import Scope
from bot.store.tables import Account, Assessment, Draft, Person, Prompt
from cmi_core.cells import LET_CHURN_CELLS

# Which of a list needs somebody first.
DUE, SOON = 0, 1
_ALERT, _UNPLACED, _OLD, _FINE = 2, 3, 4, 5
# How far back a chain of corrections is followed to the rating before it.
_LOOK_BACK = 4


class Visitor(NamedTuple):
    """Who looks at the Home. `home` is what they chose there, None where they never did."""

    role: str | None
    home: dict[str, Any] | None
    away_from: date | None
    away_until: date | None
    weekly: bool | None
    leads: bool
    owns: bool
    any_accounts: bool


@dataclass(frozen=True)
class Today:
    """What a day means for lists: what is due by `day` or by `soon`, this quarter, and since when a score is fresh."""

    day: date
    soon: date
    quarter_from: datetime
    quarter_until: date
    cmi_since: FreshSince
    chs_since: datetime


@dataclass(frozen=True)
class Theirs:
    """One person's accounts on a day: owned, or covered for somebody else."""

    workspace_id: int
    user: str
    today: Today

    def all(self) -> ColumnElement[bool]:
        return _theirs(self.workspace_id, self.user, self.today.day)

    def lists(self) -> Mapping[str, ColumnElement[bool]]:
        """The lists that can be chosen, by their name."""
        return {
            "due": self._due(self.today.day),
            "save": Account.cell == "save",
            "let_churn": Account.cell.in_(LET_CHURN_CELLS),
            "stale": and_(Account.subject != "team", self._stale()),
            "unrated": Account.cmi.is_(None),
            "no_health": and_(Account.subject == "customer", Account.chs.is_(None)),
        }

    def rank(self) -> ColumnElement[int]:
        """What needs attention first: due, due soon, in an alert cell, not on the map, provisional."""
        lists = self.lists()
        return case(
            (lists["due"], DUE),
            (self._due(self.today.soon), SOON),
            (or_(lists["save"], lists["let_churn"]), _ALERT),
            (or_(lists["unrated"], lists["no_health"]), _UNPLACED),
            (lists["stale"], _OLD),
            else_=_FINE,
        )

    def snoozed_until(self) -> ScalarSelect[date | None]:
        """The day until which an account's rating was put off."""
        return (
            select(func.max(Prompt.snoozed_until))
            .where(Prompt.account_id == Account.id, Prompt.state == "open", Prompt.snoozed_until > self.today.day)
            .scalar_subquery()
        )

    def _due(self, by: date) -> ColumnElement[bool]:
        return and_(Account.lifecycle == "active", Account.next_due <= by, self.snoozed_until().is_(None))

    def _stale(self) -> ColumnElement[bool]:
        old_rating = and_(Account.cmi.is_not(None), not_(self.today.cmi_since.condition()))
        return or_(old_rating, Account.chs_on < self.today.chs_since)


class Counts(NamedTuple):
    """How many accounts are in each list. Of those `asked` for this quarter `rated` have been rated in it."""

    total: int
    soon: int
    rated: int
    asked: int
    due: int
    save: int
    let_churn: int
    stale: int
    unrated: int
    no_health: int


class Listed(NamedTuple):
    """One account in a list."""

    account: Account
    rank: int
    snoozed_until: date | None


class Begun(NamedTuple):
    """A survey that somebody has not finished."""

    account_id: int
    name: str
    mode: str
    answers: dict[str, Any]
    expires_at: datetime


class Rated(NamedTuple):
    """Answers that counted before the present ones, and the framework version that they were given to."""

    framework_id: int
    ratings: dict[str, Any]


class Late(NamedTuple):
    """One owner's accounts that are overdue, and the earliest day on which one was due."""

    owner: str | None
    accounts: int
    oldest: date | None


def visitor(session: Session, workspace_id: int, user: str, day: date) -> Visitor:
    """All that decides what a person's Home is about, in one statement."""
    person = aliased(Person)
    reports = exists().where(person.workspace_id == workspace_id, person.manager == user)
    facts = select(
        reports.label("leads"),
        exists().where(_theirs(workspace_id, user, day)).label("owns"),
        exists().where(Account.workspace_id == workspace_id).label("any_accounts"),
    ).subquery()
    who = and_(Person.workspace_id == workspace_id, Person.user == user)
    row = session.execute(
        select(Person.role, Person.home, Person.away_from, Person.away_until, Person.weekly, *facts.c)
        .select_from(facts)
        .outerjoin(Person, who)
    ).one()
    return Visitor(*row)


def counts(session: Session, theirs: Theirs) -> Counts:
    """Every figure of a person's own list in one statement."""
    today, lists = theirs.today, theirs.lists()
    rated = Account.cmi_on >= today.quarter_from
    asked = or_(rated, and_(Account.lifecycle == "active", Account.next_due <= today.quarter_until))
    soon = and_(Account.lifecycle == "active", Account.next_due > today.day, Account.next_due <= today.soon)
    wanted = (soon, rated, asked, *lists.values())
    row = session.execute(
        select(func.count(), *(func.count().filter(condition) for condition in wanted)).where(theirs.all())
    ).one()
    return Counts(*row[:4], **dict(zip(lists, row[4:], strict=True)))


def page(session: Session, theirs: Theirs, only: str, *, start: int, limit: int) -> list[Listed]:
    """A part of a person's list, what needs attention first; `only` is a list's name, "" for all."""
    rank = theirs.rank()
    chosen = theirs.lists()[only] if only else true()
    rows = session.execute(
        select(Account, rank, theirs.snoozed_until())
        .where(theirs.all(), chosen)
        .order_by(rank, Account.next_due, Account.name_key)
        .offset(start)
        .limit(limit)
    )
    return [Listed(*row) for row in rows]


def drafts(session: Session, workspace_id: int, user: str, now: datetime, *, limit: int) -> list[Begun]:
    """A person's unfinished surveys, the one that they left last first."""
    rows = session.execute(
        select(Draft.account_id, Account.name, Draft.mode, Draft.answers, Draft.expires_at)
        .join(Account, Account.id == Draft.account_id)
        .where(
            Draft.workspace_id == workspace_id,
            Draft.rater == user,
            Draft.expires_at > now,
            Account.lifecycle != "churned",
        )
        .order_by(Draft.expires_at.desc(), Draft.id.desc())
        .limit(limit)
    )
    return [Begun(*row) for row in rows]


def late(session: Session, scope: Scope, day: date) -> list[Late]:
    """The owners of overdue accounts, those with the most first."""
    number = func.count()
    rows = session.execute(
        select(Account.owner, number, func.min(Account.next_due))
        .where(scope.active(), Account.lifecycle == "active", Account.next_due < day)
        .group_by(Account.owner)
        .order_by(number.desc(), Account.owner)
    )
    return [Late(*row) for row in rows]


def rated_before(session: Session, account_ids: Collection[int]) -> dict[int, Rated]:
    """The complete rating before the present one, by account; what a correction took the place of is passed over."""
    if not account_ids:
        return {}
    newest = func.row_number().over(
        partition_by=Assessment.account_id, order_by=(Assessment.created_at.desc(), Assessment.id.desc())
    )
    ranked = (
        select(
            Assessment.account_id, Assessment.kind, Assessment.framework_id, Assessment.ratings, newest.label("place")
        )
        .where(Assessment.account_id.in_(account_ids), Assessment.blind.is_(False), Assessment.cmi.is_not(None))
        .subquery()
    )
    rows = session.execute(select(ranked).where(ranked.c.place <= _LOOK_BACK).order_by(ranked.c.place))
    found: dict[int, Rated] = {}
    awaited: set[int] = set()
    for account_id, kind, framework_id, ratings, _ in rows:
        if account_id in awaited:
            found.setdefault(account_id, Rated(framework_id, ratings))
        elif kind != "corrected":
            awaited.add(account_id)
    return found


def _theirs(workspace_id: int, user: str, day: date) -> ColumnElement[bool]:
    """Owned, or covered for somebody else; spelled so that each half has its index."""
    workspace = Account.workspace_id == workspace_id
    covering = or_(Account.cover_until.is_(None), Account.cover_until >= day)
    return and_(
        or_(and_(workspace, Account.owner == user), and_(workspace, Account.cover == user, covering)),
        Account.lifecycle != "churned",
    )
