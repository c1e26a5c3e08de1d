"""What a change of placement means: whether it is a transition, and whom it owes a word."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from pydantic import Field

from cmi_core.cells import Cell
from cmi_core.matrix import MapSettings, Placement
from cmi_core.values import Exact, Frozen


class Cause(StrEnum):
    """Why an account was placed anew; every transition has one, and every alert says it."""

    HEALTH_READING = "health_reading"
    ASSESSMENT = "assessment"
    RENEWAL = "renewal"
    CORRECTION = "correction"
    OVERRIDE = "override"
    CONFIGURATION = "configuration"


class Announcement(StrEnum):
    """How a batch's alerts go out."""

    INDIVIDUALLY = "individually"
    SUMMARY = "summary"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Movement:
    """A transition. `to_cell` is None where the account fell off the map; `first` where it stood in no cell before."""

    from_cell: Cell | None
    to_cell: Cell | None
    cause: Cause
    first: bool


class BatchRules(Frozen):
    """When one import, bulk call, feed pull or catch-up stops being so many single alerts.

    More than `summary_over` alerts make one summary. More than `breaker_over` alerts that are also more than
    `breaker_share` (0..1) of the portfolio are held until an admin has looked.
    """

    summary_over: int = Field(default=5, ge=0)
    breaker_share: Exact = Field(default=Fraction(1, 5), ge=0, le=1)
    breaker_over: int = Field(default=10, ge=0)


def between(before: Placement | None, after: Placement, *, cause: Cause) -> Movement | None:
    """The transition from one placement to the next; None where the cell stays, or where there was and is none."""
    from_cell = before.cell if before is not None else None
    if from_cell == after.cell:
        return None
    return Movement(from_cell, after.cell, cause, first=from_cell is None)


def owes_alert(settings: MapSettings, movement: Movement | None, *, baseline: bool = False) -> bool:
    """Whether the movement owes its one alert: it ended in an alert cell, and nobody chose it by changing settings.

    `baseline` marks an import of what was so already: its first placements page nobody.
    """
    if movement is None or movement.to_cell is None or movement.cause is Cause.CONFIGURATION:
        return False
    return movement.to_cell.id in settings.alert_cells and not (movement.first and baseline)


def announcement(alerts: int, portfolio: int, rules: BatchRules | None = None) -> Announcement:
    """How a batch that owes `alerts` alerts, in a portfolio of so many accounts, says so."""
    rules = rules or BatchRules()
    if alerts > rules.breaker_over and alerts > rules.breaker_share * portfolio:
        return Announcement.HELD
    return Announcement.SUMMARY if alerts > rules.summary_over else Announcement.INDIVIDUALLY
