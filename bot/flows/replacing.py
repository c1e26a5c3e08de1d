"""Placing a whole portfolio anew by another configuration: reckoned without any lock, then written by set.

A change of cuts or weights may touch every account. Reading and reckoning take most of the time and need no lock; the
write is a handful of statements, whatever the number of accounts.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import Text, select, type_coerce
from sqlalchemy.orm import Session

from bot.store.tables import Account
from cmi_core import Framework
from cmi_core.cells import Band
from cmi_core.matrix import MapSettings, Scale, place
from cmi_core.sheets import SheetScorer


class Row(NamedTuple):
    """What an account's place depends on, as it is stored: scores are exact fractions as text."""

    id: int
    revision: int
    subject: str
    framework_id: int | None
    answers: str | None
    cmi: str | None
    chs: str | None
    cmi_band: str | None
    chs_band: str | None
    cell: str | None
    override_cell: str | None


class Derived(NamedTuple):
    """An account's new place, reckoned from its row of this `revision`."""

    id: int
    revision: int
    from_cell: str | None
    cell: str | None
    cmi: str | None
    cmi_band: str | None
    chs_band: str | None


@dataclass(frozen=True)
class Rule:
    """By what accounts are placed: the map, the frameworks behind their scores by row id, and new weights.

    `rescore` has the new version of a framework by the row ids of those versions that ask the same. With `only_those`
    accounts of other frameworks are left alone.
    """

    map: MapSettings
    frameworks: Mapping[int, Framework]
    default: Framework
    rescore: Mapping[int, Framework]
    only_those: bool


def read(session: Session, workspace_id: int, ids: Collection[int] | None = None) -> list[Row]:
    """All accounts that can be moved (churned ones are frozen), or some of them."""
    table = Account.__table__.c
    statement = select(
        table.id,
        table.revision,
        table.subject,
        table.framework_id,
        table.answers,
        type_coerce(table.cmi, Text),
        type_coerce(table.chs, Text),
        table.cmi_band,
        table.chs_band,
        table.cell,
        table.override_cell,
    ).where(table.workspace_id == workspace_id, table.lifecycle != "churned")
    if ids is not None:
        statement = statement.where(table.id.in_(ids))
    return list(map(Row._make, session.execute(statement)))


def derive(rows: Iterable[Row], rule: Rule) -> list[Derived]:
    """The new place of every account whose score, bands or cell differ from what is stored.

    No margin holds an account: it is placed by its present values alone. Each distinct value is judged once.
    """
    place_row = _placer(rule)
    return [derived for row in rows if (derived := place_row(row)) is not None]


def _placer(rule: Rule) -> Callable[[Row], Derived | None]:
    scores = {row_id: SheetScorer(framework, of=str) for row_id, framework in rule.rescore.items()}
    cmi_bands = {row_id: _CmiBands(rule.map, framework.scale) for row_id, framework in rule.frameworks.items()}
    default_bands = _CmiBands(rule.map, rule.default.scale)
    chs_bands = _ChsBands(rule.map)
    cells: dict[tuple[Band | None, Band | None], str] = {
        (across, up): rule.map.cell(across, up).id for across in rule.map.bands for up in rule.map.bands
    }
    on_map = {cell.id for cell in rule.map.cells}

    def place_row(row: Row) -> Derived | None:
        rescored = scores.get(row.framework_id) if row.framework_id is not None else None
        cmi = row.cmi
        if rescored is not None and row.answers is not None:
            cmi = rescored(row.answers)
        elif rule.only_those:
            return None
        bands = default_bands if row.framework_id is None else cmi_bands[row.framework_id]
        cmi_band = bands[cmi] if cmi is not None else None
        chs_band = chs_bands[row.chs] if row.chs is not None else None
        cell = cells.get((cmi_band, chs_band)) if row.subject == "customer" else None
        if cell is not None and row.override_cell in on_map:
            cell = row.override_cell
        if (cmi, cmi_band, chs_band, cell) == (row.cmi, row.cmi_band, row.chs_band, row.cell) and rescored is None:
            return None
        return Derived(row.id, row.revision, row.cell, cell, cmi, cmi_band, chs_band)

    return place_row


class _CmiBands(dict[str, Band | None]):
    """Band by CMI as text, on one scale."""

    def __init__(self, settings: MapSettings, scale: Scale) -> None:
        super().__init__()
        self._settings, self._scale = settings, scale

    def __missing__(self, cmi: str) -> Band | None:
        self[cmi] = found = place(self._settings, Fraction(cmi), None, scale=self._scale).cmi_band
        return found


class _ChsBands(dict[str, Band | None]):
    """Band by health as text."""

    def __init__(self, settings: MapSettings) -> None:
        super().__init__()
        self._settings = settings

    def __missing__(self, chs: str) -> Band | None:
        self[chs] = found = place(self._settings, None, Fraction(chs)).chs_band
        return found
