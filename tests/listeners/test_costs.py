"""What each conversation costs: SQL statements, and calls of Slack. The table fails when one of them grows.

Counted is all that a conversation causes, also after its answer: the Homes that show it, the messages it owes; but not
the statements of delivery, which asks the database all the time, nor those of the test. It is the second of its kind
that is counted, when everything that is read once is known.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from bot.listeners import later
from bot.store.database import Database
from cmi_core import load_framework
from sandbox.person import Person
from tests.databases import new_sqlite
from tests.listeners.alarms import alert_of
from tests.listeners.conftest import PRIYA, Office, running
from tests.listeners.quiet import wait_until_quiet
from tests.listeners.talk import answer_page, command, window

IDS = [criterion.id for criterion in load_framework("maor-wittgen").criteria]
HOME, RESULT = {"views.publish": 1}, {"chat.postMessage": 1}
COSTS: dict[str, tuple[int, dict[str, int]]] = {
    "Home opened": (10, HOME),
    "/cmi score": (14, {"views.open": 1}),
    "next page": (25, HOME),
    "submission": (23, HOME | RESULT),
    "health that owes an alert": (40, HOME | {"chat.postMessage": 2}),
    "claim": (22, HOME | {"chat.update": 1, "chat.postMessage": 1}),
    "/cmi account": (15, {}),
}


class Costs:
    """Counts what an office does."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._statements: list[str] = []
        event.listen(office.db.engine, "before_cursor_execute", self._executed)

    def _executed(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        others = threading.current_thread().name.startswith(("delivery", "dispatcher", "MainThread"))
        if not others and not statement.startswith(("BEGIN", "PRAGMA")):
            self._statements.append(statement)

    def of(self, talk: Callable[[], object]) -> tuple[int, dict[str, int]]:
        """Talk, and wait until all that follows is done."""
        wait_until_quiet(self._office)
        self._statements.clear()
        before = len(self._office.sandbox.calls.entries)
        talk()
        wait_until_quiet(self._office)
        calls = Counter(call["method"] for call in list(self._office.sandbox.calls.entries)[before:])
        return len(self._statements), dict(calls)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(later, "NEWEST_SECONDS", 0.0)
        with running(Database(new_sqlite(tmp_path_factory.mktemp("costs")))) as office:
            yield office


def opened(person: Person, name: str) -> None:
    person.command(f"/cmi score {name}")
    window(person, "Rate an account")


def saved(person: Person) -> None:
    assert person.submit() == {}
    window(person, "Saved")


def talked(costs: Costs, person: Person, name: str) -> dict[str, tuple[int, dict[str, int]]]:
    """A healthy customer is rated, falls ill, and somebody takes its alert on."""
    command(person, f"/cmi health {name} 80")
    counted = {"Home opened": costs.of(person.home)}
    counted["/cmi score"] = costs.of(partial(opened, person, name))
    answer_page(person, IDS[:6])
    counted["next page"] = costs.of(person.submit)
    answer_page(person, IDS[6:])
    counted["submission"] = costs.of(partial(saved, person))
    person.close()
    counted["health that owes an alert"] = costs.of(partial(command, person, f"/cmi health {name} 20"))
    claim = partial(person.click, "I'm on it", where=alert_of(person, name))
    counted["claim"] = costs.of(claim)
    counted["/cmi account"] = costs.of(partial(command, person, f"/cmi account {name}"))
    return counted


def test_no_conversation_costs_more_than_the_table_says(delivering: Office) -> None:
    costs, priya = Costs(delivering), delivering.person(PRIYA)
    for name in ("Warm-up", "Counted"):
        delivering.add(name)
        counted = talked(costs, priya, name)
    grown = {name: (cost, COSTS[name]) for name, cost in counted.items() if cost[0] > COSTS[name][0]}
    assert not grown, "more statements than before (counted, allowed)"
    assert {name: calls for name, (_, calls) in counted.items()} == {name: calls for name, (_, calls) in COSTS.items()}
    loose = {name: (cost, COSTS[name]) for name, cost in counted.items() if cost[0] < COSTS[name][0]}
    assert not loose, f"fewer than before: please lower the table (counted, allowed): {loose}"
