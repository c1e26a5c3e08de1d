"""docs/method_index.md names only tests, code, commands and buttons that are there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from bot.views import help as help_text
from bot.views import settings_menu

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "method_index.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| ---", "| rule"))
]


@cache
def defined_in(path: Path) -> frozenset[str]:
    """The functions and classes of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds))


def problem(reference: str) -> str:
    """What is wrong with `a/path.py::name`, where the name may be absent; empty where it is there."""
    path, _, name = reference.partition("::")
    if not (ROOT / path).exists():
        return f"there is no {path}"
    if name and name not in defined_in(ROOT / path):
        return f"there is no {name} in {path}"
    return ""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_code_and_the_test_of_each_rule_are_there(row: list[str]) -> None:
    _, _, code, test = row
    assert re.fullmatch(r"`tests/[\w/]+\.py::test_\w+`", test)
    assert [problem(reference.strip("`")) for reference in (code, test)] == ["", ""]


def test_every_section_of_the_method_has_rules() -> None:
    numbers = {row[0].split()[0] for row in ROWS}
    assert {"2.1", "2.2", "2.3", "4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "6.1"} <= numbers
    assert len(ROWS) > 100


def test_the_commands_and_settings_are_those_that_there_are() -> None:
    places = "; ".join(row[1] for row in ROWS)
    assert set(re.findall(r"/cmi (\w+)", places)) <= set(help_text.SUBCOMMANDS)
    menu = str(settings_menu.build())
    assert [each for each in re.findall(r"\*Settings\*, ([\w ]+)", places) if f"*{each.strip()}*" not in menu] == []
