"""Files of rows, read as text: CSV with any separator and encoding that spreadsheets write, and XLSX.

What a file is is told by its bytes, not by its name. Nothing of a file is trusted: its sizes, its types, its claims.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.errors import ImportRefused

MOST_ROWS = 200_000
MOST_COLUMNS = 200
_MOST_UNPACKED_BYTES = 150 * 1024 * 1024
_MOST_CELLS = 5_000_000
_OLE = b"\xd0\xcf\x11\xe0"
_ELSE = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a packed file"),
)
_SAVE_AS = "Please save it as “CSV UTF-8” or as “Excel workbook (.xlsx)” and try again."
_HTML = re.compile(r"\s*<(!doctype|html|head|body|\?xml)", re.IGNORECASE)


# What the reader raises for workbooks that don't hold what they promise.
_DAMAGED = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError),
    *(OSError, EOFError, RuntimeError, NotImplementedError, SyntaxError, zipfile.BadZipFile, zlib.error),
)


@dataclass(frozen=True)
class Grid:
    """A table as text. Each row has its number, as a spreadsheet counts, and its cells without blanks around them.

    A row may have fewer cells than the header, or more. `decimal_comma`: it comes from where 1.234 is written 1,234.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    decimal_comma: bool = False

    def column(self, index: int) -> Iterator[str]:
        """The cells of a column that aren't empty."""
        return (cells[index] for _, cells in self.rows if len(cells) > index and cells[index])


def read(content: bytes) -> Grid:
    """Read a file. ImportRefused says what it is instead, or what is wrong with it, and what to do."""
    if not content.strip():
        raise _refused("The file is empty.")
    if content.startswith(b"PK"):
        return _grid(_workbook(content))
    if content.startswith(_OLE):
        raise _refused(f"This is an old Excel file (.xls), or one with a password. {_SAVE_AS}")
    for beginning, what in _ELSE:
        if content.startswith(beginning):
            raise _refused(f"This is {what}, not a table. {_SAVE_AS}")
    text = _text(content)
    separator = delimiter(text)
    return _grid(_lines(text, separator), decimal_comma=separator == ";")


def delimiter(text: str) -> str:
    """What stands between the columns, by the first line."""
    first = next((line for line in text.splitlines() if line.strip(" ,;\t")), "")
    return max(",;\t", key=first.count)


def _refused(text: str) -> ImportRefused:
    return ImportRefused((text,))


def _grid(numbered: Iterable[tuple[int, tuple[str, ...]]], *, decimal_comma: bool = False) -> Grid:
    """The first row that isn't empty is the header; columns without a name or a value at the end are none."""
    filled: list[tuple[int, tuple[str, ...]]] = []
    for number, cells in numbered:
        if any(cells):
            if len(filled) > MOST_ROWS:
                raise _refused(f"The file has more than {MOST_ROWS:,} rows. Please split it into several files.")
            filled.append((number, cells))
    if not filled:
        raise _refused("The file is empty.")
    header, *rows = filled
    named = _stripped(header[1])
    if len(named) > MOST_COLUMNS:
        raise _refused(f"The file has more than {MOST_COLUMNS} columns. Please leave out those that aren't needed.")
    return Grid(named, tuple((number, _stripped(cells)) for number, cells in rows), decimal_comma)


def _stripped(cells: tuple[str, ...]) -> tuple[str, ...]:
    last = len(cells)
    while last and not cells[last - 1]:
        last -= 1
    return cells[:last]


def _text(content: bytes) -> str:
    encoding = "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif len(content) > 3 and not any(content[1:200:2]) and all(content[:200:2]):
        encoding = "utf-16-le"
    for attempt in (encoding, "windows-1252"):
        try:
            text = content.decode(attempt)
        except UnicodeDecodeError:
            continue
        if _HTML.match(text):
            raise _refused(f"This is a web page (HTML or XML), not a table. {_SAVE_AS}")
        controls = sum(text.count(chr(code)) for code in range(9))
        if attempt == "windows-1252" and controls:  # what isn't UTF-8 and has these is no text at all
            break
        return text
    raise _refused(f"This isn't text that can be read, nor an Excel workbook. {_SAVE_AS}")


