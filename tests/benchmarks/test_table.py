"""What `make bench` makes of the pairs it takes."""

import json
from itertools import count
from pathlib import Path

import pytest

from benchmarks import __main__ as bench
from benchmarks import dispatching
from benchmarks.harness import Row, Size, compare, row_of

FIELDS = {"name", "ratio", "goal", "met", "spread", "ours", "limit", "unit", "pairs", "database", "broken", "note"}


def test_a_row_is_the_median_of_its_pairs_ratios_and_not_the_ratio_of_medians() -> None:
    row = row_of("row", [(2.0, 1.0), (4.0, 1.0), (9.0, 3.0)], goal=3.0, database="SQLite")
    assert (row.ratio, row.spread, row.ours, row.limit) == (3.0, (2.0, 4.0), 4000.0, 1000.0)
    assert row.met
    assert row.title == "row, SQLite"


def test_ours_and_the_limit_are_taken_in_turns_after_one_of_each_that_is_not_counted() -> None:
    taken: list[str] = []
    number = count(1)

    def take(name: str) -> float:
        taken.append(name)
        return float(next(number))

    row = compare("row", goal=1.0, ours=lambda: take("ours"), limit=lambda: take("limit"), pairs=2)
    assert taken == ["ours", "limit"] * 3
    assert row.pairs == 2
    assert row.spread == (3 / 4, 5 / 6)


def run(monkeypatch: pytest.MonkeyPatch, rows: list[Row], file: Path) -> int:
    monkeypatch.setattr(dispatching, "rows", lambda size: iter(rows))
    return bench.main(["--only", "dispatching", f"--json={file}"])


def test_a_missed_goal_shows_and_a_broken_gate_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missed = Row("slow", goal=1.5, ratio=2.0)
    assert run(monkeypatch, [missed], tmp_path / "rows.json") == 0
    assert "Goals missed" in capsys.readouterr().out
    assert run(monkeypatch, [missed.but(ratio=1.0, broken=["wrote nothing"])], tmp_path / "rows.json") == 1
    assert "slow: wrote nothing" in capsys.readouterr().out
    (row,) = json.loads((tmp_path / "rows.json").read_text())["rows"]
    assert row.keys() == FIELDS
    assert (row["name"], row["ratio"], row["met"]) == ("slow", 1.0, False)


def test_a_topic_that_fails_is_a_broken_gate_and_the_others_still_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def rows(_size: Size) -> list[Row]:
        raise RuntimeError("no room")

    monkeypatch.setattr(dispatching, "rows", rows)
    assert bench.main(["--only", "dispatching"]) == 1
    assert "dispatching: RuntimeError: no room" in capsys.readouterr().out


@pytest.mark.parametrize("topic", bench.TOPICS)
def test_every_topic_is_a_module_with_rows(topic: str) -> None:
    assert (Path(bench.__file__).parent / f"{topic}.py").read_text().count("\ndef rows(size: Size)") == 1


@pytest.mark.parametrize("topic", ["dispatching", "commands", "memory"])
def test_a_quick_run_gives_rows_whose_gates_hold(topic: str) -> None:
    rows = list(bench.run([topic], Size(quick=True)))
    assert rows
    assert not [row for row in rows if row.broken or row.ratio is None]


def test_a_quick_run_saves_surveys_with_all_their_rows() -> None:
    rows = list(bench.run(["submitting"], Size(quick=True)))
    assert [row.database for row in rows] == ["SQLite", "SQLite", "PostgreSQL", "PostgreSQL"]
    assert not [row for row in rows if row.broken]
