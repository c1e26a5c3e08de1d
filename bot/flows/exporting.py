"""Everything that a workspace knows, as tables of plain values: exact, and as Slack shows it.

Exact figures are fractions such as 71/30, so that whoever has the files can recompute all that Slack shows.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any

from sqlalchemy.orm import Session

from bot.flows import answers, fresh
from bot.flows.due_dates import interval_of
from bot.store import export, workspaces
from bot.store.access import Sight
from bot.store.database import Database
from bot.views.account_form import SEGMENTS
from bot.views.cells import cell_name
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Framework, framework_from_dict, one_decimal, score, tags, whole
from cmi_core.cells import GRIDS
from cmi_core.freshness import fresh_since

Cell = str | int | date | Decimal | None
Columns = Mapping[str, Callable[[Any], Any]]
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Table:
    """One file: its columns, and its rows as they are read."""

    name: str
    columns: tuple[str, ...]
    rows: Iterator[tuple[Cell, ...]]


@dataclass(frozen=True)
class Export:
    """A workspace at one moment. The tables must be read within the flow's transaction, each once."""

    settings: dict[str, Any]
    tables: tuple[Table, ...]


@contextmanager
def read(db: Database, now: datetime, workspace_id: int) -> Iterator[Export]:
    """Open the export: everything in it is of one moment, whatever is written meanwhile."""
    with db.read() as session:
        export.one_moment(session)
        yield of_sight(session, now, Sight(workspace_id, None, now.date()))


def of_sight(session: Session, now: datetime, sight: Sight, *, typed: bool = False) -> Export:
    """The export as far as somebody sees, in a transaction of the caller's. `typed`: numbers, days and instants as
    such, and texts as they are, for a workbook.
    """
    return _Reader(session, now, sight, typed=typed).export()


def plain(text: str) -> str:
    """Somebody's text for a table: an apostrophe keeps a spreadsheet from taking it for a formula.

    One that stands there already gets another, so that the import, which takes one away, gets back what it was.
    """
    return f"'{text}" if text.lstrip("'").startswith(_DANGEROUS) else text


class _Reader:
    def __init__(self, session: Session, now: datetime, sight: Sight, *, typed: bool) -> None:
        workspace_id = sight.workspace_id
        self._session, self._now, self._workspace_id, self._sight = session, now, workspace_id, sight
        self._cell: Callable[[Any], Cell] = _typed if typed else _cell
        self._settings: WorkspaceSettings = workspaces.settings_of(session, workspace_id)
        self._stored = export.frameworks(session, workspace_id)
        self._frameworks = {row.id: framework_from_dict(row.definition) for row in self._stored}
        self._tags: dict[tuple[int, str], str] = {}
        self._health_since = fresh_since("chs", now, self._settings.freshness)
        self._cmi_since = lru_cache(partial(fresh.since_for, self._settings, now=now))

    def export(self) -> Export:
        workspace = export.workspace(self._session, self._workspace_id)
        settings = {
            "exported_at": self._now.isoformat(),
            "team": workspace.team,
            "settings_version": workspace.version,
            "settings": self._settings.model_dump(mode="json"),
            "cells": GRIDS[self._settings.map.kind],
            "frameworks": [row.definition for row in self._stored],
        }
        tables = (
            self._table("accounts", export.accounts, self._accounts()),
            self._table("assessments", export.assessments, self._assessments()),
            self._table("health_readings", export.health_readings, _READINGS),
            self._table("placements", export.placements, _PLACEMENTS),
            self._table("outcomes", export.outcomes, _same("id account_id account kind cell at by note")),
            self._table("events", export.events, _EVENTS),
            self._table("requests", export.requests, _REQUESTS),
            self._table("audit", export.audit, _same("id at actor action subject before after reason")),
        )
        return Export(settings, tables)

    def _table(self, name: str, read_rows: Callable[[Session, Sight], Iterator[Any]], columns: Columns) -> Table:
        getters = tuple(columns.values())
        rows = (tuple(self._cell(get(row)) for get in getters) for row in read_rows(self._session, self._sight))
        return Table(name, tuple(columns), rows)

    def _accounts(self) -> Columns:
        return {
            **_same("id external_id name subject lifecycle owner cover"),
            **{key: partial(_segment, key) for key in SEGMENTS},
            **_same("lifetime_value gross_margin recurring_revenue renewal_date interval_months created_at churned_at"),
            **self._framework_columns(),
            **_same("assessment_id health_reading_id"),
            **_CMI,
            "cmi_on": lambda row: row.cmi_on,
            "cmi_fresh_since": self._fresh_since,
            "cmi_fresh": lambda row: row.cmi is not None and row.cmi_on >= self._fresh_since(row),
            "incomplete": lambda row: not row.complete,
            **_HEALTH,
            "health_on": lambda row: row.chs_on,
            "health_source": lambda row: row.chs_source,
            "health_fresh_since": lambda _: self._health_since,
            "health_fresh": lambda row: row.chs_on is not None and row.chs_on >= self._health_since,
            **_PLACE,
            **_same("cell_since next_due override_cell override_until override_reason"),
            "tags": self._tags_of,
        }

    def _fresh_since(self, row: Any) -> datetime:
        return self._cmi_since(interval_of(self._settings, row))

    def _assessments(self) -> Columns:
        return {
            **_same("id account_id account"),
            **self._framework_columns(),
            **_same("kind source blind rater created_at"),
            **_CMI,
            **_same("coverage categories ratings note category_notes"),
        }

    def _framework_columns(self) -> Columns:
        def of(row: Any) -> Framework | None:
            return self._frameworks.get(row.framework_id)

        return {
            "framework": lambda row: found.id if (found := of(row)) else None,
            "framework_version": lambda row: found.version if (found := of(row)) else None,
        }

    def _tags_of(self, row: Any) -> str:
        framework = self._frameworks.get(row.framework_id)
        if framework is None or row.answers is None:
            return ""
        key = (row.framework_id, row.answers)
        if key not in self._tags:
            scored = score(framework, answers.unpack(framework, row.answers))
            self._tags[key] = " ".join(tags(framework, scored, cuts=self._settings.maturity))
        return self._tags[key]


