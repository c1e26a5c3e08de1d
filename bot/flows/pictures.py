"""Pictures of the portfolio, of what somebody may see of it: each as a drawing, with its words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import charts
from bot.charts.data import AccountPoint, Column, Cuts, DistributionChart, MapChart, Place
from bot.charts.map_layout import named
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.flows.movers import MONTHS
from bot.flows.portfolio import scope_of
from bot.store import pictures, workspaces
from bot.store.database import Database
from bot.store.pictures import PointRow
from bot.store.tables import Assessment
from bot.views import alt
from bot.views.cells import cell_order
from bot.views.movers import Move
from bot.views.picture import Drawing
from bot.views.portfolio import Map, OverTime, Portfolio, quarter_title
from bot.views.query import OWNER, Query
from bot.views.text import day
from bot.workspace_settings import WorkspaceSettings
from cmi_core import Framework, score
from cmi_core.cadence import add_months
from cmi_core.health import Health
from cmi_core.matrix import MapSettings, Scale

MOST_POINTS = 600
"""More than that no picture shows apart; the largest are drawn, the figures are of all."""


def of_portfolio(db: Database, now: datetime, actor: Actor, shown: Portfolio) -> Drawing | None:
    """The picture of a portfolio's window; None where that way of looking at it has none."""
    if isinstance(shown, Map):
        return of_map(db, now, actor, shown.query, {line.cell: line.accounts for line in shown.cells})
    return over_time(shown) if isinstance(shown, OverTime) else None


def of_map(db: Database, now: datetime, actor: Actor, query: Query, counts: Mapping[str, int]) -> Drawing | None:
    """The map with the customers that a query leaves as points; ``counts`` are theirs by cell.

    None where nobody is on the map, and for one other owner's customers: how mature they are is that owner's to see.
    Raises as `portfolio.look` does.
    """
    owners = {value for key, value in query.filters if key == OWNER}
    if not any(counts.values()) or (len(owners) == 1 and owners != {actor.user}):
        return None
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        since = query.since or add_months(local_day(settings, now), -MONTHS)
        instant = datetime.combine(since + timedelta(days=1), time(), ZoneInfo(settings.zone))
        rows = pictures.points(session, scope_of(session, now, actor, settings, query), MOST_POINTS)
        points = _points(session, settings, rows, instant)
    chart = MapChart(
        kind=settings.map.kind,
        cuts=cuts_of(settings.map, settings.map.cmi_cuts),
        points=tuple(points),
        counts={cell: counts.get(cell, 0) for cell in cell_order(settings.map.kind)},
        since=day(since),
    )
    names = named(chart)
    return Drawing(
        chart="map",
        values=chart.model_dump(mode="json"),
        alt=alt.of_map(chart.kind, chart.counts, since, _moves(points), [name for _, name in names]),
        caption=alt.numbers([each for each in names if not charts.drawable(each[1])]),
    )


def over_time(shown: OverTime) -> Drawing | None:
    """The cells over the quarters; None where nobody stood in any."""
    if not any(any(quarter.counts.values()) for quarter in shown.quarters):
        return None
    columns = (Column(title=quarter_title(quarter), counts=quarter.counts) for quarter in shown.quarters)
    chart = DistributionChart(kind=shown.kind, columns=tuple(columns))
    return Drawing(chart="distribution", values=chart.model_dump(mode="json"), alt=alt.over_time(shown))


def cuts_of(settings: MapSettings, cmi: Iterable[Fraction]) -> Cuts:
    """The map's cuts as a picture draws them, those of the CMI on the scale that it shows."""
    return Cuts(
        cmi=tuple(map(float, cmi)),
        chs=tuple(map(float, settings.chs_cuts)),
        cmi_margin=float(settings.cmi_margin),
        chs_margin=float(settings.chs_margin),
    )


@dataclass(frozen=True)
class _Earlier:
    """What was known of the accounts at an instant, by account."""

    cells: Mapping[int, str | None]
    health: Mapping[int, Health]
    assessments: Mapping[int, Assessment]


def _points(
    session: Session, settings: WorkspaceSettings, rows: Sequence[PointRow], instant: datetime
) -> list[AccountPoint]:
    ids = [row.account_id for row in rows]
    assessed = pictures.assessed_before(session, ids, instant)
    earlier = _Earlier(
        cells=pictures.cells_before(session, ids, instant),
        health=pictures.health_before(session, ids, instant, settings.counting_source),
        assessments={each.account_id: each for each in assessed},
    )
    used = {row.framework_id for row in rows} | {each.framework_id for each in assessed}
    frameworks = {row_id: workspaces.framework_by_id(session, row_id) for row_id in used}
    points = []
    for row in rows:
        framework = frameworks[row.framework_id]
        at = Place(
            cmi=float(_on_map(row.cmi, framework.scale)), chs=float(settings.map.height(row.chs_label or row.chs))
        )
        before = _before(settings.map, row, earlier, frameworks)
        points.append(
            AccountPoint(
                name=row.name,
                at=at,
                cell=row.cell,
                revenue=float(row.revenue or 0),
                before=before if before != at else None,
                from_cell=earlier.cells.get(row.account_id),
            )
        )
    return points


def _before(
    settings: MapSettings, row: PointRow, earlier: _Earlier, frameworks: Mapping[int, Framework]
) -> Place | None:
    """Where the account stood; reckoned by the framework of its present score, so that new weights move nobody."""
    assessment, health = earlier.assessments.get(row.account_id), earlier.health.get(row.account_id)
    if earlier.cells.get(row.account_id) is None or assessment is None or health is None:
        return None
    framework = frameworks[row.framework_id]
    if not framework.asks_the_same_as(frameworks[assessment.framework_id]):
        return None
    cmi = score(framework, assessment.ratings).cmi
    if cmi is None:
        return None
    return Place(cmi=float(_on_map(cmi, framework.scale)), chs=float(settings.height(health)))


def _on_map(cmi: Fraction, scale: Scale) -> Fraction:
    low, high = scale
    return 1 + (cmi - low) * 4 / (high - low)


def _moves(points: Iterable[AccountPoint]) -> list[Move]:
    return [
        Move(account_id=0, name=point.name, from_cell=point.from_cell, to_cell=point.cell)
        for point in points
        if point.from_cell is not None and point.from_cell != point.cell
    ]
