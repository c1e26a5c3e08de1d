"""The scripts in docs/recompute.md give, from the demo's export, every figure that Slack shows of its portfolio."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import exporter
from bot.flows import csv_accounts, health, importing, lifecycle, movers, overrides, portfolio, sources
from bot.flows.actor import Actor
from bot.settings import Settings
from bot.store.tables import Account
from bot.views import movers as movers_window
from bot.views import portfolio as window
from bot.views.account_form import SEGMENTS
from bot.views.message import Block
from bot.views.movers import CELLS, CRITERIA, DOWN, UP, LiftLine, Movers
from bot.views.outcome_form import Kind, Outcome
from bot.views.override_form import OverrideEntry
from bot.views.portfolio import Average, Cut, Group, Map, Outcomes, OverTime
from bot.views.query import MAP, OUTCOMES, OWNER, TIME, Query
from bot.views.sources_form import SourcesForm
from cmi_core import Band, one_decimal
from cmi_core.sources import HealthSource
from sandbox.demo_office import Office
from tests.demo.conftest import OPENING, ROOT

ADMIN = "U01ADMIN00"
SCRIPT = re.compile(r"```python\n# (\w+\.py)\n(.*?)```", re.DOTALL)
Filters = tuple[tuple[str, str], ...]
GRID = ("retain", "expand_and_leverage", "let_churn", "save")


@dataclass(frozen=True)
class Figures:
    """The demo's portfolio: what Slack shows of it, and its export with the scripts beside it."""

    office: Office
    folder: Path

    def run(self, name: str, *options: str, only: Filters = ()) -> list[str]:
        filters = {"ONLY": ";".join(f"{key}={value}" for key, value in only)}
        command = [sys.executable, f"{name}.py", *options]
        done = subprocess.run(
            command, cwd=self.folder, env=os.environ | filters, capture_output=True, text=True, check=True
        )
        return done.stdout.splitlines()

    def portfolio(self, show: str, user: str = ADMIN, only: Filters = ()) -> window.Portfolio:
        actor = Actor(self.office.program.workspace_id, user)
        return portfolio.look(self.office.program.db, OPENING, actor, Query(show=show, filters=only))

    def movers(self, show: str, user: str = ADMIN) -> Movers:
        actor = Actor(self.office.program.workspace_id, user)
        return movers.look(self.office.program.db, OPENING, actor, Query(show=show))


