"""Health that a source gives as a label: it stands in the band that it names, and nobody is shown a number."""

import json
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bot.charts.data import TrendChart
from bot.flows import (
    account_pictures,
    accounts,
    configuring,
    csv_accounts,
    explaining,
    importing,
    looking_back,
    portfolio,
    rescoring,
    sources,
    whatif,
)
from bot.flows.configuring import NewFramework, NewMap
from bot.store.database import Database
from bot.store.tables import Account, HealthReading, PlacementRow
from bot.views import alert, card, explain, history, result
from bot.views import whatif as whatif_window
from bot.views.message import Block
from bot.views.portfolio import Average, Map
from bot.views.query import Query
from bot.views.sources_form import SourcesForm, example
from cmi_core import Band, Label, load_framework, map_from_dict
from cmi_core.cells import GRIDS
from tests.flows.office import CRITERIA, Office
from tests.flows.test_exporting import export

F = Fraction
SAYS = {"green": "high", "yellow": "medium", "red": "low"}
YELLOW = "Yellow (medium band)"


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db)
    office.choose(alert_channel="C01ALERTS")
    lights = (
        example()
        .sources[-1]
        .model_copy(update={"labels": {"Green": Band.HIGH, "Yellow": Band.MEDIUM, "Red": Band.LOW}})
    )
    sources.write(db, office.now, office.actor(), SourcesForm(sources=(*example().sources[:-1], lights)))
    return office


def say(office: Office, **words: str) -> importing.Imported:
    """What a file says of accounts by name: a number comes from the CRM (0 to 10), a word from Lights."""
    lines = [f"{name},{'CRM' if word[0].isdigit() else 'Lights'},{word}" for name, word in words.items()]
    sheet = csv_accounts.read("\n".join(["name,health_source,health", *lines]).encode(), office.now)
    return importing.apply(office.db, office.now, office.workspace_id, sheet, {})


def rated(office: Office, name: str, level: int, word: str) -> int:
    account = office.account(name)
    office.rate(account, level)
    say(office, **{name: word})
    return account


def change(office: Office, **settings: Any) -> None:
    """Choose another map; what was foreseen is what is done."""
    new = NewMap(map_from_dict(settings))
    foreseen = configuring.preview(office.db, office.actor(), new)
    assert configuring.apply(office.db, office.later(hours=1).now, office.actor(), new) == foreseen


def shown(view: Block) -> str:
    return json.dumps(view, ensure_ascii=False)


def test_whatever_the_map_an_account_stands_in_the_band_that_its_label_names(office: Office) -> None:
    """Brute force: each label at each level, beside numbers, through maps of both kinds and any cuts."""
    stands = {
        rated(office, f"{word}{level}", level, word): (level, word)
        for word, level in product(("green", "yellow", "red", "2", "6", "9"), range(1, 6))
    }
    maps: list[dict[str, Any]] = [
        {"kind": "nine"},
        {"kind": "nine", "chs_cuts": [5, 10], "cmi_cuts": [2, 4]},
        {"kind": "quadrants", "chs_cuts": [80]},
        {"kind": "quadrants", "chs_cuts": [10]},
        {"kind": "nine", "chs_cuts": [85, 95]},
    ]
    for settings in maps:
        change(office, **settings)
        chosen = office.settings().map
        names = ["low", "high"] if chosen.kind == "quadrants" else ["low", "medium", "high"]
        for account, (level, word) in stands.items():
            row = office.get(account)
            if word in SAYS:
                up = SAYS[word] if SAYS[word] in names else "high"
            else:
                up = names[sum(cut <= int(word) * 10 for cut in chosen.chs_cuts)]
            across = sum(cut <= level for cut in chosen.cmi_cuts)
            assert (row.chs_band, row.cell) == (up, GRIDS[chosen.kind][Band(up)][across]), (settings, level, word)
    assert rescoring.run(office.db, office.now) == []


def test_other_weights_leave_it_in_its_band(office: Office) -> None:
    account = rated(office, "Acme", 4, "yellow")
    change(office, kind="nine", chs_cuts=[5, 10])
    framework = load_framework("maor-wittgen")
    weights = {each.id: F(number + 1) for number, each in enumerate(framework.categories)}
    new = NewFramework(framework.with_weights(weights))
    configuring.apply(office.db, office.later(hours=1).now, office.actor(), new)
    row = office.get(account)
    assert (row.health, row.chs_band, row.cell) == (Label("Yellow", Band.MEDIUM), "medium", "promote_your_solution")


def test_an_account_that_is_new_comes_with_its_label(office: Office) -> None:
    change(office, kind="nine")
    say(office, New="yellow")
    account = office.rows(Account)[0].id
    row = office.get(account)
    assert (row.health, row.chs_band, row.chs_source) == (Label("Yellow", Band.MEDIUM), "medium", "Lights")
    office.rate(account, 4)
    assert office.get(account).cell == "promote_your_solution"
    assert office.rows(HealthReading)[0].health == Label("Yellow", Band.MEDIUM)


def test_no_margin_holds_a_label_and_the_next_number_counts_as_such(office: Office) -> None:
    account = rated(office, "Acme", 4, "4.9")
    change(office, chs_margin=20)
    say(office, Acme="green")
    assert (office.get(account).chs_band, office.get(account).health) == ("high", Label("Green", Band.HIGH))
    assert not accounts.card(office.db, office.now, office.actor(), account).standing.held
    office.later(days=1)
    say(office, Acme="4.5")
    row = office.get(account)
    assert (row.health, row.chs_band) == (F(45), "high")  # from the band it was in, a number must pass the margin
    assert rescoring.run(office.db, office.now) == []


