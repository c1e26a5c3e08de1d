"""What could not be sent, as an admin meets it: a note, a window, and what they do about it."""

import pytest
from sqlalchemy import select

from bot.store import messages
from bot.store.messages import Priority
from bot.store.tables import Audit, Message
from bot.views.alert import example as alert
from tests.listeners.conftest import ADMIN, ALERTS, DIEGO, PRIYA, Office
from tests.listeners.talk import answer, window

pytestmark = pytest.mark.usefixtures("delivering")


def owe(office: Office, key: str, kind: str = "alert", data: dict[str, object] | None = None) -> int:
    """Owe a message; with `data` of its own one that can't be shown."""
    with office.db.write() as session:
        owed = messages.owe(
            session,
            workspace_id=office.actor().workspace_id,
            key=key,
            kind=kind,
            recipient=ALERTS,
            data=alert(),
            now=office.now(),
            priority=Priority.ALERT,
        )
        assert owed is not None
        if data is not None:
            session.get_one(Message, owed).data = data
    return owed


def state(office: Office, message_id: int) -> str:
    with office.db.read() as session:
        return session.get_one(Message, message_id).state


def mend(office: Office, message_id: int) -> None:
    with office.db.write() as session:
        session.get_one(Message, message_id).data = alert().model_dump(mode="json")


def test_what_can_not_be_shown_is_told_once_and_sent_again_or_dropped(office: Office) -> None:
    ada = office.person(ADMIN)
    broken = [owe(office, f"broken:{number}", data={"nonsense": number}) for number in range(12)]
    ada.wait_for(lambda _: {state(office, each) for each in broken} == {"failed"})
    notes = ada.wait_for(
        lambda state: [message for message in ada.dm() if "could not send something" in message["text"]]
    )
    assert len(notes) == 1

    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("Not sent")
    shown = str(window(ada, "Not sent"))
    assert "*12 messages*" in shown
    assert f"*Alert* to <#{ALERTS}>" in shown
    assert "CMI Bot can't show it" in shown
    ada.click("Older")
    ada.wait_for(lambda _: str(ada.modal).count("*Alert*") == 2)

    mend(office, broken[1])  # on this page the first: it is the newer of the two oldest
    ada.click("Send again")
    ada.wait_for(lambda _: state(office, broken[1]) == "sent")
    ada.wait_for(lambda _: "*11 messages*" in str(ada.modal))
    ada.click("Drop")
    ada.wait_for(lambda _: "*10 messages*" in str(ada.modal))
    assert state(office, broken[0]) == "withdrawn"

    for each in broken[2:]:
        mend(office, each)
    ada.click("Send all again")
    ada.wait_for(lambda _: "Everything was sent." in str(ada.modal))
    ada.wait_for(lambda _: {state(office, each) for each in broken[2:]} == {"sent"})
    with office.db.read() as session:
        acts = session.scalars(select(Audit.action).where(Audit.subject.startswith("message")).order_by(Audit.id)).all()
    assert acts == ["send again", "drop message", "send again"]


def test_it_is_for_admins_alone(office: Office) -> None:
    broken = owe(office, "broken:theirs", data={"nonsense": True})
    ada, diego = office.person(ADMIN), office.person(DIEGO)
    ada.wait_for(lambda _: state(office, broken) == "failed")
    note = next(message for message in ada.dm() if "could not send something" in message["text"])
    assert note
    diego.command("/cmi settings")
    assert "Only admins" in answer(diego)["text"]
    assert state(office, broken) == "failed"
    assert office.person(PRIYA).modal is None
