"""Exporting in Slack: what somebody may see comes as a file to their direct messages."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from bot.store.tables import Workspace
from sandbox.person import Person
from tests.listeners.conftest import ADMIN, DIEGO, PRIYA, Office
from tests.listeners.talk import window


@pytest.fixture
def guarded(office: Office) -> Iterator[Office]:
    """A workspace with an admin in which everybody sees only their own."""
    with office.db.write() as session:
        row = session.get_one(Workspace, office.actor().workspace_id)
        before = row.settings
        row.settings = {**before, "admins": [ADMIN], "access": {"see": "own"}}
    yield office
    with office.db.write() as session:
        session.get_one(Workspace, office.actor().workspace_id).settings = before


def newest(person: Person, ending: str, before: int) -> bytes:
    """The file with this ending that came after so many others."""

    def file(_: Any) -> dict[str, Any] | None:
        found = [file for message in person.dm() for file in message.get("files", [])]
        return found[-1] if len(found) > before and found[-1]["name"].endswith(ending) else None

    return person.download(person.wait_for(file) or "")


def files(person: Person) -> int:
    return sum(len(message.get("files", [])) for message in person.dm())


def export(person: Person, tables: list[str], kind: str, ending: str) -> bytes:
    before = files(person)
    person.command("/cmi export")
    window(person, "Export")
    person.choose("What", tables)
    person.choose("As", kind)
    assert person.submit() == {}
    content = newest(person, ending, before)
    window(person, "Exported")
    person.close(everything=True)
    return content


def test_an_admin_gets_everything_as_a_workbook_that_runs_no_formula(guarded: Office) -> None:
    guarded.add('=HYPERLINK("https://evil.example","x")')
    book = load_workbook(io.BytesIO(export(guarded.person(ADMIN), ["accounts", "audit"], "xlsx", ".xlsx")))
    assert book.sheetnames == ["accounts", "audit"]
    rows = list(book["accounts"].iter_rows())
    name = [cell.value for cell in rows[0]].index("name")
    cells = {row[name].value: row[name].data_type for row in rows[1:]}
    assert cells['=HYPERLINK("https://evil.example","x")'] == "s"
    created = [cell.value for cell in rows[0]].index("created_at")
    assert rows[1][created].data_type == "d"


def test_several_tables_come_zipped_and_others_accounts_are_not_among_them(guarded: Office) -> None:
    guarded.add("Hers to see", PRIYA)
    guarded.add("His to see", DIEGO)
    packed = zipfile.ZipFile(io.BytesIO(export(guarded.person(PRIYA), ["accounts", "placements"], "csv", ".zip")))
    assert packed.namelist() == ["accounts.csv", "placements.csv"]
    text = packed.read("accounts.csv").decode("utf-8-sig")
    assert "Hers to see" in text
    assert "His to see" not in text


def test_only_admins_are_offered_the_log(guarded: Office) -> None:
    priya = guarded.person(PRIYA)
    priya.command("/cmi export")
    assert "Log of changes" not in str(window(priya, "Export"))
    priya.close(everything=True)


def test_slack_refusing_the_file_is_said_in_the_window(guarded: Office) -> None:
    fault = {"method": "files.getUploadURLExternal", "kind": "error", "error": "file_uploads_disabled", "times": 1}
    httpx.post(f"{guarded.sandbox.url}/control/faults", json=[fault], trust_env=False)
    priya = guarded.person(PRIYA)
    priya.command("/cmi export")
    window(priya, "Export")
    assert priya.submit() == {}
    assert "Slack didn't take the file" in str(window(priya, "CMI Bot"))
    priya.close(everything=True)
