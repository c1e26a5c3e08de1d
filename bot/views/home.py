"""The app's Home: a person's own accounts, what is due, and what is left to set up."""

from datetime import datetime

from bot.views import blocks, buttons, limits
from bot.views.message import Block, Data
from bot.views.standing import Standing, line
from bot.views.standing import example as standing_example
from bot.views.text import count, escape


class Home(Data):
    """One person's Home. ``accounts`` is sorted by what needs them first; ``total`` and ``due`` count all of theirs."""

    user: str
    accounts: tuple[Standing, ...] = ()
    total: int = 0
    due: int = 0
    is_admin: bool = False
    setup_gaps: tuple[str, ...] = ()
    everyone_new: bool = False


_WELCOME = (
    "*Welcome to CMI Bot*\n"
    "It keeps two numbers for each account: the CMI (Customer Maturity Index) says how able a customer is to draw "
    "value from the product, the health score says how the relation is doing. Together they give the account a place "
    "on the map, and each place a play."
)
_FIRST_STEPS = (
    "*How to begin*\n"
    "1. Add an account: the button below, or /cmi new.\n"
    "2. Rate it: about two minutes.\n"
    "3. Enter its health score, 0 to 100."
)


def build(home: Home, now: datetime) -> Block:
    body: list[Block] = []
    if home.everyone_new or not home.accounts:
        body.append(blocks.section(_WELCOME))
    if home.everyone_new:
        body.append(blocks.section(_FIRST_STEPS))
    if home.is_admin and home.setup_gaps:
        gaps = "\n".join(f"• {escape(gap)}" for gap in home.setup_gaps)
        body.append(blocks.section(f"*Left to set up*\n{gaps}", buttons.settings()))
    body += [blocks.header("Your accounts"), blocks.section(_summary(home))]
    body += [_row(standing, now) for standing in home.accounts[: limits.HOME_ACCOUNTS]]
    hidden = max(home.total, len(home.accounts)) - min(len(home.accounts), limits.HOME_ACCOUNTS)
    if hidden > 0:
        body.append(blocks.context(f"{count(hidden, 'more account')} not shown here. Find one with /cmi account Name."))
    body.append(_actions(home))
    return blocks.home(body)


def _summary(home: Home) -> str:
    if home.total == 0:
        return "None yet. You can add one, or an admin can assign one to you."
    due = f"{home.due} due for a rating" if home.due else "nothing due today"
    return f"{count(home.total, 'account')}, {due}."


def _row(standing: Standing, now: datetime) -> Block:
    return blocks.section(line(standing, now), buttons.rate(standing.account_id, standing.name))


def _actions(home: Home) -> Block:
    elements = [buttons.add_first(), buttons.show_help()]
    if home.is_admin and not home.setup_gaps:
        elements.append(buttons.settings())
    return blocks.actions(*elements)


def example() -> Home:
    return Home(
        user="U01ANNA",
        accounts=(standing_example(), Standing(account_id=8, name="Globex", owner="U01ANNA", missing=("cmi", "chs"))),
        total=2,
        due=1,
        is_admin=True,
        setup_gaps=("No alert channel is set yet.",),
    )
