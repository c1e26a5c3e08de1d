"""What Slack tells of people is stored: prompts go by it."""

from datetime import date, timedelta

import httpx

from bot.store import people
from sandbox.server import Sandbox
from tests.listeners.conftest import DIEGO, Office


def test_somebody_who_moves_or_leaves_is_known_to_have(office: Office) -> None:
    with office.db.read() as session:
        assert people.find(session, 1, [DIEGO]).get(DIEGO) is None

    _change(office.sandbox, tz="Asia/Tokyo")
    office.person().wait_for(lambda _: _stored(office) == ("Asia/Tokyo", "active"))
    _change(office.sandbox, deleted=True)
    office.person().wait_for(lambda _: _stored(office) == ("Asia/Tokyo", "deactivated"))
    _change(office.sandbox, tz="America/New_York", deleted=False)
    office.person().wait_for(lambda _: _stored(office) == ("America/New_York", "active"))


def _stored(office: Office) -> tuple[str | None, str] | None:
    with office.db.read() as session:
        person = people.find(session, office.actor().workspace_id, [DIEGO]).get(DIEGO)
    return None if person is None else (person.zone, person.state)


def _change(sandbox: Sandbox, **what: object) -> None:
    answer = httpx.post(f"{sandbox.url}/control/people", json={"id": DIEGO, **what}, trust_env=False)
    assert answer.json()["ok"], answer.text


def test_a_vacation_in_slacks_status_counts_as_absence_and_ends_with_it(office: Office) -> None:
    ends = office.now() + timedelta(days=9)
    _change(office.sandbox, status_text="Vacationing", status_expiration=int(ends.timestamp()))
    office.person().wait_for(lambda _: _away(office) is not None)
    _change(office.sandbox, status_text="", status_expiration=0)
    office.person().wait_for(lambda _: _away(office) is None)


def _away(office: Office) -> date | None:
    with office.db.read() as session:
        person = people.find(session, office.actor().workspace_id, [DIEGO]).get(DIEGO)
    return person.away_until if person else None
