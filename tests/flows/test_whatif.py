"""What if: the right answer, and nothing stored."""

from fractions import Fraction

import pytest

from bot.flows import configuring, whatif
from bot.flows.configuring import NewMap
from bot.store.database import Database
from bot.store.tables import Assessment, Audit, HealthReading, PlacementRow
from cmi_core import MapSettings, default_map
from tests.flows.office import CRITERIA, GOLDEN, PRIYA, Office

F = Fraction


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db)
    for name, level, health in (("Acme", 2, 80), ("Beta", 4, 80), ("Gamma", 4, 20)):
        account = office.account(name)
        office.type_health(account, health)
        office.rate(account, level)
    office.account("Unplaced")
    return office


def stored(office: Office) -> list[int]:
    return [len(office.rows(table)) for table in (Assessment, HealthReading, PlacementRow, Audit)]


def test_other_answers_say_where_the_account_would_be(office: Office) -> None:
    (account,) = [each.account_id for each in office.rows(Assessment)][:1]
    before = stored(office)
    form = whatif.form(office.db, office.now, office.actor(), account)
    assert set(form.answers.values()) == {2}
    tried = whatif.account(office.db, office.now, office.actor(), account, dict.fromkeys(CRITERIA, 4), chs=F(20))
    assert (tried.cmi_before, tried.cmi, tried.cell_before, tried.cell) == (F(2), F(4), "retain", "save")
    answers = dict(zip(CRITERIA, GOLDEN, strict=True))
    golden = whatif.account(office.db, office.now, office.actor(), account, answers, chs=None)
    assert (golden.cmi, golden.cell) == (F(71, 30), None)
    held = whatif.account(office.db, office.now, office.actor(), account, dict.fromkeys(CRITERIA, 3), chs=F(80))
    assert (held.cell, held.held) == ("retain", ("CMI 3.0: moves up at 3.1",))
    assert stored(office) == before


def test_other_cuts_count_customers_per_cell_before_and_after(office: Office) -> None:
    before = stored(office)
    counts = whatif.cuts(office.db, office.now, office.actor("U01GUEST"), MapSettings(chs_cuts=(F(85),)))
    assert counts.before == {"retain": 1, "expand_and_leverage": 1, "save": 1}
    assert {cell: number for cell, number in counts.after.items() if number} == {"let_churn": 1, "save": 2}
    nine = whatif.cuts(office.db, office.now, office.actor(), default_map("nine"))
    assert (nine.kind_before, nine.kind, sum(nine.after.values())) == ("quadrants", "nine", 3)
    assert stored(office) == before


def test_other_weights_count_likewise(office: Office) -> None:
    account = office.account("Mixed")
    office.type_health(account, 80)
    office.rate(account, [5, 5, 5] + [1] * 9)
    framework = whatif.framework_in_force(office.db, office.actor())
    weights = {category.id: F(100 if category.id == "charter" else 1) for category in framework.categories}
    counts = whatif.weights(office.db, office.now, office.actor(PRIYA), framework.with_weights(weights))
    assert (counts.before["retain"], counts.after["retain"]) == (2, 1)
    assert (counts.before["expand_and_leverage"], counts.after["expand_and_leverage"]) == (1, 2)


def test_what_it_says_is_what_a_change_then_does(office: Office) -> None:
    tried = MapSettings(chs_cuts=(F(85),))
    counts = whatif.cuts(office.db, office.now, office.actor(), tried)
    configuring.apply(office.db, office.now, office.actor(), NewMap(tried))
    again = whatif.cuts(office.db, office.now, office.actor(), tried)
    assert again.before == {cell: number for cell, number in counts.after.items() if number}
