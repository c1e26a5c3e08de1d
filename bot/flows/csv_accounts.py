"""Reading accounts from a file of rows: every problem is found, with its row and column, before anything is stored."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Any

from bot.errors import ImportRefused
from bot.flows import columns, spreadsheets
from bot.flows.spreadsheets import Grid
from bot.store.accounts import name_key
from bot.views.amounts import money, percent
from bot.views.text import tidy
from bot.workspace_settings import LONGEST_INTERVAL
from cmi_core.health import Health, HealthError, parse_health

SEGMENTS = ("stage", "size", "location", "industry", "use_case")
COLUMNS = (
    "name", "external_id", "owner", "cover", "manager", "health", "health_source", "health_date", "renewal_date",
    "interval_months", "recurring_revenue", "lifetime_value", "gross_margin", "lifecycle", *SEGMENTS,
)  # fmt: skip
_LIFECYCLES = ("prospect", "active", "churned")
_LONGEST = {"name": 300, "external_id": 200}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_PEOPLE = frozenset({"owner", "cover", "manager"})
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!"})
# What people write between digits and around them: blanks of all widths, apostrophes, currencies.
_BETWEEN = re.compile(r"[\s_'’\u00a0\u2009\u202f]|[€$£¥]|(?:^|(?<=[\s\d]))(?:EUR|USD|GBP|CHF)(?:$|(?=[\s\d]))")
_GROUPED = {",": re.compile(r"-?\d{1,3}(,\d{3})+(\.|%?$)"), ".": re.compile(r"-?\d{1,3}(\.\d{3})+(,|%?$)")}
_COMMA_AMOUNT = re.compile(r"\d\.\d{3},\d|^\D*\d+,(\d{1,2}|\d{4,})\D*$")
_POINT_AMOUNT = re.compile(r"\d,\d{3}\.\d|^\D*\d+\.(\d{1,2}|\d{4,})\D*$")


@dataclass
class Row:
    """One account of the file. `number` is the line as a spreadsheet counts it. People are as written, unresolved."""

    number: int
    name: str
    values: dict[str, Any] = field(default_factory=dict)
    segments: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    health: Health | None = None
    # What a source says on its own scale: its words are known to the workspace, not to the file.
    health_source: str = ""
    health_text: str = ""
    health_date: datetime | None = None


@dataclass
class Sheet:
    """What a file holds, and everything that is wrong with it: if `problems` isn't empty, nothing may be stored."""

    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read(content: bytes, now: datetime) -> Sheet:
    """Read a file whose columns are called as ours or nearly so: CSV as spreadsheets write it, or XLSX."""
    try:
        grid = spreadsheets.read(content)
    except ImportRefused as error:
        return Sheet(problems=list(error.problems))
    mapping = columns.guess(grid.header)
    sheet = rows_of(grid, mapping, now)
    sheet.problems = [*_strange(grid.header, mapping), *sheet.problems]
    return sheet


def _strange(header: Sequence[str], mapping: Sequence[str]) -> list[str]:
    """Columns that nobody knows; those of our own export may stay, they are derived."""
    if {"cell", "cmi_shown"} <= set(header):
        return []
    known = {columns.key(each): each for each in COLUMNS}
    problems = []
    for number, (name, chosen) in enumerate(zip(header, mapping, strict=True), start=1):
        meant = known.get(columns.key(name), "")
        if not chosen and meant in mapping:
            problems.append(f"Row 1, column {number}: “{meant}” stands twice. Please keep one.")
        elif not chosen:
            problems.append(
                f"Row 1, column {number}: “{name.lower()[:60]}” can't be imported. Choose from: {', '.join(COLUMNS)}."
            )
    return problems


def rows_of(grid: Grid, mapping: Sequence[str], now: datetime, *, only_health: bool = False) -> Sheet:
    """The rows of a table by what each column means. With `only_health` an account may stand in several rows."""
    sheet = Sheet()
    if "name" not in mapping and not (only_health and "external_id" in mapping):
        sheet.problems.append(
            "Row 1: there is no column “name”. The first row must name the columns: name,owner,health."
        )
        return sheet
    taken = [(index, column) for index, column in enumerate(mapping) if column]
    cells_of = _Cells(now, comma=_decimal_comma(grid, taken), only_health=only_health)
    for number, cells in grid.rows:
        if len(cells) > len(grid.header):
            sheet.problems.append(
                f"Row {number}: it has {len(cells)} cells, but there are {len(grid.header)} columns. "
                "Quote text with commas."
            )
            continue
        cells_of.take(sheet, [(column, cells[index]) for index, column in taken if index < len(cells)], number)
    if only_health:
        sheet.problems += [
            f"Row {row.number}, column “health”: there is no health score." for row in sheet.rows if not row.health_text
        ]
    else:
        _find_repeats(sheet)
    if not sheet.rows and not sheet.problems:
        sheet.problems.append("The file has a header but no accounts.")
    return sheet


