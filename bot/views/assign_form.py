"""The form that gives accounts to an owner."""

from pydantic import Field

from bot.views import account_select, blocks
from bot.views.message import Block, Data
from bot.views.standing import Standing
from bot.views.state import State

CALLBACK = "assign"
_OWNER = "owner"


class Assignment(Data):
    """Which accounts go to whom; empty beside the ``errors`` by block id where something is missing."""

    accounts: tuple[int, ...] = ()
    owner: str | None = None
    errors: dict[str, str] = Field(default_factory=dict)


def build(account: Standing | None = None, owner: str | None = None) -> Block:
    """The form, with the account and the owner filled in where they are known."""
    chosen = owner or (account.owner if account else None)
    person = blocks.person_select(_OWNER, chosen)
    body = [
        account_select.several(account),
        blocks.field("Owner", _OWNER, person, hint="Open requests to rate them go to the new owner."),
    ]
    return blocks.modal("Assign accounts", body, callback_id=CALLBACK, submit="Assign", close="Cancel")


def parse(view: Block) -> Assignment:
    state = State(view)
    accounts, owner = account_select.parse_several(state), state.user(_OWNER, _OWNER)
    errors = {}
    if not accounts:
        errors[account_select.BLOCK] = "Please choose one account or more."
    if owner is None:
        errors[_OWNER] = "Please choose the new owner."
    return Assignment(accounts=accounts, owner=owner, errors=errors)


def block_of(field: str) -> str:
    """The block under which an error of a field is shown."""
    return _OWNER if field == "owner" else account_select.BLOCK
