"""The cells of both maps: the method's names, and which bands meet in which cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Band(StrEnum):
    """Where a value stands on its axis. The quadrants have no medium."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of the map: `id` is for storing, `name` as the method prints it, `advice` in a few words."""

    id: str
    name: str
    advice: str


_ALL = (
    Cell("retain", "Retain", "Consult on process governance"),
    Cell("promote_maturity", "Promote Maturity", "Help the customer grow its own function"),
    Cell("expand_and_leverage", "Expand and Leverage", "Expand the business"),
    Cell("decide_low_maturity", "?? (LTV, GM)", "Decide by lifetime value and gross margin"),
    Cell("core", "CORE", "Keep both sides moving up"),
    Cell("promote_your_solution", "Promote your Solution", "Show a capable customer what more it can use"),
    Cell("churn_or_let_churn", "Churn or Let Churn", "Let go?"),
    Cell("decide_low_health", "?? (LTV, GM)", "Decide by lifetime value and gross margin"),
    Cell("save", "Save", "Increase product usage by tailored training"),
    Cell("let_churn", "Let Churn", "Let go?"),
)
CELLS: Mapping[str, Cell] = {cell.id: cell for cell in _ALL}
# A question to a named person, not an order.
LET_CHURN_CELLS = ("let_churn", "churn_or_let_churn")
DECIDE_CELLS = ("decide_low_maturity", "decide_low_health")

# By kind of map, then by health band from high to low: the cells from low to high maturity.
GRIDS: Mapping[str, Mapping[Band, tuple[str, ...]]] = {
    "quadrants": {
        Band.HIGH: ("retain", "expand_and_leverage"),
        Band.LOW: ("let_churn", "save"),
    },
    "nine": {
        Band.HIGH: ("retain", "promote_maturity", "expand_and_leverage"),
        Band.MEDIUM: ("decide_low_maturity", "core", "promote_your_solution"),
        Band.LOW: ("churn_or_let_churn", "decide_low_health", "save"),
    },
}
