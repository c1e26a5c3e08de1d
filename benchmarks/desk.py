"""The surveys that `benchmarks.submitting` saves, and what saving one writes, by Core alone."""

import itertools
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, insert, select, update

from benchmarks.bare import FORM
from benchmarks.people import know
from benchmarks.servers import form_body
from bot.store.bulk import table_of
from bot.store.database import Database
from bot.store.tables import Account, Assessment, Draft, Message, PlacementRow
from bot.views import survey
from bot.views.survey import SurveyMeta
from cmi_core import load_framework
from sandbox.workspace import TEAM_ID
from tests.flows.office import CRITERIA, Office

USER = "U01PRIYA00"
_PAGES = survey.pages(load_framework("maor-wittgen"))
_ASKED_BEFORE = [each.id for page in _PAGES[:-1] for _, criteria in page for each in criteria]
_ACCOUNT, _ASSESSMENT, _STAY = table_of(Account), table_of(Assessment), table_of(PlacementRow)
_DRAFT, _MESSAGE = table_of(Draft), table_of(Message)
_WRITTEN = (_ASSESSMENT, _STAY, _MESSAGE)


class Desk:
    """Healthy customers, half of them for the bot to rate and half for the limit; each rating moves its account."""

    def __init__(self, db: Database, number: int) -> None:
        self.db = db
        self._writing = db.engine.execution_options(writing=True)
        office = Office(db, now=datetime.now(UTC) - timedelta(hours=1), team=TEAM_ID)
        self._workspace_id = office.workspace_id
        know(db, office.workspace_id, [USER])
        accounts = [office.account(f"Account {each}", owner=USER) for each in range(2 * number)]
        for each in accounts:
            office.type_health(each, 80, by=USER)
            office.rate(each, 2, by=USER)
        self._ours, self._limits = accounts[:number], accounts[number:]
        self._level = 2
        self._values: dict[str, dict[str, Any]] = {}
        self.plain_body = self._body(FORM, "", accounts[0])

    def bodies(self) -> list[str]:
        """A last page for each of the bot's accounts, whose first pages are kept as drafts."""
        self._level = 6 - self._level
        submissions = {each: uuid.uuid4().hex for each in self._ours}
        self._keep_drafts(submissions)
        return [self._body(survey.CALLBACK, submission, each) for each, submission in submissions.items()]

    @contextmanager
    def checked(self, broken: list[str]) -> Iterator[list[str]]:
        """The same; afterwards whatever they should have written and did not is in ``broken``."""
        before = self._count()
        bodies = self.bodies()
        yield bodies
        before[_DRAFT.name] = len(bodies)
        added = {name: number - before[name] for name, number in self._count().items()}
        expected = {table.name: len(bodies) for table in _WRITTEN} | {_DRAFT.name: -len(bodies)}
        if added != expected:
            broken.append(f"wrote {added} rows instead of {expected}")

    def learn(self) -> None:
        """Take the rows of the bot's latest submission as those that the limit writes."""
        with self.db.engine.connect() as connection:
            for table in _WRITTEN:
                newest = connection.execute(select(table).order_by(table.c.id.desc()).limit(1)).mappings().one()
                self._values[table.name] = {key: value for key, value in newest.items() if key != "id"}
            of = self._values[_ASSESSMENT.name]["account_id"]
            account = connection.execute(select(_ACCOUNT).where(_ACCOUNT.c.id == of)).mappings().one()
        changed = ("cmi", "cmi_on", "complete", "framework_id", "answers", "next_due", "ask_on")
        placed = ("cmi_band", "chs_band", "revision", "cell", "cell_since")
        self._values[_ACCOUNT.name] = {name: account[name] for name in changed + placed}

    def transaction(self) -> Callable[[], None]:
        """One submission's rows by Core, for one account after the other; any number of threads may call it."""
        accounts = itertools.cycle(self._limits)
        self._keep_drafts({each: uuid.uuid4().hex for each in self._limits})
        add = {table: insert(table) for table in _WRITTEN}
        key: BindParameter[int] = bindparam("key_")
        change = update(_ACCOUNT).where(_ACCOUNT.c.id == key)
        end = update(_STAY).where(_STAY.c.account_id == key, _STAY.c.ended_at.is_(None))
        drop = delete(_DRAFT).where(_DRAFT.c.account_id == key, _DRAFT.c.rater == USER)
        values, now = self._values, datetime.now(UTC)

        def transaction() -> None:
            account, token = next(accounts), uuid.uuid4().hex
            of = {"account_id": account}
            with self._writing.begin() as connection:
                rated = {**values[_ASSESSMENT.name], **of, "submission": token}
                made = connection.execute(add[_ASSESSMENT], rated).inserted_primary_key
                rests = {"assessment_id": made[0] if made else None}
                connection.execute(change, {**values[_ACCOUNT.name], **rests, "key_": account})
                connection.execute(end, {"ended_at": now, "key_": account})
                connection.execute(add[_STAY], {**values[_STAY.name], **of, **rests, "ended_at": None})
                connection.execute(drop, {"key_": account})
                connection.execute(add[_MESSAGE], {**values[_MESSAGE.name], "key": token, "token": token})

        return transaction

    def _body(self, callback: str, submission: str, account: int) -> str:
        framework = load_framework("maor-wittgen")
        meta = SurveyMeta(
            submission=submission,
            account_id=account,
            page=len(_PAGES) - 1,
            framework=framework.id,
            version=framework.version,
            name=f"Account {account}",
        )
        chosen = {"answer": {"selected_option": {"value": str(self._level)}}}
        values = {f"question:{each}": chosen for each in CRITERIA if each not in _ASKED_BEFORE}
        view = {"callback_id": callback, "private_metadata": meta.model_dump_json(), "blocks": []}
        return form_body(TEAM_ID, USER, {**view, "state": {"values": values}})

    def _keep_drafts(self, submissions: dict[int, str]) -> None:
        shared = {
            "workspace_id": self._workspace_id,
            "rater": USER,
            "answers": dict.fromkeys(_ASKED_BEFORE, self._level),
            "page": len(_PAGES) - 1,
            "expires_at": datetime.now(UTC) + timedelta(days=7),
        }
        drafts = [{**shared, "account_id": each, "submission": kept} for each, kept in submissions.items()]
        with self.db.write() as session:
            session.execute(delete(Draft).where(Draft.account_id.in_(submissions)))
            session.execute(insert(Draft), drafts)

    def _count(self) -> dict[str, int]:
        with self.db.engine.connect() as connection:
            counted = {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in _WRITTEN
            }
            drafts = select(func.count()).where(_DRAFT.c.account_id.in_(self._ours))
            return {**counted, _DRAFT.name: connection.execute(drafts).scalar_one()}
