"""A round of ratings in the portfolio's window: how much of what a quarter asked for is rated, by owner and by team."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from bot.views import blocks
from bot.views.message import Block, Data
from bot.views.query import Query
from bot.views.text import count, day, mention
from cmi_core.display import one_decimal

PAGE = 10
_TEAMS = 12
_BAR = 10


class Progress(Data):
    """What somebody, a team or everybody was asked for, and what came of it.

    ``who`` is a person or channel, for a team its manager, None where there is nobody. Of what is open some is overdue,
    some put off.
    """

    who: str | None = None
    asked: int = 0
    done: int = 0
    overdue: int = 0
    put_off: int = 0

    @property
    def open(self) -> int:
        return self.asked - self.done


class Round(Data):
    """A calendar quarter's asking, from its first to its last day. ``owners`` have the most open ones first.

    ``teams`` is empty where there is at most one. ``last_done`` is the day of the newest rating.
    """

    query: Query
    first: date
    last: date
    total: Progress = Progress()
    owners: tuple[Progress, ...] = ()
    teams: tuple[Progress, ...] = ()
    last_done: date | None = None


def body(shown: Round) -> list[Block]:
    """The blocks below the window's head, without the buttons that turn its pages."""
    if not shown.total.asked:
        return [blocks.section(f"{_whole(shown)}\nNobody was asked to rate anything in it.")]
    found = [blocks.section(f"{_whole(shown)}\n{summary(shown)}")]
    if shown.teams:
        lines = [
            _line(f"Team of {mention(each.who)}" if each.who else "No team", each) for each in shown.teams[:_TEAMS]
        ]
        more = len(shown.teams) - _TEAMS
        found.append(blocks.section("\n".join(["*By team*", *lines, *([f"and {more} more"] if more > 0 else [])])))
    start = shown.query.page * PAGE
    lines = [_line(_name(each.who), each) for each in shown.owners[start : start + PAGE]]
    if lines:
        found.append(blocks.section("\n".join(["*By person*", *lines])))
    note = "Each request counts for whom it is with now. What an earlier quarter left open counts until it is rated."
    return [*found, blocks.context(note)]


def summary(shown: Round) -> str:
    """How far it is, in one or two lines of mrkdwn; empty where nothing was asked."""
    total = shown.total
    if not total.asked:
        return ""
    lines = [f"{bar(total)}  {total.done} of {count(total.asked, 'account')} rated ({_percent(total)})."]
    if total.open:
        lines.append(f"{total.open} open{_of_these(total)}.")
    if shown.last_done:
        lines.append(f"The last rating came on {day(shown.last_done)}.")
    return "\n".join([lines[0], " ".join(lines[1:])]).strip()


def bar(progress: Progress) -> str:
    """How much is done as ten signs; only what is done whole fills it."""
    full = progress.done * _BAR // progress.asked if progress.asked else 0
    return "▇" * full + "▁" * (_BAR - full)


def _whole(shown: Round) -> str:
    return f"{day(shown.first)} to {day(shown.last)}"


def _line(name: str, progress: Progress) -> str:
    facts = f"{progress.done} of {progress.asked} rated"
    late = _of_these(progress).removeprefix(": ")
    return f"{bar(progress)}  {name}: {facts}{f'; {late}' if late else ''}"


def _of_these(progress: Progress) -> str:
    parts = [f"{progress.overdue} overdue"] if progress.overdue else []
    parts += [f"{progress.put_off} put off"] if progress.put_off else []
    return f": {', '.join(parts)}" if parts else ""


def _name(who: str | None) -> str:
    if who is None:
        return "Nobody"
    return mention(who) if who[:1] in ("U", "W") else "The fallback channel"


def _percent(progress: Progress) -> str:
    return f"{one_decimal(Fraction(progress.done * 100, progress.asked))} %"


def ordered(progress: Sequence[Progress]) -> tuple[Progress, ...]:
    """What needs somebody first: most overdue, then most open."""
    return tuple(sorted(progress, key=lambda each: (-each.overdue, -each.open, each.who is None, each.who or "")))


def example() -> Round:
    owners = (
        Progress(who="U01ANNA", asked=30, done=18, overdue=4, put_off=1),
        Progress(who="U02BERT", asked=20, done=12, put_off=2),
        Progress(who="C01TEAM", asked=2),
    )
    return Round(
        query=Query(show="round"),
        first=date(2026, 10, 1),
        last=date(2026, 12, 31),
        total=Progress(asked=52, done=30, overdue=4, put_off=3),
        owners=owners,
        teams=(owners[0].model_copy(update={"who": "U03CARL"}), owners[1].model_copy(update={"who": "U04DORA"})),
        last_done=date(2026, 11, 20),
    )
