"""The portfolio's window: the map with its counts, cuts by segment and owner, the last quarters, and outcomes."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from bot.views import blocks, rounds, share_form
from bot.views.account_form import SEGMENTS
from bot.views.cells import cell_order, short_name
from bot.views.message import Block, Data
from bot.views.picture import ShownPicture, optional
from bot.views.query import MAP, OUTCOMES, OWNER, ROUND, TIME, Query
from bot.views.rounds import Round
from bot.views.share_form import Shared
from bot.views.text import cmi_text, count, day, inert, mention
from cmi_core.cells import GRIDS
from cmi_core.display import one_decimal

CALLBACK = "portfolio"
SHOW, NEXT, BACK, OPEN = "portfolio_show", "portfolio_next", "portfolio_back", "open_portfolio"
OPEN_ROUND = "open_round"
PAGE = 8
FEW_EVENTS = 30
_BAR = 10

SHOWN: Mapping[str, str] = {
    MAP: "The map",
    **{key: f"By {name.lower()}" for key, name in SEGMENTS.items()},
    OWNER: "By owner",
    TIME: "Over time",
    OUTCOMES: "Outcomes",
    ROUND: "Round of the quarter",
}


class CellLine(Data):
    """One cell's part; shares 0..1 of the accounts on the map and of their recurring revenue."""

    cell: str
    accounts: int
    share: Fraction
    revenue: Decimal
    revenue_share: Fraction


class Average(Data):
    """Mean CMI on 1-5 and mean health on 0-100; None where there is none."""

    cmi: Fraction | None = None
    chs: Fraction | None = None


class Map(Data):
    """Where a part of the portfolio stands today.

    ``average`` is of established customers, ``onboarding`` of those in onboarding: they are not mixed.
    """

    query: Query
    kind: str
    cells: tuple[CellLine, ...]
    accounts: int
    unplaced: int = 0
    no_rating: int = 0
    incomplete: int = 0
    no_health: int = 0
    fresh_cmi: int = 0
    fresh_chs: int = 0
    fresh_both: int = 0
    provisional: int = 0
    average: Average = Average()
    onboarding: Average = Average()


class Group(Data):
    """One value of a segment, or one owner; None: none given. Averages are None where they are not this person's."""

    label: str | None
    accounts: int
    counts: dict[str, int]
    revenue: Decimal
    average: Average | None = None
    onboarding: Average | None = None


class Cut(Data):
    """The portfolio in groups, by what ``query.show`` names."""

    query: Query
    kind: str
    groups: tuple[Group, ...]


class Quarter(Data):
    """Counts per cell at the end of a day, or now."""

    on: date
    now: bool
    counts: dict[str, int]


class OverTime(Data):
    """The last quarter ends and today, oldest first."""

    query: Query
    kind: str
    quarters: tuple[Quarter, ...]


class OutcomeLine(Data):
    """What became of the accounts that stood in a cell; ``rate`` is the share that churned, 0..1."""

    cell: str
    accounts: int
    churned: int
    rate: Fraction
    renewed: int
    expanded: int


class Outcomes(Data):
    """Outcomes since a day; ``unplaced`` are those of accounts that stood in no cell."""

    query: Query
    since: date
    lines: tuple[OutcomeLine, ...]
    unplaced: int
    events: int


Portfolio = Map | Cut | OverTime | Outcomes | Round


def build(portfolio: Portfolio, picture: ShownPicture | None = None) -> Block:
    """The window, with the menu that shows the portfolio in another way; the picture follows when Slack has it."""
    query = portfolio.query
    if isinstance(portfolio, Map):
        body = _map(portfolio)
    elif isinstance(portfolio, Cut):
        body = _cut(portfolio)
    elif isinstance(portfolio, OverTime):
        body = _over_time(portfolio)
    elif isinstance(portfolio, Round):
        body = [*rounds.body(portfolio), *_rounds_turns(portfolio)]
    else:
        body = _outcomes(portfolio)
    options = [blocks.option(text, key) for key, text in SHOWN.items()]
    chosen = next((option for option in options if option["value"] == query.show), options[0])
    menu: Block = {"type": "static_select", "action_id": SHOW, "options": options, "initial_option": chosen}
    head = blocks.section(
        f"*{SHOWN.get(query.show, SHOWN[MAP])}*" + (f"\n{query.markup}" if query.filters else ""), menu
    )
    shared = [share_form.buttons(Shared(query=query))] if _is_shared(portfolio) else []
    body = [head, *optional(picture), *body, *shared]
    return blocks.modal("Portfolio", body, callback_id=CALLBACK, metadata=query.model_dump_json())


