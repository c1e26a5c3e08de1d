"""Rescoring rebuilds what is derived from what is stored, and only where it is wrong."""

from fractions import Fraction
from pathlib import Path

import pytest

from bot import rescorer
from bot.flows import configuring, rescoring
from bot.flows.configuring import NewFramework
from bot.settings import Settings
from bot.store.database import Database
from bot.store.tables import Audit, PlacementRow
from cmi_core import load_framework
from tests.databases import new_sqlite
from tests.flows.office import GOLDEN, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def lived(office: Office) -> list[int]:
    """Accounts with a history: rated twice, held by a margin, unrated, re-weighted."""
    first, held, bare = (office.account(name) for name in ("Acme", "Held", "Bare"))
    office.rate(first, 2)
    office.type_health(first, 80)
    office.rate(held, 4)
    office.type_health(held, 40)
    office.later(days=1).rate(first, GOLDEN)
    office.type_health(held, 51)
    framework = load_framework("maor-wittgen")
    weights = {category.id: Fraction(index + 1) for index, category in enumerate(framework.categories)}
    configuring.apply(office.db, office.now, office.actor(), NewFramework(framework.with_weights(weights)))
    office.later(days=1).type_health(held, 52)
    return [first, held, bare]


def test_what_is_right_is_left_alone(office: Office) -> None:
    accounts = lived(office)
    before = [vars(office.get(account)) | {"_sa_instance_state": None} for account in accounts]
    assert rescoring.run(office.db, office.later(days=1).now) == []
    assert [vars(office.get(account)) | {"_sa_instance_state": None} for account in accounts] == before


def test_what_was_damaged_is_rebuilt_and_said(office: Office) -> None:
    first, *_ = lived(office)
    right = office.get(first)
    office.change(first, cmi=Fraction(5), cell="save", cmi_band="high", chs=Fraction(1), chs_band="low", answers=None)
    [changed] = rescoring.run(office.db, office.later(days=1).now)
    assert changed.name == "Acme"
    assert {name for name, _, _ in changed.changes} == {"cmi", "answers", "chs", "cell"}
    row = office.get(first)
    assert (row.cmi, row.chs, row.cell, row.answers) == (right.cmi, right.chs, right.cell, right.answers)
    assert office.rows(PlacementRow)[-1].cause == "correction"
    assert [each.action for each in office.rows(Audit)].count("rescore") == 1
    assert len(office.messages("alert")) == 1  # of the account that lived through it, none for the repair
    assert rescoring.run(office.db, office.now) == []


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    office = Office(Database(new_sqlite(tmp_path)))
    settings = Settings(_env_file=None, database_url=str(office.db.url))
    assert rescorer.rescore(settings) == "All derived values were right; nothing changed."
    account = office.account()
    office.rate(account, 3)
    office.change(account, cmi=Fraction(1))
    assert rescorer.rescore(settings) == "1 account changed.\n  Acme: cmi 1 → 3"
    office.db.close()
