"""Applying an uploaded file: once, whole or not at all, judged anew by what holds at the write."""

import threading
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from bot.delivery import kinds
from bot.errors import NotAllowed, NotFound
from bot.files import Given
from bot.flows import import_resuming, import_steps, uploads
from bot.flows.actor import Actor
from bot.store.database import Database
from bot.store.tables import Account, Audit, Message, Upload
from bot.views.import_form import Step
from bot.views.import_plan import Outcome, Plan
from tests.flows.office import DIEGO, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def upload(office: Office, *lines: str, chosen: tuple[str, ...] = ("name", "health")) -> Step:
    """A file whose columns are chosen already."""
    given = Given("F1", "accounts.csv", "\n".join(lines).encode())
    step = Step(upload_id=uploads.keep(office.db, office.now, office.actor(), "accounts", given), what="accounts")
    with office.db.write() as session:
        kept = session.get_one(Upload, step.upload_id)
        kept.choices = {"columns": list(chosen), "people": {"ids": {}, "refused": {}}}
    return step


def apply(office: Office, step: Step, **more: Any) -> Outcome | Plan:
    return import_steps.apply(office.db, office.now, office.actor(), step, **{"silent": False, **more})


def test_a_second_click_changes_nothing_even_at_the_same_time(office: Office) -> None:
    step = upload(office, "name,health", "Acme,41", "Beta,50")
    found: list[Outcome | Plan] = []
    clicks = [threading.Thread(target=lambda: found.append(apply(office, step))) for _ in range(2)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert found[0] == found[1] == apply(office, step)
    assert isinstance(found[0], Outcome)
    assert found[0].totals.added == 2
    with office.db.read() as session:
        assert session.scalar(select(func.count()).where(Audit.action == "import")) == 1


def test_what_is_killed_in_the_middle_leaves_nothing_and_can_be_applied_again(office: Office) -> None:
    account = office.account("Known")
    office.type_health(account, 60)
    step = upload(office, "name,health", "Known,20", *(f"New {number},41" for number in range(300)))

    def kill(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply(office, step, progress=kill)
    assert [(row.name, row.chs) for row in office.rows(Account)] == [("Known", Fraction(60))]
    seen: list[tuple[int, int]] = []
    done = apply(office, step, progress=lambda *far: seen.append(far))
    assert isinstance(done, Outcome)
    assert (done.totals.added, done.totals.changed) == (300, 1)
    assert seen == [(100, 301), (200, 301), (300, 301), (301, 301)]


def test_what_somebody_changed_meanwhile_is_judged_at_the_write(office: Office) -> None:
    office.account("Acme")
    with office.db.write() as session:
        session.scalars(select(Account)).one().external_id = "A1"
    step = upload(office, "name,external_id", "Acme Ltd,A1", chosen=("name", "external_id"))
    office.account("acme ltd")
    refused = apply(office, step)
    assert isinstance(refused, Plan)
    assert "this name belongs to another account" in refused.problems[0]
    assert {row.name for row in office.rows(Account)} == {"Acme", "acme ltd"}


def test_a_catching_up_alerts_nobody_though_the_accounts_move(office: Office) -> None:
    for silent, name in ((True, "Quiet"), (False, "Loud")):
        account = office.account(name)
        office.type_health(account, 90)
        office.rate(account, 1)
        before = len(office.rows(Message))
        done = apply(office.later(days=1), upload(office, "name,health", f"{name},10"), silent=silent)
        assert isinstance(done, Outcome)
        assert (done.totals.moved, done.totals.alerts) == (1, 1)
        assert len(office.rows(Message)) == before + (0 if silent else 1)
        assert office.get(account).cell == "let_churn"


def test_only_the_admin_who_gave_a_file_applies_it_and_only_while_it_is_kept(office: Office) -> None:
    step = upload(office, "name,health", "Acme,41")
    with pytest.raises(NotFound, match="upload it again"):
        import_steps.apply(office.db, office.now, office.actor(DIEGO), step, silent=True)
    office.choose(admins=(DIEGO,))
    with pytest.raises(NotAllowed):
        import_steps.apply(office.db, office.now, Actor(office.workspace_id, PRIYA), step, silent=True)
    office.choose(admins=())
    uploads.tick(office.db, office.later(days=2).now)
    with pytest.raises(NotFound):
        apply(office, step)
    assert office.rows(Account) == []


def left_in_the_middle(office: Office, step: Step) -> None:
    def kill(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply(office, step, progress=kill, silent=True)


def told(office: Office) -> list[str]:
    return [kinds.render(row.kind, row.data).text for row in office.rows(Message) if row.kind == "imported"]


def test_another_process_finishes_an_import_once_and_tells_who_began_it(office: Office) -> None:
    step = upload(office, "name,health", *(f"New {number},41" for number in range(100)))
    left_in_the_middle(office, step)
    assert import_resuming.tick(office.db, office.now) == 0  # its own process may just be about to begin
    later = office.now + timedelta(minutes=2)
    assert [import_resuming.tick(office.db, later) for _ in range(2)] == [1, 0]
    assert len(office.rows(Account)) == 100
    assert told(office) == [
        "accounts.csv is imported: 100 accounts added, 0 rows changed, 0 as before, 100 health scores taken."
    ]
    outcome = apply(office, step)
    assert isinstance(outcome, Outcome)
    assert outcome.silent


def test_one_whose_connection_to_the_database_is_cut_is_gone_on_with_at_the_next_tick(office: Office) -> None:
    step = upload(office, "name,health", *(f"New {number},41" for number in range(100)))
    left_in_the_middle(office, step)
    later = office.now + timedelta(minutes=2)
    cut: list[str] = []

    def end(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "accounts" in statement and not cut:
            cut.append(statement)
            raise OperationalError(statement, None, Exception("the server closed the connection"))

    event.listen(office.db.engine, "before_cursor_execute", end)
    assert [import_resuming.tick(office.db, later) for _ in range(3)] == [0, 1, 0]
    assert len(office.rows(Account)) == 100
    assert len(told(office)) == 1


def test_an_import_that_is_under_way_is_left_alone(office: Office) -> None:
    step = upload(office, "name,health", *(f"New {number},41" for number in range(100)))
    later = office.now + timedelta(minutes=2)
    other = Database(office.db.url.render_as_string(hide_password=False))
    ticked: list[int] = []

    def tick(done: int, total: int) -> None:
        if not other.sqlite:
            ticked.append(import_resuming.tick(other, later))

    apply(office, step, progress=tick)
    assert set(ticked) == (set() if other.sqlite else {0})
    assert import_resuming.tick(other, later) == 0
    other.close()


def test_an_import_that_can_not_be_finished_is_given_up_and_said(office: Office) -> None:
    step = upload(office, "name,health", *(f"New {number},41" for number in range(100)))
    left_in_the_middle(office, step)
    with office.db.write() as session:
        kept = session.get_one(Upload, step.upload_id)
        kept.choices = {**kept.choices, "columns": ["name", "owner"]}
    later = office.now + timedelta(minutes=2)
    assert [import_resuming.tick(office.db, later) for _ in range(2)] == [1, 0]
    assert office.rows(Account) == []
    assert ["can't be imported yet: 100 things to mend" in text for text in told(office)] == [True]
