"""The whole portfolio at a glance: where accounts stand, who moved, what became of them, and what a change would do."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from cmi_core.cells import CELLS
from cmi_core.health import Health
from cmi_core.matrix import MapSettings, Scale, place


@dataclass(frozen=True, slots=True)
class CellShare:
    """One cell's part of the placed accounts and of their recurring revenue; shares 0..1, cells empty of both at 0."""

    cell_id: str
    accounts: int
    share: Fraction
    revenue: Fraction
    revenue_share: Fraction


@dataclass(frozen=True, slots=True)
class Distribution:
    """The shares per cell in the map's order, and how many accounts stand in none."""

    cells: tuple[CellShare, ...]
    unplaced: int


@dataclass(frozen=True, slots=True)
class Mover:
    """An account whose CMI changed, and by how much."""

    account_id: str
    before: Fraction
    after: Fraction

    @property
    def by(self) -> Fraction:
        """The change, above 0 for a rise."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Lift:
    """A mean change (of the CMI, or of a criterion's level) over so many accounts; above 0 for a rise."""

    accounts: int
    mean: Fraction


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What became of the accounts that stood in a cell; `rate` is the share of them that churned, 0..1."""

    cell_id: str
    accounts: int
    churned: int
    rate: Fraction
    renewed: int = 0
    expanded: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """An account for a what-if: its cell today, and its numbers as they would be under the new configuration."""

    account_id: str
    cell_id: str | None
    cmi: Fraction | None
    chs: Health | None
    scale: Scale = (1, 5)


@dataclass(frozen=True, slots=True)
class Shift:
    """An account that a change of configuration would move; a cell of None is off the map."""

    account_id: str
    from_cell: str | None
    to_cell: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change of configuration would do."""

    shifts: tuple[Shift, ...]
    into_alert_cells: Mapping[str, int]

    @property
    def text(self) -> str:
        """For people: "14 accounts move, 2 into Save"."""
        count = len(self.shifts)
        if not count:
            return "No account moves"
        into = "".join(f", {number} into {CELLS[cell].name}" for cell, number in self.into_alert_cells.items())
        return f"{count} account{'' if count == 1 else 's'} move{'s' if count == 1 else ''}{into}"


def distribution(settings: MapSettings, standings: Iterable[tuple[str | None, Fraction | None]]) -> Distribution:
    """Shares from (cell id, recurring revenue) pairs; a cell that the map does not have counts as unplaced."""
    totals: dict[str | None, tuple[int, Fraction]] = {}
    for cell_id, amount in standings:
        accounts, revenue = totals.get(cell_id, (0, Fraction(0)))
        totals[cell_id] = (accounts + 1, revenue + (amount or 0))
    return shares(settings, totals)


def shares(settings: MapSettings, totals: Mapping[str | None, tuple[int, Fraction]]) -> Distribution:
    """The same from sums that are there already: (accounts, recurring revenue) by cell id."""
    of_cell = {cell.id: totals.get(cell.id, (0, Fraction(0))) for cell in settings.cells}
    placed = sum(accounts for accounts, _ in of_cell.values())
    total = sum((revenue for _, revenue in of_cell.values()), Fraction(0))
    cells = tuple(
        CellShare(cell, accounts, _share(accounts, placed), revenue, _share(revenue, total))
        for cell, (accounts, revenue) in of_cell.items()
    )
    return Distribution(cells, sum(accounts for accounts, _ in totals.values()) - placed)


def mean(values: Iterable[tuple[Fraction, int]]) -> Fraction | None:
    """The exact mean of (value, how often) pairs; None where there are none."""
    total, number = Fraction(0), 0
    for value, times in values:
        total += value * times
        number += times
    return total / number if number else None


def movers(before: Mapping[str, Fraction | None], after: Mapping[str, Fraction | None]) -> tuple[Mover, ...]:
    """Accounts whose CMI changed between two days, the largest rise first; both days need a CMI."""
    found = [
        Mover(account, old, new)
        for account, old in before.items()
        if old is not None and (new := after.get(account)) is not None and new != old
    ]
    return tuple(sorted(found, key=lambda mover: (-mover.by, mover.account_id)))


def lift(changes: Iterable[Fraction]) -> Lift | None:
    """The mean of some accounts' changes; None where there are none."""
    found = list(changes)
    return Lift(len(found), sum(found, Fraction(0)) / len(found)) if found else None


def lift_by_criterion(
    pairs: Iterable[tuple[Mapping[str, int | None], Mapping[str, int | None]]],
) -> dict[str, Lift]:
    """The mean change of each criterion's level from one answer sheet to the next, over those known on both."""
    sums: Counter[str] = Counter()
    accounts: Counter[str] = Counter()
    for before, after in pairs:
        for criterion, level in after.items():
            earlier = before.get(criterion)
            if level is not None and earlier is not None:
                sums[criterion] += level - earlier
                accounts[criterion] += 1
    return {criterion: Lift(number, Fraction(sums[criterion], number)) for criterion, number in accounts.items()}


def outcomes(stood: Mapping[str, int], events: Mapping[tuple[str, str], int]) -> tuple[OutcomeRow, ...]:
    """What became of accounts by the cell they stood in; the highest rate of churn first.

    `stood` counts accounts by cell, `events` by (cell, "churned", "renewed" or "expanded").
    """
    rows = [
        OutcomeRow(
            cell,
            accounts,
            churned := events.get((cell, "churned"), 0),
            _share(churned, accounts),
            events.get((cell, "renewed"), 0),
            events.get((cell, "expanded"), 0),
        )
        for cell, accounts in stood.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.rate, row.cell_id)))


def what_if(settings: MapSettings, standings: Iterable[Standing]) -> Preview:
    """Who would move under new settings (or new weights, already in the standings' CMI). Changes use no margin."""
    shifts: list[Shift] = []
    for standing in standings:
        cell = place(settings, standing.cmi, standing.chs, scale=standing.scale).cell
        to_cell = cell.id if cell else None
        if to_cell != standing.cell_id:
            shifts.append(Shift(standing.account_id, standing.cell_id, to_cell))
    into = Counter(shift.to_cell for shift in shifts)
    return Preview(tuple(shifts), {cell: into[cell] for cell in settings.alert_cells if into[cell]})


def _share(part: Fraction | int, whole: Fraction | int) -> Fraction:
    return Fraction(part) / whole if whole else Fraction(0)
