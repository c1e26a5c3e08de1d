"""What people do about accounts and alerts, each up to the last act, which a test lets come twice."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from fractions import Fraction

from sqlalchemy import delete

from bot.flows import health
from bot.store.tables import Inbox
from cmi_core import load_framework
from cmi_core.plays import playbook
from sandbox.person import Person
from tests.listeners.alarms import alert_of, rated
from tests.listeners.conftest import ADMIN, DIEGO, MANAGER, PRIYA, Office
from tests.listeners.talk import answer, answer_page, command, window
from tests.listeners.test_plays import tick

IDS = [criterion.id for criterion in load_framework("maor-wittgen").criteria]
Act = Callable[[], object]
Story = Callable[[Office, Person, str], Act]


def day(office: Office, days: int) -> str:
    return (office.now() + timedelta(days=days)).date().isoformat()


def claim(office: Office, me: Person, name: str) -> Act:
    rated(office, name, 4, 20)
    shown = alert_of(me, name)
    return lambda: me.click("I'm on it", where=shown)


def hand_back(office: Office, me: Person, name: str) -> Act:
    claim(office, me, name)()
    me.wait_for(lambda _: "is on it" in alert_of(me, name)["text"])
    shown = alert_of(me, name)
    return lambda: me.click("Hand back", where=shown)


def snooze(office: Office, me: Person, name: str) -> Act:
    rated(office, name, 4, 20)
    me.click("Snooze…", where=alert_of(me, name))
    window(me, "Snooze")
    me.fill({"Until": day(office, 5), "Reason": "They are on holiday."})
    return me.submit


def wake(office: Office, me: Person, name: str) -> Act:
    snooze(office, me, name)()
    window(me, "The whole story")
    me.close(everything=True)
    me.wait_for(lambda _: "Snoozed until" in alert_of(me, name)["text"])
    shown = alert_of(me, name)
    return lambda: me.click("Wake", where=shown)


def escalate(office: Office, me: Person, name: str) -> Act:
    rated(office, name, 4, 20)
    me.click("Escalate…", where=alert_of(me, name))
    window(me, "Escalate")
    me.fill({"To whom": MANAGER, "Why": "They ask for a discount."})
    return me.submit


def tick_off(office: Office, me: Person, name: str) -> Act:
    rated(office, name, 2, 20)
    shown = alert_of(me, name)
    return lambda: tick(me, shown, playbook("let_churn").steps[0])


def decide(office: Office, me: Person, name: str) -> Act:
    rated(office, name, 2, 20)
    me.click("Decide", where=alert_of(me, name))
    window(me, "Decide")
    me.fill({"Who decides": DIEGO, "Reason": "Their new head starts soon.", "Look again on": day(office, 1)})
    me.choose("Decision", "Let go")
    return me.submit


def type_health(office: Office, me: Person, name: str) -> Act:
    office.add(name)
    return lambda: me.command(f"/cmi health {name} 80")


def rate(office: Office, me: Person, name: str) -> Act:
    office.add(name)
    me.command(f"/cmi score {name}")
    window(me, "Rate an account")
    answer_page(me, IDS[:6])
    assert me.submit() == {}
    answer_page(me, IDS[6:])
    return me.submit


def add(office: Office, me: Person, name: str) -> Act:
    me.command(f"/cmi new {name}")
    window(me, "New account")
    return me.submit


def override(office: Office, me: Person, name: str) -> Act:
    rated(office, name, 4, 80)
    command(me, f"/cmi account {name}")
    me.click("More…", where=answer(me))
    window(me, "More")
    me.click("Override")
    window(me, "Override")
    me.fill({"Cell": "Save", "Until": day(office, 5), "Reason": "A hunch"})
    return me.submit


def set_interval(office: Office, me: Person, name: str) -> Act:
    office.add(name)
    command(me, f"/cmi account {name}")
    me.click("More…", where=answer(me))
    window(me, "More")
    me.click("Interval")
    window(me, "Interval")
    me.fill({"Interval in months": "6"})
    return me.submit


def see_history(office: Office, me: Person, name: str) -> None:
    account = rated(office, name, 4, 80)
    then = office.now() - timedelta(days=30)
    health.record(office.db, then, office.actor(), account, Fraction(45), submission=f"earlier-{account}")
    me.command(f"/cmi history {name}")
    window(me, "History")


def send_to_me(office: Office, me: Person, name: str) -> Act:
    see_history(office, me, name)
    return lambda: me.click("Send to me")


def post_in_a_channel(office: Office, me: Person, name: str) -> Act:
    see_history(office, me, name)
    me.click("Post in a channel…")
    window(me, "Share")
    me.choose("Channel", "C01GENERAL")
    return me.submit


def renew(office: Office, me: Person, name: str) -> Act:
    rated(office, name, 4, 80)
    me.command(f"/cmi score {name}")
    window(me, "Rate an account")
    return lambda: me.click("Nothing changed")


def assign(office: Office, me: Person, name: str) -> Act:
    office.add(name)
    return lambda: me.command(f"/cmi assign {name} <@{DIEGO}>")


def put_off(office: Office, me: Person, name: str) -> Act:
    office.add(name)
    return lambda: me.command(f"/cmi snooze {name} until {day(office, 5)}")


def delegate(office: Office, me: Person, name: str) -> Act:
    office.add(name)
    me.command(f"/cmi snooze {name}")
    window(me, "Not now")
    me.fill({"What shall happen": "Ask a colleague this once", "Colleague": DIEGO})
    return me.submit


def name_a_cover(office: Office, me: Person, name: str) -> Act:
    office.add(name)
    return lambda: me.command(f"/cmi cover {name} <@{DIEGO}> until {day(office, 20)}")


def hand_all_over(office: Office, me: Person, name: str) -> Act:
    office.add(name, MANAGER)
    me.command(f"/cmi assign <@{MANAGER}> <@{PRIYA}>")
    window(me, "Hand over accounts")
    return me.submit


def enter_figures(office: Office, me: Person, name: str) -> Act:
    office.add(name)
    command(me, f"/cmi account {name}")
    me.click("More…", where=answer(me))
    window(me, "More")
    me.click("Figures")
    window(me, "Figures")
    me.fill({"Lifetime value": "5000"})
    return me.submit


def edit_a_playbook(office: Office, me: Person, name: str) -> Act:
    me.command("/cmi settings")
    window(me, "Settings")
    me.click("Playbooks")
    window(me, "Playbooks")
    me.choose("Playbook", "Save")
    assert me.submit() == {}
    window(me, "Edit playbook")
    me.fill({"Steps": f"Call {name}."})
    return me.submit


def export(office: Office, me: Person, name: str) -> Act:
    me.command("/cmi export")
    window(me, "Export")
    return me.submit


def write_to_the_bot(office: Office, me: Person, name: str) -> Act:
    with office.db.write() as session:
        session.execute(delete(Inbox))  # nobody is answered twice in a minute
    return lambda: me.say(f"Hello, what about {name}?")


def import_accounts(office: Office, me: Person, name: str) -> Act:
    me.command("/cmi import")
    window(me, "Import")
    me.attach("File", "accounts.csv", f"name,health\n{name},41\n{name} two,80\n".encode())
    assert me.submit() == {}
    window(me, "Import: columns")
    assert me.submit() == {}
    window(me, "Import: what happens")
    return me.submit


STORIES: Mapping[str, tuple[Story, str]] = {
    "claim": (claim, PRIYA),
    "hand back": (hand_back, PRIYA),
    "snooze": (snooze, PRIYA),
    "wake": (wake, PRIYA),
    "escalate": (escalate, PRIYA),
    "tick": (tick_off, PRIYA),
    "decide": (decide, PRIYA),
    "health": (type_health, PRIYA),
    "rate": (rate, PRIYA),
    "new": (add, PRIYA),
    "override": (override, PRIYA),
    "interval": (set_interval, PRIYA),
    "send to me": (send_to_me, PRIYA),
    "post": (post_in_a_channel, PRIYA),
    "renew": (renew, PRIYA),
    "assign": (assign, PRIYA),
    "cover": (name_a_cover, PRIYA),
    "put off": (put_off, PRIYA),
    "delegate": (delegate, PRIYA),
    "hand over": (hand_all_over, ADMIN),
    "figures": (enter_figures, PRIYA),
    "playbook": (edit_a_playbook, ADMIN),
    "export": (export, ADMIN),
    "import": (import_accounts, ADMIN),
    "write": (write_to_the_bot, DIEGO),
}
