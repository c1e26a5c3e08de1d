"""What a change of the map or of a framework did, or would do: one text for the preview and for the channel."""

from collections.abc import Sequence

from bot.views import blocks, buttons
from bot.views.cells import cell_name
from bot.views.message import Data, Message, message
from bot.views.text import count, inert, mention, without_bold


class Transition(Data):
    """How many accounts go from one cell to another; None is off the map."""

    from_cell: str | None = None
    to_cell: str | None = None
    accounts: int


class Shift(Data):
    """One account that changes its cell."""

    account_id: int
    name: str
    from_cell: str | None = None
    to_cell: str | None = None


class ConfigSummary(Data):
    """One change of configuration. ``shifts`` are the first of the ``moved`` accounts, those in alert cells foremost.

    ``rescored`` accounts had their CMI reckoned anew; ``opened`` stand in an alert cell since, without an alert.
    """

    by: str
    what: str
    moved: int
    rescored: int = 0
    opened: int = 0
    transitions: tuple[Transition, ...] = ()
    shifts: tuple[Shift, ...] = ()


def render(summary: ConfigSummary) -> Message:
    """The message for the alert channel: it pages nobody."""
    intro = f"{mention(summary.by)} changed {inert(summary.what)}. {sentence(summary, done=True)}"
    parts = [intro, transitions(summary.transitions)]
    shown = [part for part in parts if part]
    body = [blocks.section(part) for part in shown]
    body += [
        blocks.section(_line(shift), buttons.open_account(shift.account_id, shift.name)) for shift in summary.shifts
    ]
    more = _more(summary.shifts, summary.moved)
    if more:
        body.append(blocks.context(more))
    if summary.opened:
        body.append(blocks.context("No alerts were sent for this change. Open an account to see what to do."))
    return message(without_bold("\n".join([*shown, accounts(summary.shifts, summary.moved)])), body)


def sentence(summary: ConfigSummary, *, done: bool) -> str:
    """14 accounts move, 2 into alert cells. 100 scores are reckoned anew."""
    if not summary.moved:
        text = "No account moved." if done else "No account moves."
    else:
        verb = "moved" if done else "moves" if summary.moved == 1 else "move"
        into = sum(each.accounts for each in summary.transitions if each.to_cell) and _into(summary)
        text = f"{count(summary.moved, 'account')} {verb}{into or ''}."
    if summary.rescored:
        text += f" {count(summary.rescored, 'CMI', 'CMIs')} {'were' if done else 'would be'} reckoned anew."
    return text


def _into(summary: ConfigSummary) -> str:
    into: dict[str, int] = {}
    for each in summary.transitions:
        if each.to_cell:
            name = cell_name(each.to_cell)
            into[name] = into.get(name, 0) + each.accounts
    largest = sorted(into.items(), key=lambda item: -item[1])
    return "".join(f", {number} into {name}" for name, number in largest[:3])


def transitions(moves: Sequence[Transition]) -> str:
    """From which cell to which, a line each."""
    lines = [f"{cell_name(each.from_cell)} → {cell_name(each.to_cell)}: {each.accounts}" for each in moves[:20]]
    return "\n".join(["*From where to where*", *lines]) if lines else ""


def accounts(shifts: Sequence[Shift], moved: int) -> str:
    """The accounts by name, and how many more there are."""
    lines = [*map(_line, shifts), _more(shifts, moved)]
    return "\n".join(filter(None, ["*Accounts*", *lines])) if shifts else ""


def _line(shift: Shift) -> str:
    return f"{inert(shift.name)}: {cell_name(shift.from_cell)} → {cell_name(shift.to_cell)}"


def _more(shifts: Sequence[Shift], moved: int) -> str:
    return f"… and {count(moved - len(shifts), 'more account')}." if moved > len(shifts) else ""


def example() -> ConfigSummary:
    return ConfigSummary(
        by="U01ANNA",
        what="the map",
        moved=14,
        rescored=0,
        opened=2,
        transitions=(
            Transition(from_cell="retain", to_cell="expand_and_leverage", accounts=12),
            Transition(from_cell="expand_and_leverage", to_cell="save", accounts=2),
        ),
        shifts=(Shift(account_id=7, name="Acme, Inc.", from_cell="expand_and_leverage", to_cell="save"),),
    )