def _decimal_comma(grid: Grid, taken: Sequence[tuple[int, str]]) -> bool:
    """Whether the amounts of a file are written 1.234,50: one such amount tells, else the kind of file."""
    amounts = [text for index, column in taken if column in _AMOUNTS for text in grid.column(index)]
    if any(_COMMA_AMOUNT.search(text) for text in amounts):
        return True
    return grid.decimal_comma and not any(_POINT_AMOUNT.search(text) for text in amounts)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Takes the cells of rows; `comma`: amounts are written 1.234,50."""

    now: datetime
    comma: bool
    only_health: bool
    known: dict[tuple[str, str], Any] = field(default_factory=dict)

    def take(self, sheet: Sheet, cells: Sequence[tuple[str, str]], number: int) -> None:
        row = Row(number, "", health_source=next((text for column, text in cells if column == "health_source"), ""))
        refused = set()
        for column, text in cells:
            try:
                if text:
                    self._put(row, column, text)
            except ValueError as error:
                refused.add(column)
                sheet.problems.append(f"Row {number}, column “{column}”: {error}")
        if not row.name and "name" not in refused and not (self.only_health and "external_id" in row.values):
            sheet.problems.append(f"Row {number}, column “name”: every account needs a name.")
        if row.health_date is not None and not row.health_text:
            sheet.problems.append(f"Row {number}, column “health_date”: there is a date but no health score.")
        sheet.rows.append(row)

    def _put(self, row: Row, column: str, text: str) -> None:
        """Take one cell; ValueError says what is wrong with it and what would do."""
        if "\x00" in text:
            raise ValueError("it holds a character that can't be stored. Please type it anew.")
        if len(text) > _LONGEST.get(column, 500):
            raise ValueError(f"it is longer than {_LONGEST.get(column, 500)} characters. Please shorten it.")
        if text[0] == "#" and text in _ERRORS:
            raise ValueError(f"it is an error of the spreadsheet, {text}. Please mend the formula, or empty the cell.")
        if column == "name":
            row.name = _tidy(written(text))
        elif column in SEGMENTS:
            row.segments[column] = _tidy(written(text))
        elif column in _PEOPLE:
            row.people[column] = text
        elif column == "health":
            row.health_text = text
            row.health = None if row.health_source else _health(text)
        elif column == "health_source":
            return
        elif column == "health_date":
            row.health_date = _instant(_date(text), self.now)
        else:
            row.values[column] = self._value(column, text)

    def _value(self, column: str, text: str) -> Any:
        """What a cell says; most columns say the same few things over and over."""
        key = (column, text)
        if key not in self.known:
            if column in _AMOUNTS:
                self.known[key] = _AMOUNTS[column](_point(written(text), comma=self.comma))
            else:
                self.known[key] = _VALUES[column](text)
        return self.known[key]


def _point(text: str, *, comma: bool) -> str:
    """An amount with a decimal point and nothing between its thousands."""
    bare = _BETWEEN.sub("", text)
    group, point = (".", ",") if comma else (",", ".")
    if _GROUPED[group].match(bare) or (group in bare and point in bare):
        return bare.replace(group, "").replace(point, ".")
    return bare.replace(",", ".")


def _tidy(text: str) -> str:
    """The same as `tidy`, which looks at every character; of most cells one look at the whole says enough."""
    return " ".join(text.split()) if text.isascii() and text.isprintable() else tidy(text)


def written(text: str) -> str:
    """A cell as it was meant: our own exports put an apostrophe before what a spreadsheet would run as a formula."""
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(_FORMULA) else text


def _health(text: str) -> Fraction:
    try:
        return parse_health(text)
    except HealthError as error:
        raise ValueError(str(error)) from None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text[:40]}” isn't a date. Please write it as 2026-08-12.") from None


def _instant(day: date, now: datetime) -> datetime:
    if day > now.date():
        raise ValueError(f"{day} lies in the future.")
    return min(datetime.combine(day, time(12), UTC), now)


def _months(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= LONGEST_INTERVAL):
        raise ValueError(f"“{text[:40]}” isn't a number of months from 1 to {LONGEST_INTERVAL}.")
    return int(text)


def _lifecycle(text: str) -> str:
    if text.lower() not in _LIFECYCLES:
        raise ValueError(f"“{text[:40]}” isn't known. Choose from: {', '.join(_LIFECYCLES)}.")
    return text.lower()


_VALUES: dict[str, Callable[[str], Any]] = {
    "external_id": lambda text: _tidy(written(text)),
    "renewal_date": _date,
    "interval_months": _months,
    "lifecycle": _lifecycle,
}
_AMOUNTS: dict[str, Callable[[str], Any]] = {
    "recurring_revenue": money,
    "lifetime_value": money,
    "gross_margin": percent,
}


def _find_repeats(sheet: Sheet) -> None:
    for column, key in (
        ("name", lambda row: name_key(row.name)),
        ("external_id", lambda row: row.values.get("external_id")),
    ):
        first: dict[str, int] = {}
        for row in sheet.rows:
            value = key(row)
            if value and first.setdefault(value, row.number) != row.number:
                sheet.problems.append(
                    f"Row {row.number}, column “{column}”: the same stands in row {first[value]}. Please keep one."
                )
