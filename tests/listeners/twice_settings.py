"""What admins set, and covers for all accounts, each up to the act that comes twice.

A story is told once and then twice; what it sets differs from one telling to the next, so that both change something.
"""

from collections.abc import Mapping
from datetime import timedelta

from bot.flows import pausing, routes
from bot.views.pause_form import PauseEntry
from bot.views.routes_form import RouteEntry, RouteLine
from sandbox.person import Person
from tests.listeners.conftest import ADMIN, ALERTS, DIEGO, MANAGER, Office
from tests.listeners.talk import window
from tests.listeners.twice import Act, Story, day

GENERAL = "C01GENERAL"


def again(name: str) -> bool:
    """Whether this is the telling in which it comes twice."""
    return name.endswith("twice")


def opened(me: Person, button: str) -> None:
    me.command("/cmi settings")
    window(me, "Settings")
    me.click(button)
    window(me, button)


def cover_all(office: Office, me: Person, name: str) -> Act:
    office.add(name, me.id)
    return lambda: me.command(f"/cmi cover all <@{DIEGO}> until {day(office, 21 if again(name) else 20)}")


def cover_nobody(office: Office, me: Person, name: str) -> Act:
    cover_all(office, me, name)()
    return lambda: me.command("/cmi cover all nobody")


def change_a_person(office: Office, me: Person, name: str) -> Act:
    opened(me, "People")
    me.choose("find_person", DIEGO)
    window(me, "Person")
    me.fill({"Role": "Member" if again(name) else "Leader"})
    return me.submit


def change_who_sees(office: Office, me: Person, name: str) -> Act:
    opened(me, "Who sees and rates")
    me.fill({"Leaders": [] if again(name) else [MANAGER]})
    return me.submit


def change_channels(office: Office, me: Person, name: str) -> Act:
    opened(me, "Channels and admins")
    me.fill({"Channel of last resort": ALERTS if again(name) else GENERAL})
    return me.submit


def add_a_route(office: Office, me: Person, name: str) -> Act:
    opened(me, "Channels of alerts")
    me.click("Add a rule")
    window(me, "Rule for alerts")
    me.fill({"Segment": "Size", "Its value": name, "Channel": GENERAL})
    return me.submit


def with_two_routes(office: Office, me: Person, name: str) -> None:
    for number in (1, 2):
        line = RouteLine(segment="size", value=f"{name} {number}", channel=GENERAL)
        routes.add(office.db, office.now(), office.actor(me.id), RouteEntry(line=line), seen=None)
    opened(me, "Channels of alerts")


def remove_a_route(office: Office, me: Person, name: str) -> Act:
    with_two_routes(office, me, name)
    return lambda: me.click("Remove")


def raise_a_route(office: Office, me: Person, name: str) -> Act:
    with_two_routes(office, me, name)
    return lambda: me.click("Up")


def pause(office: Office, me: Person, name: str) -> Act:
    opened(me, "Pause asking")
    me.fill({"Ask again from": day(office, 21 if again(name) else 20), "Reason": name})
    return me.submit


def resume(office: Office, me: Person, name: str) -> Act:
    until = office.now().date() + timedelta(days=30)
    pausing.pause(office.db, office.now(), office.actor(me.id), PauseEntry(until=until, reason=name))
    opened(me, "Pause asking")
    return lambda: me.click("Ask again")


STORIES: Mapping[str, tuple[Story, str]] = {
    "cover all": (cover_all, MANAGER),
    "cover nobody": (cover_nobody, MANAGER),
    "person": (change_a_person, ADMIN),
    "access": (change_who_sees, ADMIN),
    "channels": (change_channels, ADMIN),
    "route": (add_a_route, ADMIN),
    "remove route": (remove_a_route, ADMIN),
    "raise route": (raise_a_route, ADMIN),
    "pause": (pause, ADMIN),
    "resume": (resume, ADMIN),
}
