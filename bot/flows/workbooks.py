"""Tables as files for a spreadsheet: XLSX with typed cells, none of which can be a formula."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bot.errors import UserError

Rows = Iterable[Sequence[Any]]
_LONGEST = 32_767
_MOST_ROWS = 1_048_575
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_EXACT_DIGITS = 15


def write(sheets: Iterable[tuple[str, Sequence[str], Rows]]) -> bytes:
    """A workbook of these sheets (name, columns, rows), written row by row. Instants are in UTC.

    UserError where a table has more rows than a sheet can have.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - only those pay for it who want a workbook
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = Workbook(write_only=True)
    for name, columns, rows in sheets:
        sheet = book.create_sheet(name[:31])
        sheet.freeze_panes = "A2"

        def cell(value: Any, sheet: Any = sheet) -> Any:
            if not isinstance(value, str):
                return value
            made = WriteOnlyCell(sheet, value)
            made.data_type = "s"  # else what begins with "=" would be a formula
            return made

        sheet.append(list(columns))
        for number, row in enumerate(rows, start=1):
            if number > _MOST_ROWS:
                raise UserError(f"The table {name} has more rows than a sheet can have. Please choose CSV.")
            sheet.append([cell(_plain(value)) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        text = _ILLEGAL.sub("", value)
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, Decimal) and len(value.as_tuple().digits) > _EXACT_DIGITS:
        return f"{value:f}"  # a spreadsheet's numbers would round it
    if value is None or isinstance(value, bool | int | float | Decimal | date):
        return value
    return str(value)
