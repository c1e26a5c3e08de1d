"""Intervals of their own, for a segment or for one account: wherever an interval counts, theirs does."""

from datetime import date, datetime, timedelta

import pytest

from bot.flows import accounts, cadence, csv_accounts, exporting, importing, portfolio
from bot.store.database import Database
from bot.store.tables import Account
from bot.views.cadence_form import IntervalLine
from bot.views.interval_form import Interval
from bot.views.portfolio import Map
from bot.views.query import MAP, Query
from bot.workspace_settings import CadenceSettings, IntervalRule
from tests.flows.office import Office
from tests.flows.test_cadence import change

ENTERPRISE = IntervalLine(segment="size", value="enterprise", months=6)


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def set_interval(office: Office, account: int, months: int | None) -> None:
    cadence.write_interval(office.db, office.now, office.actor(), Interval(account_id=account, own=months))


def stale(office: Office, account: int) -> tuple[str, ...]:
    return accounts.card(office.db, office.now, office.actor(), account).standing.stale


def test_a_segments_interval_counts_and_accounts_own_before_it(office: Office) -> None:
    plain, large, own = (office.account(name) for name in ("Plain", "Large", "Own"))
    for account in (large, own):
        office.change(account, segments={"size": "Enterprise"})
    for account in (plain, large, own):
        office.rate(account, 4)
    set_interval(office, own, 12)
    assert change(office, rules=(ENTERPRISE,)) == 1
    due = [office.get(account).next_due for account in (plain, large, own)]
    assert due == [date(2026, 11, 12), date(2027, 2, 12), date(2027, 8, 12)]
    office.later(days=1)
    office.rate(large, 3)
    assert office.get(large).next_due == date(2027, 2, 13)
    set_interval(office, own, None)
    assert office.get(own).next_due == date(2027, 2, 12)


def test_the_first_rule_that_fits_counts_also_beside_the_calendar_quarter(office: Office) -> None:
    quarterly, yearly = office.account("Quarterly"), office.account("Yearly")
    office.change(yearly, segments={"size": "Enterprise", "stage": "Growth"})
    for account in (quarterly, yearly):
        office.rate(account, 4)
    growth = IntervalLine(segment="stage", value="Growth", months=12)
    change(office, mode="calendar_quarter", rules=(growth, ENTERPRISE))
    assert office.get(quarterly).next_due == date(2026, 10, 1)
    assert office.get(yearly).next_due == date(2027, 8, 12)


def test_a_cmi_stays_fresh_for_its_own_interval_and_the_days_of_grace(office: Office) -> None:
    plain, own = office.account("Plain"), office.account("Own")
    for account in (plain, own):
        office.rate(account, 4)
        office.type_health(account, 80)
    set_interval(office, own, 6)
    rated = office.now
    office.later(days=150)
    for account in (plain, own):
        office.type_health(account, 81)
    assert (stale(office, plain), stale(office, own)) == (("cmi",), ())
    assert accounts.card(office.db, office.now, office.actor(), own).standing.every_months == 6
    office.now = rated + timedelta(days=184 + 30)
    assert stale(office, own) == ()  # the last instant of the grace
    office.later(seconds=1)
    assert "cmi" in stale(office, own)


def test_the_portfolio_and_the_export_count_each_by_its_own_limit(office: Office) -> None:
    ids = [office.account(f"Account {number}") for number in range(4)]
    _, large, own, quick = ids
    office.change(large, segments={"size": "ENTERPRISE"})
    office.choose(cadence=CadenceSettings(rules=(IntervalRule(segment="size", value="Enterprise", months=6),)))
    for account in ids:
        office.rate(account, 4)
    set_interval(office, own, 24)
    set_interval(office, quick, 1)
    by_days = {}
    for days in (1, 70, 150, 240, 900):
        office.now += timedelta(days=days) - (office.now - rated_on(office))
        shown = portfolio.look(office.db, office.now, office.actor(), Query(show=MAP))
        assert isinstance(shown, Map)
        fresh = [account for account in ids if not stale(office, account)]
        assert shown.fresh_cmi == len(fresh)
        with exporting.read(office.db, office.now, office.workspace_id) as export:
            accounts_file = next(table for table in export.tables if table.name == "accounts")
            column = accounts_file.columns.index("cmi_fresh")
            assert [row[column] for row in accounts_file.rows].count("yes") == len(fresh)
        by_days[days] = shown.fresh_cmi
    assert by_days == {1: 4, 70: 3, 150: 2, 240: 1, 900: 0}


def rated_on(office: Office) -> datetime:
    """An instant that every account of the test shares."""
    return next(account.cmi_on for account in office.rows(Account) if account.cmi_on)


def test_an_import_gives_intervals_and_new_segments_give_new_days(office: Office) -> None:
    own, large = office.account("Own"), office.account("Large")
    for account in (own, large):
        office.rate(account, 4)
    office.choose(cadence=CadenceSettings(rules=(IntervalRule(segment="size", value="Enterprise", months=6),)))
    content = b"name,interval_months,size\nOwn,12,\nLarge,,Enterprise\n"
    sheet = csv_accounts.read(content, office.now)
    importing.apply(office.db, office.now, office.workspace_id, sheet, {})
    assert office.get(own).next_due == date(2027, 8, 12)
    assert office.get(large).next_due == date(2027, 2, 12)


@pytest.mark.parametrize("text", ["0", "37", "six", "1.5", "-3", "٣"])
def test_an_interval_that_can_not_be_is_a_problem_of_its_row(office: Office, text: str) -> None:
    sheet = csv_accounts.read(f"name,interval_months\nAcme,{text}\n".encode(), office.now)
    assert sheet.problems == [f"Row 2, column “interval_months”: “{text}” isn't a number of months from 1 to 36."]


def test_who_is_being_asked_goes_on_being_asked(office: Office) -> None:
    account = office.account()
    office.rate(account, 4)
    office.change(account, ask_on=None)
    set_interval(office, account, 12)
    assert (office.get(account).next_due, office.get(account).ask_on) == (date(2027, 8, 12), None)
