"""An answer sheet as a short text: one character a criterion, in the framework's order, "-" for not known.

Re-deriving a whole portfolio reads this instead of a JSON document per assessment, which costs several times as much.
"""

from collections.abc import Mapping

from cmi_core import Framework
from cmi_core.sheets import MARKS, UNKNOWN


def pack(framework: Framework, ratings: Mapping[str, int | None]) -> str:
    """The sheet as text."""
    levels = (ratings.get(criterion.id) for criterion in framework.criteria)
    return "".join(UNKNOWN if level is None else MARKS[level] for level in levels)


def unpack(framework: Framework, packed: str) -> dict[str, int | None]:
    """The text as a sheet, by criterion id."""
    return {
        criterion.id: None if mark == UNKNOWN else MARKS.index(mark)
        for criterion, mark in zip(framework.criteria, packed, strict=True)
    }
