"""The menu of accounts that several forms share, and the options that fill it."""

from collections.abc import Iterable

from bot.views import blocks, limits
from bot.views.message import Block
from bot.views.standing import Standing
from bot.views.state import State

SEARCH = "pick_account_search"
BLOCK = "account"
_PLACEHOLDER = "Type a part of its name"


def field(chosen: Standing | None = None, *, optional: bool = False) -> Block:
    initial = None if chosen is None else _option(chosen)
    menu = blocks.search_select(SEARCH, _PLACEHOLDER, initial)
    return blocks.field("Account", BLOCK, menu, optional=optional)


def several(chosen: Standing | None = None) -> Block:
    """The same for up to as many accounts as Slack's menu takes."""
    initial = [] if chosen is None else [_option(chosen)]
    return blocks.field("Accounts", BLOCK, blocks.search_several(SEARCH, _PLACEHOLDER, initial))


def options(found: Iterable[Standing]) -> list[Block]:
    """The accounts for Slack's menu, at most as many as it takes."""
    return [_option(standing) for standing in found][: limits.OPTIONS]


def parse(state: State) -> int | None:
    """The id of the chosen account; None where none was chosen."""
    return account_id(state.option(BLOCK, SEARCH))


def parse_several(state: State) -> tuple[int, ...]:
    """The ids of the chosen accounts."""
    found = map(account_id, state.options(BLOCK, SEARCH))
    return tuple(each for each in found if each is not None)


def account_id(value: str | None) -> int | None:
    """An id as buttons and options carry it; None for anything else."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 19 else None


def _option(standing: Standing) -> Block:
    return blocks.option(standing.name, str(standing.account_id))
