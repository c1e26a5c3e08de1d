"""The weekly report as it comes, stopping it, having it again, and the settings of it."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from bot.flows import health, weekly_report
from bot.slack import make_client
from bot.store.tables import Person as PersonRow
from sandbox.person import Person
from tests.listeners.conftest import ADMIN, MANAGER, Office
from tests.listeners.talk import answer, window

# Any that is over: what was owed then is sent at once.
MONDAY = datetime(2024, 8, 12, 12, tzinfo=UTC)


def report(person: Person) -> dict[str, Any]:
    found = [each for each in person.dm() if "The week in your portfolio" in str(each["blocks"])]
    return found[-1] if found else {}


def test_a_leader_gets_it_stops_it_and_has_it_again(delivering: Office) -> None:
    office = delivering
    account = office.add("Acme")
    health.record(office.db, office.now(), office.actor(), account.account_id, Fraction(80), submission="h")
    with office.db.write() as session:
        session.add(PersonRow(workspace_id=1, user=MANAGER, role="leader", zone="UTC", read_at=MONDAY))
    client = make_client(office.sandbox.bot_token, office.sandbox.api_url)
    assert weekly_report.tick(office.db, MONDAY, client) == 1
    boss = office.person(MANAGER)
    shown = boss.wait_for(lambda _: report(boss))
    assert "all customers. Rated in time: 0 of 1" in str(shown["blocks"])
    for button, title in (("Open the portfolio", "Portfolio"), ("Open the movers", "Movers")):
        boss.click(button, where=shown)
        window(boss, title)
        boss.close()
    boss.click("Round of the quarter", where=shown)
    assert "Nobody was asked" in str(window(boss, "Portfolio")["blocks"])
    boss.close()
    boss.click("Don't send me this weekly", where=shown)
    boss.wait_for(lambda _: "no weekly report any more" in str(answer(boss, "im")))
    boss.home()
    boss.wait_for(lambda state: "Send me the weekly report" in str(state["home"]))
    boss.click("Send me the weekly report", where=boss.state()["home"])
    boss.wait_for(lambda state: "Stop the weekly report" in str(state["home"]))


def test_an_admin_sets_the_day_and_the_hour(delivering: Office) -> None:
    ada = delivering.person(ADMIN)
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("Weekly report")
    window(ada, "Weekly report")
    ada.fill({"Day": "Thursday", "Not before": "18"})
    assert "from 09:00 to 17:00" in ada.submit()["at"]
    ada.fill({"Not before": "14"})
    assert ada.submit() == {}
    window(ada, "Saved")
    ada.close(everything=True)
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("What was changed")
    assert "Day of the weekly report: Monday → Thursday" in str(window(ada, "What was changed")["blocks"])
    ada.close(everything=True)
