"""Who is asked while an owner is away: for one account, or all of one's own; through a day, or until it is changed."""

from datetime import date
from typing import Literal

from pydantic import Field

from bot.views import account_select, blocks
from bot.views.message import Block, Data, Message, message
from bot.views.standing import Standing
from bot.views.state import State
from bot.views.text import count, day, inert, mention, owner_text, without_bold

CALLBACK = "cover"
_SCOPE, _COVER, _UNTIL = "scope", "cover", "until"
Scope = Literal["one", "all"]


class Covered(Data):
    """Who covers what: one account by its ``name``, or ``accounts`` of an owner. ``cover`` None: nobody any more."""

    name: str | None = None
    accounts: int = 1
    owner: str | None = None
    cover: str | None = None
    until: date | None = None


class CoverEntry(Data):
    """What was entered; ``errors`` are by block id."""

    scope: Scope = "one"
    account_id: int | None = None
    cover: str | None = None
    until: date | None = None
    errors: dict[str, str] = Field(default_factory=dict)


def build(account: Standing | None = None, cover: str | None = None, until: date | None = None) -> Block:
    """The form, filled in with what is known; without an account it is about all of one's own."""
    one = blocks.option("One account", "one", "The account below.")
    mine = blocks.option("All my accounts", "all", "Those that I own now.")
    chosen = cover or (account.cover if account else None)
    body = [
        blocks.field("For what", _SCOPE, blocks.choice(_SCOPE, [one, mine], one if account else mine)),
        account_select.field(account, optional=True),
        blocks.field(
            "Who covers",
            _COVER,
            blocks.person_select(_COVER, chosen),
            hint="They are asked while the owner is away. Empty: nobody covers any more.",
            optional=True,
        ),
        blocks.field(
            "Last day",
            _UNTIL,
            blocks.date_select(_UNTIL, until or (account.cover_until if account else None)),
            hint="The cover ends by itself after it. Empty: it holds until it is changed.",
            optional=True,
        ),
    ]
    return blocks.modal("Cover", body, callback_id=CALLBACK, submit="Save", close="Cancel")


def parse(view: Block) -> CoverEntry:
    state = State(view)
    scope: Scope = "all" if state.option(_SCOPE, _SCOPE) == "all" else "one"
    account_id = account_select.parse(state)
    errors = {}
    if scope == "one" and account_id is None:
        errors[account_select.BLOCK] = "Please choose an account."
    return CoverEntry(
        scope=scope,
        account_id=account_id,
        cover=state.user(_COVER, _COVER),
        until=_date(state.date(_UNTIL, _UNTIL)),
        errors=errors,
    )


def block_of(field: str) -> str:
    """The block under which an error of a field is shown."""
    return _UNTIL if field == "until" else _COVER


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def told(covered: Covered) -> Message:
    """What holds now."""
    what = f"*{inert(covered.name)}*" if covered.name is not None else count(covered.accounts, "account")
    if covered.cover is None:
        text = f"Nobody covers {what} any more."
    else:
        until = f" until {day(covered.until)}" if covered.until else ""
        whose = owner_text(covered.owner) if covered.owner else "its owner"
        text = f"{mention(covered.cover)} covers {what}{until}: they are asked while {whose} is away."
    return message(without_bold(text), [blocks.section(text)])


def told_modal(covered: Covered) -> Block:
    return blocks.modal("Cover", told(covered).blocks, callback_id="cover_told", close="Done")


def example() -> Covered:
    return Covered(name="Acme, Inc.", owner="U01ANNA", cover="U02BERT", until=date(2026, 12, 24))
