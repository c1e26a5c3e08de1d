"""Files of rows: what spreadsheets write is read, anything else is refused in words, and never an error."""

import csv
import io
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.errors import ImportRefused
from bot.flows import columns, csv_accounts, export_files, importing, spreadsheets, workbooks
from bot.store.database import Database
from bot.store.tables import Account
from tests.flows.office import NOW, PRIYA, Office


def workbook(*rows: Sequence[Any], formats: dict[str, str] | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(ImportRefused) as refused:
        spreadsheets.read(content)
    return refused.value.text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_encoding_and_separator_of_spreadsheets_is_read(encoding: str, separator: str) -> None:
    text = f"\r\nname{separator}owner{separator}\r\nMüller{separator}x{separator}{separator}\r\n\r\n"
    grid = spreadsheets.read(text.encode(encoding))
    assert (grid.header, grid.rows) == (("name", "owner"), ((3, ("Müller", "x")),))


def test_a_workbook_gives_days_numbers_and_percentages_as_one_types_them() -> None:
    content = workbook(
        ("name", "renewal", "arr", "margin", "ok"),
        (
            "Acme",
            datetime(2027, 1, 31),  # noqa: DTZ001 - spreadsheets know no zones
            12500.5,
            0.62,
            True,
        ),
        (None, None),
        ("Beta", date(2027, 2, 28), 7, 0.1, None),
        formats={"D2": "0%", "D4": "0.0%"},
    )
    assert spreadsheets.read(content).rows == (
        (2, ("Acme", "2027-01-31", "12500.5", "62%", "yes")),
        (4, ("Beta", "2027-02-28", "7", "10%")),
    )


def test_what_is_no_table_says_what_it_is_and_what_to_do() -> None:
    def packed(*names: str, content: bytes = b"") -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, content)
        return file.getvalue()

    assert "empty" in refusal(b"\n  \n")
    assert "a picture" in refusal(b"\x89PNG\r\n\x1a\n")
    assert "a web page" in refusal(b"\xef\xbb\xbf <!DOCTYPE html><html>")
    assert "old Excel file" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1")
    assert "zip archive" in refusal(packed("readme.txt"))
    assert "macros" in refusal(packed("xl/workbook.xml", "xl/vbaProject.bin"))
    assert "damaged" in refusal(packed("xl/workbook.xml"))
    assert "far more" in refusal(packed("xl/workbook.xml", "b", "c", content=b"0" * 60_000_000))
    assert "entities" in refusal(
        packed("xl/workbook.xml", content=b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>')
    )
    assert "Row 2, column 2: there is a formula without a result" in refusal(workbook(("name", "arr"), ("A", "=1+1")))
    assert "more than 200 columns" in refusal(",".join(map(str, range(300))).encode())
    assert "quotes" in refusal(b'name\n"open')


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12500", "12500"),
        ("12,500", "12500"),
        ("1,234,567.50", "1234567.50"),
        ("12 500,50", "12500.50"),
        ("€ 1'250.5", "1250.5"),
        ("1.234.567,5", "1234567.5"),
        ("USD 99", "99"),
        ("-7", "-7"),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: str) -> None:
    sheet = csv_accounts.read(f'name\tARR\nAcme\t"{text}"\n'.encode(), NOW)
    assert not sheet.problems
    assert sheet.rows[0].values["recurring_revenue"] == Decimal(amount)


def test_one_amount_with_a_decimal_comma_tells_how_all_are_written() -> None:
    sheet = csv_accounts.read(b'name\tARR\nA\t12.500\nB\t"1,5"\n', NOW)
    assert [row.values["recurring_revenue"] for row in sheet.rows] == [12500, Decimal("1.5")]


def test_columns_are_guessed_by_their_names_and_by_the_last_time() -> None:
    header = ("Customer Name", "CSM e-mail", "ARR", "Colour", "Renewal Date")
    assert columns.guess(header) == ("name", "", "recurring_revenue", "", "renewal_date")
    last = {"colour": "industry", "arr": "", "customer name": "name", "csm e mail": "owner", "renewal date": ""}
    assert columns.guess(header, last=last) == ("name", "owner", "", "industry", "")


spreadsheet_text = st.text(st.sampled_from("name,;owner\t\"'\r\n =@-0123456789.%/eE\x00\ufeffä한€ "), max_size=300)
cell = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.datetimes(), st.text(max_size=20))
table = st.lists(st.lists(cell, max_size=5), max_size=5)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
@given(
    st.one_of(
        st.binary(),
        spreadsheet_text.flatmap(lambda text: st.sampled_from(["utf-8", "utf-16"]).map(text.encode)),
        table.map(lambda rows: workbooks.write([("x", ["name", "owner", "arr"], rows)])),
        st.binary(max_size=200).map(lambda rest: b"PK\x03\x04" + rest),
    )
)
def test_any_bytes_give_rows_or_a_refusal_and_never_an_error(content: bytes) -> None:
    with suppress(ImportRefused):
        assert any(spreadsheets.read(content).header)
    sheet = csv_accounts.read(content, NOW)
    assert sheet.rows or sheet.problems


names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(names.map(lambda name: name.casefold()), st.one_of(st.just("'=1"), names), min_size=1, max_size=4),
    st.decimals(min_value=-(10**12), max_value=10**12, places=2),
    st.fractions(min_value=-1000, max_value=100, max_denominator=1000),
    st.sampled_from(["csv", "xlsx"]),
)
def test_what_was_exported_comes_back_as_it_was(
    db: Database, named: dict[str, str], revenue: Decimal, margin: Fraction, kind: Any
) -> None:
    office = Office(db)
    header = "name,industry,owner,health,recurring_revenue,gross_margin\n"
    text = io.StringIO(newline="")
    csv.writer(text).writerows((name, industry, PRIYA, 41, revenue, margin) for name, industry in named.items())
    sheet = csv_accounts.read((header + text.getvalue()).encode(), NOW)
    if sheet.problems:
        return
    importing.apply(office.db, NOW, office.workspace_id, sheet, {PRIYA.lower(): PRIYA})
    before = [vars(row) | {"_sa_instance_state": None} for row in office.rows(Account)]
    file = export_files.make(office.db, office.now, office.actor(), ["accounts"], kind)
    again = csv_accounts.read(file.content, NOW)
    assert again.problems == []
    done = importing.apply(office.db, NOW, office.workspace_id, again, {PRIYA.lower(): PRIYA})
    assert (done.added, done.changed, done.unchanged) == (0, 0, len(sheet.rows))
    assert [vars(row) | {"_sa_instance_state": None} for row in office.rows(Account)] == before
