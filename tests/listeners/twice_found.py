"""What people note about customers and find in messages that came unasked, each up to the act that comes twice."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy.orm import Session

from bot.flows import content, leavers
from bot.store import messages, people
from bot.store.messages import Priority
from bot.store.tables import Message, Prompt
from bot.views.alert import example as alert
from bot.views.overdue import Overdue
from bot.views.prompt import PromptItem
from sandbox.person import Person
from tests.listeners.alarms import rated
from tests.listeners.conftest import ADMIN, ALERTS, MANAGER, PRIYA, Office
from tests.listeners.talk import answer, command, window
from tests.listeners.twice import Act, Story

# Any working day that is over: what was owed then is sent at once.
NOON = datetime(2024, 8, 14, 12, tzinfo=UTC)


def more(me: Person, name: str, button: str, title: str) -> None:
    """A window that the card's menu opens."""
    command(me, f"/cmi account {name}")
    me.click("More…", where=answer(me))
    window(me, "More")
    me.click(button)
    window(me, title)


def renew(office: Office, me: Person, name: str) -> Act:
    rated(office, name, 4, 80)
    more(me, name, "Outcome", "Outcome")
    me.choose("What happened", "Renewed")
    return me.submit


def churn(office: Office, me: Person, name: str) -> Act:
    rated(office, name, 4, 20)
    more(me, name, "Outcome", "Outcome")
    me.choose("What happened", "Churned")
    assert me.submit() == {}
    window(me, "Churned?")
    return me.submit


def reopen(office: Office, me: Person, name: str) -> Act:
    churn(office, me, name)()
    window(me, "Saved")
    me.close(everything=True)
    more(me, name, "Reopen", "Reopen")
    me.choose("Why", "It was recorded by mistake")
    return me.submit


def note_a_change(office: Office, me: Person, name: str) -> Act:
    office.add(name)
    more(me, name, "Something changed…", "Something changed")
    me.fill({"What changed": "Acquisition", "Note": "Bought by Globex"})
    return me.submit


def attach_a_message(office: Office, me: Person, name: str) -> Act:
    office.add(name)
    ts = me.say(f"{name} hired a head of support.", "general")
    me.shortcut("attach_message", next(each for each in me.messages("general") if each["ts"] == ts))
    window(me, "Attach to an account")
    (found,) = me.options("Account", name)
    me.choose("Account", {"value": found["value"], "text": found["text"]["text"]})
    return me.submit


def mark_content(office: Office, me: Person, name: str) -> Act:
    rows = "".join(f"Charter,low,{number},Piece {number},https://example.com/{number}\n" for number in range(1, 6))
    catalogue = content.read(f"category,band,position,title,url\n{rows}".encode())
    content.replace(office.db, office.now(), office.actor().workspace_id, catalogue)
    rated(office, name, 2)
    command(me, f"/cmi account {name}")
    me.click("Plays", where=answer(me))
    window(me, "Plays")
    return lambda: me.click("Mark as sent")


def digest(office: Office, me: Person, name: str) -> dict[str, Any]:
    """A manager's digest of one account that two reminders did not help."""
    account = office.add(name, PRIYA).account_id
    due = office.now().date() - timedelta(days=20)
    asked = {"recipient": PRIYA, "role": "owner", "state": "open", "due": due, "asked_on": due, "reminders": 3}
    with office.db.write() as session:
        workspace_id = office.actor().workspace_id
        people.get(session, workspace_id, PRIYA).manager = MANAGER
        session.add(Prompt(workspace_id=workspace_id, account_id=account, cycle="c", **asked))
        item = PromptItem(account_id=account, name=name, owner=PRIYA, due=due)
        owe(session, workspace_id, f"overdue:{name}", kind="overdue", recipient=MANAGER, data=Overdue(items=(item,)))
    found: dict[str, Any] = me.wait_for(lambda _: [each for each in me.dm() if name in each["text"]])[-1]
    return found


def owe(session: Session, workspace_id: int, key: str, **message: Any) -> int:
    owed = messages.owe(session, workspace_id=workspace_id, key=key, now=NOON, priority=Priority.ALERT, **message)
    assert owed is not None
    return owed


def ask_again(office: Office, me: Person, name: str) -> Act:
    shown = digest(office, me, name)
    return lambda: me.click("Ask again", where=shown)


def assign_from_the_digest(office: Office, me: Person, name: str) -> Act:
    me.click("Assign", where=digest(office, me, name))
    window(me, "Assign accounts")
    me.fill({"Owner": MANAGER})
    return me.submit


def set_aside(office: Office, me: Person, name: str) -> None:
    """The window with a message that could not be sent and now could."""
    with office.db.write() as session:
        workspace_id = office.actor().workspace_id
        broken = owe(session, workspace_id, f"broken:{name}", kind="alert", recipient=ALERTS, data=alert())
        session.get_one(Message, broken).data = {"nonsense": True}
    me.wait_for(lambda _: _state(office, broken) == "failed")
    with office.db.write() as session:
        session.get_one(Message, broken).data = alert().model_dump(mode="json")
    me.command("/cmi settings")
    window(me, "Settings")
    me.click("Not sent")
    window(me, "Not sent")


def _state(office: Office, message_id: int) -> str:
    with office.db.read() as session:
        return session.get_one(Message, message_id).state


def send_again(office: Office, me: Person, name: str) -> Act:
    set_aside(office, me, name)
    return lambda: me.click("Send again")


def drop(office: Office, me: Person, name: str) -> Act:
    set_aside(office, me, name)
    return lambda: me.click("Drop")


def hand_over_a_leavers(office: Office, me: Person, name: str) -> Act:
    user = f"U03{name.replace(' ', '').upper()}"
    there = f"{office.sandbox.url}/control/people"
    httpx.post(there, json={"id": user, "name": name.casefold()}, trust_env=False).raise_for_status()
    office.add(f"{name} Ltd", user)
    httpx.post(there, json={"id": user, "deleted": True}, trust_env=False).raise_for_status()
    me.wait_for(lambda _: leavers.tick(office.db, NOON))
    told = me.wait_for(lambda _: [each for each in me.dm() if f"{name} Ltd" in str(each["blocks"])])[-1]
    me.click("Hand over…", where=told)
    window(me, "Hand over accounts")
    me.fill({"Who gets all of them": PRIYA})
    return me.submit


STORIES: Mapping[str, tuple[Story, str]] = {
    "outcome": (renew, PRIYA),
    "churn": (churn, PRIYA),
    "reopen": (reopen, PRIYA),
    "something changed": (note_a_change, PRIYA),
    "evidence": (attach_a_message, PRIYA),
    "content": (mark_content, PRIYA),
    "ask again": (ask_again, MANAGER),
    "assign overdue": (assign_from_the_digest, MANAGER),
    "send again": (send_again, ADMIN),
    "drop": (drop, ADMIN),
    "leaver": (hand_over_a_leavers, ADMIN),
}
