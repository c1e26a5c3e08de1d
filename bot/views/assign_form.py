"""The form that gives an account to an owner."""

from pydantic import Field

from bot.views import account_select, blocks
from bot.views.message import Block, Data
from bot.views.standing import Standing
from bot.views.state import State

CALLBACK = "assign"
_OWNER = "owner"


class Assignment(Data):
    """Which account goes to whom; None beside the ``errors`` by block id where something is missing."""

    account_id: int | None = None
    owner: str | None = None
    errors: dict[str, str] = Field(default_factory=dict)


def build(account: Standing | None = None, owner: str | None = None) -> Block:
    """The form, with the account and the owner filled in where they are known."""
    chosen = owner or (account.owner if account else None)
    person = blocks.person_select(_OWNER, chosen)
    body = [
        account_select.field(account),
        blocks.field("Owner", _OWNER, person, hint="Open requests to rate it go to the new owner."),
    ]
    return blocks.modal("Assign an account", body, callback_id=CALLBACK, submit="Assign", close="Cancel")


def parse(view: Block) -> Assignment:
    state = State(view)
    account_id, owner = account_select.parse(state), state.user(_OWNER, _OWNER)
    errors = {}
    if account_id is None:
        errors[account_select.BLOCK] = "Please choose an account."
    if owner is None:
        errors[_OWNER] = "Please choose the new owner."
    return Assignment(account_id=account_id, owner=owner, errors=errors)


def block_of(field: str) -> str:
    """The block under which an error of a field is shown."""
    return _OWNER if field == "owner" else account_select.BLOCK
