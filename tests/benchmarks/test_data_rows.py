"""The rows about data, small: each runs, holds its gates and names its database. Their ratios mean nothing here."""

from importlib import import_module

import pytest

from benchmarks.harness import Size


@pytest.mark.parametrize(
    ("topic", "databases"),
    [
        ("portfolio", ["SQLite", "PostgreSQL"]),
        ("importing", ["SQLite", "PostgreSQL"]),
        ("rederive", ["SQLite", "PostgreSQL"]),
        ("claims", ["PostgreSQL"]),
    ],
)
def test_a_topic_measures_and_its_gates_hold(topic: str, databases: list[str]) -> None:
    rows = list(import_module(f"benchmarks.{topic}").rows(Size(quick=True)))
    assert [row.database for row in rows] == databases
    assert all(row.ratio and not row.broken for row in rows)
