"""The portfolio: where customers stand, cut by segments and owners, over time, and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.errors import NotAllowed, UserError
from bot.flows import fresh, permissions, rounds
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.store import portfolio, workspaces
from bot.store.access import Sight
from bot.store.database import Database
from bot.store.portfolio import Scope, ValueCount
from bot.views.account_form import SEGMENTS
from bot.views.portfolio import Average, CellLine, Cut, Group, Map, OutcomeLine, Outcomes, OverTime, Portfolio, Quarter
from bot.views.query import MAP, OUTCOMES, OWNER, ROUND, TIME, Query
from bot.views.rounds import Round
from bot.workspace_settings import WorkspaceSettings
from cmi_core.cadence import add_months
from cmi_core.freshness import fresh_since
from cmi_core.portfolio import mean, outcomes, shares

QUARTERS = 4


def look(db: Database, now: datetime, actor: Actor, query: Query) -> Portfolio:
    """What a query asks for. UserError for a filter that fits nothing, NotAllowed for somebody else's figures."""
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        asked = Asked(session, now, actor, settings, query, scope_of(session, now, actor, settings, query))
        if query.show == MAP:
            return _map(asked)
        if query.show == TIME:
            return _over_time(asked)
        if query.show == OUTCOMES:
            return _outcomes(asked)
        if query.show == ROUND:
            return _round(asked)
        return _cut(asked)


@dataclass(frozen=True)
class Asked:
    """One question about the portfolio, inside a transaction."""

    session: Session
    now: datetime
    actor: Actor
    settings: WorkspaceSettings
    query: Query
    scope: Scope


def scope_of(session: Session, now: datetime, actor: Actor, settings: WorkspaceSettings, query: Query) -> Scope:
    """The customers that the query's filters leave. Values are matched whatever their case."""
    wanted: dict[str, list[str]] = {}
    for key, value in query.filters:
        wanted.setdefault(key, []).append(value)
    owners = wanted.pop(OWNER, None)
    if owners is not None:
        _require_may_see(session, actor, settings, owners)
    sight = permissions.sight(session, now, actor, settings)
    segments = {key: _spelled(session, sight, key, values) for key, values in wanted.items()}
    return Scope(actor.workspace_id, None if owners is None else tuple(owners), segments, sight)


def visible_owners(session: Session, actor: Actor, settings: WorkspaceSettings) -> tuple[str, ...] | None:
    """Whose counts a person may see: one's own and one's reports'; None, everybody's, for admins and leaders."""
    who = permissions.standing_of(session, actor, settings)
    if who.role == "leader" or (who.admin and settings.admins):
        return None
    return (actor.user, *portfolio.reports(session, actor.workspace_id, actor.user))


def _require_may_see(session: Session, actor: Actor, settings: WorkspaceSettings, owners: Iterable[str]) -> None:
    visible = visible_owners(session, actor, settings)
    if visible is not None and not set(owners) <= set(visible):
        raise NotAllowed(
            "Figures of one owner are for that owner, their manager, leaders and admins. Try /cmi portfolio owner=me"
        )


def _spelled(session: Session, sight: Sight, key: str, values: Iterable[str]) -> list[str]:
    known = portfolio.spellings(session, sight, key)
    found = []
    for value in values:
        same = [each for each in known if each.casefold() == value.casefold()]
        if not same:
            raise UserError(_no_such_value(key, value, known))
        found += same
    return found


def _no_such_value(key: str, value: str, known: list[str]) -> str:
    by_key = {each.casefold(): each for each in known}
    near = [by_key[each] for each in get_close_matches(value.casefold(), by_key, n=3)] or known[:5]
    offer = f" There is: {', '.join(near)}." if near else " No account says it yet."
    return f"No account has “{value[:60]}” as its {SEGMENTS[key].lower()}.{offer}"


def _map(asked: Asked) -> Map:
    cmi_since = fresh.cmi_since(asked.session, asked.actor.workspace_id, asked.settings, asked.now)
    chs_since = fresh_since("chs", asked.now, asked.settings.freshness)
    found = portfolio.cells(asked.session, asked.scope, cmi_since, chs_since)
    totals = {row.cell: (row.accounts, _amount(row.revenue)) for row in found}
    spread = shares(asked.settings.map, totals)
    # How mature one owner's customers are is that owner's alone to see; leaders see how many there are.
    settled, onboarding = _averages(asked) if set(asked.scope.owners or ()) <= {asked.actor.user} else ({}, {})
    on_map = {cell.id for cell in asked.settings.map.cells}
    placed = [row for row in found if row.cell in on_map]
    return Map(
        query=asked.query,
        kind=asked.settings.map.kind,
        cells=tuple(
            CellLine(
                cell=each.cell_id,
                accounts=each.accounts,
                share=each.share,
                revenue=_money(each.revenue),
                revenue_share=each.revenue_share,
            )
            for each in spread.cells
        ),
        accounts=sum(row.accounts for row in found),
        unplaced=spread.unplaced,
        no_rating=sum(row.no_rating for row in found),
        incomplete=sum(row.incomplete for row in found),
        no_health=sum(row.no_health for row in found),
        fresh_cmi=sum(row.fresh_cmi for row in found),
        fresh_chs=sum(row.fresh_chs for row in found),
        fresh_both=sum(row.fresh_both for row in found),
        provisional=sum(row.accounts - row.fresh_both for row in placed),
        average=settled.get(None, Average()),
        onboarding=onboarding.get(None, Average()),
    )


