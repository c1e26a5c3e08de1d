"""The page about surfaces is complete: the gallery holds all that the bot can show, and the docs all of the gallery."""

import ast
from pathlib import Path

from tests.story import surfaces

ROOT = Path(__file__).parents[2]
MOST_BYTES = 3_000_000
HELPERS = {"message.message"}  # makes a message of what others give it


def test_every_entry_of_the_gallery_has_its_row() -> None:
    assert surfaces.written() == surfaces.table().strip(), "python -m tests.story.surfaces renews the table"


def test_every_row_has_its_picture_and_every_picture_its_row() -> None:
    wanted = {surface.picture for surface in surfaces.surfaces()}
    there = {path.name: path.stat().st_size for path in surfaces.PICTURES.glob("*.png")}
    assert set(there) == wanted, "make pictures renews the table and the pictures"
    assert min(there.values()) > 0
    assert sum(there.values()) < MOST_BYTES


def test_everything_that_the_bot_can_show_is_in_the_gallery() -> None:
    shown = {surface.builder for surface in surfaces.surfaces()}
    made = {
        f"{file.stem}.{function.name}"
        for file in (ROOT / "bot/views").glob("*.py")
        for function in ast.parse(file.read_text()).body
        if isinstance(function, ast.FunctionDef) and file.stem != "blocks" and _shows(function)
    }
    assert made - shown - HELPERS == set()
    assert len(made) > 100


def _shows(function: ast.FunctionDef) -> bool:
    """Whether it is a builder of messages, windows or Homes; an `example` is what one of them made."""
    if function.name.startswith("_") or function.name == "example" or function.returns is None:
        return False
    calls = {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
    return ast.unparse(function.returns) == "Message" or bool(calls & {"blocks.modal", "blocks.home"})
