"""Who moved up and down since a day: lifting customers' maturity is the aim."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.flows.actor import Actor
from bot.flows.due_dates import local_day
from bot.flows.portfolio import scope_of
from bot.store import movers as store
from bot.store import workspaces
from bot.store.database import Database
from bot.store.movers import MovedCell, Reassessed
from bot.store.portfolio import Scope
from bot.views.movers import CELLS, CRITERIA, DOWN, UP, LiftLine, Move, Movement, Movers
from bot.views.query import Query
from cmi_core import Framework
from cmi_core.cadence import add_months
from cmi_core.portfolio import mean
from cmi_core.sheets import SheetScorer

MONTHS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A CMI then and now by the same framework, on its scale. Each is made once, however many customers it befell.

    `lifted` is the change on the scale 1-5, so that frameworks can be averaged; `sign` is -1, 0 or 1.
    """

    before: Fraction
    after: Fraction
    lifted: Fraction
    sign: int

    @classmethod
    def of(cls, framework: Framework, before: str, after: str) -> "Change":
        low, high = framework.scale
        by = Fraction(after) - Fraction(before)
        return cls(Fraction(before), Fraction(after), by * 4 / (high - low), (by > 0) - (by < 0))


Changed = tuple[Reassessed, Change]


def look(db: Database, now: datetime, actor: Actor, query: Query) -> Movers:
    """What a query asks for; raises as `portfolio.look` does. Without a day: since three months ago."""
    with db.read() as session:
        settings = workspaces.settings_of(session, actor.workspace_id)
        scope = scope_of(session, now, actor, settings, query)
        since = query.since or add_months(local_day(settings, now), -MONTHS)
        instant = datetime.combine(since + timedelta(days=1), time(), ZoneInfo(settings.zone))
        compared = _Compared(session, scope, instant, query.show)
        # How much one owner lifted their customers is theirs alone to see.
        lift_visible = scope.owners is None or set(scope.owners) == {actor.user}
        lines = compared.lines(query.show) if lift_visible else ()
        moved = store.moved_cells(session, scope, instant)
    changes = compared.changes
    signs = Counter(change.sign for _, change in changes)
    established = [change for row, change in changes if not row.onboarding]
    return Movers(
        query=query,
        since=since,
        moves=_moves(query.show, changes, moved),
        lines=lines,
        up=signs[1],
        down=signs[-1],
        unchanged=signs[0],
        cells=len(moved),
        lift=_line(established) if lift_visible else None,
        onboarding=_line(change for row, change in changes if row.onboarding) if lift_visible else None,
        own=_line(change for row, change in changes if row.owner == actor.user and not row.onboarding),
        other_scale=compared.others,
    )


def largest(session: Session, scope: Scope, instant: datetime, since: date, number: int) -> Movement:
    """The largest changes of CMI since an instant, which is how `since` begins."""
    changes = _Compared(session, scope, instant).changes
    ups, downs = _largest_first(UP, changes), _largest_first(DOWN, changes)
    return Movement(
        since=since,
        up=tuple(_move(each, {}) for each in ups[:number]),
        down=tuple(_move(each, {}) for each in downs[:number]),
        risen=len(ups),
        fallen=len(downs),
    )


