"""Every view and message of the gallery by its builder, and the table of them in the docs.

`make pictures` renews table and pictures, `python -m tests.story.surfaces` the table alone, without a browser.
The gallery itself stays a plain list: which builder made an entry is seen while the gallery is made.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import json
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from bot.views.message import Block, Message
from tests.views import gallery

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/surfaces.md"
PICTURES = ROOT / "docs/pictures/surfaces"
START, END = "<!-- written by python -m tests.story.surfaces -->\n", "<!-- end -->\n"
NAME = "Kestrel Foods"
LIFELIKE = "lifelike"
KINDS = {"message": "Messages", "modal": "Windows", "home": "Homes"}


@dataclass(frozen=True)
class Surface:
    """What one builder makes, with all its examples in the gallery. `builder` is `file.function` below bot/views."""

    builder: str
    examples: tuple[Message | Block, ...]
    made_in: tuple[str, ...]

    @property
    def kind(self) -> str:
        """One of KINDS."""
        first = self.examples[0]
        return "message" if isinstance(first, Message) else str(first["type"])

    @property
    def picture(self) -> str:
        """The picture's file name."""
        return f"{self.builder.replace('.', '-').replace('_', '-')}.png"

    @property
    def pictured(self) -> Message | Block:
        """The example in the picture: a lifelike one, else the fullest of those that are not full of tried names."""
        kept = [LIFELIKE in place for place in self.made_in]
        lifelike = list(itertools.compress(self.examples, kept))
        return max(lifelike or self.examples, key=_fullness)

    @property
    def blocks(self) -> list[Block]:
        """The blocks in the picture."""
        shown = self.pictured
        blocks: list[Block] = shown.blocks if isinstance(shown, Message) else shown["blocks"]
        return blocks

    @property
    def about(self) -> str:
        """What it is: its title, and what its file and its builder say of themselves."""
        file, function = self.builder.split(".")
        module = importlib.import_module(f"bot.views.{file}")
        said = [_first_paragraph(module), _first_paragraph(getattr(module, function))]
        title = "" if self.kind != "modal" else f"**{self.pictured['title']['text']}** · "  # type: ignore[index]
        return title + " ".join(dict.fromkeys(filter(None, said)))


def _first_paragraph(documented: object) -> str:
    return " ".join((inspect.getdoc(documented) or "").partition("\n\n")[0].split())


def _fullness(example: Message | Block) -> int:
    """How much it shows: different words, less the many places where a name is tried."""
    shown = json.dumps(example.blocks if isinstance(example, Message) else example)
    return len(set(re.findall(r"[a-z]{2,}", shown))) - 3 * shown.count(NAME)


def surfaces() -> list[Surface]:
    """Everything that the gallery shows, by kind and builder."""
    seen = _Seen()
    sys.setprofile(seen.profile)
    try:
        entries = [*gallery.messages(NAME), *gallery.views(NAME)]
    finally:
        sys.setprofile(None)
    known = {id(example) for examples in seen.examples.values() for example in examples}
    strange = [entry for entry in entries if id(entry) not in known]
    if strange:
        raise LookupError(f"{len(strange)} entries of the gallery come from no builder in bot/views: {strange[0]}")
    found = [Surface(name, tuple(examples), tuple(seen.made_in[name])) for name, examples in seen.examples.items()]
    return sorted(found, key=lambda surface: (list(KINDS).index(surface.kind), surface.builder))


class _Seen:
    """Notes what functions of bot.views return to the gallery."""

    def __init__(self) -> None:
        self.examples: defaultdict[str, list[Message | Block]] = defaultdict(list)
        self.made_in: defaultdict[str, list[str]] = defaultdict(list)

    def profile(self, frame: FrameType, event: str, returned: Any) -> None:
        """Be called by the interpreter at every call and return."""
        module = frame.f_globals.get("__name__", "")
        if event != "return" or not module.startswith("bot.views.") or not _is_surface(returned):
            return
        caller = frame.f_back
        while caller is not None and caller.f_code.co_name.startswith("<"):
            caller = caller.f_back
        if caller is None or not caller.f_code.co_filename.endswith("gallery.py"):
            return
        builder = f"{module.rpartition('.')[2]}.{frame.f_code.co_name}"
        self.examples[builder].append(returned)
        self.made_in[builder].append(Path(caller.f_code.co_filename).name)


def _is_surface(value: Any) -> bool:
    return isinstance(value, Message) or (isinstance(value, dict) and value.get("type") in ("modal", "home"))


def table() -> str:
    """The table in Markdown, one section for each kind."""
    lines: list[str] = []
    found = surfaces()
    for kind, title in KINDS.items():
        lines += [f"### {title}", "", "| what | builder | examples | picture |", "| --- | --- | --- | --- |"]
        lines += [_row(surface) for surface in found if surface.kind == kind] + [""]
    return "\n".join(lines)


def _row(surface: Surface) -> str:
    file, function = surface.builder.split(".")
    about = surface.about.replace("|", "\\|").replace("<", "&lt;")
    places = ", ".join(f"`{place}`" for place in sorted(set(surface.made_in)))
    picture = f"![{file}, {function}](pictures/surfaces/{surface.picture})"
    return f"| {about} | `{file}.py` `{function}` | {places} | {picture} |"


def write() -> None:
    """Renew the table in the docs."""
    before, _, rest = PAGE.read_text().partition(START)
    PAGE.write_text(before + START + "\n" + table() + "\n" + END + rest.partition(END)[2])

    print(f"{len(surfaces())} surfaces are in {PAGE.relative_to(ROOT)}")


def written() -> str:
    """The table as it stands in the docs."""
    return PAGE.read_text().partition(START)[2].partition(END)[0].strip()


if __name__ == "__main__":
    write()