def _rounds_turns(shown: Round) -> list[Block]:
    before = shown.query.model_copy(update={"since": shown.first - timedelta(days=1), "page": 0})
    turns = _turns(shown.query.page, rounds.PAGE, len(shown.owners))
    return [blocks.actions(*turns, blocks.button("The quarter before", OPEN_ROUND, before.model_dump_json()))]


def summary(portfolio: Map | OverTime) -> str:
    """The same figures as one text, for a message."""
    body = _map(portfolio) if isinstance(portfolio, Map) else _over_time(portfolio)
    return "\n".join(block["text"]["text"] for block in body if block["type"] == "section")


def _is_shared(portfolio: Portfolio) -> bool:
    """The map and the quarters can be shown to others; the rest is for who looks."""
    return bool(portfolio.accounts) if isinstance(portfolio, Map) else isinstance(portfolio, OverTime)


def open_button(query: Query) -> Block:
    """Opens the window after all."""
    return blocks.button("Open the portfolio", OPEN, query.model_dump_json(), style="primary")


def round_button(query: Query) -> Block:
    """Opens the window on the round of the quarter."""
    return blocks.button("Round of the quarter", OPEN_ROUND, query.showing(ROUND).model_dump_json())


def _map(shown: Map) -> list[Block]:
    if not shown.accounts:
        return [blocks.section("No customers here yet.")]
    by_cell = {line.cell: line for line in shown.cells}
    body = [blocks.section(grid(shown.kind, {cell: line.accounts for cell, line in by_cell.items()}))]
    body += [blocks.section(_cell_line(line)) for line in shown.cells]
    body.append(blocks.section("\n".join(_facts(shown))))
    return body


def grid(kind: str, counts: Mapping[str, int]) -> str:
    """The map as a small table: health up, maturity across."""
    rows = GRIDS[kind]  # the highest health first
    lines = ["health \\ CMI" + "".join(band.value.rjust(9) for band in reversed(list(rows)))]
    for band, cells in rows.items():
        lines.append(band.value.ljust(12) + "".join(str(counts.get(cell, 0)).rjust(9) for cell in cells))
    return "```" + "\n".join(lines) + "```"


def _cell_line(line: CellLine) -> str:
    revenue = f" · revenue {_money(line.revenue)} ({percent(line.revenue_share)})" if line.revenue else ""
    accounts = f"{count(line.accounts, 'account')}, {percent(line.share)}{revenue}"
    return f"*{short_name(line.cell)}*  {accounts}\n{bar(line.share)}"


def bar(share: Fraction) -> str:
    """A share of 0..1 as ten signs; anything above nothing shows at least one."""
    full = int(share * _BAR + Fraction(1, 2)) if share else 0
    full = max(full, 1) if share else 0
    return "▇" * full + "▁" * (_BAR - full)


def _facts(shown: Map) -> list[str]:
    facts = [f"{count(shown.accounts, 'customer')}, {shown.accounts - shown.unplaced} of them on the map."]
    if shown.unplaced:
        reasons = (
            (shown.no_rating, "not rated"),
            (shown.incomplete, "rated with too many “Not known”"),
            (shown.no_health, "without a health score"),
        )
        why = ", ".join(f"{number} {text}" for number, text in reasons if number)
        facts.append(f"{shown.unplaced} not on the map{f': {why}' if why else ''}.")
    facts.append(
        f"Fresh: CMI {_of(shown.fresh_cmi, shown.accounts)}, health {_of(shown.fresh_chs, shown.accounts)}, "
        f"both {_of(shown.fresh_both, shown.accounts)}."
    )
    if shown.provisional:
        facts.append(f"Provisional, because a score is old: {shown.provisional}.")
    facts += _average_lines(shown.average, shown.onboarding)
    return facts


def _average_lines(average: Average | None, onboarding: Average | None) -> list[str]:
    found = (("Average", average), ("In onboarding, kept apart", onboarding))
    return [f"{label}: {_average(each)}." for label, each in found if each is not None and each != Average()]


def _average(average: Average) -> str:
    parts = []
    if average.cmi is not None:
        parts.append(f"CMI {cmi_text(average.cmi)}")
    if average.chs is not None:
        parts.append(f"health {one_decimal(average.chs)}")
    return ", ".join(parts)


def _cut(shown: Cut) -> list[Block]:
    if not shown.groups:
        return [blocks.section("No customers here yet.")]
    start = shown.query.page * PAGE
    body = [blocks.section(_group(group, shown)) for group in shown.groups[start : start + PAGE]]
    turns = _turns(shown.query.page, PAGE, len(shown.groups))
    return [*body, blocks.actions(*turns)] if turns else body


