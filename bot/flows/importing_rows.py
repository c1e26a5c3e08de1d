"""What an import says of each row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class How:
    """How a file is taken: by whom (None: the operator), by which columns, whether it only brings health scores.

    `silent`: nobody is alerted, whatever moves; the accounts stand in their new cells all the same.
    """

    by: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    only_health: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What becomes of a row: `changes` are field, before and after, as people read them."""

    number: int
    name: str
    kind: Literal["new", "changed", "unchanged"]
    changes: tuple[tuple[str, str, str], ...] = ()
