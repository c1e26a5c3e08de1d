"""The form for a new account."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from bot.views import blocks, limits
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import tidy

CALLBACK = "new_account"
SUBJECTS: Mapping[Literal["customer", "prospect", "team"], tuple[str, str]] = {
    "customer": ("Customer", "Has a CMI, a health score and a place on the map"),
    "prospect": ("Prospect", "Is rated before it buys, to see whether it can use what we sell"),
    "team": ("Team", "A Customer Success team, rated by its own framework"),
}
SEGMENTS: Mapping[str, str] = {
    "stage": "Stage",
    "size": "Size",
    "location": "Location",
    "industry": "Industry",
    "use_case": "Use case",
}
_VALUE = "value"
_SHORT = 100


class NewAccount(Data):
    """An account as somebody entered it. ``owner`` is a Slack user id, ``segments`` are by the keys of `SEGMENTS`.

    ``submission`` is the random token of the form: delivered twice, it adds one account.
    """

    name: str
    subject: Literal["customer", "prospect", "team"] = "customer"
    owner: str | None = None
    external_id: str | None = None
    renewal_date: date | None = None
    segments: dict[str, str] = Field(default_factory=dict)
    submission: str | None = None


def build(name: str = "", owner: str | None = None, submission: str = "") -> Block:
    """An empty form, with the name already tried and the person who asks as the owner."""
    subjects = [blocks.option(label, key, what) for key, (label, what) in SUBJECTS.items()]
    body = [
        blocks.field("Name", "name", blocks.text_input(_VALUE, tidy(name), longest=limits.NAME)),
        blocks.field("What is it", "subject", blocks.choice(_VALUE, subjects, subjects[0])),
        blocks.field(
            "Owner",
            "owner",
            blocks.person_select(_VALUE, owner),
            hint="Who rates the account and hears about it.",
            optional=True,
        ),
        blocks.field(
            "Renewal date",
            "renewal_date",
            blocks.date_select(_VALUE),
            hint="A new rating is asked for in time before it.",
            optional=True,
        ),
        blocks.field(
            "External id",
            "external_id",
            blocks.text_input(_VALUE, longest=_SHORT),
            hint="The account's id in another system, such as the CRM.",
            optional=True,
        ),
    ]
    body += [
        blocks.field(label, key, blocks.text_input(_VALUE, longest=_SHORT), optional=True)
        for key, label in SEGMENTS.items()
    ]
    return blocks.modal("New account", body, callback_id=CALLBACK, submit="Add", close="Cancel", metadata=submission)


def parse(view: Block) -> NewAccount | dict[str, str]:
    """The account, or what is wrong by block id."""
    state = State(view)
    name = tidy(state.text("name", _VALUE))
    renewal, errors = _renewal(state.date("renewal_date", _VALUE))
    if not name:
        errors["name"] = "Please enter the account's name."
    elif len(name) > limits.NAME:
        errors["name"] = f"Please keep the name under {limits.NAME} characters."
    if errors:
        return errors
    segments = {key: text for key in SEGMENTS if (text := tidy(state.text(key, _VALUE)))}
    return NewAccount(
        name=name,
        subject=next((key for key in SUBJECTS if key == state.option("subject", _VALUE)), "customer"),
        owner=state.user("owner", _VALUE),
        external_id=tidy(state.text("external_id", _VALUE)) or None,
        renewal_date=renewal,
        segments=segments,
        submission=(view.get("private_metadata") or "")[:64] or None,
    )


def _renewal(text: str | None) -> tuple[date | None, dict[str, str]]:
    try:
        return (date.fromisoformat(text) if text else None), {}
    except ValueError:
        return None, {"renewal_date": "Please choose a date."}


def block_of(field: str) -> str:
    """The block under which an error of a field of `NewAccount` is shown."""
    return field if field in {"owner", "renewal_date", "external_id", *SEGMENTS} else "name"