def _turns(page: int, size: int, number: int) -> list[Block]:
    turns = [blocks.button("Back", BACK)] if page else []
    return [*turns, blocks.button("Next", NEXT)] if (page + 1) * size < number else turns


def _group(group: Group, shown: Cut) -> str:
    if shown.query.show == OWNER:
        name = mention(group.label) if group.label else "Nobody yet"
    else:
        name = inert(group.label) if group.label else "Not given"
    revenue = f" · revenue {_money(group.revenue)}" if group.revenue else ""
    cells = " · ".join(
        f"{short_name(cell)} {group.counts[cell]}" for cell in cell_order(shown.kind) if group.counts.get(cell)
    )
    unplaced = group.accounts - sum(group.counts.get(cell, 0) for cell in cell_order(shown.kind))
    places = " · ".join(part for part in (cells, f"not on the map {unplaced}" if unplaced else "") if part)
    lines = [f"*{name}*  {count(group.accounts, 'customer')}{revenue}", places]
    return "\n".join([*lines, *_average_lines(group.average, group.onboarding)])


def _over_time(shown: OverTime) -> list[Block]:
    order = cell_order(shown.kind)
    titles = [quarter_title(quarter) for quarter in shown.quarters]
    lines = [" " * 21 + "".join(title.rjust(7) for title in titles)]
    for cell in order:
        numbers = (str(quarter.counts.get(cell, 0)).rjust(7) for quarter in shown.quarters)
        lines.append(short_name(cell).ljust(21) + "".join(numbers))
    others = [sum(n for cell, n in quarter.counts.items() if cell not in order) for quarter in shown.quarters]
    if any(others):
        lines.append("Cells of another map".ljust(21) + "".join(str(number).rjust(7) for number in others))
    return [
        blocks.section("```" + "\n".join(lines) + "```"),
        blocks.context("Customers in each cell at the ends of the last quarters. Who churned counts until that day."),
    ]


def quarter_title(quarter: Quarter) -> str:
    """Jun 26, or now."""
    return "now" if quarter.now else f"{quarter.on:%b %y}"


def _outcomes(shown: Outcomes) -> list[Block]:
    body = []
    if shown.events < FEW_EVENTS:
        body.append(
            blocks.section(f"Only {count(shown.events, 'outcome')} so far: under {FEW_EVENTS} a rate says little.")
        )
    for line in shown.lines:
        others = f"renewed {line.renewed}, expanded {line.expanded}"
        churned = f"{line.churned} of {count(line.accounts, 'account')} churned ({percent(line.rate)})"
        body.append(blocks.section(f"*{short_name(line.cell)}*  {churned}, {others}"))
    if shown.unplaced:
        body.append(blocks.section(f"{count(shown.unplaced, 'outcome')} of accounts that were not on the map."))
    note = (
        f"By the cell in which an account stood, since {day(shown.since)}; an account that moved stands in each of its "
        "cells. Record outcomes on an account's card: More…, Outcome."
    )
    return [*body, blocks.context(note)]


def _of(part: int, whole: int) -> str:
    return f"{part} ({percent(Fraction(part, whole))})" if whole else "0"


def percent(share: Fraction) -> str:
    """12.5 %, of a share of 0..1."""
    return f"{one_decimal(share * 100)} %"


def _money(amount: Decimal) -> str:
    return f"{amount:,.0f}"


def example() -> Map:
    lines = [
        CellLine(
            cell="retain", accounts=12, share=Fraction(1, 4), revenue=Decimal(480_000), revenue_share=Fraction(1, 5)
        ),
        CellLine(
            cell="expand_and_leverage",
            accounts=24,
            share=Fraction(1, 2),
            revenue=Decimal(1_440_000),
            revenue_share=Fraction(3, 5),
        ),
        CellLine(cell="let_churn", accounts=4, share=Fraction(1, 12), revenue=Decimal(0), revenue_share=Fraction(0)),
        CellLine(cell="save", accounts=8, share=Fraction(1, 6), revenue=Decimal(480_000), revenue_share=Fraction(1, 5)),
    ]
    return Map(
        query=Query(filters=(("size", "Enterprise"), ("owner", "U01ANNA"))),
        kind="quadrants",
        cells=tuple(lines),
        accounts=52,
        unplaced=4,
        no_rating=2,
        incomplete=1,
        no_health=3,
        fresh_cmi=40,
        fresh_chs=45,
        fresh_both=36,
        provisional=12,
        average=Average(cmi=Fraction(71, 30), chs=Fraction(64)),
        onboarding=Average(cmi=Fraction(2)),
    )
