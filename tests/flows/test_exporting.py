"""The export: complete, exact, harmless in a spreadsheet, of one moment, and never the whole of it in memory."""

import csv
import json
import tracemalloc
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot import exporter
from bot.errors import StartupError, UserError
from bot.flows import account_events, lifecycle, prompts, workspaces
from bot.flows.exporting import plain
from bot.settings import Settings
from bot.store.database import Database
from bot.store.tables import Account
from bot.views.event_form import Event
from bot.views.outcome_form import Outcome
from tests.flows.office import GOLDEN, NOW, PRIYA, Office

FILES = {"accounts", "assessments", "health_readings", "placements", "outcomes", "events", "requests", "audit"}


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def export(office: Office, folder: Path) -> dict[str, list[dict[str, str]]]:
    settings = Settings(_env_file=None, database_url=office.db.url.render_as_string(hide_password=False))
    exporter.export(settings, str(folder), now=office.now)
    found = {}
    for file in folder.glob("*.csv"):
        with file.open(newline="", encoding="utf-8") as text:
            found[file.stem] = list(csv.DictReader(text))
    return found


def test_everything_is_there_exact_and_as_shown(office: Office, tmp_path: Path) -> None:
    account = office.account("Søren & Søn")
    office.change(account, segments={"stage": "Mature"}, recurring_revenue=Decimal("1234.50"))
    office.type_health(account, 41)
    office.rate(account, GOLDEN)
    outcome = Outcome(account_id=account, kind="renewed", on=NOW.date(), note="Two years")
    lifecycle.record(office.db, office.now, office.actor(), outcome)
    event = Event(account_id=account, submission="e1", kind="acquisition", on=NOW.date(), note="By Globex")
    account_events.note(office.db, office.now, office.actor(), event)
    with office.db.write() as session:
        prompts.open_anew(session, NOW.date(), session.get_one(Account, account), PRIYA, "owner")
    found = export(office, tmp_path / "out")
    assert set(found) == FILES
    (noted,), (request,) = found["events"], found["requests"]
    assert (noted["account"], noted["kind"], noted["note"]) == ("Søren & Søn", "acquisition", "By Globex")
    assert (noted["happened_on"], noted["by"], noted["early"]) == (NOW.date().isoformat(), PRIYA, "yes")
    assert (request["recipient"], request["state"], request["asked_on"]) == (PRIYA, "open", NOW.date().isoformat())
    row = found["accounts"][0]
    assert (row["name"], row["stage"], row["recurring_revenue"]) == ("Søren & Søn", "Mature", "1234.5")
    assert (row["cmi"], row["cmi_shown"], row["health"], row["cell_name"]) == ("71/30", "2.4", "41", "Let Churn")
    assert row["tags"] == "cmi-charter-low cmi-people-high cmi-process-low cmi-technology-low"
    assert (row["cmi_fresh"], row["incomplete"]) == ("yes", "no")
    assessment = found["assessments"][0]
    assert list(json.loads(assessment["ratings"]).values()).count(1) == GOLDEN.count(1)
    assert json.loads(assessment["categories"])["process"] == str(Fraction(5, 3))
    assert found["outcomes"][0]["note"] == "Two years"
    assert [each["cell"] for each in found["placements"]] == ["let_churn"]
    settings = json.loads((tmp_path / "out" / "settings.json").read_text())
    assert settings["settings"]["map"]["kind"] == "quadrants"
    assert settings["frameworks"][0]["id"] == "maor-wittgen"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_spreadsheet_takes_no_text_for_a_formula(start: str) -> None:
    assert plain(f"{start}1+1") == f"'{start}1+1"
    assert plain(f"a{start}1") == f"a{start}1"


def test_names_are_written_harmlessly_and_numbers_as_they_are(office: Office, tmp_path: Path) -> None:
    account = office.account("=HYPERLINK(1)")
    office.change(account, gross_margin=Fraction(-5))
    row = export(office, tmp_path / "out")["accounts"][0]
    assert (row["name"], row["gross_margin"]) == ("'=HYPERLINK(1)", "-5")


def test_an_old_score_is_marked(office: Office, tmp_path: Path) -> None:
    account = office.account()
    office.type_health(account, 60)
    office.later(days=91)
    row = export(office, tmp_path / "out")["accounts"][0]
    assert (row["health_fresh"], row["cmi_fresh"]) == ("no", "no")


def test_a_folder_that_is_there_is_left_alone(office: Office, tmp_path: Path) -> None:
    with pytest.raises(StartupError, match="exists already"):
        export(office, tmp_path)
    assert list(tmp_path.glob("*.csv")) == []


def test_several_workspaces_are_not_mixed(office: Office, tmp_path: Path) -> None:
    Office(office.db)
    with pytest.raises(UserError, match="several workspaces"):
        export(office, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert workspaces.register(office.db, office.now, "T-one", "One") != office.workspace_id


def test_a_large_portfolio_is_never_held_in_memory(office: Office, tmp_path: Path) -> None:
    values = {"workspace_id": office.workspace_id, "created_at": NOW - timedelta(days=1), "segments": {}}
    with office.db.write() as session:
        rows = [{"name": f"A{n}" * 20, "name_key": f"a{n}", **values} for n in range(6_000)]
        session.execute(insert(Account), rows)
    tracemalloc.start()
    found = exporter.export(
        Settings(_env_file=None, database_url=office.db.url.render_as_string(hide_password=False)),
        str(tmp_path / "out"),
    )
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "6000 accounts" in found
    assert most < 6_000_000  # a thousand rows at once take 3.7 MB, all of them 8
