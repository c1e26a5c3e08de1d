"""The windows about the whole portfolio and about outcomes, for the gallery."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from bot.views import (
    alt,
    card,
    config_summary,
    explain,
    figures,
    history,
    more,
    movers,
    notes,
    outcome_form,
    picture,
    portfolio,
    report,
    rounds,
    share_form,
    weekly,
    whatif,
)
from bot.views.home_portfolio import Late
from bot.views.message import Block, Message
from bot.views.picture import Drawing, ShownPicture
from bot.views.portfolio import Average, Cut, Group, Map, OutcomeLine, Outcomes, OverTime, Quarter
from bot.views.query import OUTCOMES, OWNER, ROUND, TIME, Query
from bot.views.report import Report
from bot.views.standing import Standing
from bot.views.text import inert
from cmi_core import default_map, load_framework
from cmi_core.cells import CELLS, GRIDS

DAY = date(2026, 8, 12)
NOON = datetime(2026, 8, 12, 12, tzinfo=UTC)


def views(name: str, number: int, standing: Standing) -> list[Block]:
    query = Query(filters=(("size", name), ("owner", name), ("owner", "U01ANNA")), since=DAY)
    outcome = outcome_form.Outcome(account_id=7, kind="churned", on=DAY, note=name * 5)
    shown = [portfolio.build(each) for each in portfolios(name, number, query)]
    return [
        *shown,
        *pictured(name, number, query),
        *(movers.build(each) for each in moved(name, number, query)),
        *trials(name, number),
        notes.loading_modal("Portfolio"),
        outcome_form.build(standing, DAY),
        outcome_form.confirm(outcome, standing),
        outcome_form.saved(outcome, standing),
        outcome_form.reopen(standing),
        outcome_form.reopened(standing),
        more.build(card.Card(standing=standing.model_copy(update={"churned_on": NOON}))),
    ]


def messages(name: str) -> list[Message]:
    query = Query(filters=(("size", name),))
    return [
        notes.too_slow(portfolio.open_button(query)),
        notes.too_slow(movers.open_button(query)),
        notes.too_slow(share_form.post_button(share_form.Shared(query=query))),
        *reports(name),
    ]


def pictured(name: str, number: int, query: Query) -> list[Block]:
    """Windows with their pictures, and the form that shares them."""
    shown = ShownPicture(file_id="F01MAP0000", alt=name * 20, caption=alt.numbers([(1, name)] * number))
    told = explain.example()
    return [
        portfolio.build(portfolio.example(), shown),
        portfolio.build(portfolio.example(), picture.example()),
        history.modal(history.example(), shown),
        explain.modal(told, shown),
        share_form.build(share_form.Shared(query=query)),
    ]


def reports(name: str) -> list[Message]:
    """The figures shared, at each level; with more days and longer names than Slack's charts take."""
    days = [(DAY + timedelta(days=place), float(place % 5)) for place in range(130)]
    drawing = Drawing(chart="map", values={}, alt=name * 20)
    shared = [
        report.example(),
        Report(title=name, figures=(figures.of_map(portfolio.example(), drawing),), by="U01ANNA"),
        *(
            Report(
                title=name,
                opening=inert(name),
                figures=(figures.over_time(each, drawing), figures.trend(days, days, drawing)),
            )
            for each in portfolios(name, 1000, Query())
            if isinstance(each, OverTime)
        ),
    ]
    shared += [weekly.report(each, drawing) for each in weeks(name)]
    shown = ShownPicture(file_id="F01MAP0000", alt=name * 20, caption=inert(name))
    return [report.render(each, level, {0: shown}) for each in shared for level in report.Level]


def weeks(name: str) -> list[weekly.Weekly]:
    """A week with all that can be told, one in which nothing happened, and one for somebody who sees no owners."""
    full = weekly.example()
    into = [weekly.Arrived(name=name, from_cell=None, to_cell=cell) for cell in (*CELLS, None) for _ in range(9)]
    longest = tuple(weekly.Waiting(name=name, cell="save", since=NOON) for _ in range(3))
    late = tuple(Late(owner=f"U{index:08}", accounts=1000, days=300) for index in range(9))
    alerts = full.alerts.model_copy(update={"longest": longest})
    most = {"moved": tuple(into), "alerts": alerts, "late": late, "ownerless": 1, "team": None}
    return [
        full,
        full.model_copy(update=most),
        weekly.Weekly(since=DAY, now=NOON, map=full.map),
        full.model_copy(update={"late": None}),
    ]


