"""Importing in Slack: a file, its columns, what would happen, applied once, with its progress told."""

import io
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from bot.store.tables import Account, HealthReading, Workspace
from sandbox.person import Person
from tests.listeners.conftest import ADMIN, DIEGO, PRIYA, Office
from tests.listeners.talk import answer, window
from tests.listeners.test_frameworks import received


@pytest.fixture
def ada(office: Office) -> Iterator[Person]:
    """An admin in front of the form."""
    ada = office.person(ADMIN)
    ada.command("/cmi import")
    window(ada, "Import")
    yield ada
    if ada.modal:
        ada.close(everything=True)


def give(ada: Person, content: str | bytes, name: str = "accounts.csv") -> None:
    ada.attach("File", name, content if isinstance(content, bytes) else content.encode())
    assert ada.submit() == {}


def told(ada: Person, words: str, timeout: float = 10.0) -> str:
    """The window on top, as soon as it says this."""
    return ada.wait_for(
        lambda state: str(state["views"][-1]) if words in str(state["views"][-1:]) else "", timeout=timeout
    )


def stored(office: Office) -> dict[str, Account]:
    with office.db.read() as session:
        return {account.name: account for account in session.scalars(select(Account))}


def test_a_workbook_with_columns_of_its_own_is_mapped_looked_at_and_applied(office: Office, ada: Person) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Customer Name", "CSM", "ARR", "Favourite colour", "CHS"])
    sheet.append(["Mapped & <Co>", PRIYA, 12500.5, "blue", 41])
    sheet.append(["<!channel> *bold*", DIEGO, 7, "=1+1", 90])
    sheet["D3"].data_type = "s"
    file = io.BytesIO()
    book.save(file)
    give(ada, file.getvalue(), "crm.xlsx")
    seen = told(ada, "Import: columns")
    assert "Favourite colour" in seen
    ada.choose("Favourite colour", "industry")
    assert ada.submit() == {}
    seen = told(ada, "2 accounts would be added")
    assert "<!channel>" not in seen
    assert "Mapped & <Co>" not in stored(office)
    assert ada.submit() == {}
    told(ada, "2 accounts added")
    account = stored(office)["Mapped & <Co>"]
    assert (account.owner, account.segments, account.chs) == (PRIYA, {"industry": "blue"}, Fraction(41))
    assert str(account.recurring_revenue) == "12500.5"


def test_the_choice_of_columns_is_remembered_and_another_file_changes_what_differs(office: Office, ada: Person) -> None:
    give(ada, "Who,Belongs to\nRemembered,\n")
    told(ada, "Import: columns")
    assert set(ada.submit()) == {"column:0"}
    ada.choose("Who", "name")
    ada.choose("Belongs to", "owner")
    assert ada.submit() == {}
    told(ada, "1 account would be added")
    assert ada.submit() == {}
    told(ada, "1 account added")
    ada.close(everything=True)
    ada.command("/cmi import acc")
    window(ada, "Import")
    give(ada, f"Belongs to,Who\n{DIEGO},remembered\n")
    told(ada, "Import: columns")
    assert ada.submit() == {}
    seen = told(ada, "1 row would be changed")
    assert "owner empty" in seen
    assert DIEGO in seen
    assert ada.submit() == {}
    told(ada, "1 row changed")
    assert stored(office)["remembered"].owner == DIEGO


def test_problems_are_listed_by_row_and_column_and_handed_out(office: Office, ada: Person) -> None:
    give(ada, "name;owner;ARR\nWrong;U0NOBODY00;12\nGood;;abc\n")
    told(ada, "Import: columns")
    assert ada.submit() == {}
    seen = told(ada, "2 things to mend")
    assert "Row 2, column “owner”: nobody in Slack is called" in seen
    ada.click("Download the list")
    assert b"3,recurring_revenue," in received(ada, "to-mend.csv")
    assert "Good" not in stored(office)
    ada.close(everything=True)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x89PNG\r\n\x1a\n0000", "This is a picture, not a table"),
        (b"<html><body>Sign in</body></html>", "This is a web page"),
        (b"PK\x03\x04nonsense", "damaged or has a password"),
        (b"\xd0\xcf\x11\xe0 old", "an old Excel file"),
    ],
)
def test_what_is_no_table_is_refused_and_asked_for_again(ada: Person, content: bytes, says: str) -> None:
    give(ada, content)
    assert "'file_input'" in told(ada, says)


def test_health_scores_of_several_days_are_taken_for_accounts_that_are_there(office: Office, ada: Person) -> None:
    office.add("Measured")
    ada.choose("What is in the file", "health")
    days = [(office.now() - timedelta(days=ago)).date() for ago in (3, 2)]
    give(ada, f"name,health,health_date\nMeasured,41,{days[0]}\nMeasured,51,{days[1]}\n")
    told(ada, "Import: columns")
    assert ada.submit() == {}
    told(ada, "2 rows would be changed")
    assert ada.submit() == {}
    told(ada, "2 rows changed")
    with office.db.read() as session:
        values = session.scalars(
            select(HealthReading.value).join(Account, Account.id == HealthReading.account_id)
            .where(Account.name == "Measured").order_by(HealthReading.as_of)
        ).all()  # fmt: skip
    assert values == [Fraction(41), Fraction(51)]


def test_ten_thousand_rows_are_applied_once_with_their_progress_seen(office: Office, ada: Person) -> None:
    lines = [f"Many {number},{number % 100}" for number in range(10_000)]
    give(ada, "\n".join(["name,health", *lines]))
    told(ada, "Import: columns", 30)
    assert ada.submit() == {}
    told(ada, "10000 accounts would be added", 60)
    with office.db.write(5) as _:  # somebody writes just now, so that it can't be over at once
        assert ada.submit() == {}
        told(ada, "You may close this window", 10)
    told(ada, "10000 accounts added", 60)
    with office.db.read() as session:
        many = select(func.count()).where(Account.name.startswith("Many "))
        assert session.scalar(many) == 10_000


def test_who_closes_the_window_is_told_by_a_message(office: Office, ada: Person) -> None:
    give(ada, "name\nClosed window\n")
    told(ada, "Import: columns")
    assert ada.submit() == {}
    told(ada, "1 account would be added")
    with office.db.write(5):
        assert ada.submit() == {}
        told(ada, "You may close this window")
        ada.close(everything=True)
    ada.wait_for(lambda _: any("1 account added" in message["text"] for message in ada.dm()))
    assert "Closed window" in stored(office)


def test_templates_come_by_message_and_only_admins_may_import(office: Office, ada: Person) -> None:
    ada.click("CSV template")
    assert received(ada, "accounts.csv").startswith(b"\xef\xbb\xbfname,external_id,owner")
    ada.close(everything=True)
    ada.command("/cmi import")
    window(ada, "Import")
    ada.click("Excel template")
    book = load_workbook(io.BytesIO(received(ada, "accounts.xlsx")))
    assert book.worksheets[0]["A1"].value == "name"
    with office.db.write() as session:
        row = session.get_one(Workspace, office.actor().workspace_id)
        before, row.settings = row.settings, {**row.settings, "admins": [ADMIN]}
    priya = office.person()
    priya.command("/cmi import")
    assert "Only admins" in str(answer(priya)["text"])
    with office.db.write() as session:
        session.get_one(Workspace, office.actor().workspace_id).settings = before
