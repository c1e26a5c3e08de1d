"""The buttons that stand in several messages and windows. Each carries the account's (or episode's) id as its value."""

from typing import Literal

from bot.views.blocks import button
from bot.views.message import Block

RATE = "rate_account"
HEALTH = "enter_health"
OPEN = "open_account"
ASSIGN = "assign_account"
CLAIM = "claim_episode"
MORE = "more_of_account"
OUTCOME = "record_outcome"
REOPEN = "reopen_account"
ADD = "add_account"
PICK = "pick_account"
SETTINGS = "open_settings"
HELP = "show_help"

Style = Literal["primary", "danger"] | None


def rate(account_id: int, name: str, style: Style = None) -> Block:
    return button("Rate", RATE, str(account_id), label=f"Rate {name}", style=style)


def health(account_id: int, name: str) -> Block:
    return button("Enter health", HEALTH, str(account_id), label=f"Enter the health of {name}")


def open_account(account_id: int, name: str) -> Block:
    return button("Open account", OPEN, str(account_id), label=f"Open {name}")


def assign(account_id: int, name: str) -> Block:
    return button("Assign", ASSIGN, str(account_id), label=f"Assign {name} to somebody")


def more(account_id: int, name: str) -> Block:
    """Opens the window with everything else; to add to it see `bot.views.more`."""
    return button("More…", MORE, str(account_id), label=f"More about {name}")


def outcome(account_id: int, name: str) -> Block:
    return button("Outcome", OUTCOME, str(account_id), label=f"What became of {name}")


def reopen(account_id: int, name: str) -> Block:
    return button("Reopen", REOPEN, str(account_id), label=f"Reopen {name}")


def claim(episode_id: int, name: str) -> Block:
    return button("I'm on it", CLAIM, str(episode_id), label=f"I'm on it: {name}", style="primary")


def add(name: str, style: Style = None) -> Block:
    return button("Add it", ADD, name, label=f"Add {name} as a new account", style=style)


def add_first() -> Block:
    return button("Add an account", ADD, label="Add a new account")


def settings() -> Block:
    return button("Settings", SETTINGS)


def show_help() -> Block:
    return button("Help", HELP, label="What CMI Bot can do")


def pick(purpose: str) -> Block:
    """Opens the window in which an account is chosen."""
    return button("Choose an account", PICK, purpose, style="primary")
