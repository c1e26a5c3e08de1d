"""Looking at how far the round of a quarter is: with a command, from the portfolio, and from a leader's Home."""

from datetime import timedelta

from bot.store.tables import Person, Prompt
from sandbox.person import Person as User
from tests.listeners.conftest import DIEGO, MANAGER, PRIYA, Office
from tests.listeners.talk import command, window


def ask(office: Office, account: int, to: str, **more: object) -> None:
    today = office.now().date()
    values = {"role": "owner", "due": today - timedelta(days=3), "asked_on": today, "reminders": 0, "state": "open"}
    with office.db.write() as session:
        session.add(Prompt(workspace_id=1, account_id=account, cycle="c", recipient=to, **{**values, **more}))


def text(person: User) -> str:
    return str(window(person, "Portfolio")["blocks"])


def test_a_manager_sees_how_far_the_round_is(office: Office) -> None:
    ask(office, office.add("Acme", PRIYA).account_id, PRIYA)
    ask(office, office.add("Globex", PRIYA).account_id, PRIYA, state="done", closed_at=office.now())
    ask(office, office.add("Initech", DIEGO).account_id, DIEGO)
    with office.db.write() as session:
        session.add(Person(workspace_id=1, user=PRIYA, manager=MANAGER))
    boss = office.person(MANAGER)
    boss.command("/cmi due round")
    assert "1 of 2 accounts rated (50.0 %)." in text(boss)
    assert f"<@{PRIYA}>: 1 of 2 rated; 1 overdue" in text(boss)
    assert DIEGO not in text(boss)
    boss.click("The quarter before")
    boss.wait_for(lambda state: "Nobody was asked" in str(state["views"][-1]["blocks"]))
    boss.choose("portfolio_show", "The map")
    boss.wait_for(lambda state: "not on the map" in str(state["views"][-1]["blocks"]))
    boss.close()
    boss.command("/cmi portfolio")
    window(boss, "Portfolio")
    boss.choose("portfolio_show", "Round of the quarter")
    boss.wait_for(lambda state: "1 of 2 accounts rated" in str(state["views"][-1]["blocks"]))
    boss.close()
    boss.home()
    boss.wait_for(lambda state: "Overdue by owner" in str(state["home"]))
    boss.click("Round of the quarter")
    assert "1 of 2 accounts rated" in text(boss)
    boss.close()
    assert "can't be filtered by" in command(boss, "/cmi due round colour=red")
