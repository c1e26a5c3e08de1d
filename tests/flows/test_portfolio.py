"""The portfolio's figures, from the statements of both databases."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.errors import NotAllowed, UserError
from bot.flows import lifecycle, portfolio
from bot.store.database import Database
from bot.store.fresh import FreshSince
from bot.store.portfolio import Scope, ValueCount, cells
from bot.views.outcome_form import Outcome
from bot.views.portfolio import Average, Cut, Map, Outcomes, OverTime
from bot.views.query import OUTCOMES, TIME, Query
from cmi_core import default_map
from tests.databases import new_sqlite
from tests.flows.office import DIEGO, MARTA, PRIYA, Office

F = Fraction


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def customer(office: Office, name: str, level: int | None, health: int | None, **values: Any) -> int:
    account = office.account(name, owner=values.pop("owner", PRIYA))
    office.change(account, **values)
    if health is not None:
        office.type_health(account, health)
    if level is not None:
        office.rate(account, level)
    return account


def look(office: Office, *filters: tuple[str, str], show: str = "map", user: str = PRIYA) -> Any:
    return portfolio.look(office.db, office.now, office.actor(user), Query(filters=filters, show=show))


def four(office: Office) -> None:
    big, small = {"size": "Enterprise", "stage": "Mature"}, {"size": "Small", "stage": "Onboarding"}
    customer(office, "A", 5, 90, segments=big, recurring_revenue=Decimal(300))
    customer(office, "B", 4, 20, segments=big, recurring_revenue=Decimal(100), owner=DIEGO)
    customer(office, "C", 1, 70, segments=small)
    customer(office, "D", None, 60, segments=small)


def test_the_map_counts_accounts_and_revenue_per_cell(office: Office) -> None:
    four(office)
    shown = look(office)
    assert isinstance(shown, Map)
    assert {line.cell: (line.accounts, line.share, int(line.revenue), line.revenue_share) for line in shown.cells} == {
        "retain": (1, F(1, 3), 0, F(0)),
        "expand_and_leverage": (1, F(1, 3), 300, F(3, 4)),
        "let_churn": (0, F(0), 0, F(0)),
        "save": (1, F(1, 3), 100, F(1, 4)),
    }
    assert (shown.accounts, shown.unplaced, shown.no_rating, shown.no_health) == (4, 1, 1, 0)


def test_customers_in_onboarding_are_not_averaged_with_the_others(office: Office) -> None:
    four(office)
    shown = look(office)
    assert shown.average == Average(cmi=F(9, 2), chs=F(55))
    assert shown.onboarding == Average(cmi=F(1), chs=F(65))


def test_old_scores_make_a_place_provisional_and_lower_the_coverage(office: Office) -> None:
    four(office)
    office.later(days=100)
    shown = look(office)
    assert (shown.fresh_cmi, shown.fresh_chs, shown.fresh_both, shown.provisional) == (3, 0, 0, 3)


def test_teams_prospects_and_churned_customers_are_not_counted(office: Office) -> None:
    customer(office, "Team", 3, None, subject="team")
    customer(office, "Prospect", 3, None, subject="prospect", lifecycle="prospect")
    gone = customer(office, "Gone", 3, 60)
    outcome = Outcome(account_id=gone, kind="churned", on=office.now.date())
    lifecycle.record(office.db, office.now, office.actor(), outcome)
    assert look(office).accounts == 0


def test_filters_leave_what_fits_whatever_their_case(office: Office) -> None:
    four(office)
    assert look(office, ("size", "enterprise")).accounts == 2
    assert look(office, ("size", "enterprise"), ("size", "SMALL")).accounts == 4
    assert look(office, ("size", "enterprise"), ("stage", "onboarding")).accounts == 0
    assert look(office, ("owner", PRIYA), ("size", "Enterprise")).accounts == 1


def test_a_value_that_no_account_has_is_answered_with_near_ones(office: Office) -> None:
    four(office)
    with pytest.raises(UserError, match=r"No account has “enterprize” as its size\. There is: Enterprise"):
        look(office, ("size", "enterprize"))


def test_cut_by_a_segment(office: Office) -> None:
    four(office)
    customer(office, "E", 5, 90)
    shown = look(office, show="size")
    assert isinstance(shown, Cut)
    assert [(group.label, group.accounts, group.counts, int(group.revenue)) for group in shown.groups] == [
        ("Enterprise", 2, {"expand_and_leverage": 1, "save": 1}, 400),
        ("Small", 2, {"retain": 1}, 0),
        (None, 1, {"expand_and_leverage": 1}, 0),
    ]
    assert shown.groups[1].onboarding == Average(cmi=F(1), chs=F(65))


def test_leaders_see_the_counts_of_owners_and_owners_only_their_own(office: Office) -> None:
    four(office)
    office.choose(admins=("U01ADMIN",))
    office.person(DIEGO, manager=MARTA)

    def owners(user: str) -> dict[str | None, Average | None]:
        return {group.label: group.average for group in look(office, show="owner", user=user).groups}

    assert set(owners("U01ADMIN")) == {PRIYA, DIEGO}
    assert owners("U01ADMIN")[DIEGO] is None
    assert set(owners(MARTA)) == {DIEGO}
    assert owners(DIEGO) == {DIEGO: Average(cmi=F(4), chs=F(20))}
    assert look(office, ("owner", DIEGO), user=MARTA).accounts == 1
    assert look(office, ("owner", DIEGO), user=MARTA).average == Average()
    with pytest.raises(NotAllowed, match="owner=me"):
        look(office, ("owner", DIEGO), user=PRIYA)


def test_an_average_takes_each_framework_on_its_own_scale(office: Office) -> None:
    with office.db.read() as session:
        scales = portfolio._Scales(session)
    row = ValueCount(None, False, 7, F(2), 1)
    scales._known[7] = (1, 3)
    assert scales.on_default(row) == 3


def test_over_time_counts_at_the_ends_of_quarters(office: Office) -> None:
    office.now = datetime(2025, 12, 1, 9, tzinfo=UTC)
    account = customer(office, "A", 5, 90)
    office.now = datetime(2026, 4, 10, 9, tzinfo=UTC)
    office.type_health(account, 10)
    office.now = datetime(2026, 8, 12, 9, tzinfo=UTC)
    shown = look(office, show=TIME)
    assert isinstance(shown, OverTime)
    assert [(quarter.on, quarter.now, quarter.counts) for quarter in shown.quarters] == [
        (date(2025, 9, 30), False, {}),
        (date(2025, 12, 31), False, {"expand_and_leverage": 1}),
        (date(2026, 3, 31), False, {"expand_and_leverage": 1}),
        (date(2026, 6, 30), False, {"save": 1}),
        (date(2026, 8, 12), True, {"save": 1}),
    ]


def test_outcomes_stand_with_the_cell_an_account_stood_in(office: Office) -> None:
    saved = customer(office, "A", 5, 20)
    customer(office, "B", 5, 20)
    happy = customer(office, "C", 5, 90)
    office.later(days=30)
    today = office.now.date()
    for account, kind in ((saved, "churned"), (happy, "renewed")):
        outcome = Outcome.model_validate({"account_id": account, "kind": kind, "on": today - timedelta(days=2)})
        lifecycle.record(office.db, office.now, office.actor(), outcome)
    shown = look(office, show=OUTCOMES)
    assert isinstance(shown, Outcomes)
    assert [(line.cell, line.accounts, line.churned, line.rate, line.renewed) for line in shown.lines] == [
        ("save", 2, 1, F(1, 2), 0),
        ("expand_and_leverage", 1, 0, 0, 1),
    ]
    assert shown.events == 2


def test_quarter_ends_over_a_new_year() -> None:
    assert portfolio.quarter_ends(date(2026, 2, 28), 2) == [date(2025, 9, 30), date(2025, 12, 31)]
    assert portfolio.quarter_ends(date(2026, 3, 31), 1) == [date(2025, 12, 31)]


def test_the_number_of_statements_does_not_grow_with_the_portfolio(office: Office) -> None:
    def statements() -> int:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith("SELECT"):
                seen.append(statement)

        event.listen(office.db.engine, "before_cursor_execute", note)
        look(office)
        event.remove(office.db.engine, "before_cursor_execute", note)
        return len(seen)

    customer(office, "A", 5, 90)
    look(office)  # the framework behind the scores is read once
    few = statements()
    four_more = [customer(office, f"B{number}", 1 + number, 10 * number) for number in range(5)]
    assert len(four_more) == 5
    assert statements() == few == 4  # settings, map, two for the averages


def test_another_map_shows_its_own_cells(office: Office) -> None:
    office.choose(map=default_map("nine"))
    customer(office, "A", 3, 60)
    assert {line.cell: line.accounts for line in look(office).cells}["core"] == 1


def test_the_map_is_one_statement_and_reads_the_table_in_its_own_order(tmp_path: Path) -> None:
    """By the index on owners SQLite would jump through the whole table; for one owner that index is right."""
    db = Database(new_sqlite(tmp_path))
    office = Office(db)
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement != "BEGIN":
            seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    with db.read() as session:
        for owners in (None, (PRIYA,)):
            cells(session, Scope(office.workspace_id, owners), FreshSince(office.now), office.now)
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(seen) == 2
    plans = []
    with db.engine.connect() as connection:
        for statement, parameters in seen:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append(str([row[3] for row in plan]))
    db.close()
    assert "SCAN accounts" in plans[0]
    assert "ix_accounts_owner" in plans[1]
