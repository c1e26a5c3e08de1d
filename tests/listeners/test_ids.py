"""Every id that a view shows has a listener, and every listener has a view."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.listeners import command, register_all
from bot.listeners.deps import Deps
from bot.listeners.later import Later
from bot.store.database import Database
from bot.views import help as help_text
from tests.views import gallery


class Register:
    """Stands where Bolt's App stands and writes down which ids get a listener."""

    def __init__(self) -> None:
        self.ids: dict[str, list[Any]] = {}

    def __getattr__(self, kind: str) -> Callable[..., Callable[..., None]]:
        def add(constraint: Any) -> Callable[..., None]:
            self.ids.setdefault(kind, []).append(constraint)
            return lambda _listener: None

        return add


@pytest.fixture
def listened(tmp_path: Path) -> dict[str, list[Any]]:
    register = Register()
    later = Later(1)
    app: Any = register
    register_all(app, Deps(Database(f"sqlite:///{tmp_path}/unused.db"), SystemClock(), later))
    later.close()
    return register.ids


def shown() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"action": set(), "options": set(), "view": set()}
    trees = [message.blocks for message in gallery.messages("Acme")] + [
        view["blocks"] for view in gallery.views("Acme")
    ]
    for blocks in trees:
        for block in blocks:
            elements = [*block.get("elements", []), block.get("accessory"), block.get("element")]
            for element in filter(None, elements):
                if element["type"] in ("external_select", "multi_external_select"):
                    found["options"].add(element["action_id"])
                # A menu or boxes within a form are read when the form is sent; elsewhere they act at once.
                if element["type"] == "button" or (
                    element["type"] in ("static_select", "checkboxes", "users_select") and block["type"] != "input"
                ):
                    found["action"].add(element["action_id"])
    found["view"] = {view["callback_id"] for view in gallery.views("Acme") if "submit" in view}
    return found


@pytest.mark.parametrize("kind", ["action", "options", "view"])
def test_every_id_that_is_shown_has_one_listener_and_the_other_way_round(
    listened: dict[str, list[Any]], kind: str
) -> None:
    ids = [each for each in listened[kind] if isinstance(each, str)]
    assert sorted(ids) == sorted(shown()[kind])


def test_the_manifest_knows_the_command_the_shortcut_and_the_events(listened: dict[str, list[Any]]) -> None:
    manifest = Path("manifest.yaml").read_text()
    for kind in ("command", "shortcut", "event"):
        for each in listened[kind]:
            assert str(each) in manifest


def test_help_lists_exactly_the_subcommands_that_there_are() -> None:
    assert set(command.SUBCOMMANDS) - {""} == set(help_text.SUBCOMMANDS)
