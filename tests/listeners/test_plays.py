"""Plays, decisions, content and prospects, as people meet them in Slack; the alert is sent and changed by delivery."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

from bot.flows import content
from bot.store.tables import Account
from cmi_core.plays import playbook
from sandbox.person import Person
from tests.listeners.alarms import alert_of, rated
from tests.listeners.conftest import ADMIN, DIEGO, Office
from tests.listeners.talk import answer, command, window

STEPS = playbook("let_churn").steps


def box(shown: dict[str, Any], step: str) -> dict[str, Any]:
    """The block of a step's box."""
    found: dict[str, Any] = next(
        block
        for block in shown["blocks"]
        if str(block["block_id"]).startswith("step:") and block["elements"][0]["options"][0]["text"]["text"] == step
    )
    return found


def tick(person: Person, shown: dict[str, Any], step: str) -> None:
    person.choose(box(shown, step)["block_id"], ["done"], where=shown)


def is_done(shown: dict[str, Any], step: str) -> bool:
    return "initial_options" in box(shown, step)["elements"][0]


def test_steps_are_ticked_off_on_the_alert_by_two_people_and_on_the_card(delivering: Office) -> None:
    rated(delivering, "Tick Ltd", 2, 41)
    priya, diego = delivering.person(), delivering.person(DIEGO)
    seen_by_both = alert_of(priya, "Tick Ltd")
    tick(priya, seen_by_both, STEPS[0])
    priya.wait_for(lambda _: is_done(alert_of(priya, "Tick Ltd"), STEPS[0]))
    tick(diego, alert_of(diego, "Tick Ltd"), STEPS[1])
    diego.wait_for(lambda _: is_done(alert_of(diego, "Tick Ltd"), STEPS[1]))
    assert is_done(alert_of(diego, "Tick Ltd"), STEPS[0])
    assert f"Done by <@{DIEGO}>" in str(box(alert_of(diego, "Tick Ltd"), STEPS[1]))
    command(priya, "/cmi account Tick Ltd")
    tick(priya, answer(priya), STEPS[2])
    priya.wait_for(lambda _: is_done(answer(priya), STEPS[2]))
    assert is_done(answer(priya), STEPS[1])


def test_a_step_ticked_in_the_window_shows_there(delivering: Office) -> None:
    rated(delivering, "Window Ltd", 2, 42)
    priya = delivering.person()
    priya.click("Open account", where=alert_of(priya, "Window Ltd"))
    shown = window(priya, "Account")
    tick(priya, shown, STEPS[3])
    priya.wait_for(lambda state: is_done(state["views"][-1], STEPS[3]))
    priya.click("Plays")
    plays = window(priya, "Plays")
    first = next(block for block in plays["blocks"] if str(block["block_id"]).startswith("step:"))
    priya.choose(first["block_id"], ["done"], where=plays)
    priya.wait_for(lambda state: "Done by" in str(state["views"][-1]))
    assert window(priya, "Plays")
    priya.close()


def test_let_churn_is_decided_on_the_alert(delivering: Office) -> None:
    account = rated(delivering, "Decide Ltd", 2, 43)
    priya = delivering.person()
    priya.click("Decide", where=alert_of(priya, "Decide Ltd"))
    window(priya, "Decide")
    tomorrow = (delivering.now() + timedelta(days=2)).date().isoformat()
    priya.fill({"Who decides": DIEGO, "Reason": "Their new head starts soon.", "Look again on": "2020-01-01"})
    priya.choose("Decision", "Needs lifetime value and margin")
    assert priya.submit() == {"review_on": "Please choose a day after today."}
    priya.fill({"Look again on": tomorrow, "Lifetime value": "125 000", "Gross margin, %": "62.5"})
    assert priya.submit() == {}
    assert "Needs lifetime value and margin" in str(window(priya, "Decided")["blocks"])
    priya.close()
    priya.wait_for(lambda _: "Reason: Their new head starts soon." in alert_of(priya, "Decide Ltd")["text"])
    assert f"by <@{DIEGO}>" in alert_of(priya, "Decide Ltd")["text"]
    with delivering.db.read() as session:
        assert session.get_one(Account, account).gross_margin == Fraction(125, 2)
    assert "Reason: Their new head starts soon." in command(priya, "/cmi account Decide Ltd")


