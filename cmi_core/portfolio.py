"""The whole portfolio at a glance: where accounts stand, who moved, what became of them, and what a change would do."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from cmi_core.cells import CELLS
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
class OutcomeRow:
    """How many of the accounts that stood in a cell have churned since; `rate` is 0..1."""

    cell_id: str
    accounts: int
    churned: int
    rate: Fraction


@dataclass(frozen=True, slots=True)
class Standing:
    """An account for a what-if: its cell today, and its numbers as they would be under the new configuration."""

    account_id: str
    cell_id: str | None
    cmi: Fraction | None
    chs: Fraction | None
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
    accounts: Counter[str] = Counter()
    revenue: dict[str, Fraction] = {cell.id: Fraction(0) for cell in settings.cells}
    unplaced = 0
    for cell_id, amount in standings:
        if cell_id is None or cell_id not in revenue:
            unplaced += 1
            continue
        accounts[cell_id] += 1
        revenue[cell_id] += amount or 0
    placed, total = accounts.total(), sum(revenue.values(), Fraction(0))
    cells = tuple(
        CellShare(cell, accounts[cell], _share(accounts[cell], placed), amount, _share(amount, total))
        for cell, amount in revenue.items()
    )
    return Distribution(cells, unplaced)


def movers(before: Mapping[str, Fraction | None], after: Mapping[str, Fraction | None]) -> tuple[Mover, ...]:
    """Accounts whose CMI changed between two days, the largest rise first; both days need a CMI."""
    found = [
        Mover(account, old, new)
        for account, old in before.items()
        if old is not None and (new := after.get(account)) is not None and new != old
    ]
    return tuple(sorted(found, key=lambda mover: (-mover.by, mover.account_id)))


def outcomes(stood: Iterable[tuple[str, bool]]) -> tuple[OutcomeRow, ...]:
    """Churn by the cell an account stood in, from (cell id, churned since) pairs; the highest rate first."""
    accounts: Counter[str] = Counter()
    churned: Counter[str] = Counter()
    for cell_id, lost in stood:
        accounts[cell_id] += 1
        churned[cell_id] += lost
    rows = [OutcomeRow(cell, count, churned[cell], _share(churned[cell], count)) for cell, count in accounts.items()]
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
