"""Who moved up and down since a day: lifting customers' maturity is the aim."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.flows.portfolio import scope_of
from bot.store import portfolio, workspaces
from bot.store.database import Database
from bot.store.portfolio import ONBOARDING, MovedCell, Reassessed, Scope
from bot.views.movers import CELLS, CRITERIA, DOWN, UP, LiftLine, Move, Movement, Movers
from bot.views.query import Query
from cmi_core import Framework, score
from cmi_core.cadence import add_months
from cmi_core.portfolio import lift, lift_by_criterion

MONTHS = 3


@dataclass(frozen=True)
class Change:
    """A customer rated again: its CMI then and now by the same framework, on that framework's scale."""

    row: Reassessed
    framework: Framework
    before: Fraction

    @cached_property
    def by(self) -> Fraction:
        return self.row.cmi - self.before

    @cached_property
    def lifted(self) -> Fraction:
        """The change on the scale 1-5, so that frameworks can be averaged."""
        low, high = self.framework.scale
        return self.by * 4 / (high - low)

    @property
    def onboarding(self) -> bool:
        return str(self.row.segments.get("stage", "")).casefold() == ONBOARDING


def look(db: Database, now: datetime, actor: Actor, query: Query) -> Movers:
    """What a query asks for; raises as `portfolio.look` does. Without a day: since three months ago."""
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        scope = scope_of(session, now, actor, settings, query)
        since = query.since or add_months(local_day(settings, now), -MONTHS)
        instant = datetime.combine(since + timedelta(days=1), time(), ZoneInfo(settings.zone))
        rows = portfolio.reassessed(session, scope, instant)
        changes, other_scale = _comparable(session, rows)
        moved = portfolio.moved_cells(session, scope, instant)
    shown = _Shown(query, changes, {each.account_id: each for each in moved})
    # How much one owner lifted their customers is theirs alone to see.
    lift_visible = scope.owners is None or set(scope.owners) == {actor.user}
    established = [change for change in changes if not change.onboarding]
    return Movers(
        query=query,
        since=since,
        moves=shown.moves(),
        lines=shown.lines() if lift_visible else (),
        up=sum(change.by > 0 for change in changes),
        down=sum(change.by < 0 for change in changes),
        unchanged=sum(change.by == 0 for change in changes),
        cells=len(moved),
        lift=_line(established) if lift_visible else None,
        onboarding=_line([change for change in changes if change.onboarding]) if lift_visible else None,
        own=_line([change for change in established if change.row.owner == actor.user]),
        other_scale=other_scale,
    )


def largest(session: Session, scope: Scope, instant: datetime, since: date, number: int) -> Movement:
    """The largest changes of CMI since an instant, which is how `since` begins."""
    changes, _ = _comparable(session, portfolio.reassessed(session, scope, instant))
    ups = _Shown(Query(show=UP), changes, {}).moves()
    downs = _Shown(Query(show=DOWN), changes, {}).moves()
    return Movement(since=since, up=ups[:number], down=downs[:number], risen=len(ups), fallen=len(downs))


def _comparable(session: Session, rows: Iterable[Reassessed]) -> tuple[list[Change], int]:
    """Both sheets scored by the framework of the present score, so that new weights lift nobody."""
    frameworks: dict[int, Framework] = {}

    def framework(row_id: int) -> Framework:
        if row_id not in frameworks:
            frameworks[row_id] = workspaces.framework_by_id(session, row_id)
        return frameworks[row_id]

    changes, others = [], 0
    for row in rows:
        used = framework(row.framework_id)
        before = (
            score(used, row.earlier_ratings).cmi if used.asks_the_same_as(framework(row.earlier_framework_id)) else None
        )
        if before is None:
            others += 1
        else:
            changes.append(Change(row, used, before))
    return changes, others


@dataclass(frozen=True)
class _Shown:
    """The list that a query shows, out of everything that moved."""

    query: Query
    changes: list[Change]
    moved: dict[int, MovedCell]

    def moves(self) -> tuple[Move, ...]:
        if self.query.show == CELLS:
            return tuple(Move(**each._asdict()) for each in self.moved.values())
        if self.query.show not in (UP, DOWN):
            return ()
        sign = 1 if self.query.show == UP else -1
        found = sorted(
            (change for change in self.changes if change.by * sign > 0),
            key=lambda each: (-abs(each.lifted), each.row.name.casefold()),
        )
        return tuple(self._move(change) for change in found)

    def _move(self, change: Change) -> Move:
        cell = self.moved.get(change.row.account_id)
        return Move(
            account_id=change.row.account_id,
            name=change.row.name,
            before=change.before,
            after=change.row.cmi,
            from_cell=cell.from_cell if cell else None,
            to_cell=cell.to_cell if cell else None,
        )

    def lines(self) -> tuple[LiftLine, ...]:
        if self.query.show == CRITERIA:
            return tuple(self._criteria())
        if self.query.show in (UP, DOWN, CELLS):
            return ()
        groups: defaultdict[str, list[Change]] = defaultdict(list)
        for change in self.changes:
            # Only a cut by stage shows customers in onboarding, in a group of their own.
            if self.query.show == "stage" or not change.onboarding:
                groups[str(change.row.segments.get(self.query.show) or "Not given")].append(change)
        return tuple(found for label in sorted(groups, key=str.casefold) if (found := _line(groups[label], label)))

    def _criteria(self) -> list[LiftLine]:
        by_framework: defaultdict[str, list[Change]] = defaultdict(list)
        for change in self.changes:
            by_framework[change.framework.id].append(change)
        found = []
        for changes in by_framework.values():
            names = {criterion.id: criterion.name for criterion in changes[0].framework.criteria}
            lifts = lift_by_criterion((change.row.earlier_ratings, change.row.ratings) for change in changes)
            found += [
                LiftLine(label=names.get(key, key), accounts=each.accounts, mean=each.mean)
                for key, each in lifts.items()
            ]
        return sorted(found, key=lambda line: -line.mean)


def _line(changes: Iterable[Change], label: str = "") -> LiftLine | None:
    found = lift(change.lifted for change in changes)
    return LiftLine(label=label, accounts=found.accounts, mean=found.mean) if found else None