@pytest.fixture(scope="module")
def figures(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Figures:
    live_on(office)
    folder = tmp_path_factory.mktemp("recompute") / "figures"
    exporter.export(Settings(_env_file=None, database_url=str(office.program.db.url)), str(folder), now=OPENING)
    for name, script in scripts().items():
        (folder / name).write_text(script, encoding="utf-8")
    return Figures(office, folder)


def live_on(office: Office) -> None:
    """What the demo's year left out: outcomes, a cell by hand, and a value within a margin on its way."""
    db, admin = office.program.db, Actor(office.program.workspace_id, ADMIN)
    with db.read() as session:
        rows = session.scalars(select(Account).where(Account.subject == "customer").order_by(Account.id)).all()
        placed = [row.id for row in rows if row.cell]
        named = [row.name for row in rows if row.cell][10:13]
        off_map = next(row.id for row in rows if not row.cell)
        high = next(row.id for row in rows[10:] if row.cell == "expand_and_leverage")
    events: list[tuple[int, Kind]] = [(placed[0], "renewed"), (placed[1], "expanded"), (placed[3], "churned")]
    for days, (account, kind) in enumerate([*events, (off_map, "renewed")]):
        outcome = Outcome(account_id=account, kind=kind, on=OPENING.date() - timedelta(days=days))
        lifecycle.record(db, OPENING, admin, outcome)
    entry = OverrideEntry(account_id=placed[5], cell="save", until=OPENING.date() + timedelta(days=9), reason="A hunch")
    overrides.begin(db, OPENING, admin, entry)
    health.record(db, OPENING, admin, high, Fraction(49), submission="within-the-margin")
    lights = HealthSource(name="Lights", labels={"Yellow": Band.MEDIUM, "Red": Band.LOW})
    sources.write(db, OPENING, admin, SourcesForm(sources=(lights,)))
    lines = [f"{name},Lights,{label}" for name, label in zip(named, ("Yellow", "Red", "Yellow"), strict=True)]
    sheet = csv_accounts.read("\n".join(["name,health_source,health", *lines]).encode(), OPENING)
    importing.apply(db, OPENING, admin.workspace_id, sheet, {})


def scripts() -> dict[str, str]:
    found = dict(SCRIPT.findall((ROOT / "docs" / "recompute.md").read_text(encoding="utf-8")))
    assert len(found) == 9
    return found


def test_the_scripts_need_nothing_of_the_bot() -> None:
    imported = re.findall(r"^(?:from (\w+) import|import (.+))", "\n".join(scripts().values()), re.MULTILINE)
    names = {name.strip() for one, several in imported for name in (one or several).split(",")}
    assert names - {name.removesuffix(".py") for name in scripts()} <= set(sys.stdlib_module_names)


def map_lines(shown: Map) -> list[str]:
    """What the script prints for the map."""
    reasons = ("not rated", shown.no_rating, "incomplete", shown.incomplete, "no health", shown.no_health)
    return [
        *(
            line(each.cell, each.accounts, each.share * 100, f"{each.revenue:.0f}", each.revenue_share * 100)
            for each in shown.cells
        ),
        line("customers", shown.accounts, "not on the map", shown.unplaced, *reasons),
        line("fresh", shown.fresh_cmi, shown.fresh_chs, shown.fresh_both, "provisional", shown.provisional),
        line("averages", *means(shown.average, shown.onboarding)),
    ]


def test_the_map(figures: Figures) -> None:
    shown = figures.portfolio(MAP)
    assert isinstance(shown, Map)
    printed = figures.run("the_map")
    assert printed == map_lines(shown)
    assert shown.incomplete
    assert shown.provisional
    assert shown.onboarding.cmi is not None
    text = text_of(window.build(shown))
    for each in printed[:4]:
        _, accounts, share, revenue, revenue_share = each.split(" | ")
        assert f"{accounts} accounts, {share} % · revenue {int(revenue):,} ({revenue_share} %)" in text
    _, cmi, chs, *_ = printed[-1].split(" | ")
    assert f"Average: CMI {cmi}, health {chs}." in text


@pytest.mark.parametrize(
    "only",
    [(("size", "Enterprise"),), (("owner", "U01PRIYA00"),), (("size", "Mid-market"), ("stage", "Growth"))],
    ids=str,
)
def test_a_part_of_the_map(figures: Figures, only: Filters) -> None:
    viewer = dict(only).get("owner", ADMIN)  # an owner's averages are shown to that owner alone
    shown = figures.portfolio(MAP, viewer, only)
    assert isinstance(shown, Map)
    assert 0 < shown.accounts < 40
    assert figures.run("the_map", only=only) == map_lines(shown)


@pytest.mark.parametrize("by", SEGMENTS)
def test_a_cut_by_segment(figures: Figures, by: str) -> None:
    shown = figures.portfolio(by)
    assert isinstance(shown, Cut)
    printed = figures.run("cuts", by)
    assert printed == [group(each) for each in shown.groups]
    label, customers, *_, cmi, chs, _, _ = printed[0].split(" | ")
    text = text_of(window.build(shown))
    assert f"*{label}*  {customers} customer" in text
    health_of_it = "" if chs == "None" else f", health {chs}"  # of numbers alone: who has only labels has none
    assert cmi == "None" or f"Average: CMI {cmi}{health_of_it}." in text


def test_the_cut_by_owner_with_the_averages_that_each_owner_sees(figures: Figures) -> None:
    everybody = figures.portfolio(OWNER)
    assert isinstance(everybody, Cut)
    printed = figures.run("cuts", "owner")
    for each, shown in zip(printed, everybody.groups, strict=True):
        own = shown
        if shown.label:
            cut = figures.portfolio(OWNER, shown.label)
            assert isinstance(cut, Cut)
            own = next(group for group in cut.groups if group.label == shown.label)
            assert own.average is not None
        assert each.split(" | ")[:-4] == group(shown).split(" | ")[:-4]
        assert each == group(own)


def test_over_time(figures: Figures) -> None:
    shown = figures.portfolio(TIME)
    assert isinstance(shown, OverTime)
    printed = figures.run("over_time")
    assert printed == [line(each.on, *(each.counts.get(cell, 0) for cell in GRID)) for each in shown.quarters]
    rows = [each.split(" | ") for each in printed]
    saved = "".join(row[4].rjust(7) for row in rows)
    assert "Save".ljust(21) + saved in text_of(window.build(shown))


def test_outcomes(figures: Figures) -> None:
    shown = figures.portfolio(OUTCOMES)
    assert isinstance(shown, Outcomes)
    printed = figures.run("outcomes", shown.since.isoformat())
    assert sorted(printed[:-1]) == sorted(
        line(each.cell, each.churned, each.accounts, each.rate * 100, each.renewed, each.expanded)
        for each in shown.lines
    )
    assert printed[-1] == line("outcomes", shown.events, "not on the map", shown.unplaced)
    assert (shown.events, shown.unplaced) == (4, 1)
    text = text_of(window.build(shown))
    for each in printed[:-1]:
        _, churned, accounts, rate, renewed, expanded = each.split(" | ")
        assert f"{churned} of {accounts} accounts churned ({rate} %), renewed {renewed}, expanded {expanded}" in text


def test_movers(figures: Figures) -> None:
    up, down = figures.movers(UP), figures.movers(DOWN)
    counts, *printed = figures.run("movers", up.since.isoformat())
    assert counts == line("rated again", up.up + up.down + up.unchanged, "not compared", up.other_scale)
    moves = [(each.name, each.before or Fraction(), each.after or Fraction()) for each in (*up.moves, *down.moves)]
    listed = [line(name, before, after, after - before) for name, before, after in moves]
    assert [each for each in printed if each in listed] == listed
    assert len(printed) == len(listed) + up.unchanged
    name, before, after, change = printed[0].split(" | ")
    assert f"*{name}*  CMI {before} → {after} (+{change})" in text_of(movers_window.build(up))


def test_who_changed_cell(figures: Figures) -> None:
    shown = figures.movers(CELLS)
    printed = figures.run("changed_cell", shown.since.isoformat())
    assert printed == [line(each.name, each.from_cell, each.to_cell or "-") for each in shown.moves]
    assert len(printed) == shown.cells > 5
    assert text_of(movers_window.build(shown)).count(" → ") == shown.cells


def test_lift(figures: Figures) -> None:
    shown = figures.movers(UP)
    printed = figures.run("lift", shown.since.isoformat())
    expected = lifts("all", shown.lift) + lifts("onboarding", shown.onboarding)
    for show in (*SEGMENTS, CRITERIA):
        found = figures.movers(show).lines
        expected += [each for one in found for each in lifts("criterion" if show == CRITERIA else show, one)]
    owners = {each.split(" | ")[1] for each in printed if each.startswith("owner | ")} - {"Not given"}
    expected += [each for owner in owners for each in lifts("owner", figures.movers(UP, owner).own, owner)]
    assert sorted(printed) == sorted(expected)
    text = text_of(movers_window.build(figures.movers(CRITERIA)))
    for each in printed:
        if each.startswith("criterion"):
            _, name, mean, accounts = each.split(" | ")
            assert f"*{name}*  +{mean} on average of {accounts}" in text


def line(*values: object) -> str:
    """Values as the scripts print them."""
    return " | ".join(tenth(each) if isinstance(each, Fraction) else str(each) for each in values)


def tenth(value: Fraction) -> str:
    shown = one_decimal(abs(value))
    return f"-{shown}" if value < 0 and shown != "0.0" else shown


def means(*averages: Average | None) -> Iterable[Fraction | None]:
    return [value for each in averages for value in ((each.cmi, each.chs) if each else (None, None))]


def group(shown: Group) -> str:
    counts = (shown.counts.get(cell, 0) for cell in GRID)
    averages = means(shown.average, shown.onboarding)
    return line(shown.label or "-", shown.accounts, *counts, f"{shown.revenue:.0f}", *averages)


def lifts(by: str, shown: LiftLine | None, label: str = "") -> list[str]:
    return [line(by, shown.label or label or "-", shown.mean, shown.accounts)] if shown else []


def text_of(view: Block) -> str:
    """All that a window says."""
    return "\n".join(block["text"]["text"] for block in view["blocks"] if "text" in block)
