"""How old each axis may grow before the map is read with care. Growing old is never a transition."""

from datetime import datetime, timedelta

from pydantic import Field

from cmi_core.cadence import add_months
from cmi_core.matrix import Axis
from cmi_core.values import Frozen


class FreshnessLimits(Frozen):
    """CMI: the reassessment interval in months plus days of grace. CHS: days."""

    cmi_months: int = Field(default=3, ge=1)
    cmi_grace_days: int = Field(default=30, ge=0)
    chs_days: int = Field(default=90, ge=1)


def fresh_until(axis: Axis, as_of: datetime, limits: FreshnessLimits | None = None) -> datetime:
    """The last instant at which a value of this age still counts as fresh."""
    limits = limits or FreshnessLimits()
    if axis == "chs":
        return as_of + timedelta(days=limits.chs_days)
    due = add_months(as_of.date(), limits.cmi_months) + timedelta(days=limits.cmi_grace_days)
    return datetime.combine(due, as_of.timetz())


def fresh_since(axis: Axis, now: datetime, limits: FreshnessLimits | None = None) -> datetime:
    """The earliest instant from which a value still counts as fresh: `fresh_until` the other way round.

    For counting many values at once. At a month's end several days share one limit; they count as the first of them.
    """
    limits = limits or FreshnessLimits()
    if axis == "chs":
        return now - timedelta(days=limits.chs_days)
    last = now.date() - timedelta(days=limits.cmi_grace_days)
    day = add_months(last, -limits.cmi_months)
    while add_months(day - timedelta(days=1), limits.cmi_months) >= last:
        day -= timedelta(days=1)
    while add_months(day, limits.cmi_months) < last:
        day += timedelta(days=1)
    exact = add_months(day, limits.cmi_months) == last
    return datetime.combine(day, now.timetz() if exact else datetime.min.time().replace(tzinfo=now.tzinfo))


def is_stale(axis: Axis, as_of: datetime, now: datetime, limits: FreshnessLimits | None = None) -> bool:
    """Whether a value has passed its limit. Both instants aware."""
    return now > fresh_until(axis, as_of, limits)


def stale_axes(
    cmi_as_of: datetime | None, chs_as_of: datetime | None, now: datetime, limits: FreshnessLimits | None = None
) -> tuple[Axis, ...]:
    """The axes past their limit; a placement with any is provisional. A missing value is not stale but missing."""
    stale: list[Axis] = []
    if cmi_as_of is not None and is_stale("cmi", cmi_as_of, now, limits):
        stale.append("cmi")
    if chs_as_of is not None and is_stale("chs", chs_as_of, now, limits):
        stale.append("chs")
    return tuple(stale)


def counts_on_arrival(
    axis: Axis,
    as_of: datetime,
    now: datetime,
    *,
    current: datetime | None = None,
    limits: FreshnessLimits | None = None,
) -> bool:
    """Whether an arriving value may move the account: not when it is past its limit already, nor older than `current`.

    What does not count is kept as history, and moves and fires nothing.
    """
    return not is_stale(axis, as_of, now, limits) and (current is None or as_of >= current)


def age_days(as_of: datetime, now: datetime) -> int:
    """Full days since a value was taken, for "health is 104 days old"."""
    return max((now - as_of).days, 0)
