"""The content journey: a catalogue from a file, and the next pieces for an account from its weakest categories."""

from pathlib import Path

import pytest

from bot.__main__ import main
from bot.errors import ImportRefused, NotFound
from bot.flows import accounts, content
from bot.store.database import Database
from bot.store.tables import Audit, ContentPiece
from tests.flows.office import GOLDEN, PRIYA, Office

GOOD = """category,band,position,title,url
Technology,low,1,First tools,https://example.com/tools
technology,Low,2,"Reports, at last",
Process,low,1,Write it down,
Charter,high,1,For experts,
"""


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def load(office: Office, text: str, *, dry_run: bool = False) -> tuple[int, int]:
    catalogue = content.read(text.encode())
    return content.replace(office.db, office.now, office.workspace_id, catalogue, dry_run=dry_run)


def problems(office: Office, text: str) -> tuple[str, ...]:
    with pytest.raises(ImportRefused) as refused:
        load(office, text)
    assert office.rows(ContentPiece) == []
    return refused.value.problems


def next_titles(office: Office, account: int) -> list[str]:
    found = accounts.card(office.db, office.now, office.actor(), account).advice
    assert found is not None
    return [piece.title for piece in found.content]


def test_the_next_pieces_come_from_the_weakest_categories(office: Office) -> None:
    assert load(office, GOOD) == (4, 0)
    account = office.account()
    office.rate(account, GOLDEN)  # Technology 1.3, Process 1.7, Charter 2.3, People 4.0
    assert next_titles(office, account) == ["First tools", "Reports, at last", "Write it down"]
    office.rate(account, 4)
    assert next_titles(office, account) == ["For experts"]


def test_what_was_sent_makes_room_for_the_next_piece(office: Office) -> None:
    load(office, GOOD)
    account = office.account()
    office.rate(account, GOLDEN)
    for _ in range(2):
        content.mark_sent(office.db, office.now, office.actor(), account, "technology/First tools")
    found = accounts.card(office.db, office.now, office.actor(), account).advice
    assert found is not None
    assert [piece.title for piece in found.content] == ["Reports, at last", "Write it down"]
    assert [(piece.title, piece.by) for piece in found.sent] == [("First tools", PRIYA)]
    assert [row.action for row in office.rows(Audit)].count("content sent") == 1
    with pytest.raises(NotFound, match="no longer in the catalogue"):
        content.mark_sent(office.db, office.now, office.actor(), account, "technology/Gone")


def test_a_new_file_takes_the_catalogues_place_and_what_was_sent_stays_sent(office: Office) -> None:
    load(office, GOOD)
    account = office.account()
    office.rate(account, GOLDEN)
    content.mark_sent(office.db, office.now, office.actor(), account, "technology/First tools")
    again = "title;band;category;position\nFirst tools;low;Technology;7\nNew;low;Technology;9\n"
    assert load(office, again) == (2, 4)
    assert next_titles(office, account) == ["New"]


def test_a_dry_run_stores_nothing(office: Office) -> None:
    assert load(office, GOOD, dry_run=True) == (4, 0)
    assert office.rows(ContentPiece) == []


def test_the_command_line_takes_a_catalogue(
    office: Office,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    file = tmp_path / "content.csv"
    file.write_text(GOOD)
    assert main(["import", "--content", str(file)]) == 0
    assert capsys.readouterr().out == "The content journey has 4 pieces now; it had 0.\n"
    file.write_text(GOOD + "Charisma,low,1,A,\n")
    assert main(["import", "--content", str(file)]) == 1
    assert "Row 6, column “category”" in capsys.readouterr().err
    assert len(office.rows(ContentPiece)) == 4


def test_a_catalogue_belongs_to_its_workspace(office: Office) -> None:
    load(office, GOOD)
    other = Office(office.db)
    account = other.account()
    other.rate(account, GOLDEN)
    assert next_titles(other, account) == []
    assert load(other, GOOD) == (4, 0)
    assert len(office.rows(ContentPiece)) == 8


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("Technology,middle,1,A,", "Row 2, column “band”"),
        ("Technology,low,first,A,", "Row 2, column “position”"),
        ("Technology,low,0,A,", "Row 2, column “position”"),
        ("Technology,low,1,,", "Row 2, column “title”"),
        ("Technology,low,1,A,javascript:alert(1)", "Row 2, column “url”"),
        (f"Technology,low,1,{'x' * 201},", "Row 2, column “title”"),
        ("Charisma,low,1,A,", "Row 2, column “category”"),
        ("Technology,low,1,A,\nTechnology,low,1,B,", "Row 3, column “position”: row 2"),
    ],
)
def test_what_is_wrong_is_said_by_row_and_column_and_nothing_is_stored(office: Office, row: str, place: str) -> None:
    (problem,) = problems(office, f"category,band,position,title,url\n{row}\n")
    assert problem.startswith(place)


def test_a_file_without_its_columns_or_content_is_refused(office: Office) -> None:
    assert "missing: band, position" in problems(office, "category,title\na,b\n")[0]
    assert "no content" in problems(office, "category,band,position,title\n")[0]
    assert "empty" in problems(office, "")[0]
    assert "isn't text that can be read" in content.read(b"category\x81\x00").problems[0]