def test_figures_are_entered_from_the_card(delivering: Office) -> None:
    delivering.add("Figures Ltd")
    priya = delivering.person()
    command(priya, "/cmi account Figures Ltd")
    priya.click("More…", where=answer(priya))
    window(priya, "More")
    priya.click("Figures")
    window(priya, "Figures")
    priya.fill({"Lifetime value": "a lot"})
    assert "isn't an amount" in priya.submit()["lifetime_value"]
    priya.fill({"Lifetime value": "5000"})
    assert priya.submit() == {}
    assert "The figures are saved." in str(window(priya, "CMI Bot"))
    priya.close()


def test_content_is_proposed_and_marked_as_sent(delivering: Office) -> None:
    rows = "".join(f"Charter,low,{number},Piece {number},https://example.com/{number}\n" for number in range(1, 6))
    catalogue = content.read(f"category,band,position,title,url\n{rows}".encode())
    workspace_id = delivering.actor().workspace_id
    content.replace(delivering.db, delivering.now(), workspace_id, catalogue)
    rated(delivering, "Content Ltd", 2)
    priya = delivering.person()
    assert "Next content: Piece 1 · Piece 2 · Piece 3" in command(priya, "/cmi account Content Ltd")
    priya.click("Plays", where=answer(priya))
    window(priya, "Plays")
    priya.click("Read")
    priya.click("Mark as sent")
    priya.wait_for(lambda state: "Piece 1, sent by" in str(state["views"][-1]["blocks"]))
    assert "Piece 4" in str(window(priya, "Plays")["blocks"])
    priya.close()


def test_a_prospect_is_qualified_and_becomes_a_customer(delivering: Office) -> None:
    account = delivering.add("Prospect Ltd").account_id
    with delivering.db.write() as session:
        row = session.get_one(Account, account)
        row.subject, row.lifecycle = "prospect", "prospect"
    priya = delivering.person()
    assert "Not judged yet" in command(priya, "/cmi account Prospect Ltd")
    priya.click("Qualify", where=answer(priya))
    window(priya, "Qualify")
    priya.fill({"Budget": "50k", "Authority": "The COO"})
    assert priya.submit() == {}
    assert "*Authority:* The COO" in str(window(priya, "Account")["blocks"])
    priya.click("More…")
    window(priya, "More")
    priya.click("Make a customer")
    window(priya, "Account")
    priya.wait_for(lambda state: "Enter health" in str(state["views"][-1]["blocks"]))
    priya.close()


def test_admins_edit_playbooks_and_bands(delivering: Office) -> None:
    ada = delivering.person(ADMIN)
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("Playbooks")
    window(ada, "Playbooks")
    ada.choose("Playbook", "Save")
    assert ada.submit() == {}
    window(ada, "Edit playbook")
    ada.fill({"Steps": "Call Marta.\nCall Marta."})
    assert "stands twice" in ada.submit()["steps"]
    ada.fill({"Steps": "Call Marta.\nSend flowers."})
    assert ada.submit() == {}
    window(ada, "Saved")
    ada.close()
    rated(delivering, "Flower Ltd", 4, 20)
    assert not is_done(alert_of(ada, "Flower Ltd"), "Send flowers.")
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("Bands and touch")
    window(ada, "Bands and touch")
    ada.fill({"Medium begins at": "1"})
    assert ada.submit() == {"medium": "Low, Medium and High must rise."}
    ada.fill({"Medium begins at": "2.25", "Touch of High": "Tech touch"})
    assert ada.submit() == {}
    ada.close()
    assert "Touch: Tech touch (maturity high)" in command(delivering.person(), "/cmi account Flower Ltd")
