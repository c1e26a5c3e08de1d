"""A survey that meets a change of the whole portfolio: “Saving…” in time, saved afterwards, and safe from a crash."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.flows import accounts, configuring, workspaces
from bot.flows.actor import Actor
from bot.flows.configuring import NewMap
from bot.store.database import Database
from bot.store.tables import Account, Assessment, Draft
from bot.views.account_form import NewAccount
from cmi_core import load_framework, map_from_dict
from sandbox.person import Person
from sandbox.server import Sandbox
from sandbox.workspace import TEAM_ID
from tests.crowd import crowd
from tests.databases import PostgresServer
from tests.listeners.conftest import PRIYA, Office, running
from tests.listeners.talk import answer_page, window
from tests.processes import ROOT, BotProcess
from tests.stopwatch import Stopwatch

IDS = [criterion.id for criterion in load_framework("maor-wittgen").criteria]
ACK_SECONDS = 3.0
NEW_CUTS = NewMap(map_from_dict({"cmi_cuts": ["3.2"], "chs_cuts": [55]}))


@pytest.fixture
def url(postgres: PostgresServer) -> Iterator[str]:
    url = postgres.new()
    yield url
    postgres.drop(url)


@pytest.fixture
def office(url: str) -> Iterator[Office]:
    with running(Database(url)) as office:
        yield office


@contextmanager
def replacing(db: Database, now: datetime, actor: Actor) -> Iterator[None]:
    """A real change of the cuts that has locked all accounts, and goes on when the block ends."""
    held, go_on = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def hold(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE accounts"):
            held.set()
            go_on.wait(60)

    def change() -> None:
        try:
            configuring.apply(db, now, actor, NEW_CUTS)
        except BaseException as error:
            failed.append(error)

    event.listen(db.engine, "after_cursor_execute", hold)
    worker = threading.Thread(target=change)
    worker.start()
    try:
        assert held.wait(60), failed
        yield
    finally:
        go_on.set()
        worker.join()
        event.remove(db.engine, "after_cursor_execute", hold)
        assert not failed


def rate(person: Person, name: str, level: str = "5") -> None:
    """Fill in the survey; its last page is still open."""
    person.command(f"/cmi score {name}")
    window(person, "Rate an account")
    answer_page(person, IDS[:6], level)
    assert person.submit() == {}
    answer_page(person, IDS[6:], level)
    person.fill({"Note": "Typed in vain?"})


def submit(person: Person) -> float:
    """Press Save; how long Slack waited for the answer."""
    with Stopwatch() as watch:
        assert person.submit() == {}
        return watch.seconds


def kept(db: Database) -> dict[str, Any]:
    with db.read() as session:
        draft = session.scalars(select(Draft)).one()
        return {"answers": draft.answers, "note": draft.note}


def test_it_is_saved_after_the_change_by_the_new_cuts(office: Office) -> None:
    crowd(office.db, office.now(), office.actor().workspace_id, 2000)
    account = office.add("Acme")
    priya = office.person()
    rate(priya, "Acme")
    with replacing(office.db, office.now(), office.actor()):
        assert submit(priya) < ACK_SECONDS
        window(priya, "Saving…")
        assert kept(office.db) == {"answers": dict.fromkeys(IDS, 5), "note": "Typed in vain?"}
        with office.db.read() as session:
            assert session.scalars(select(Assessment)).all() == []
    assert "CMI 5.0" in str(window(priya, "Saved")["blocks"])
    with office.db.read() as session:
        stored = session.get_one(Account, account.account_id)
        assert (stored.cmi, stored.cmi_band) == (Fraction(5), "high")
        assert session.scalars(select(Assessment.note)).all() == ["Typed in vain?"]
        assert session.scalars(select(Draft)).all() == []
    priya.close()


def test_pages_are_turned_meanwhile(office: Office) -> None:
    crowd(office.db, office.now(), office.actor().workspace_id, 200)
    office.add("Acme")
    priya = office.person()
    priya.command("/cmi score Acme")
    window(priya, "Rate an account")
    answer_page(priya, IDS[:6])
    with replacing(office.db, office.now(), office.actor()):
        assert submit(priya) < ACK_SECONDS
        assert "page 2 of 2" in str(priya.modal)
    answer_page(priya, IDS[6:])
    assert priya.submit() == {}
    assert "CMI 2.0" in str(window(priya, "Saved")["blocks"])
    priya.close()


def test_a_crash_while_it_waits_loses_no_answer(url: str, tmp_path: Path) -> None:
    db = Database(url)
    with Sandbox(ROOT / "manifest.yaml") as sandbox:
        now = datetime.now(UTC)
        workspace_id = workspaces.register(db, now, TEAM_ID, "Sandbox")
        actor = Actor(workspace_id, PRIYA)
        crowd(db, now, workspace_id, 200)
        accounts.create(db, now, actor, NewAccount(name="Acme"))
        environment = {
            "SLACK_BOT_TOKEN": sandbox.bot_token,
            "SLACK_APP_TOKEN": sandbox.app_token,
            "SLACK_API_URL": sandbox.api_url,
            "DATABASE_URL": url,
        }
        with BotProcess(tmp_path, environment, forked=True) as bot, sandbox.person(PRIYA) as priya:
            bot.start()
            bot.wait_until_ready()
            rate(priya, "Acme")
            with replacing(db, now, actor):
                assert submit(priya) < ACK_SECONDS
                window(priya, "Saving…")
                bot.kill()
            priya.close()
            bot.start()
            bot.wait_until_ready()
            priya.command("/cmi score Acme")
            assert "What you entered before is still here." in str(window(priya, "Rate an account")["blocks"])
            assert priya.submit() == {}
            assert "CMI 5.0" in str(window(priya, "Saved")["blocks"])
            with db.read() as session:
                assert session.scalars(select(Assessment.note)).all() == ["Typed in vain?"]
    db.close()
