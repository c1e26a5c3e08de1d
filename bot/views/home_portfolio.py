"""The Home of whoever leads: the map, coverage, open alerts, movers and what is overdue, for a team or for all."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

from pydantic import Field

from bot.views import blocks, buttons, home_alerts, movers, picture, portfolio
from bot.views.home_alerts import OwnAlert, alert_blocks
from bot.views.message import Block, Data
from bot.views.movers import Movement
from bot.views.picture import ShownPicture
from bot.views.query import OWNER, Query
from bot.views.text import count, day, owner_text
from cmi_core.cells import CELLS, GRIDS


class Late(Data):
    """One owner's overdue accounts; ``days`` is how long the oldest has been waiting."""

    owner: str | None
    accounts: int
    days: int


class Overview(Data):
    """The state of a part of the portfolio in one look.

    ``owners`` are those whose accounts it is about, None for everybody's. ``late`` is None where figures of single
    owners aren't this person's to see. ``weekly``: whether they get the weekly report, None where nobody does.
    """

    kind: Literal["portfolio"] = "portfolio"
    owners: tuple[str, ...] | None = None
    map: str = "quadrants"
    cells: dict[str, int] = Field(default_factory=dict)
    accounts: int = 0
    fresh_cmi: int = 0
    fresh_chs: int = 0
    alerts: int = 0
    free: int = 0
    snoozed: int = 0
    undecided: int = 0
    longest: tuple[OwnAlert, ...] = ()
    movement: Movement | None = None
    late: tuple[Late, ...] | None = None
    weekly: bool | None = None
    picture: ShownPicture | None = None


def body(shown: Overview, now: datetime) -> list[Block]:
    """The blocks below the menus; the first is the header."""
    head = blocks.header("Portfolio")
    if not shown.accounts:
        whose = "Your team has" if shown.owners is not None else "There are"
        return [head, blocks.section(f"{whose} no customers yet. Add one below, or see Set-up for more.")]
    query = Query(filters=tuple((OWNER, owner) for owner in shown.owners or ()))
    found = [head, blocks.section("\n".join(_facts(shown)), _plain(portfolio.open_button(query)))]
    found += [blocks.section(portfolio.grid(shown.map, shown.cells)), *picture.optional(shown.picture)]
    found += _alerts(shown, now)
    found += _movement(shown.movement, query) if shown.movement else []
    found += _late(shown.late, query) if shown.late is not None else []
    return found + ([_weekly(wanted=shown.weekly)] if shown.weekly is not None else [])


def _facts(shown: Overview) -> list[str]:
    placed = sum(shown.cells.get(cell, 0) for cell in _order(shown.map))
    named = [(cell, shown.cells.get(cell, 0)) for cell in _order(shown.map)]
    cells = ", ".join(f"{number} {CELLS[cell].name}" for cell, number in named if number)
    lines = [f"{count(shown.accounts, 'customer')}, {placed} on the map{f': {cells}' if cells else ''}."]
    lines += [
        f"{label}: {number} of {shown.accounts} {portfolio.bar(Fraction(number, shown.accounts))}"
        for label, number in (("Fresh CMI", shown.fresh_cmi), ("Fresh health", shown.fresh_chs))
    ]
    return lines


def _order(kind: str) -> list[str]:
    return [cell for row in GRIDS[kind].values() for cell in row]


def _alerts(shown: Overview, now: datetime) -> list[Block]:
    head = blocks.header("Open alerts")
    if not shown.alerts:
        return [head, blocks.section("None. Nobody stands in Save or Let Churn unattended.")]
    facts = [f"{count(shown.alerts, 'alert')} open"]
    facts.append(f"{shown.free} that nobody is on" if shown.free else "somebody is on each of them")
    facts += [f"{shown.snoozed} put off"] if shown.snoozed else []
    facts += [f"{shown.undecided} in Let Churn without a decision"] if shown.undecided else []
    found = [head, blocks.section(f"{', '.join(facts)}.")]
    if shown.longest:
        found.append(blocks.context("Waiting longest:"))
    for alert in shown.longest:
        found += alert_blocks(alert, now)
    return found


def _movement(movement: Movement, query: Query) -> list[Block]:
    text = f"Since {day(movement.since)}: {movement.risen} up, {movement.fallen} down."
    found = [
        blocks.header("Movers this quarter"),
        blocks.section(text, _plain(movers.open_button(query.showing(movers.UP)))),
    ]
    for title, moves in (("Most up", movement.up), ("Most down", movement.down)):
        if moves:
            found.append(blocks.section("\n".join([f"*{title}*", *map(movers.move_text, moves)])))
    return found


def _plain(button: Block) -> Block:
    """Not the one thing to do here, so it doesn't stand out."""
    return {key: value for key, value in button.items() if key != "style"}


def _late(late: Sequence[Late], query: Query) -> list[Block]:
    lines = [late_text(each) for each in late] or ["Nothing is overdue."]
    button = portfolio.round_button(query)
    return [blocks.header("Overdue by owner"), blocks.section("\n".join(lines), button)]


def _weekly(*, wanted: bool) -> Block:
    return blocks.actions(buttons.stop_weekly("Stop the weekly report") if wanted else buttons.start_weekly())


def late_text(late: Late) -> str:
    """One line of mrkdwn."""
    return f"{owner_text(late.owner)}: {late.accounts} overdue, the longest by {count(late.days, 'day')}"


def example() -> Overview:
    shown = movers.example()
    cells: Mapping[str, int] = {"retain": 12, "expand_and_leverage": 24, "let_churn": 4, "save": 8}
    return Overview(
        cells=dict(cells),
        accounts=52,
        fresh_cmi=40,
        fresh_chs=45,
        alerts=12,
        free=3,
        snoozed=1,
        undecided=2,
        longest=(home_alerts.example().model_copy(update={"claimed_by": None}),),
        movement=Movement(since=date(2026, 9, 30), up=shown.moves, risen=5, fallen=1),
        late=(Late(owner="U01ANNA", accounts=3, days=12), Late(owner=None, accounts=1, days=2)),
        weekly=True,
    )
