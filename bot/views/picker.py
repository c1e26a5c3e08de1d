"""The window that asks which account is meant: near matches as buttons, and a menu to search them all."""

from collections.abc import Callable, Mapping
from typing import Literal

from bot.errors import UserError
from bot.views import account_select, blocks, buttons, limits
from bot.views.message import Block
from bot.views.standing import Standing, headline
from bot.views.state import State
from bot.views.text import inert

CALLBACK = "pick_account"
SHORTCUT = "rate_account"
Purpose = Literal["score", "health", "account", "assign", "explain", "history", "whatif", "snooze", "cover"]

_BUTTONS: Mapping[Purpose, Callable[[int, str], Block]] = {
    "score": buttons.rate,
    "health": buttons.health,
    "account": buttons.open_account,
    "assign": buttons.assign,
    "explain": buttons.explain,
    "history": buttons.history,
    "whatif": buttons.what_if,
    "snooze": buttons.not_now,
    "cover": buttons.cover,
}
_QUESTIONS: Mapping[Purpose, str] = {
    "score": "Which account would you like to rate?",
    "health": "Whose health would you like to enter?",
    "account": "Which account would you like to see?",
    "assign": "Which account would you like to assign?",
    "whatif": "Which account would you like to try out?",
    "snooze": "Which rating would you like to put off?",
    "cover": "Which account shall somebody cover?",
    "explain": "Which account shall be explained?",
    "history": "Whose history would you like to see?",
}


def build(purpose: Purpose, query: str = "", matches: tuple[Standing, ...] = ()) -> Block:
    """The window; ``query`` is what was typed and not found."""
    intro = f"“{inert(query)}” isn't the name of an account. " if query else ""
    body = [blocks.section(intro + _QUESTIONS[purpose])]
    body += rows(purpose, matches)
    body.append(account_select.field())
    if query:
        body.append(blocks.actions(buttons.add(query)))
    return blocks.modal("Choose an account", body, callback_id=CALLBACK, submit="Continue", metadata=purpose)


def rows(purpose: Purpose, matches: tuple[Standing, ...]) -> list[Block]:
    """A line with a button for each match, at most eight."""
    button = _BUTTONS[purpose]
    return [
        blocks.section(f"*{each.title}*\n{headline(each)}", button(each.account_id, each.name))
        for each in matches[: limits.MATCHES]
    ]


def parse(view: Block) -> tuple[Purpose, int | dict[str, str]]:
    """What for, and which account; or what is missing by block id."""
    purpose = purpose_of(view.get("private_metadata"))
    account_id = account_select.parse(State(view))
    return purpose, account_id if account_id is not None else {account_select.BLOCK: "Please choose an account."}


def purpose_of(written: str | None) -> Purpose:
    """The purpose as windows and buttons carry it. UserError for one that an earlier version wrote."""
    for purpose in _QUESTIONS:
        if purpose == written:
            return purpose
    raise UserError("This window is too old. Please close it and start again.")