def _lines(text: str, separator: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        # A spreadsheet counts a cell of several lines as one row.
        for number, cells in enumerate(lines, start=1):
            yield number, tuple(map(str.strip, cells))
    except csv.Error as error:
        text = f"Line {lines.line_num}: the file can't be read as CSV from here on ({error})."
        raise _refused(f"{text} Please look at the quotes there.") from None


def _workbook(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    _inspect(content)
    values = _cells(content, computed=False)
    numbered = list(values)
    if any(_is_formula(value) for _, cells in numbered for value in cells):
        numbered = list(_results(numbered, _cells(content, computed=True)))
    for number, values_of_row in numbered:
        yield number, tuple(map(_written, values_of_row))


def _inspect(content: bytes) -> None:
    """Refuse what only looks like a workbook, or unpacks to more than there is room for, before it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            if sum(each.file_size for each in members) > _MOST_UNPACKED_BYTES or len(members) > 2000:
                raise _refused(f"The workbook unpacks to far more than it should. {_SAVE_AS}")
            names = {each.filename for each in members}
            if "xl/workbook.xml" not in names:
                raise _refused(f"This is a zip archive, not an Excel workbook. {_SAVE_AS}")
            if any(name.endswith("vbaProject.bin") for name in names):
                raise _refused("The workbook has macros, which are not taken. Please save it as .xlsx, without them.")
            for each in members:
                with packed.open(each) as member:
                    if b"<!DOCTYPE" in member.read(2048):
                        raise _refused(f"The workbook declares entities of its own, which are not taken. {_SAVE_AS}")
    except _DAMAGED:
        raise _refused(f"The workbook is damaged or has a password. {_SAVE_AS}") from None


@dataclass(frozen=True, slots=True)
class _Percent:
    """A number that is shown with a percent sign."""

    value: float


@dataclass(frozen=True, slots=True)
class _Formula:
    """A cell that says how it is computed."""


def _is_formula(value: Any) -> bool:
    return isinstance(value, _Formula)


def _cells(content: bytes, *, computed: bool) -> Iterator[tuple[int, list[Any]]]:
    """The rows of the first sheet that has any; what a formula comes to where `computed`."""
    from openpyxl import load_workbook  # noqa: PLC0415 - only those pay for it who bring a workbook

    seen = 0
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=computed, keep_links=False)
        sheet = next((each for each in book.worksheets if each.sheet_state == "visible"), None)
        if sheet is None:
            raise _refused(f"The workbook has no sheet with a table. {_SAVE_AS}")
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(), start=1):
            seen += len(row)
            if seen > _MOST_CELLS or number > 2 * MOST_ROWS:
                raise _refused("The sheet has more cells than can be read. Please save only the table as a file.")
            yield number, [_value(cell, computed=computed) for cell in row]
    except ImportRefused:
        raise
    except _DAMAGED:
        raise _refused(f"The workbook is damaged. {_SAVE_AS}") from None


def _value(cell: Any, *, computed: bool) -> Any:
    value = cell.value
    if not computed and (cell.data_type == "f" or not isinstance(value, _PLAIN)):
        return _Formula()
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in (cell.number_format or ""):
        return _Percent(float(value))
    return value


_PLAIN = (str, int, float, bool, date, type(None))


def _results(
    formulas: list[tuple[int, list[Any]]], computed: Iterable[tuple[int, list[Any]]]
) -> Iterator[tuple[int, list[Any]]]:
    """What each formula came to when the workbook was last saved."""
    for (number, cells), (_, values) in zip(formulas, computed, strict=True):
        for position, (cell, value) in enumerate(zip(cells, values, strict=True), start=1):
            if _is_formula(cell) and value is None:
                raise _refused(
                    f"Row {number}, column {position}: there is a formula without a result. "
                    "Please open the file in your spreadsheet and save it again, or paste the values alone."
                )
        yield number, values


def _written(value: Any) -> str:
    """A cell as one would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, _Percent):
        return f"{_number(round(Decimal(repr(value.value)) * 100, 10))}%"
    if isinstance(value, float):
        return _number(Decimal(repr(value)))
    return str(value).strip()


def _number(value: Decimal) -> str:
    if not value.is_finite():
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
