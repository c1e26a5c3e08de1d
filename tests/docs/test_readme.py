"""What README and the operations page say is true: the example runs, every setting and command is there."""

import doctest
import re
from pathlib import Path

from bot.__main__ import _parser
from bot.settings import Settings

ROOT = Path(__file__).parents[2]


def test_the_example_in_the_readme_runs() -> None:
    outcome = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_every_setting_is_documented_and_nothing_else() -> None:
    page = (ROOT / "docs/operations.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    known = {str(field.validation_alias or name).upper() for name, field in Settings.model_fields.items()}
    assert documented == known


def test_every_command_is_documented() -> None:
    page = (ROOT / "docs/operations.md").read_text()
    commands = re.findall(r"^    ([a-z]+) ", _parser().format_help(), re.MULTILINE)
    assert "run" in commands
    assert [name for name in commands if f"`cmi-bot {name}" not in page] == []
