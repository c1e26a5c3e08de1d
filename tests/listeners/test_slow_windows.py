"""Windows about a portfolio so large that computing them takes longer than Slack waits."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.listeners import call
from bot.store.tables import Account
from sandbox.person import Person
from tests.crowd import crowd, rate_twice
from tests.listeners.conftest import Office
from tests.listeners.talk import answer, window
from tests.stopwatch import Stopwatch

NUMBER = 5_000
WAITING = "One moment …"


@pytest.fixture(scope="module")
def large(office: Office) -> Office:
    """A portfolio in which everybody was rated twice."""
    actor = office.actor()
    crowd(office.db, office.now() - timedelta(days=1), actor.workspace_id, NUMBER)
    rate_twice(office.db, office.now(), actor.workspace_id)
    return office


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However fast this machine is, computing anything takes too long."""
    monkeypatch.setattr(call, "WINDOW_SECONDS", 0.0)
    monkeypatch.setattr(call, "FORM_SECONDS", 0.0)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow this machine is, nothing takes too long."""
    monkeypatch.setattr(call, "WINDOW_SECONDS", 30.0)


@pytest.fixture
def priya(office: Office) -> Iterator[Person]:
    person = office.person()
    yield person
    while person.modal:
        person.close()


def shows(person: Person, said: str, timeout: float = 60.0) -> None:
    person.wait_for(lambda state: state["views"] and said in str(state["views"][-1]["blocks"]), timeout)


def wait_until(done: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def calls(office: Office, method: str) -> int:
    return len(shown(office, method))


def shown(office: Office, method: str) -> list[str]:
    """What was shown by a method's calls. A person may look too late to see what stands there for a moment."""
    return [str(each["args"]) for each in list(office.sandbox.calls.entries) if each["method"] == method]


@pytest.mark.usefixtures("patient")
def test_a_small_portfolio_is_there_at_once(office: Office, priya: Person) -> None:
    before = calls(office, "views.update")
    for name in ("portfolio", "movers"):
        priya.command(f"/cmi {name}")
        assert WAITING not in str(window(priya, name.capitalize())["blocks"])
        priya.close()
    assert calls(office, "views.update") == before


@pytest.mark.usefixtures("impatient")
def test_what_is_wrong_is_said_in_the_window_that_opened(priya: Person) -> None:
    priya.command("/cmi portfolio size=Huge")
    shows(priya, "No account says it yet")


@pytest.mark.usefixtures("impatient")
def test_the_movers_open_at_once_and_end_with_the_result(large: Office, priya: Person) -> None:
    with Stopwatch() as watch:
        priya.command("/cmi movers")
        assert watch.seconds < 1.5
    shows(priya, f"{NUMBER - _incomplete(large)} customers rated again")
    assert WAITING in shown(large, "views.open")[-1]
    before = calls(large, "views.update")
    with Stopwatch() as watch:
        priya.choose("movers_show", "Lift by criterion")
        assert watch.seconds < 1.5
    shows(priya, "*Use of Tools*")
    assert WAITING in shown(large, "views.update")[before]


def _incomplete(large: Office) -> int:
    with large.db.read() as session:
        return len(session.scalars(select(Account.id).where(Account.cmi.is_(None))).all())


def test_where_the_trigger_expired_the_window_is_offered_again(large: Office, priya: Person) -> None:
    limits = large.sandbox.workspace.limits
    usual = limits.trigger_seconds
    limits.apply({"trigger_seconds": 0.0})
    try:
        priya.command("/cmi movers")
        priya.wait_for(lambda _: "That took too long for Slack" in str(answer(priya)))
        assert priya.modal is None
    finally:
        limits.apply({"trigger_seconds": usual})
    priya.click("Open the movers")
    shows(priya, "customers rated again")


@pytest.mark.usefixtures("impatient")
def test_a_window_closed_meanwhile_stays_closed_and_nobody_is_bothered(large: Office, priya: Person) -> None:
    said = answer(priya)
    before = calls(large, "views.update")
    priya.command("/cmi movers")
    priya.wait_for(lambda state: state["views"])
    priya.close()
    wait_until(lambda: calls(large, "views.update") > before)
    assert priya.modal is None
    assert answer(priya) == said


@pytest.mark.usefixtures("impatient")
def test_other_cuts_and_other_weights_are_counted_while_the_window_says_so(large: Office, priya: Person) -> None:
    for what, field in (("cuts", "Health cuts"), ("weights", "Charter")):
        priya.command(f"/cmi whatif {what}")
        shows(priya, field)
        priya.fill({field: "70"})
        before = calls(large, "views.update")
        assert priya.submit() == {}
        shows(priya, "move")
        assert calls(large, "views.update") == before + 1, "the answer to the form was the result itself"
        priya.close()
