"""Who owns how many accounts, whom they report to and what they may; and the form that changes one of them."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from bot.views import blocks
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import count, day, mention

CALLBACK = "people_window"
FORM = "person_form"
EDIT, FIND = "edit_person", "find_person"
NEXT, BACK = "more_people", "fewer_people"
PAGE = 15
_MANAGER, _ROLE, _VALUE = "manager", "role", "value"
Role = Literal["member", "leader", "viewer"]
_ROLES: Mapping[Role, tuple[str, str]] = {
    "member": ("Member", "Rates accounts, as far as the settings let everybody."),
    "leader": ("Leader", "Sees the whole portfolio, and each owner's figures."),
    "viewer": ("Viewer", "Sees every account, and rates and changes nothing."),
}
STATES: Mapping[str, str] = {
    "deactivated": "has left Slack",
    "guest": "is a guest, and can't use the bot",
    "foreign": "belongs to another organisation, and can't use the bot",
    "bot": "is a bot",
}


class PersonLine(Data):
    """Somebody with accounts, a role or a manager. ``covered`` of their ``accounts`` have a cover now."""

    user: str
    role: Role = "member"
    admin: bool = False
    manager: str | None = None
    accounts: int = 0
    covered: int = 0
    away_until: date | None = None
    state: str = "active"


class PeoplePage(Data):
    """One page, from 0; ``more`` says that others follow."""

    people: tuple[PersonLine, ...] = ()
    page: int = 0
    more: bool = False


def build(page: PeoplePage) -> Block:
    """The list, with a menu to find anybody else."""
    found: Block = {
        "type": "users_select",
        "action_id": FIND,
        "placeholder": blocks.plain("Find a person"),
    }
    body = [
        blocks.section("Choose anybody to change their role or manager, or press Change beside an owner.", found),
        blocks.divider(),
    ]
    if not page.people:
        body.append(blocks.section("Nobody owns an account yet. Add one with `/cmi new`, and its owner appears here."))
    for person in page.people:
        button = blocks.button("Change", EDIT, person.user, label="Change this person's role or manager")
        body.append(blocks.section(_line(person), button))
    turns = []
    if page.page:
        turns.append(blocks.button("Back", BACK, str(page.page - 1), label="The people before"))
    if page.more:
        turns.append(blocks.button("Next", NEXT, str(page.page + 1), label="More people"))
    if turns:
        body.append(blocks.actions(*turns))
    return blocks.modal("People", body, callback_id=CALLBACK)


def _line(person: PersonLine) -> str:
    role = "admin" if person.admin else _ROLES[person.role][0].lower()
    parts = [count(person.accounts, "account"), role]
    parts.append(f"reports to {mention(person.manager)}" if person.manager else "no manager")
    if person.covered:
        parts.append(f"{person.covered} covered")
    if person.away_until:
        parts.append(f"away until {day(person.away_until)}")
    if person.state in STATES:
        parts.append(STATES[person.state])
    return f"*{mention(person.user)}*\n{' · '.join(parts)}"


def form(person: PersonLine) -> Block:
    """Role and manager of one person."""
    roles = {key: blocks.option(name, key, text) for key, (name, text) in _ROLES.items()}
    body = [
        blocks.section(_line(person)),
        blocks.field("Role", _ROLE, blocks.choice(_VALUE, list(roles.values()), roles[person.role])),
        blocks.field(
            "Manager",
            _MANAGER,
            blocks.person_select(_VALUE, person.manager),
            hint="Sees and may rate this person's accounts, and hears what stays unrated.",
            optional=True,
        ),
    ]
    if person.admin:
        body.append(blocks.context("Admins are named under Settings, Channels and admins."))
    metadata = person.user
    return blocks.modal("Person", body, callback_id=FORM, submit="Save", close="Cancel", metadata=metadata)


def parse(view: Block) -> PersonLine | dict[str, str]:
    """What was entered, or errors by block id."""
    state, user = State(view), str(view.get("private_metadata"))
    manager, role = state.user(_MANAGER, _VALUE), state.option(_ROLE, _VALUE)
    if manager == user:
        return {_MANAGER: "Nobody is their own manager. Please choose somebody else, or nobody."}
    known = next((each for each in _ROLES if each == role), "member")
    return PersonLine(user=user, role=known, manager=manager)


def example() -> PeoplePage:
    return PeoplePage(
        people=(
            PersonLine(user="U01ANNA", role="leader", accounts=12, manager="U02BERT", away_until=date(2026, 12, 24)),
            PersonLine(user="U02BERT", admin=True, accounts=1, covered=1),
            PersonLine(user="U03CARL", role="viewer", state="deactivated"),
        ),
        page=1,
        more=True,
    )
