"""Several health sources: each on its own scale, one of them may be the one that counts."""

from fractions import Fraction

import pytest

from bot.errors import ImportRefused
from bot.flows import csv_accounts, importing, rescoring, sources
from bot.store.database import Database
from bot.store.tables import HealthReading
from bot.views.sources_form import SourcesForm, example
from cmi_core import Band, Health, Label
from tests.flows.office import Office


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db)
    sources.write(db, office.now, office.actor(), SourcesForm(sources=example().sources))
    return office


def take(office: Office, *lines: str) -> importing.Imported:
    sheet = csv_accounts.read("\n".join(["name,health_source,health", *lines]).encode(), office.now)
    return importing.apply(office.db, office.now, office.workspace_id, sheet, {})


def health(office: Office, account: int) -> tuple[Health | None, str]:
    row = office.get(account)
    return row.health, row.chs_source


def test_a_file_may_name_the_source_of_each_score(office: Office) -> None:
    ids = [office.account(name) for name in ("One", "Two", "Three", "Four")]
    take(office, "One,crm,7.5", "Two,Churn model,0.2", "Three,lights,Red", "Four,,41")
    assert [health(office, each) for each in ids] == [
        (Fraction(75), "CRM"),
        (Fraction(80), "Churn model"),
        (Label("red", Band.LOW), "Lights"),
        (Fraction(41), "import"),
    ]


def test_what_a_source_cannot_say_refuses_the_file_by_row_and_column(office: Office) -> None:
    with pytest.raises(ImportRefused) as refused:
        take(office, "One,CRM,11", "Two,Lights,blue", "Three,Nobody,5")
    first, second, third = refused.value.problems
    assert first.startswith("Row 2, column “health”: 11 is off the scale")
    assert "isn't a health score of Lights" in second
    assert "there is no health source “Nobody”" in third


def test_only_the_source_that_counts_moves_an_account(office: Office) -> None:
    account = office.account("One")
    office.type_health(account, 90)
    sources.write(office.db, office.now, office.actor(), SourcesForm(sources=example().sources, counts="CRM"))
    assert health(office, account) == (Fraction(90), "typed")
    office.later(hours=1)
    take(office, "One,CRM,3")
    assert health(office, account) == (Fraction(30), "CRM")
    office.later(hours=1)
    assert office.type_health(account, 80).history_only == "other"
    assert health(office, account) == (Fraction(30), "CRM")
    assert len(office.rows(HealthReading)) == 3
    assert rescoring.run(office.db, office.now) == []
