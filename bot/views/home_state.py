"""What somebody looks at in the app's Home, and the controls that change it.

The Home carries it unseen, for what is pressed there. It is stored as well, since the Home is also published anew
without anything being pressed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field, ValidationError

from bot.views import blocks
from bot.views.message import Block, Data

TAB, ONLY, SCOPE = "home_tab", "home_only", "home_scope"
NEXT, BACK, ALL = "home_next", "home_back", "home_all"

Tab = Literal["accounts", "portfolio", "setup"]
Only = Literal["all", "due", "save", "let_churn", "stale", "unrated", "no_health"]
Scope = Literal["team", "everyone"]

TABS: Mapping[Tab, str] = {"accounts": "My accounts", "portfolio": "Portfolio", "setup": "Set-up"}
SCOPES: Mapping[Scope, str] = {"team": "My team", "everyone": "Everyone"}
LISTS: Mapping[Only, str] = {
    "all": "All",
    "due": "Due",
    "save": "Save",
    "let_churn": "Let Churn",
    "stale": "Old scores",
    "unrated": "No CMI",
    "no_health": "No health",
}


class HomeState(Data):
    """``tab`` and ``scope`` are None where nothing was chosen yet, ``page`` counts from 0, ``on`` is the day of it."""

    tab: Tab | None = None
    only: Only = "all"
    page: int = Field(default=0, ge=0, le=1_000_000)
    scope: Scope | None = None
    on: date | None = None

    @property
    def is_start(self) -> bool:
        """Whether the list of accounts is shown whole and from its beginning."""
        return self.only == "all" and self.page == 0

    def as_of(self, today: date) -> "HomeState":
        """The same on its day; on a later one the list begins anew, with what needs attention."""
        return self if self.on == today else HomeState(tab=self.tab, scope=self.scope, on=today)

    def changed(self, **what: object) -> "HomeState":
        """The same with something else chosen, from the first page unless one is named.

        What is none of the choices that there are (of another version) changes nothing.
        """
        try:
            return HomeState.model_validate({**self.model_dump(), "page": 0, **what})
        except ValidationError:
            return self


def read(written: object) -> HomeState:
    """The state as a Home or the database has it; whatever another version wrote reads as nothing chosen."""
    try:
        if isinstance(written, str):
            return HomeState.model_validate_json(written)
        return HomeState.model_validate(written)
    except ValidationError:
        return HomeState()


def menu(action_id: str, choices: Mapping[str, str], chosen: str | None) -> Block:
    """One of the Home's menus, which act at once."""
    options = [blocks.option(text, value) for value, text in choices.items()]
    first = next((option for option in options if option["value"] == chosen), options[0])
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": blocks.plain("What to show"),
        "options": options,
        "initial_option": first,
    }


def turns(page: int, *, more: bool) -> list[Block]:
    """The buttons that turn pages; each names the page that it leads to, so that two clicks turn once."""
    found = [blocks.button("Back", BACK, str(page - 1), label="The accounts before")] if page else []
    return [*found, blocks.button("Next", NEXT, str(page + 1), label="The accounts after")] if more else found


def show_all(state: HomeState) -> Block:
    """Back to the beginning."""
    text = "To the beginning" if state.only == "all" else "Show all"
    return blocks.button(text, ALL, label="Show all my accounts from the beginning")
