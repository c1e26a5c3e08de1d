"""The app's Home: one of its tabs, with the menus that change what it shows. What each tab holds is in `home_*.py`."""

from datetime import datetime

from pydantic import Field

from bot.views import blocks, buttons, home_accounts, home_portfolio, home_setup, home_state, home_words
from bot.views.home_accounts import Accounts
from bot.views.home_portfolio import Overview
from bot.views.home_setup import Setup
from bot.views.home_state import LISTS, SCOPES, TABS, HomeState, Scope, Tab
from bot.views.message import Block, Data
from bot.views.picture import ShownPicture


class Home(Data):
    """One person's Home. ``state`` says what of it is shown; ``tabs`` and ``scopes`` are those that they may choose.

    ``can_add``: whether this person may add accounts.
    """

    state: HomeState = HomeState(tab="accounts")
    tabs: tuple[Tab, ...] = ("accounts",)
    scopes: tuple[Scope, ...] = ()
    can_add: bool = True
    shown: Accounts | Overview | Setup = Field(discriminator="kind")

    def pictured(self, picture: ShownPicture) -> "Home":
        """The same with the picture of its map."""
        return self.model_copy(update={"shown": self.shown.model_copy(update={"picture": picture})})


def build(home: Home, now: datetime) -> Block:
    title, *rest = _body(home, now)
    menus = _menus(home)
    head = [title, blocks.actions(*menus)] if menus else [title]
    return {**blocks.home([*head, *rest, *_foot(home)]), "private_metadata": home.state.model_dump_json()}


def _body(home: Home, now: datetime) -> list[Block]:
    shown = home.shown
    if isinstance(shown, Accounts):
        return home_accounts.body(shown, home.state, now)
    return home_portfolio.body(shown, now) if isinstance(shown, Overview) else home_setup.body(shown)


def _menus(home: Home) -> list[Block]:
    state, shown, menus = home.state, home.shown, []
    if len(home.tabs) > 1:
        menus.append(home_state.menu(home_state.TAB, {each: TABS[each] for each in home.tabs}, state.tab))
    if isinstance(shown, Overview) and len(home.scopes) > 1:
        menus.append(home_state.menu(home_state.SCOPE, {each: SCOPES[each] for each in home.scopes}, state.scope))
    if isinstance(shown, Accounts) and shown.total:
        lists: dict[str, str] = {only: f"{text} ({shown.counts.get(only, 0)})" for only, text in LISTS.items()}
        menus.append(home_state.menu(home_state.ONLY, lists, state.only))
    return menus if isinstance(shown, Setup) else [*menus, buttons.find()]


def _foot(home: Home) -> list[Block]:
    add = [buttons.add_first()] if home.can_add and not isinstance(home.shown, Setup) else []
    here = isinstance(home.shown, Accounts) and home.shown.total and home.shown.away_until is None
    away = [buttons.away()] if here else []
    return [blocks.divider(), blocks.actions(*add, *away, home_words.button(), buttons.show_help())]


def example() -> Home:
    return Home(tabs=("accounts", "portfolio", "setup"), shown=home_accounts.example())