def test_the_same_label_is_stored_once(office: Office) -> None:
    rated(office, "Acme", 4, "yellow")
    say(office, Acme="YELLOW")
    assert len(office.rows(HealthReading)) == 1
    say(office, Acme="red")
    said = [each.health for each in office.rows(HealthReading)]
    assert said == [Label("Yellow", Band.MEDIUM), Label("Red", Band.LOW)]


def test_people_read_the_label_and_no_number(office: Office) -> None:
    account = rated(office, "Acme", 4, "yellow")
    change(office, kind="nine")
    office.later(days=3)
    actor = office.actor()
    seen = accounts.card(office.db, office.now, actor, account)
    assert f"health {YELLOW}" in card.render(seen, office.now).text
    assert "health from 3 days ago (Lights)" in card.render(seen, office.now).text
    told = shown(explain.modal(explaining.account(office.db, office.now, actor, account)))
    assert f"Health {YELLOW} of 12 Aug 2026, Lights." in told
    assert "Health is" not in told  # no distance to a cut
    assert f"Health {YELLOW}" in shown(history.modal(looking_back.page(office.db, office.now, actor, account)))
    assert f"health {YELLOW}" in shown(result.modal(office.rate(account, 5)))
    assert f"health 90 (was {YELLOW})" in shown(result.modal(office.type_health(account, 90)))


def test_four_quadrants_say_where_medium_counts(office: Office) -> None:
    account = rated(office, "Acme", 4, "yellow")
    told = shown(explain.modal(explaining.account(office.db, office.now, office.actor(), account)))
    assert "Four quadrants have no medium band: it counts as high." in told
    assert office.get(account).cell == "expand_and_leverage"


def test_an_alert_says_the_label_and_what_was_before(office: Office) -> None:
    account = rated(office, "Acme", 4, "9")
    office.later(days=1)
    say(office, Acme="red")
    (message,) = office.messages("alert")
    text = alert.render(alert.Alert.model_validate(message.data)).text
    assert "Health Red (low band) (was 90), 13 Aug 2026, Lights." in text
    assert office.get(account).cell == "save"


def test_averages_are_of_numbers_alone(office: Office) -> None:
    rated(office, "A", 4, "9")
    rated(office, "B", 4, "4")
    rated(office, "C", 4, "red")
    shown_map = portfolio.look(office.db, office.now, office.actor(), Query())
    assert isinstance(shown_map, Map)
    assert shown_map.average == Average(cmi=F(4), chs=F(65))
    assert (shown_map.no_health, shown_map.fresh_chs) == (0, 3)


def test_over_time_a_label_is_named_by_its_band(office: Office) -> None:
    account = rated(office, "Acme", 4, "9")
    office.later(days=1)
    say(office, Acme="yellow")
    office.rate(account, 3)
    change(office, kind="nine", chs_cuts=[20, 60])
    found = account_pictures.trend(office.db, office.now, office.actor(), account)
    assert found is not None
    chart = TrendChart.model_validate(found.values)
    assert [(each.value, each.written) for each in chart.chs] == [(90.0, ""), (40.0, "medium")]
    assert f"Health: 90 on 12 Aug 2026, {YELLOW} on 13 Aug 2026." in found.alt


def test_what_if_keeps_the_label_until_a_number_is_typed(office: Office) -> None:
    account = rated(office, "Acme", 2, "red")
    form = whatif.form(office.db, office.now, office.actor(), account)
    assert "Empty: Red (low band), as it is." in shown(whatif_window.account(form))
    answers = dict.fromkeys(CRITERIA, 4)
    kept = whatif.account(office.db, office.now, office.actor(), account, answers, chs=None)
    assert (kept.chs, kept.cell) == (Label("Red", Band.LOW), "save")
    assert "health Red (low band)." in shown(whatif_window.account(form, kept))
    tried = whatif.account(office.db, office.now, office.actor(), account, answers, chs=F(80))
    assert (tried.chs, tried.cell) == (F(80), "expand_and_leverage")


def test_the_export_has_the_label_and_its_band_in_place_of_a_number(office: Office, tmp_path: Path) -> None:
    rated(office, "Acme", 4, "yellow")
    rated(office, "Beta", 4, "9")
    found = export(office, tmp_path / "out")
    for table in ("accounts", "health_readings", "placements"):
        named = [
            (row["health"], row["health_shown"], row["health_label"], row["health_label_band"]) for row in found[table]
        ]
        assert named == [("", "", "Yellow", "medium"), ("90", "90", "", "")], table


def test_a_damaged_label_is_rebuilt(office: Office) -> None:
    account = rated(office, "Acme", 4, "red")
    office.change(account, chs_label=None)
    [mended] = rescoring.run(office.db, office.now)
    assert [name for name, _, _ in mended.changes] == ["chs_label"]
    assert (office.get(account).health, office.get(account).cell) == (Label("Red", Band.LOW), "save")


def test_a_stay_keeps_the_label_that_brought_it(office: Office) -> None:
    rated(office, "Acme", 4, "yellow")
    change(office, kind="nine")
    change(office, kind="quadrants")
    stays = office.rows(PlacementRow)
    assert {each.health for each in stays} == {Label("Yellow", Band.MEDIUM)}
    assert sorted(str(each.chs_band) for each in stays) == ["high", "high", "medium"]
