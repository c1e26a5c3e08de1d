"""A workspace with accounts, for tests of flows: what people do, in one line each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import select

from bot.flows import accounts, health, rating, workspaces
from bot.flows.actor import Actor
from bot.store.database import Database
from bot.store.tables import Account, Base, Episode, Message, Person, Prompt, Workspace
from bot.views.account_form import NewAccount
from bot.views.result import Result
from bot.views.survey import SurveyMeta, SurveyPage
from bot.workspace_settings import WorkspaceSettings
from cmi_core import load_framework

NOW = datetime(2026, 8, 12, 9, 30, tzinfo=UTC)  # a Wednesday
PRIYA, DIEGO, MARTA = "U01PRIYA", "U01DIEGO", "U01MARTA"
GOLDEN = (3, 1, 3, 3, 4, 5, 2, 1, 2, 1, 2, 1)
CRITERIA = tuple(each.id for category in load_framework("maor-wittgen").categories for each in category.criteria)
_number = count(1)
Row = TypeVar("Row", bound=Base)


@dataclass
class Office:
    """Acts at `now`, which a test moves; `settings` are the workspace's."""

    db: Database
    now: datetime = NOW
    workspace_id: int = 0
    team: str = field(default_factory=lambda: f"T{next(_number)}")
    _submissions: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.workspace_id = workspaces.register(self.db, self.now, self.team, "Tests")

    def later(self, **by: float) -> "Office":
        self.now += timedelta(**by)
        return self

    def actor(self, user: str = PRIYA) -> Actor:
        return Actor(self.workspace_id, user)

    def choose(self, **settings: Any) -> None:
        """Change settings, as the form does, but any of them."""
        with self.db.write() as session:
            row = session.get_one(Workspace, self.workspace_id)
            now = WorkspaceSettings.model_validate(row.settings)
            row.settings = now.model_copy(update=settings).model_dump(mode="json")

    def settings(self) -> WorkspaceSettings:
        with self.db.read() as session:
            return WorkspaceSettings.model_validate(session.get_one(Workspace, self.workspace_id).settings)

    def account(self, name: str = "Acme", *, owner: str = PRIYA) -> int:
        new = NewAccount(name=name, owner=owner)
        return accounts.create(self.db, self.now, self.actor(owner), new).account_id

    def rate(self, account: int, levels: Sequence[int | None] | int, *, by: str = PRIYA, **more: Any) -> Result:
        """Save a survey: one level for all criteria, or twelve."""
        page = self.page(account, [levels] * 12 if isinstance(levels, int) else levels, **more)
        return rating.submit(self.db, self.now, self.actor(by), page)

    def page(
        self,
        account: int,
        levels: Sequence[int | None],
        *,
        submission: str = "",
        page: int = 0,
        health: int | None = None,
        criteria: Sequence[str] = CRITERIA,
    ) -> SurveyPage:
        """What the survey's pages give back in the end; `page` 0 says that no draft is to be added."""
        meta = SurveyMeta(
            submission=submission or f"s{next(self._submissions)}",
            account_id=account,
            page=page,
            framework="maor-wittgen",
            version=load_framework("maor-wittgen").version,
        )
        answers: Mapping[str, int | None] = dict(zip(criteria, levels, strict=True))
        return SurveyPage(meta=meta, answers=dict(answers), health=None if health is None else Fraction(health))

    def type_health(self, account: int, value: int, *, by: str = PRIYA, submission: str = "") -> Result:
        submission = submission or f"h{next(self._submissions)}"
        return health.record(self.db, self.now, self.actor(by), account, Fraction(value), submission=submission)

    def person(self, user: str, **values: Any) -> None:
        """Somebody as last read from Slack: active, in UTC, read just now."""
        with self.db.write() as session:
            known = session.scalars(
                select(Person).where(Person.workspace_id == self.workspace_id, Person.user == user)
            ).one_or_none()
            person = known or Person(workspace_id=self.workspace_id, user=user, zone="UTC")
            person.read_at = self.now
            for name, value in values.items():
                setattr(person, name, value)
            session.add(person)

    def change(self, account: int, **values: Any) -> None:
        with self.db.write() as session:
            row = session.get_one(Account, account)
            for name, value in values.items():
                setattr(row, name, value)

    def get(self, account: int) -> Account:
        with self.db.read() as session:
            return session.get_one(Account, account)

    def rows(self, table: type[Row]) -> list[Row]:
        with self.db.read() as session:
            return list(session.scalars(select(table).order_by(table.__table__.c["id"])))

    def messages(self, kind: str) -> list[Message]:
        return [row for row in self.rows(Message) if row.kind == kind]

    def episodes(self) -> list[Episode]:
        return self.rows(Episode)

    def prompts(self) -> list[Prompt]:
        return self.rows(Prompt)

    def due(self, account: int, on: date) -> None:
        """Let an account be due on a day."""
        self.change(account, next_due=on, ask_on=on)
