"""Reading accounts from a CSV file: every problem is found, with its row and column, before anything is stored."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Any

from bot.store.accounts import name_key
from bot.views.amounts import money, percent
from bot.views.text import tidy
from bot.workspace_settings import LONGEST_INTERVAL
from cmi_core.health import HealthError, parse_health

SEGMENTS = ("stage", "size", "location", "industry", "use_case")
COLUMNS = (
    "name", "external_id", "owner", "cover", "manager", "health", "health_source", "health_date", "renewal_date",
    "interval_months", "recurring_revenue", "lifetime_value", "gross_margin", "lifecycle", *SEGMENTS,
)  # fmt: skip
_LIFECYCLES = ("prospect", "active", "churned")
_LONGEST = {"name": 300, "external_id": 200}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Row:
    """One account of the file. `number` is the line as a spreadsheet counts it. People are as written, unresolved."""

    number: int
    name: str
    values: dict[str, Any] = field(default_factory=dict)
    segments: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    health: Fraction | None = None
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
    """Read a CSV file: UTF-8, with comma, semicolon or tab between columns, as spreadsheets write it."""
    sheet = Sheet()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        sheet.problems.append("The file isn't UTF-8 text. Please save it as “CSV UTF-8” and try again.")
        return sheet
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    try:
        header = [cell.strip().lower().replace(" ", "_") for cell in next(lines, [])]
        if not _usable(header, sheet):
            return sheet
        for number, cells in enumerate(lines, start=2):  # a spreadsheet counts a cell of several lines as one row
            if any(cell.strip() for cell in cells):
                _take(sheet, header, cells, number, now)
    except csv.Error as error:
        sheet.problems.append(f"Line {lines.line_num}: the file can't be read as CSV from here on ({error}).")
    if not sheet.rows and not sheet.problems:
        sheet.problems.append("The file has a header but no accounts.")
    _find_repeats(sheet)
    return sheet


def delimiter(text: str) -> str:
    """What stands between the columns, by the first line."""
    first = text.splitlines()[0] if text.strip() else ""
    return max(",;\t", key=first.count)


def _usable(header: list[str], sheet: Sheet) -> bool:
    """Whether the rows can be told apart from their header; a column too many is a problem, but not of the rows."""
    if "name" not in header:
        sheet.problems.append(
            "Row 1: there is no column “name”. The first row must name the columns: name,owner,health."
        )
        return False
    for number, column in enumerate(header, start=1):
        if column not in COLUMNS:
            sheet.problems.append(
                f"Row 1, column {number}: “{column}” can't be imported. Choose from: {', '.join(COLUMNS)}."
            )
        elif header.index(column) != number - 1:
            sheet.problems.append(f"Row 1, column {number}: “{column}” stands twice. Please keep one.")
    return len(set(header)) == len(header)


def _take(sheet: Sheet, header: list[str], cells: list[str], number: int, now: datetime) -> None:
    if len(cells) > len(header):
        sheet.problems.append(
            f"Row {number}: it has {len(cells)} cells, but there are {len(header)} columns. Quote text with commas."
        )
        return
    row = Row(number, "", health_source=dict(zip(header, cells, strict=False)).get("health_source", "").strip())
    refused = set()
    for column, cell in zip(header, cells, strict=False):
        try:
            _put(row, column, cell.strip(), now)
        except ValueError as error:
            refused.add(column)
            sheet.problems.append(f"Row {number}, column “{column}”: {error}")
    if not row.name and "name" not in refused:
        sheet.problems.append(f"Row {number}, column “name”: every account needs a name.")
    if row.health_date is not None and not row.health_text:
        sheet.problems.append(f"Row {number}, column “health_date”: there is a date but no health score.")
    sheet.rows.append(row)


def _put(row: Row, column: str, text: str, now: datetime) -> None:
    """Take one cell; ValueError says what is wrong with it and what would do."""
    if "\x00" in text:
        raise ValueError("it holds a character that can't be stored. Please type it anew.")
    if len(text) > _LONGEST.get(column, 500):
        raise ValueError(f"it is longer than {_LONGEST.get(column, 500)} characters. Please shorten it.")
    if column == "name":
        row.name = tidy(written(text))
    elif not text or column not in COLUMNS:
        return
    elif column in SEGMENTS:
        row.segments[column] = tidy(written(text))
    elif column in {"owner", "cover", "manager"}:
        row.people[column] = text
    elif column == "health":
        row.health_text = text
        row.health = None if row.health_source else _health(text)
    elif column == "health_source":
        return
    elif column == "health_date":
        row.health_date = _instant(_date(text), now)
    else:
        row.values[column] = _VALUES[column](text)


def written(text: str) -> str:
    """A cell as it was meant: our own exports put an apostrophe before what a spreadsheet would run as a formula."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text


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
    "external_id": tidy,
    "renewal_date": _date,
    "interval_months": _months,
    "recurring_revenue": money,
    "lifetime_value": money,
    "gross_margin": percent,
    "lifecycle": _lifecycle,
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
