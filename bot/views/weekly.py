"""The weekly report: how a part of the portfolio stands and what happened in it, as figures and in words."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from bot.views import figures, home_portfolio, portfolio, rounds
from bot.views.cells import cell_name, cell_order
from bot.views.home_portfolio import Late
from bot.views.message import Data
from bot.views.picture import Drawing
from bot.views.portfolio import Map
from bot.views.query import Query
from bot.views.report import Figure, Report
from bot.views.rounds import Round
from bot.views.text import ago, count, day, inert

_NAMED = 5
_OWNERS = 5


class Arrived(Data):
    """One account that stands in another cell than a week ago; a cell is None off the map."""

    name: str
    from_cell: str | None = None
    to_cell: str | None = None


class Waiting(Data):
    """An open alert that nobody is on."""

    name: str
    cell: str
    since: datetime


class Alerts(Data):
    """The open alerts: ``free`` of them nobody is on or has put off, ``longest`` are the first of those."""

    open: int = 0
    free: int = 0
    put_off: int = 0
    undecided: int = 0
    longest: tuple[Waiting, ...] = ()


class Weekly(Data):
    """The week that began with ``since``, told on ``now``.

    ``team`` is how many people the part of the portfolio belongs to, None: to everybody. ``late`` is None where figures
    of single owners aren't the reader's to see. ``ownerless`` accounts belong to nobody who is here.
    """

    since: date
    now: datetime
    team: int | None = None
    map: Map
    moved: tuple[Arrived, ...] = ()
    alerts: Alerts = Alerts()
    late: tuple[Late, ...] | None = ()
    ownerless: int = 0
    round: Round | None = None


def report(weekly: Weekly, drawing: Drawing | None) -> Report:
    """The message; ``drawing`` is the map with the week's moves."""
    whose = "all customers" if weekly.team is None else f"your team of {weekly.team}"
    texts = (_moved(weekly), _alerts(weekly), _late(weekly), _round(weekly.round))
    return Report(
        title="The week in your portfolio",
        opening=f"Since {day(weekly.since)}, {whose}. {_coverage(weekly.map)}",
        figures=(*(Figure(text=text) for text in texts if text), figures.of_map(weekly.map, drawing)),
        # A query counts from the end of its day.
        weekly=Query(filters=weekly.map.query.filters, since=weekly.since - timedelta(days=1)),
    )


def _coverage(shown: Map) -> str:
    def of(fresh: int) -> str:
        return f"{fresh} of {shown.accounts} ({portfolio.percent(Fraction(fresh, shown.accounts))})"

    return (
        f"Rated in time: {of(shown.fresh_cmi)}. Fresh health: {of(shown.fresh_chs)}. "
        f"Both, and so on the map for sure: {of(shown.fresh_both)}."
    )


def _moved(weekly: Weekly) -> str:
    if not weekly.moved:
        return "*Who moved*\nNobody changed cell."
    order = [*cell_order(weekly.map.kind), None]
    into: dict[str | None, list[Arrived]] = {}
    for each in weekly.moved:
        into.setdefault(each.to_cell if each.to_cell in order else None, []).append(each)
    lines = [_into(cell, into[cell]) for cell in order if cell in into]
    return "\n".join([f"*Who moved*: {count(len(weekly.moved), 'customer')}", *lines])


def _into(cell: str | None, moved: Sequence[Arrived]) -> str:
    named = [f"{inert(each.name)} (from {cell_name(each.from_cell)})" for each in moved[:_NAMED]]
    more = len(moved) - len(named)
    others = f" and {count(more, 'other')}" if more else ""
    where = f"Into {cell_name(cell)}" if cell else "Off the map"
    return f"{where}, {len(moved)}: {', '.join(named)}{others}"


def _alerts(weekly: Weekly) -> str:
    alerts = weekly.alerts
    if not alerts.open:
        return "*Open alerts*: none"
    facts = [f"*Open alerts*: {alerts.open}", f"nobody is on {alerts.free} of them" if alerts.free else ""]
    facts += [f"{alerts.put_off} put off" if alerts.put_off else ""]
    facts += [f"{alerts.undecided} in Let Churn without a decision" if alerts.undecided else ""]
    lines = [", ".join(filter(None, facts))]
    lines += [
        f"{inert(each.name)}, {cell_name(each.cell)}, opened {ago(each.since, weekly.now)}" for each in alerts.longest
    ]
    return "\n".join(lines)


def _late(weekly: Weekly) -> str:
    verb = "belongs" if weekly.ownerless == 1 else "belong"
    ownerless = f"{count(weekly.ownerless, 'customer')} {verb} to nobody who is here." if weekly.ownerless else ""
    if weekly.late is None:
        return ownerless and f"*Without an owner*\n{ownerless}"
    total = sum(each.accounts for each in weekly.late)
    lines = [f"*Overdue for a rating*: {total or 'none'}"]
    lines += [home_portfolio.late_text(each) for each in weekly.late[:_OWNERS]]
    others = weekly.late[_OWNERS:]
    if others:
        lines.append(f"{count(len(others), 'other owner')}: {sum(each.accounts for each in others)} overdue")
    return "\n".join(filter(None, [*lines, ownerless]))


def _round(shown: Round | None) -> str:
    said = rounds.summary(shown) if shown else ""
    return f"*This quarter's round*\n{said}" if said else ""


def example() -> Weekly:
    noon = datetime(2026, 11, 23, 10, tzinfo=UTC)
    longest = Waiting(name="Acme, Inc.", cell="save", since=datetime(2026, 10, 30, 9, tzinfo=UTC))
    return Weekly(
        since=date(2026, 11, 16),
        now=noon,
        team=4,
        map=portfolio.example(),
        moved=(
            Arrived(name="Acme, Inc.", from_cell="retain", to_cell="save"),
            Arrived(name="Globex", from_cell="save", to_cell="expand_and_leverage"),
        ),
        alerts=Alerts(open=12, free=3, put_off=1, undecided=2, longest=(longest,)),
        late=(Late(owner="U01ANNA", accounts=3, days=12), Late(owner=None, accounts=1, days=2)),
        ownerless=2,
        round=rounds.example(),
    )
