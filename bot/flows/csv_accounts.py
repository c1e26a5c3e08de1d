"""Reading accounts from a file of rows: every problem is found, with its row and column, before anything is stored."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from fractions import Fraction
from functools import partial
from typing import Any

from bot.errors import ImportRefused
from bot.flows import columns, spreadsheets
from bot.flows.spreadsheets import Grid
from bot.garbage import uncollected
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
# What of a row a column fills, where that isn't one of its `values`.
_PARTS = {
    **{name: name for name in ("name", "health", "health_source", "health_date")},
    **dict.fromkeys(_PEOPLE, "people"),
    **dict.fromkeys(SEGMENTS, "segments"),
}
_DICTS = frozenset({"values", "segments", "people"})
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!"})
# What people write between digits and around them: blanks of all widths, apostrophes, currencies.
_BETWEEN = re.compile(r"[\s_'’\u00a0\u2009\u202f]|[€$£¥]|(?:^|(?<=[\s\d]))(?:EUR|USD|GBP|CHF)(?:$|(?=[\s\d]))")
_GROUPED = {",": re.compile(r"-?\d{1,3}(,\d{3})+(\.|%?$)"), ".": re.compile(r"-?\d{1,3}(\.\d{3})+(,|%?$)")}
_COMMA_AMOUNT = re.compile(r"\d\.\d{3},\d|^\D*\d+,(\d{1,2}|\d{4,})\D*$")
_POINT_AMOUNT = re.compile(r"\d,\d{3}\.\d|^\D*\d+\.(\d{1,2}|\d{4,})\D*$")


@dataclass(slots=True)
class Row:
    """One account of the file. `number` is the line as a spreadsheet counts it. People are as written, unresolved."""

    number: int
    name: str = ""
    key: str = ""  # what makes the name the same as another, as `name_key` says
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


@uncollected()
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


@uncollected()
def rows_of(grid: Grid, mapping: Sequence[str], now: datetime, *, only_health: bool = False) -> Sheet:
    """The rows of a table by what each column means. With `only_health` an account may stand in several rows."""
    sheet = Sheet()
    if "name" not in mapping and not (only_health and "external_id" in mapping):
        sheet.problems.append(
            "Row 1: there is no column “name”. The first row must name the columns: name,owner,health."
        )
        return sheet
    reader = _Reader(grid, mapping, now, only_health=only_health)
    for number, cells in grid.rows:
        if len(cells) > len(grid.header):
            sheet.problems.append(
                f"Row {number}: it has {len(cells)} cells, but there are {len(grid.header)} columns. "
                "Quote text with commas."
            )
        else:
            reader.take(sheet, number, cells)
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


class _Column:
    """One column of the file: what its cells say, each text looked at once, since most columns repeat a few."""

    def __init__(self, index: int, name: str, parse: Callable[[str], Any]) -> None:
        self.index, self.name = index, name
        self._part = _PARTS.get(name, "values")
        self._longest = _LONGEST.get(name, 500)
        self._parse = parse
        self._known: dict[str, Any] = {}

    def put(self, row: Row, text: str) -> None:
        """Take a cell into its row; ValueError says what is wrong with it and what would do."""
        if self._part == "health":
            row.health_text = text
            if row.health_source:  # its words are known to the workspace alone
                self._check(text)
                return
        value = self._known.get(text)
        if value is None:
            self._check(text)
            value = self._known[text] = self._parse(text)
        if self._part in _DICTS:
            getattr(row, self._part)[self.name] = value
        else:
            setattr(row, self._part, value)
            if self._part == "name":
                row.key = name_key(value)

    def _check(self, text: str) -> None:
        if "\x00" in text:
            raise ValueError("it holds a character that can't be stored. Please type it anew.")
        if len(text) > self._longest:
            raise ValueError(f"it is longer than {self._longest} characters. Please shorten it.")
        if text[0] == "#" and text in _ERRORS:
            raise ValueError(f"it is an error of the spreadsheet, {text}. Please mend the formula, or empty the cell.")


class _Reader:
    """Takes the rows of a table; what its columns mean is settled once."""

    def __init__(self, grid: Grid, mapping: Sequence[str], now: datetime, *, only_health: bool) -> None:
        taken = [(index, name) for index, name in enumerate(mapping) if name]
        comma = _decimal_comma(grid, taken)
        parse: dict[str, Callable[[str], Any]] = {
            **{name: partial(_amount, read, comma=comma) for name, read in _AMOUNTS.items()},
            **dict.fromkeys(_PEOPLE | {"health_source"}, str),
            "health_date": lambda text: _instant(_date(text), now),
            **_VALUES,
        }
        self._columns = [_Column(index, name, parse.get(name, _words)) for index, name in taken]
        self._source = next((index for index, name in taken if name == "health_source"), None)
        self._only_health = only_health

    def take(self, sheet: Sheet, number: int, cells: Sequence[str]) -> None:
        """Add a row to the sheet, with what is wrong with it."""
        row = Row(number)
        if self._source is not None and self._source < len(cells):
            row.health_source = cells[self._source]
        refused = set()
        for column in self._columns:
            if column.index >= len(cells) or not (text := cells[column.index]):
                continue
            try:
                column.put(row, text)
            except ValueError as error:
                refused.add(column.name)
                sheet.problems.append(f"Row {number}, column “{column.name}”: {error}")
        if not row.name and "name" not in refused and not (self._only_health and "external_id" in row.values):
            sheet.problems.append(f"Row {number}, column “name”: every account needs a name.")
        if row.health_date is not None and not row.health_text:
            sheet.problems.append(f"Row {number}, column “health_date”: there is a date but no health score.")
        sheet.rows.append(row)


def _point(text: str, *, comma: bool) -> str:
    """An amount with a decimal point and nothing between its thousands."""
    bare = _BETWEEN.sub("", text)
    group, point = (".", ",") if comma else (",", ".")
    if _GROUPED[group].match(bare) or (group in bare and point in bare):
        return bare.replace(group, "").replace(point, ".")
    return bare.replace(",", ".")


def _words(cell: str) -> str:
    """Words as they are kept: `tidy` looks at every character; of most cells one look at the whole says enough."""
    text = written(cell)
    if not (text.isascii() and text.isprintable()):
        return tidy(text)
    return " ".join(text.split()) if "  " in text else text.strip()


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


def _amount(read: Callable[[str], Any], text: str, *, comma: bool) -> Any:
    return read(_point(written(text), comma=comma))


_VALUES: dict[str, Callable[[str], Any]] = {
    "health": _health,
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
    names = [(row, row.key) for row in sheet.rows]
    ids = [(row, row.values.get("external_id")) for row in sheet.rows]
    for column, values in (("name", names), ("external_id", ids)):
        first: dict[str, int] = {}
        for row, value in values:
            if value and first.setdefault(value, row.number) != row.number:
                sheet.problems.append(
                    f"Row {row.number}, column “{column}”: the same stands in row {first[value]}. Please keep one."
                )
