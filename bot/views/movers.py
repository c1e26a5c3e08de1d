"""Who moved up and down since a day, and how much customers' maturity was lifted."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from bot.views import blocks
from bot.views.account_form import SEGMENTS
from bot.views.cells import cell_name
from bot.views.message import Block, Data
from bot.views.query import Query
from bot.views.text import cmi_text, count, day, inert
from cmi_core.display import one_decimal

CALLBACK = "movers"
SHOW, NEXT, BACK, OPEN = "movers_show", "movers_next", "movers_back", "open_movers"
UP, DOWN, CELLS, CRITERIA = "up", "down", "cells", "criteria"
PAGE = 12

SHOWN: Mapping[str, str] = {
    UP: "CMI up",
    DOWN: "CMI down",
    CELLS: "Changed cell",
    **{key: f"Lift by {name.lower()}" for key, name in SEGMENTS.items()},
    CRITERIA: "Lift by criterion",
}


class Move(Data):
    """One account's move; the CMI on its framework's scale, None where only the cell changed."""

    account_id: int
    name: str
    before: Fraction | None = None
    after: Fraction | None = None
    from_cell: str | None = None
    to_cell: str | None = None


class LiftLine(Data):
    """A mean change over some accounts: of the CMI (on 1-5), or of one criterion's level."""

    label: str
    accounts: int
    mean: Fraction


class Movers(Data):
    """Movement since the end of ``since``. ``lift`` is of established customers, ``onboarding`` is kept apart.

    Both are None, and so is ``own`` (the asking person's accounts), where there is none or it isn't theirs to see.
    ``other_scale`` counts accounts whose two assessments asked different questions.
    """

    query: Query
    since: date
    moves: tuple[Move, ...] = ()
    lines: tuple[LiftLine, ...] = ()
    up: int = 0
    down: int = 0
    unchanged: int = 0
    cells: int = 0
    lift: LiftLine | None = None
    onboarding: LiftLine | None = None
    own: LiftLine | None = None
    other_scale: int = 0


class Movement(Data):
    """The largest changes of CMI since a day, and how many there were."""

    since: date
    up: tuple[Move, ...] = ()
    down: tuple[Move, ...] = ()
    risen: int = 0
    fallen: int = 0


def build(movers: Movers) -> Block:
    """The window."""
    query = movers.query
    options = [blocks.option(text, key) for key, text in SHOWN.items()]
    chosen = next((option for option in options if option["value"] == query.show), options[0])
    menu: Block = {"type": "static_select", "action_id": SHOW, "options": options, "initial_option": chosen}
    head = f"*Since {day(movers.since)}*" + (f"\n{query.markup}" if query.filters else "")
    body = [blocks.section(head, menu), blocks.section("\n".join(_facts(movers)))]
    listed = [move_text(each) for each in movers.moves] or [_lift(each) for each in movers.lines]
    start = query.page * PAGE
    body += [blocks.section(line) for line in listed[start : start + PAGE]]
    if not listed:
        body.append(blocks.section("Nothing to show here."))
    turns = [blocks.button("Back", BACK)] if start else []
    turns += [blocks.button("Next", NEXT)] if start + PAGE < len(listed) else []
    if turns:
        body.append(blocks.actions(*turns))
    return blocks.modal("Movers", body, callback_id=CALLBACK, metadata=query.model_dump_json())


def open_button(query: Query) -> Block:
    """Opens the window after all."""
    return blocks.button("Open the movers", OPEN, query.model_dump_json(), style="primary")


def _facts(movers: Movers) -> list[str]:
    rated = count(movers.up + movers.down + movers.unchanged, "customer")
    facts = [f"{rated} rated again: {movers.up} up, {movers.down} down. {movers.cells} changed cell."]
    named = (("Lift of the CMI", movers.lift), ("In onboarding, kept apart", movers.onboarding), ("Yours", movers.own))
    facts += [f"{label}: {signed(each.mean)} on average of {each.accounts}." for label, each in named if each]
    if movers.other_scale:
        facts.append(f"{count(movers.other_scale, 'customer')} not compared: rated with other questions since.")
    return facts


def move_text(move: Move) -> str:
    """One line of mrkdwn: the account, its CMI then and now, its cell then and now."""
    parts = []
    if move.before is not None and move.after is not None:
        parts.append(f"CMI {cmi_text(move.before)} → {cmi_text(move.after)} ({signed(move.after - move.before)})")
    if move.from_cell != move.to_cell:
        parts.append(f"{cell_name(move.from_cell)} → {cell_name(move.to_cell)}")
    return f"*{inert(move.name)}*  {' · '.join(parts)}"


def _lift(line: LiftLine) -> str:
    return f"*{inert(line.label)}*  {signed(line.mean)} on average of {line.accounts}"


def signed(change: Fraction) -> str:
    """+0.3 or −0.3; what rounds to nothing has no sign."""
    shown = one_decimal(abs(change))
    if shown == "0.0":
        return shown
    return f"{'+' if change > 0 else '−'}{shown}"


def example() -> Movers:
    return Movers(
        query=Query(show=UP),
        since=date(2026, 5, 12),
        moves=(
            Move(
                account_id=7,
                name="Acme, Inc.",
                before=Fraction(12, 5),
                after=Fraction(16, 5),
                from_cell="retain",
                to_cell="expand_and_leverage",
            ),
        ),
        up=1,
        unchanged=4,
        cells=1,
        lift=LiftLine(label="", accounts=5, mean=Fraction(4, 25)),
        own=LiftLine(label="", accounts=2, mean=Fraction(-1, 5)),
    )
