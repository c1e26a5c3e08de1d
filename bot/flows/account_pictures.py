"""Pictures of one account: how its numbers went, and its categories beside those of customers like it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from statistics import median
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.charts.data import CategoriesChart, CategoryBar, Cuts, Stay, Tick, TrendChart, Value
from bot.flows import answers, permissions
from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.flows.pictures import cuts_of
from bot.flows.results import categories as scored
from bot.flows.standings import Reader
from bot.store import history, pictures, workspaces
from bot.store.access import Sight
from bot.store.database import Database
from bot.store.tables import Account, Assessment
from bot.views import alt
from bot.views.account_form import SEGMENTS
from bot.views.alt import CategoryLine, HealthPoint, Point
from bot.views.picture import Drawing
from bot.views.text import day
from cmi_core import Framework, score
from cmi_core.health import Health, Label
from cmi_core.matrix import MapSettings, cmi_cuts

_Value = TypeVar("_Value", Fraction, Health)

# Longer histories are read as text, page by page.
_LENGTH = 120
_SHORTEST = timedelta(days=30)
_STEPS = 4
_SHEETS = 5_000
# Fewer others are no segment to compare with, and their median would tell how single customers answered.
_FEWEST_ALIKE = 4
# The segment whose customers are most alike comes first.
_COMPARED_BY = ("industry", "size", "stage", "location", "use_case")


def trend(db: Database, now: datetime, actor: Actor, account_id: int) -> Drawing | None:
    """An account's CMI, health and cells over time; None before anything has changed. NotFound as `permissions.get`."""
    with db.read() as session:
        account = permissions.get(session, now, actor, account_id)
        reader = Reader(session, actor.workspace_id, now)
        framework, settings = reader.framework_of(account), reader.settings
        zone, today = ZoneInfo(settings.zone), local_day(settings, now)
        rated = _rated(session, framework, history.assessments(session, account.id, limit=_LENGTH))
        read = history.readings(session, account.id, limit=_LENGTH)
        stays = list(reversed(history.placements(session, account.id, limit=_LENGTH)))
        changes = pictures.configured(session, actor.workspace_id, account.created_at)
    counting = settings.counting_source
    counted = [each for each in reversed(read) if counting is None or each.source == counting]
    scores = [*((when.astimezone(zone).date(), value) for when, value in rated), *_today(today, account.cmi)]
    cmi = [Point(on=on, value=value) for on, value in _daily(scores)]
    healths = _daily((each.as_of.astimezone(zone).date(), each.health) for each in counted)
    chs = [HealthPoint(on=on, value=value) for on, value in healths]
    if len(cmi) < 2 and len(chs) < 2:
        return None
    cells = [(each.started_at.astimezone(zone).date(), each.cell) for each in stays]
    first = min([*(point.on for point in cmi), *(point.on for point in chs), *(on for on, _ in cells)])
    on_map = account.subject == "customer"
    chart = TrendChart(
        kind=settings.map.kind,
        cuts=cuts_of(settings.map, cmi_cuts(settings.map, framework.scale)) if on_map else Cuts(cmi=(), chs=()),
        scale=framework.scale,
        until=today,
        ticks=_ticks(min(first, today - _SHORTEST), today),
        cmi=tuple(Value(on=point.on, value=float(point.value)) for point in cmi),
        chs=tuple(_height(settings.map, point) for point in chs),
        stays=tuple(Stay(on=on, cell=cell) for on, cell in cells),
        configured=tuple(on for on in dict.fromkeys(at.astimezone(zone).date() for at in changes) if on >= first),
    )
    return Drawing(
        chart="trend",
        values=chart.model_dump(mode="json"),
        alt=alt.trend(account.name, cmi, chs, cells, chart.configured),
    )