def _same(names: str) -> Columns:
    """Columns that are called as in the database."""
    return {name: attrgetter(name) for name in names.split()}


def _segment(key: str, row: Any) -> Any:
    return row.segments.get(key)


_CMI: Columns = {
    "cmi": lambda row: row.cmi,
    "cmi_shown": lambda row: None if row.cmi is None else one_decimal(row.cmi),
}
_HEALTH: Columns = {
    "health": lambda row: None if row.chs_label else row.chs,
    "health_shown": lambda row: None if row.chs is None or row.chs_label else whole(row.chs),
    "health_label": lambda row: row.chs_label and row.chs_label.text,
    "health_label_band": lambda row: row.chs_label and row.chs_label.band,
}
_PLACE: Columns = {
    "cell": lambda row: row.cell,
    "cell_name": lambda row: cell_name(row.cell) if row.cell else None,
    "cmi_band": lambda row: row.cmi_band,
    "health_band": lambda row: row.chs_band,
}
_READINGS: Columns = {
    **_same("id account_id account"),
    "health": lambda row: None if row.label else row.value,
    "health_shown": lambda row: None if row.label else whole(row.value),
    "health_label": lambda row: row.label and row.label.text,
    "health_label_band": lambda row: row.label and row.label.band,
    **_same("source as_of by components note created_at"),
}
_EVENTS = _same("id account_id account kind happened_on note early by noted_at")
_REQUESTS = _same(
    "id account_id account cycle recipient role state due asked_on reminders remind_on snoozed_until closed_at"
)
_PLACEMENTS: Columns = {
    **_same("id account_id account"),
    **_PLACE,
    **_CMI,
    **_HEALTH,
    **_same("cause by settings_version assessment_id health_reading_id started_at ended_at"),
}


def _cell(value: Any) -> Cell:
    """A value as a file keeps it: exact, and harmless in a spreadsheet."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, date):  # also an instant
        return value.isoformat()
    if isinstance(value, Fraction | Decimal):
        return str(value) if isinstance(value, Fraction) else f"{value:f}"
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _typed(value: Any) -> Cell:
    """A value for a workbook, whose cells say what they are: nothing in them is taken for a formula."""
    if isinstance(value, str | date | Decimal) or value is None:
        return value
    if isinstance(value, Fraction) and value.denominator == 1:
        return int(value)
    return _cell(value)
