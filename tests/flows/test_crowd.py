"""A change of configuration for 100,000 accounts on PostgreSQL: right, all at once, and in nobody's way for long."""

import random
import threading
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import event, func, or_, select

from bot.errors import Busy
from bot.flows import answers, configuring, rating
from bot.flows.configuring import NewFramework, NewMap
from bot.store.database import Database
from bot.store.tables import Account, Episode, FrameworkRow, PlacementRow
from cmi_core import MapSettings, load_framework, map_from_dict, score
from cmi_core.matrix import place
from tests.crowd import crowd
from tests.databases import PostgresServer
from tests.flows.office import Office

NUMBER = 100_000
WEIGHTED = load_framework("maor-wittgen").with_weights(
    {"charter": Fraction(10), "people": Fraction(30), "process": Fraction(20), "technology": Fraction(40)}
)


@pytest.fixture(scope="module")
def office(postgres: PostgresServer) -> Iterator[Office]:
    url = postgres.new()
    db = Database(url)
    office = Office(db)
    crowd(db, office.now, office.workspace_id, NUMBER)
    yield office
    db.close()
    postgres.drop(url)


def sample(office: Office, number: int) -> list[Account]:
    with office.db.read() as session:
        known = session.scalars(select(Account.id).order_by(Account.id)).all()
        chosen = random.Random(7).sample(known, number)
        return list(session.scalars(select(Account).where(Account.id.in_(chosen)).order_by(Account.id)))


def strays(office: Office) -> tuple[int, int]:
    """Accounts whose open stay, and accounts whose open episode, is not what their cell asks for."""
    alert_cells = MapSettings().alert_cells
    with office.db.read() as session:
        stays = (
            select(func.count())
            .select_from(Account)
            .join(PlacementRow, (PlacementRow.account_id == Account.id) & PlacementRow.ended_at.is_(None), isouter=True)
        )
        episodes = (
            select(func.count())
            .select_from(Account)
            .join(Episode, (Episode.account_id == Account.id) & Episode.ended_at.is_(None), isouter=True)
        )
        watched = func.coalesce(Account.cell.in_(alert_cells), False)
        wrong = or_(watched != Episode.id.is_not(None), Episode.cell != Account.cell)
        return (
            session.execute(stays.where(PlacementRow.cell.is_distinct_from(Account.cell))).scalar_one(),
            session.execute(episodes.where(wrong)).scalar_one(),
        )


def test_every_account_stands_where_its_scores_put_it(office: Office) -> None:
    before = {account.id: account for account in sample(office, 500)}
    change = NewMap(map_from_dict({"cmi_cuts": ["3.2"], "chs_cuts": [55]}))
    foreseen = configuring.preview(office.db, office.actor(), change)
    done = configuring.apply(office.db, office.later(days=1).now, office.actor(), change)
    assert done == foreseen
    assert done.moved > NUMBER // 10
    for account in sample(office, 500):
        right = place(change.map, account.cmi, account.chs)
        assert (account.cell, account.cmi_band, account.chs_band) == (
            right.cell.id if right.cell else None,
            right.cmi_band,
            right.chs_band,
        )
        moved = account.cell != before[account.id].cell
        assert account.cell_since == (office.now if moved else before[account.id].cell_since)
    assert strays(office) == (0, 0)


def test_a_reader_sees_all_of_a_change_or_nothing_and_a_survey_waits_its_turn(office: Office) -> None:
    watched = sample(office, 200)
    surveyed = watched[0].id
    held, tried = threading.Event(), threading.Event()
    seen: set[bool] = set()
    failed: list[BaseException] = []

    def hold(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """Under the lock, and after the accounts were written: wait until the survey was tried."""
        if statement.startswith("UPDATE accounts"):
            held.set()
            tried.wait(20)

    def change() -> None:
        try:
            configuring.apply(office.db, office.now, office.actor(), NewFramework(WEIGHTED))
        except BaseException as error:
            failed.append(error)

    def look() -> bool:
        """Whether the change shows; it must show in every account or in none."""
        with office.db.read() as session:
            ids = [account.id for account in watched[1:]]
            rows = session.scalars(select(Account).where(Account.id.in_(ids)).order_by(Account.id)).all()
            newest = session.execute(select(func.max(FrameworkRow.version))).scalar_one()
        old = watched[1].framework_id
        is_new = [row.framework_id != old and score(WEIGHTED, unpacked(row)).cmi == row.cmi for row in rows]
        assert all(is_new) or not any(is_new)
        assert newest == (2 if all(is_new) else 1)
        return all(is_new)

    office.later(days=1)
    before = office.get(surveyed)
    page = office.page(surveyed, [5] * 12, submission="meets-the-lock")
    event.listen(office.db.engine, "after_cursor_execute", hold)
    worker = threading.Thread(target=change)
    worker.start()
    try:
        assert held.wait(60)
        with pytest.raises(Busy):
            rating.submit(office.db, office.now, office.actor(), page, patience=0.2)
        seen.add(look())
        assert office.get(surveyed).revision == before.revision
    finally:
        tried.set()
    saved = rating.submit(office.db, office.now, office.actor(), page, patience=60)
    worker.join()
    event.remove(office.db.engine, "after_cursor_execute", hold)
    assert not failed
    seen.add(look())
    assert seen == {False, True}
    assert saved.standing.cmi == 5
    row = office.get(surveyed)
    assert (row.cmi, row.framework_id) == (Fraction(5), office.get(watched[1].id).framework_id)
    assert strays(office) == (0, 0)


def unpacked(account: Account) -> dict[str, int | None]:
    return answers.unpack(WEIGHTED, account.answers or "")
