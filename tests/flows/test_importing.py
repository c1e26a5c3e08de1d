"""Importing accounts: every problem by row and column, and a file is taken whole or not at all."""

import threading
import time
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ImportRefused
from bot.flows import csv_accounts, importing
from bot.store.accounts import name_key
from bot.store.database import Database
from bot.store.tables import Account, HealthReading, Message, Prompt
from tests.flows.office import DIEGO, NOW, PRIYA, Office

PEOPLE = {PRIYA.lower(): PRIYA, "diego ramos": DIEGO}


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def take(office: Office, *lines: str, dry_run: bool = False) -> importing.Imported:
    sheet = csv_accounts.read("\n".join(lines).encode(), office.now)
    return importing.apply(office.db, office.now, office.workspace_id, sheet, PEOPLE, dry_run=dry_run)


def problems(office: Office, *lines: str) -> tuple[str, ...]:
    with pytest.raises(ImportRefused) as refused:
        take(office, *lines)
    return refused.value.problems


def test_a_file_becomes_accounts_with_health_that_pages_nobody(office: Office) -> None:
    done = take(office, "name,owner,health,renewal_date", f"Acme,{PRIYA},41,2027-01-31", "Globex,Diego Ramos,90,")
    assert (done.added, done.changed, done.with_health) == (2, 0, 2)
    assert [(each.name, each.owner, each.chs) for each in office.rows(Account)] == [
        ("Acme", PRIYA, Fraction(41)),
        ("Globex", DIEGO, Fraction(90)),
    ]
    assert office.rows(Message) == []


@pytest.mark.parametrize("text", ["\ufeffname;health\nAcme;41,5\n", "name\thealth\r\nAcme\t41.5\r\n"])
def test_what_spreadsheets_write_is_read(text: str) -> None:
    sheet = csv_accounts.read(text.encode(), NOW)
    assert not sheet.problems
    assert [(row.name, row.health) for row in sheet.rows] == [("Acme", Fraction(83, 2))]


def test_every_problem_is_named_by_row_and_column_and_nothing_is_stored(office: Office) -> None:
    found = problems(
        office,
        "name,owner,health,renewal_date,lifecycle",
        "Good,,50,,",
        '"Two',
        'lines",nobody,50,,',
        "Bad,,abc,31.12.2026,gone",
        ",,,,",
        ",,10,,",
        " GOOD ,,,,",
    )
    assert sorted(problem.partition(":")[0] for problem in found) == [
        "Row 3, column “owner”",
        "Row 4, column “health”",
        "Row 4, column “lifecycle”",
        "Row 4, column “renewal_date”",
        "Row 6, column “name”",
        "Row 7, column “name”",
    ]
    assert office.rows(Account) == []


def test_a_column_that_is_not_known_hides_no_other_problem(office: Office) -> None:
    assert [problem.partition(":")[0] for problem in problems(office, "name,phone", f"{'x' * 301},1", "\u200b,2")] == [
        "Row 1, column 2",
        "Row 2, column “name”",
        "Row 3, column “name”",
    ]


def test_names_are_kept_as_they_are_typed_in_slack(office: Office) -> None:
    take(office, "name,external_id,industry", "\u202eAcme\u202c  \u200bInc\u00ad,\ufeffA1,Public\u00a0sector")
    [account] = office.rows(Account)
    assert (account.name, account.external_id, account.segments) == ("Acme Inc", "A1", {"industry": "Public sector"})


def test_a_trial_run_says_the_same_and_stores_nothing(office: Office) -> None:
    assert take(office, "name", "Acme", dry_run=True).added == 1
    assert office.rows(Account) == []


def test_the_same_file_twice_changes_nothing_and_a_corrected_one_supersedes(office: Office) -> None:
    lines = ("name,health,health_date", "Acme,41,2026-08-01")
    take(office, *lines)
    take(office, *lines)
    assert len(office.rows(HealthReading)) == 1
    take(office, "name,health,health_date", "Acme,44,2026-08-01")
    assert [reading.value for reading in office.rows(HealthReading)] == [41, 44]
    assert office.rows(Account)[0].chs == 44


def test_an_external_id_renames_and_two_rows_for_one_account_are_refused(office: Office) -> None:
    take(office, "name,external_id", "Acme,7")
    take(office, "name,external_id", "Acme Inc,7")
    assert [each.name for each in office.rows(Account)] == ["Acme Inc"]
    found = problems(office, "name,external_id", "Acme Ltd,7", "Acme Inc,")
    assert found == (
        "Row 3, column “name”: this is the account of row 2, as it is called so far. Please keep one of the two rows.",
    )


def test_a_new_owner_in_the_file_takes_over_what_was_asked(office: Office) -> None:
    account = office.account()
    with office.db.write() as session:
        session.add(
            Prompt(
                workspace_id=office.workspace_id,
                account_id=account,
                cycle="2026-08-12",
                recipient=PRIYA,
                role="owner",
                due=NOW.date(),
                asked_on=NOW.date(),
            )
        )
    take(office, "name,owner", "Acme,Diego Ramos")
    assert office.prompts()[0].recipient == DIEGO


def test_a_rating_meanwhile_is_neither_lost_nor_placed_by_old_figures(office: Office) -> None:
    account = office.account()
    office.type_health(account, 80)
    sheet = csv_accounts.read(b"name,health\nAcme,20\n", office.now)
    other = Database(office.db.url.render_as_string(hide_password=False))
    start = threading.Barrier(2)

    def bring_in() -> None:
        start.wait()
        importing.apply(other, office.now, office.workspace_id, sheet, {})

    thread = threading.Thread(target=bring_in)
    thread.start()
    start.wait()
    office.rate(account, 5)
    thread.join()
    other.close()
    stands = office.get(account)
    assert (stands.cmi, stands.chs, stands.cell) == (Fraction(5), Fraction(20), "save")


def test_five_thousand_rows_are_brought_in_and_updated_in_seconds(office: Office) -> None:
    lines = ["name,external_id,owner,health", *(f"Customer {n},X{n},{PRIYA},{n % 100}" for n in range(5000))]
    began = time.process_time()
    assert take(office, *lines).added == 5000
    assert (
        take(
            office,
            "name,external_id,owner,interval_months,health",
            *(f"Customer {n},X{n},{PRIYA},2,{n % 100}" for n in range(4000, 5000)),
        ).changed
        == 1000
    )
    assert time.process_time() - began < 60  # about a tenth of it on a free machine


text = st.text(st.sampled_from("name,health;owner\t\"'\r\n =@-0123456789.%/eE\x00\ufeffä한 "), max_size=300)


@settings(deadline=None)  # the machine may be busy
@given(st.one_of(text.map(str.encode), text.map(lambda rest: f"name,health,owner\n{rest}".encode()), st.binary()))
def test_any_file_gives_rows_or_problems_and_never_an_error(content: bytes) -> None:
    sheet = csv_accounts.read(content, datetime(2026, 8, 12, tzinfo=UTC))
    assert sheet.rows or sheet.problems
    if not sheet.problems:
        assert all(name_key(row.name) for row in sheet.rows)
        assert all(not isinstance(row.health, Fraction) or 0 <= row.health <= 100 for row in sheet.rows)
