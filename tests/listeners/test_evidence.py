"""A message attached to an account: chosen in Slack, seen when the account is rated next, and in its history after."""

from collections.abc import Iterator

import pytest

from bot.store.tables import Evidence
from sandbox.model import Json
from sandbox.person import Person
from tests.listeners.conftest import DIEGO, Office
from tests.listeners.talk import answer, answer_page, command, window
from tests.listeners.test_score import IDS, open_rating

HOSTILE = "<!channel> *Acme* hired <@U01DIEGO00>: see <https://evil.example|this> & more"


@pytest.fixture
def priya(office: Office) -> Iterator[Person]:
    person = office.person()
    yield person
    while person.modal:
        person.close()


def said(person: Person, text: str, channel: str = "general") -> Json:
    ts = person.say(text, channel)
    return next(message for message in person.messages(channel) if message["ts"] == ts)


def attach(person: Person, message: Json, account: str, note: str = "") -> None:
    person.shortcut("attach_message", message)
    window(person, "Attach to an account")
    (found,) = person.options("Account", account)
    person.choose("Account", {"value": found["value"], "text": found["text"]["text"]})
    person.fill({"Note": note} if note else {})
    assert person.submit() == {}


def rows(office: Office) -> list[Evidence]:
    with office.db.read() as session:
        return session.query(Evidence).order_by(Evidence.id).all()


def test_a_message_is_there_until_the_next_rating_and_then_in_the_history(office: Office, priya: Person) -> None:
    office.add("Evident")
    attach(priya, said(office.person(DIEGO), "They hired a head of support."), "Evident", "Changes People.")
    assert "kept for its next rating" in str(window(priya, "Attached")["blocks"])
    priya.close()
    priya.wait_for(lambda _: rows(office)[-1].permalink)
    assert "They hired a head of support." in command(priya, "/cmi account Evident")
    open_rating(priya, "Evident")
    shown = str(priya.modal)
    assert "They hired a head of support." in shown
    assert "Changes People." in shown
    answer_page(priya, IDS[:6])
    priya.submit()
    late = said(priya, "They also left their old tool.")
    with office.db.read() as session:
        assert session.query(Evidence).filter(Evidence.assessment_id.is_not(None)).count() == 0
    _attach_beside(office, late)
    answer_page(priya, IDS[6:])
    assert priya.submit() == {}
    priya.close()
    card = command(priya, "/cmi account Evident")
    assert "They hired a head of support." not in card
    assert "They also left their old tool." in card
    priya.command("/cmi history Evident")
    assert "They hired a head of support." in str(window(priya, "History")["blocks"])


def _attach_beside(office: Office, message: Json) -> None:
    """By a colleague, while the survey is open."""
    diego = office.person(DIEGO)
    attach(diego, message, "Evident")
    window(diego, "Attached")
    diego.close()


def test_what_the_message_says_does_nothing(office: Office, priya: Person) -> None:
    office.add("Inert")
    attach(priya, said(priya, HOSTILE), "Inert")
    window(priya, "Attached")
    priya.close()
    priya.command("/cmi account Inert")
    shown = [block["text"]["text"] for block in answer(priya)["blocks"] if "text" in block]
    assert any("&lt;!channel&gt;" in text for text in shown)
    assert not any("<!channel>" in text or "<https:" in text for text in shown)


def test_the_same_message_twice_is_kept_once_with_the_newer_note(office: Office, priya: Person) -> None:
    office.add("Repeated")
    message = said(priya, "W" * 5000)
    attach(priya, message, "Repeated", "first")
    window(priya, "Attached")
    priya.close()
    before = len(rows(office))
    attach(priya, message, "Repeated", "second")
    assert "was attached before" in str(window(priya, "Attached")["blocks"])
    assert len(rows(office)) == before
    assert rows(office)[-1].note == "second"
    assert len(rows(office)[-1].excerpt) <= 400


def test_a_form_that_came_too_late_is_offered_again_with_the_message(office: Office, priya: Person) -> None:
    message = said(priya, "Remember me.")
    office.sandbox.faults.set([{"method": "views.open", "kind": "error", "error": "expired_trigger_id", "times": 1}])
    priya.shortcut("attach_message", message)
    priya.wait_for(lambda _: "too long for Slack" in str(answer(priya)))
    priya.click("Attach to an account", where=answer(priya))
    assert "Remember me." in str(window(priya, "Attach to an account")["blocks"])


def test_where_slack_gives_no_link_the_excerpt_stands_without_one(office: Office, priya: Person) -> None:
    office.add("Linkless")
    office.sandbox.faults.set([{"method": "chat.getPermalink", "kind": "error", "error": "channel_not_found"}])
    attach(priya, said(priya, "In a place of their own."), "Linkless")
    window(priya, "Attached")
    office.sandbox.faults.set([])
    priya.close()
    open_rating(priya, "Linkless")
    assert "In a place of their own." in str(priya.modal)
    assert rows(office)[-1].permalink == ""
