"""The script in docs/recompute.md gives, from the demo's export, every figure that Slack shows of its portfolio."""

import re
import subprocess
import sys
from pathlib import Path

from bot import exporter
from bot.flows import portfolio
from bot.flows.actor import Actor
from bot.settings import Settings
from bot.views import portfolio as window
from bot.views.portfolio import Average, Map
from bot.views.query import Query
from cmi_core import one_decimal
from sandbox.demo_office import Office
from tests.demo.conftest import OPENING, ROOT


def test_the_script_recomputes_every_figure_of_the_portfolio(office: Office, tmp_path: Path) -> None:
    db = office.program.db
    exporter.export(Settings(_env_file=None, database_url=str(db.url)), str(tmp_path / "figures"), now=OPENING)
    shown = portfolio.look(db, OPENING, Actor(office.program.workspace_id, "U01PRIYA00"), Query())
    assert isinstance(shown, Map)
    assert recomputed(tmp_path / "figures") == expected(shown)
    assert shown.onboarding.cmi is not None
    text = str(window.build(shown)["blocks"])
    for line in recomputed(tmp_path / "figures")[:4]:
        _, accounts, share, revenue, revenue_share = line.split()
        assert f"{accounts} accounts, {share} % · revenue {int(revenue):,} ({revenue_share} %)" in text


def recomputed(folder: Path) -> list[str]:
    """What the script prints when it is run in the export's folder, with no part of the bot in reach."""
    found = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "recompute.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert "import bot" not in found[1]
    done = subprocess.run([sys.executable, "-c", found[1]], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def expected(shown: Map) -> list[str]:
    lines = [
        f"{line.cell} {line.accounts} {one_decimal(line.share * 100)} {line.revenue:.0f} "
        f"{one_decimal(line.revenue_share * 100)}"
        for line in shown.cells
    ]
    for name, average in (("average", shown.average), ("onboarding", shown.onboarding)):
        lines.append(f"{name} {_mean(average)}")
    lines.append(f"fresh {shown.fresh_cmi} {shown.fresh_chs} {shown.fresh_both}")
    return [*lines, f"customers {shown.accounts} unplaced {shown.unplaced}"]


def _mean(average: Average) -> str:
    return " ".join("none" if each is None else one_decimal(each) for each in (average.cmi, average.chs))
