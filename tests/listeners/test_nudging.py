"""The manager's digest: having an owner asked again, and giving an account to somebody else."""

from datetime import UTC, datetime, timedelta

from bot.store import messages
from bot.store.messages import Priority
from bot.store.tables import Person as PersonRow
from bot.store.tables import Prompt
from bot.views.overdue import Overdue
from bot.views.prompt import PromptItem
from tests.listeners.conftest import MANAGER, PRIYA, Office
from tests.listeners.talk import answer, window

NOON = datetime(2024, 8, 14, 12, tzinfo=UTC)


def test_a_manager_has_somebody_asked_again_and_reassigns(delivering: Office) -> None:
    office = delivering
    account = office.add("Acme", PRIYA)
    due = office.now().date() - timedelta(days=20)
    item = PromptItem(account_id=account.account_id, name="Acme", owner=PRIYA, due=due)
    asked = {"recipient": PRIYA, "role": "owner", "state": "open", "due": due, "asked_on": due, "reminders": 3}
    with office.db.write() as session:
        session.add(PersonRow(workspace_id=1, user=PRIYA, manager=MANAGER))
        session.add(Prompt(workspace_id=1, account_id=account.account_id, cycle="c", **asked))
        messages.owe(
            session,
            workspace_id=1,
            key="overdue:test",
            kind="overdue",
            recipient=MANAGER,
            data=Overdue(items=(item,)),
            now=NOON,
            priority=Priority.DIGEST,
        )
    boss = office.person(MANAGER)
    digest = boss.wait_for(lambda _: [each for each in boss.dm() if "could not be rated yet" in each["text"]])[-1]
    boss.click("Ask again", where=digest)
    boss.wait_for(lambda _: "is asked again about 1 account" in str(answer(boss, "im")))
    boss.click("Ask again", where=digest)
    boss.wait_for(lambda _: "Nothing is left to ask again" in str(answer(boss, "im")))
    boss.click("Assign", where=digest)
    window(boss, "Assign accounts")
    boss.close()