class _Compared:
    """The customers that were rated again since an instant, and by how much their CMI changed.

    Both scores are by the framework of the present one, so that new weights lift nobody. `others` counts the customers
    whose two ratings asked different questions.
    """

    def __init__(self, session: Session, scope: Scope, instant: datetime, show: str = "") -> None:
        self._session, self._scope, self._instant = session, scope, instant
        self._framework = cache(lambda row_id: workspaces.framework_by_id(session, row_id))
        self._asks_the_same = cache(lambda a, b: a == b or self._framework(a).asks_the_same_as(self._framework(b)))
        rows = store.reassessed(session, scope, instant, show)
        before = self._rescored(rows)
        change = cache(lambda row_id, then, now: Change.of(self._framework(row_id), then, now))
        self.changes: list[Changed] = []
        for row in rows:
            then = row.earlier_cmi if row.framework_id == row.earlier_framework_id else before.get(row.earlier_id)
            if then is not None:
                self.changes.append((row, change(row.framework_id, then, row.cmi)))
        self.others = len(rows) - len(self.changes)

    def _rescored(self, rows: Iterable[Reassessed]) -> Mapping[int, str | None]:
        """The earlier CMI, by assessment, of those that were scored by another version that asked the same."""
        wanted: defaultdict[int, list[int]] = defaultdict(list)
        for row in rows:
            used, earlier = row.framework_id, row.earlier_framework_id
            if used != earlier and self._asks_the_same(used, earlier):
                wanted[used].append(row.earlier_id)
        found: dict[int, str | None] = {}
        for used, ids in wanted.items():
            framework = self._framework(used)
            scorer = SheetScorer(framework, of=str)
            sheets = store.sheets(self._session, ids, [criterion.id for criterion in framework.criteria])
            found |= {assessment: scorer(sheet) for assessment, sheet in sheets.items()}
        return found

    def lines(self, show: str) -> tuple[LiftLine, ...]:
        """The lift by criterion, or by each value of the segment shown."""
        if show == CRITERIA:
            return tuple(self._criteria())
        if show in (UP, DOWN, CELLS):
            return ()
        groups: defaultdict[str, list[Change]] = defaultdict(list)
        for row, change in self.changes:
            # Only a cut by stage shows customers in onboarding, in a group of their own.
            if show == "stage" or not row.onboarding:
                groups[row.group or "Not given"].append(change)
        return tuple(found for label in sorted(groups, key=str.casefold) if (found := _line(groups[label], label)))

    def _criteria(self) -> list[LiftLine]:
        versions: defaultdict[str, set[int]] = defaultdict(set)
        for row, _ in self.changes:
            versions[self._framework(row.framework_id).id].add(row.framework_id)
        return sorted((line for ids in versions.values() for line in self._of_framework(ids)), key=lambda e: -e.mean)

    def _of_framework(self, versions: Iterable[int]) -> Iterable[LiftLine]:
        row_ids = sorted(versions)
        criteria = self._framework(row_ids[0]).criteria
        sums, accounts = Counter[str](), Counter[str]()
        for each in store.criterion_sums(
            self._session, self._scope, self._instant, row_ids, [criterion.id for criterion in criteria]
        ):
            if self._asks_the_same(each.framework_id, each.earlier_framework_id):
                for criterion, (change, number) in zip(criteria, each.changes, strict=True):
                    sums[criterion.id] += change or 0
                    accounts[criterion.id] += number
        for criterion in criteria:
            if number := accounts[criterion.id]:
                yield LiftLine(label=criterion.name, accounts=number, mean=Fraction(sums[criterion.id], number))


def _moves(show: str, changes: Sequence[Changed], moved: Sequence[MovedCell]) -> tuple[Move, ...]:
    if show == CELLS:
        return tuple(Move(**each._asdict()) for each in moved)
    if show not in (UP, DOWN):
        return ()
    cells = {each.account_id: each for each in moved}
    return tuple(_move(each, cells) for each in _largest_first(show, changes))


def _largest_first(show: str, changes: Iterable[Changed]) -> list[Changed]:
    sign = 1 if show == UP else -1
    found = [each for each in changes if each[1].sign == sign]
    sizes = sorted({abs(change.lifted) for change in {change for _, change in found}}, reverse=True)
    places = {size: place for place, size in enumerate(sizes)}
    place_of = cache(lambda change: places[abs(change.lifted)])
    return sorted(found, key=lambda each: (place_of(each[1]), each[0].name.casefold()))


def _move(changed: Changed, cells: Mapping[int, MovedCell]) -> Move:
    row, change = changed
    cell = cells.get(row.account_id)
    return Move(
        account_id=row.account_id,
        name=row.name,
        before=change.before,
        after=change.after,
        from_cell=cell.from_cell if cell else None,
        to_cell=cell.to_cell if cell else None,
    )


def _line(changes: Iterable[Change], label: str = "") -> LiftLine | None:
    """The mean lift of some customers; None without any."""
    numbers = Counter(changes)
    average = mean([(change.lifted, number) for change, number in numbers.items()])
    return None if average is None else LiftLine(label=label, accounts=numbers.total(), mean=average)