def categories(db: Database, now: datetime, actor: Actor, account_id: int) -> Drawing | None:
    """An account's categories beside its rating before and its segment's median; None before the first rating."""
    with db.read() as session:
        account = permissions.get(session, now, actor, account_id)
        framework = Reader(session, actor.workspace_id, now).framework_of(account)
        rated = history.assessments(session, account.id, limit=2)
        if not rated or account.answers is None:
            return None
        before = rated[1] if len(rated) > 1 and _asks_the_same(session, framework, rated[1]) else None
        medians, segment = _medians(session, permissions.sight(session, now, actor), account, framework)
    present = score(framework, answers.unpack(framework, account.answers)).categories
    lines = [
        CategoryLine(name=each.name, now=present[each.id], before=earlier.before, median=medians.get(each.id))
        for each, earlier in zip(framework.categories, scored(framework, rated[0], before), strict=True)
    ]
    chart = CategoriesChart(scale=framework.scale, segment=segment, bars=tuple(map(_bar, lines)))
    return Drawing(
        chart="categories",
        values=chart.model_dump(mode="json"),
        alt=alt.categories(account.name, lines, segment),
        caption=alt.medians(lines, segment),
    )


def _rated(session: Session, framework: Framework, rows: Sequence[Assessment]) -> list[tuple[datetime, Fraction]]:
    """Oldest first, as they counted then, on the scale of the present framework."""
    (low, high), found = framework.scale, []
    for row in reversed(rows):
        if row.cmi is not None:
            earlier = workspaces.framework_by_id(session, row.framework_id).scale
            found.append((row.created_at, low + (row.cmi - earlier[0]) * (high - low) / (earlier[1] - earlier[0])))
    return found


def _today(today: date, cmi: Fraction | None) -> list[tuple[date, Fraction]]:
    """The present score: new weights may have changed it since the last rating."""
    return [] if cmi is None else [(today, cmi)]


def _daily(values: Iterable[tuple[date, _Value]]) -> list[tuple[date, _Value]]:
    """The last value of each day, oldest first; today's only where it is another than the one before."""
    points = list(dict(sorted(values, key=lambda each: each[0])).items())
    return points[:-1] if len(points) > 1 and points[-1][1] == points[-2][1] else points


def _ticks(first: date, last: date) -> tuple[Tick, ...]:
    days = (first + (last - first) * step / _STEPS for step in range(_STEPS + 1))
    return tuple(Tick(on=on, name=day(on)) for on in days)


def _height(settings: MapSettings, point: HealthPoint) -> Value:
    """Where health is drawn, by the present map; beside a label its band is written, since it has no number."""
    written = point.value.band.value if isinstance(point.value, Label) else ""
    return Value(on=point.on, value=float(settings.height(point.value)), written=written)


def _bar(line: CategoryLine) -> CategoryBar:
    def shown(value: Fraction | None) -> float | None:
        return None if value is None else float(value)

    return CategoryBar(name=line.name, now=shown(line.now), before=shown(line.before), median=shown(line.median))


def _asks_the_same(session: Session, framework: Framework, before: Assessment) -> bool:
    return framework.asks_the_same_as(workspaces.framework_by_id(session, before.framework_id))


def _medians(session: Session, sight: Sight, account: Account, framework: Framework) -> tuple[dict[str, Fraction], str]:
    """Each category's median among the customers of the account's first segment that has enough of them, else of all;
    and what that segment is called.
    """
    given = [key for key in _COMPARED_BY if account.segments.get(key)]
    for key in (*given, None):
        sheets = pictures.answers_like(session, sight, account, key, _SHEETS)
        if sum(number for _, number in sheets) >= _FEWEST_ALIKE:
            named = f"{SEGMENTS[key].lower()} {account.segments[key]}" if key else "all customers"
            return _median_by_category(framework, sheets), named
    return {}, ""


def _median_by_category(framework: Framework, sheets: Iterable[tuple[str, int]]) -> dict[str, Fraction]:
    by_category: dict[str, list[Fraction]] = {each.id: [] for each in framework.categories}
    for sheet, number in sheets:
        for category, mean in score(framework, answers.unpack(framework, sheet)).categories.items():
            by_category[category] += [mean] * number if mean is not None else []
    return {category: median(means) for category, means in by_category.items() if means}
