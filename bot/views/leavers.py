"""Somebody has left Slack: their manager and the admins hear what is left without an owner, and hand it over."""

from bot.views import blocks, buttons
from bot.views.message import Block, Data, Message, message
from bot.views.people_window import STATES
from bot.views.text import count, inert, mention, without_bold

SHOWN = 15


class Leaver(Data):
    """One person, and what they leave: ``names`` are those of a few of their ``accounts``.

    ``overdue`` accounts wait for a rating, ``alerts`` have an open alert; ``handed_back`` are alerts that they had
    taken on, ``reports`` people who reported to them. ``state`` is that of `bot.store.tables.Person`.
    """

    user: str
    state: str = "deactivated"
    accounts: int = 0
    names: tuple[str, ...] = ()
    overdue: int = 0
    alerts: int = 0
    handed_back: int = 0
    reports: int = 0

    @property
    def leaves_anything(self) -> bool:
        return bool(self.accounts or self.handed_back or self.reports)


class Leavers(Data):
    """Those found at the same time. ``admin``: whoever reads it may change who reports to whom."""

    people: tuple[Leaver, ...]
    admin: bool = False


def render(left: Leavers) -> Message:
    shown = left.people[:SHOWN]
    lines = [_line(each) for each in shown]
    body: list[Block] = [blocks.section(line, _button(each)) for line, each in zip(lines, shown, strict=True)]
    closing = []
    if any(each.accounts for each in shown):
        closing.append(
            "Until an account belongs to somebody again, whoever covers it is asked to rate it, else the manager, else "
            "the fallback channel."
        )
    more = len(left.people) - len(shown)
    if more:
        closing.append(f"{count(more, 'other')} left too: see Settings, People.")
    body += [blocks.context(" ".join(closing))] if closing else []
    if left.admin and (more or any(each.reports for each in shown)):
        body.append(blocks.actions(buttons.people()))
    return message(without_bold("\n".join([*lines, *closing])), body)


def _line(left: Leaver) -> str:
    sentences = [f"{mention(left.user)} {STATES.get(left.state, STATES['deactivated'])}."]
    if left.accounts:
        sentences.append(f"{_owned(left)}.{_open(left)}")
    if left.handed_back:
        waits = "waits" if left.handed_back == 1 else "wait"
        sentences.append(f"{count(left.handed_back, 'alert')} that they were on {waits} for somebody else now.")
    if left.reports:
        sentences.append(f"{count(left.reports, 'person', 'people')} reported to them and need another manager.")
    return " ".join(sentences)


def _owned(left: Leaver) -> str:
    named = ", ".join(inert(name) for name in left.names)
    others = left.accounts - len(left.names)
    whole = f"{named} and {count(others, 'other')}" if named and others else named
    verb = "is" if left.accounts == 1 else "are"
    return f"*{count(left.accounts, 'account')}* {verb} theirs{f': {whole}' if whole else ''}"


def _open(left: Leaver) -> str:
    facts = [f"{left.overdue} overdue for a rating"] if left.overdue else []
    facts += [f"{left.alerts} with an open alert"] if left.alerts else []
    return f" Of these: {', '.join(facts)}." if facts else ""


def _button(left: Leaver) -> Block | None:
    return buttons.hand_over(left.user) if left.accounts else None


def example() -> Leavers:
    first = Leaver(
        user="U01ANNA",
        accounts=12,
        names=("Acme, Inc.", "Globex", "Initech"),
        overdue=3,
        alerts=2,
        handed_back=1,
        reports=2,
    )
    return Leavers(people=(first,), admin=True)