def _round(asked: Asked) -> Round:
    today = local_day(asked.settings, asked.now)
    return rounds.read(asked.session, asked.settings, _of_visible_owners(asked), asked.query, today)


def _of_visible_owners(asked: Asked) -> Scope:
    """The scope without the figures of owners that aren't this person's to see."""
    visible = visible_owners(asked.session, asked.actor, asked.settings)
    if visible is None or asked.scope.owners is not None:
        return asked.scope
    return replace(asked.scope, owners=visible)


def _cut(asked: Asked) -> Cut:
    by = asked.query.show
    scope = _of_visible_owners(asked) if by == OWNER else asked.scope
    rows = portfolio.groups(asked.session, scope, by)
    narrowed = Asked(asked.session, asked.now, asked.actor, asked.settings, asked.query, scope)
    settled, onboarding = _averages(narrowed, by)
    groups = []
    for label in sorted({row.group for row in rows}, key=lambda each: (each is None, (each or "").casefold())):
        own = [row for row in rows if row.group == label]
        seen = by != OWNER or label == asked.actor.user
        groups.append(
            Group(
                label=label,
                accounts=sum(row.accounts for row in own),
                counts={row.cell: row.accounts for row in own if row.cell is not None},
                revenue=sum((row.revenue or Decimal() for row in own), Decimal()),
                average=settled.get(label, Average()) if seen else None,
                onboarding=onboarding.get(label, Average()) if seen else None,
            )
        )
    return Cut(query=asked.query, kind=asked.settings.map.kind, groups=tuple(groups))


def _averages(asked: Asked, by: str | None = None) -> tuple[dict[str | None, Average], dict[str | None, Average]]:
    """Means by group: of established customers, and apart from them of those in onboarding."""
    scales = _Scales(asked.session)
    cmi = [row._replace(value=scales.on_default(row)) for row in portfolio.cmi_values(asked.session, asked.scope, by)]
    chs = portfolio.chs_values(asked.session, asked.scope, by)
    return _means(cmi, chs, onboarding=False), _means(cmi, chs, onboarding=True)


def _means(cmi: list[ValueCount], chs: list[ValueCount], *, onboarding: bool) -> dict[str | None, Average]:
    def of(rows: list[ValueCount], label: str | None) -> Fraction | None:
        own = (row for row in rows if row.group == label and row.onboarding == onboarding)
        return mean((row.value, row.accounts) for row in own)

    labels = {row.group for row in (*cmi, *chs) if row.onboarding == onboarding}
    return {label: Average(cmi=of(cmi, label), chs=of(chs, label)) for label in labels}


class _Scales:
    """Brings a CMI from its framework's scale to 1-5, so that those of several frameworks can be averaged."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int | None, tuple[int, int]] = {None: (1, 5)}

    def on_default(self, row: ValueCount) -> Fraction:
        if row.framework_id is not None and row.framework_id not in self._known:
            self._known[row.framework_id] = workspaces.framework_by_id(self._session, row.framework_id).scale
        low, high = self._known[row.framework_id]
        return 1 + (row.value - low) * 4 / (high - low)


def _over_time(asked: Asked) -> OverTime:
    today = local_day(asked.settings, asked.now)
    days = [*quarter_ends(today, QUARTERS), None]
    quarters = []
    for day in days:
        instant = asked.now if day is None else _end_of(day, asked.settings)
        counts = portfolio.cells_at(asked.session, asked.scope, instant)
        quarters.append(Quarter(on=day or today, now=day is None, counts=counts))
    return OverTime(query=asked.query, kind=asked.settings.map.kind, quarters=tuple(quarters))


def quarter_ends(today: date, number: int) -> list[date]:
    """The last days of the last calendar quarters that are over, oldest first."""
    begun = date(today.year, today.month - (today.month - 1) % 3, 1)
    return [add_months(begun, -3 * back) - timedelta(days=1) for back in reversed(range(number))]


def _end_of(day: date, settings: WorkspaceSettings) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(settings.zone))


def _outcomes(asked: Asked) -> Outcomes:
    today = local_day(asked.settings, asked.now)
    since = add_months(today, -12)
    start = datetime.combine(since, time(), ZoneInfo(asked.settings.zone))
    found = portfolio.events(asked.session, asked.scope, start, asked.now)
    stood = portfolio.stood_in(asked.session, asked.scope, start, asked.now)
    rows = outcomes(stood, {(cell, kind): number for (cell, kind), number in found.items() if cell is not None})
    return Outcomes(
        query=asked.query,
        since=since,
        lines=tuple(
            OutcomeLine(
                cell=row.cell_id,
                accounts=row.accounts,
                churned=row.churned,
                rate=row.rate,
                renewed=row.renewed,
                expanded=row.expanded,
            )
            for row in rows
        ),
        unplaced=sum(number for (cell, _), number in found.items() if cell is None),
        events=sum(found.values()),
    )


def _amount(value: Decimal | None) -> Fraction:
    return Fraction(value or 0)


def _money(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / value.denominator