def moved(name: str, number: int, query: Query) -> list[movers.Movers]:
    line = movers.LiftLine(label=name, accounts=number, mean=Fraction(-1, 3))
    move = movers.example().moves[0].model_copy(update={"name": name})
    many = number + movers.PAGE + 1
    full = {"lift": line, "onboarding": line, "own": line, "other_scale": number}
    first = movers.Movers.model_validate(
        {"query": query.showing(movers.UP), "since": DAY, "moves": (move,) * many, **full}
    )
    return [
        movers.example(),
        first,
        first.model_copy(update={"query": query.showing(movers.CELLS).turned(1)}),
        movers.Movers(query=query.showing("stage"), since=DAY, lines=(line,) * many),
        movers.Movers(query=query.showing(movers.DOWN), since=DAY),
    ]


def trials(name: str, number: int) -> list[Block]:
    counts = dict.fromkeys(CELLS, number * 1000)
    tried = whatif.Tried(cmi=Fraction(3), chs=Fraction(51), cell="save", held=("health 51: moves up at 53",))
    shown = [whatif.menu()]
    for framework in map(load_framework, ("maor-wittgen", "waterstone-2016")):
        answers: dict[str, int | None] = {criterion.id: framework.lowest for criterion in framework.criteria}
        form = whatif.AccountForm(account_id=7, name=name, framework=framework, answers=answers, chs=Fraction(125, 3))
        shown += [whatif.account(form), whatif.account(form, tried), whatif.account(form, whatif.Tried())]
        shown.append(whatif.weights(framework))
    for kind in ("quadrants", "nine"):
        effect = config_summary.example()
        done = whatif.Counts(effect=effect, kind_before="nine", kind=kind, before=counts, after=counts)
        shown.append(whatif.cuts(default_map("nine" if kind == "nine" else "quadrants"), done))
    return shown


def portfolios(name: str, number: int, query: Query) -> list[portfolio.Portfolio]:
    counts = dict.fromkeys(CELLS, number * 1000)
    average = Average(cmi=Fraction(71, 30), chs=Fraction(200, 3))
    groups = tuple(
        Group(
            label=None if index == 1 else name,
            accounts=number * 9000,
            counts=counts,
            revenue=Decimal(10) ** 12,
            average=average if index else None,
            onboarding=average,
        )
        for index in range(number + portfolio.PAGE + 1)
    )
    quarters = tuple(Quarter(on=DAY, now=index == 4, counts=counts) for index in range(5))
    lines = [
        OutcomeLine(cell=cell, accounts=number, churned=1, rate=Fraction(1, 3), renewed=2, expanded=3) for cell in CELLS
    ]
    found: list[portfolio.Portfolio] = [portfolio.example(), Map(query=query, kind="nine", cells=(), accounts=0)]
    for kind in GRIDS:
        found += [
            Cut(query=query.showing("size"), kind=kind, groups=groups),
            Cut(query=query.showing(OWNER), kind=kind, groups=groups),
            Cut(query=query.showing(OWNER).turned(1), kind=kind, groups=groups),
            OverTime(query=query.showing(TIME), kind=kind, quarters=quarters),
        ]
    outcomes = {"since": DAY, "unplaced": number, "events": number}
    found.append(Outcomes.model_validate({"query": query.showing(OUTCOMES), "lines": lines, **outcomes}))
    found.append(Outcomes(query=query.showing(OUTCOMES), since=DAY, lines=(), unplaced=0, events=40))
    return [*found, *asked(name, number, query)]


def asked(name: str, number: int, query: Query) -> list[portfolio.Portfolio]:
    """The round of a quarter: with many people and teams, on both pages, and without anything."""
    shown = rounds.example()
    line = shown.owners[0].model_copy(update={"asked": number * 1000, "overdue": number})
    many = tuple(line.model_copy(update={"who": f"U{index:08}"}) for index in range(number + rounds.PAGE + 1))
    full = {"query": query.showing(ROUND), "owners": many, "teams": (*many, line.model_copy(update={"who": None}))}
    first = shown.model_copy(update=full)
    none = rounds.Round(query=query.showing(ROUND), first=DAY, last=DAY)
    return [shown, first, first.model_copy(update={"query": query.showing(ROUND).turned(1)}), none]
