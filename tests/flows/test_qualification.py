"""Prospects: judged before they are customers, never asked about or placed, until somebody makes them customers."""

from datetime import date
from fractions import Fraction

import pytest

from bot.errors import UserError
from bot.flows import accounts, csv_accounts, importing, qualification
from bot.store.database import Database
from bot.store.tables import Account, Audit
from bot.views.bant_form import Bant, Qualification
from tests.flows.office import Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def prospect(office: Office) -> int:
    account = office.account()
    office.change(account, subject="prospect", lifecycle="prospect")
    return account


def found(office: Office, account: int) -> Qualification | None:
    return accounts.card(office.db, office.now, office.actor(), account).qualification


def state(office: Office, account: int) -> str:
    qualified = found(office, account)
    assert qualified is not None
    return qualified.state


def test_a_prospect_below_the_cut_is_unqualified(office: Office) -> None:
    account = prospect(office)
    assert state(office, account) == "unknown"
    office.rate(account, 1)
    assert state(office, account) == "unqualified"
    office.rate(account, 2)
    assert state(office, account) == "qualified"
    office.choose(qualification_cut=Fraction(3))
    assert state(office, account) == "unqualified"
    assert found(office, office.account("Customer")) is None


def test_bant_stands_beside_it(office: Office) -> None:
    account = prospect(office)
    bant = Bant(budget="50k", authority="COO", need="", timing="Q4")
    qualification.write(office.db, office.now, office.actor(), account, bant)
    name, qualified = qualification.read(office.db, office.now, office.actor(), account)
    assert (name, qualified.bant) == ("Acme", bant)
    assert office.rows(Audit)[-1].after == bant.model_dump()


def test_a_prospect_becomes_a_customer_once_and_keeps_its_ratings(office: Office) -> None:
    account = prospect(office)
    office.rate(account, 4)
    for _ in range(2):
        turned = qualification.turn_into_customer(office.db, office.now, office.actor(), account)
        assert (turned.subject, turned.cmi) == ("customer", Fraction(4))
    row = office.get(account)
    assert row.lifecycle == "active"
    assert row.ask_on == row.next_due == date(2026, 11, 12)
    assert [row.action for row in office.rows(Audit)].count("turn into customer") == 1
    assert office.type_health(account, 30).standing.cell == "save"


def test_a_customer_has_nothing_to_qualify(office: Office) -> None:
    account = office.account()
    with pytest.raises(UserError, match="isn't a prospect"):
        qualification.read(office.db, office.now, office.actor(), account)
    with pytest.raises(UserError, match="isn't a prospect"):
        qualification.write(office.db, office.now, office.actor(), account, Bant())


def test_a_prospect_has_no_health(office: Office) -> None:
    account = prospect(office)
    with pytest.raises(UserError, match="Only customers have a health score"):
        office.type_health(account, 41)


def test_a_prospect_from_a_file_has_no_place_until_it_is_a_customer(office: Office) -> None:
    text = "name,lifecycle,health\nImported Ltd,prospect,30\n"
    sheet = csv_accounts.read(text.encode(), office.now)
    importing.apply(office.db, office.now, office.workspace_id, sheet, {})
    (row,) = office.rows(Account)
    assert (row.subject, row.lifecycle, row.cell) == ("prospect", "prospect", None)
    office.rate(row.id, 4)
    assert office.get(row.id).cell is None
    qualification.turn_into_customer(office.db, office.now, office.actor(), row.id)
    assert office.get(row.id).cell == "save"
    assert len(office.episodes()) == 1
