"""A playbook as a checklist: each step has a box of its own, so that two people who tick at once lose nothing."""

from datetime import UTC, datetime
from hashlib import sha256

from bot.errors import UserError
from bot.views import blocks
from bot.views.message import Block, Data
from bot.views.text import day, escape, inert, mention

TICK = "tick_step"
_DONE = "done"


class Step(Data):
    """One step, and who did it when."""

    text: str
    by: str | None = None
    on: datetime | None = None


class Play(Data):
    """A playbook; ``id`` is the cell's or criterion's, ``placement_id`` the stay in a cell for which steps are ticked.

    Without a stay (the account isn't on the map) there is nothing to tick, and the steps are a plain list.
    """

    id: str
    placement_id: int | None
    title: str
    summary: str
    steps: tuple[Step, ...]


class Tick(Data):
    """A box that somebody ticked (or cleared): ``step`` is the step's mark as `mark` makes it."""

    placement_id: int
    play: str
    step: str
    done: bool


def mark(step: str) -> str:
    """A short sign for a step's text, which still finds it after others were added or moved."""
    return sha256(step.encode()).hexdigest()[:12]


def checklist(play: Play) -> list[Block]:
    """Title, summary, and a box for each step."""
    head = f"*{inert(play.title)}*\n{escape(play.summary)}"
    if play.placement_id is None:
        return [blocks.section("\n".join([head, *_numbered(play)]))]
    return [blocks.section(head), *(_box(play, step) for step in play.steps)]


def _box(play: Play, step: Step) -> Block:
    # The state is part of the block's id: Slack keeps what a person clicked where an update leaves the id as it was.
    block_id = f"step:{play.placement_id}:{play.id}:{mark(step.text)}:{int(step.on is not None)}"
    who = _who(step) if step.on else ""
    box = blocks.checkbox(TICK, inert(step.text), _DONE, ticked=step.on is not None, description=who)
    return {**blocks.actions(box), "block_id": block_id}


def _who(step: Step) -> str:
    return f"Done{f' by {mention(step.by)}' if step.by else ''}, {day(step.on)}"


def plain(play: Play) -> str:
    """The same for the plain text of a message."""
    return "\n".join([inert(play.title), escape(play.summary), *_numbered(play)])


def _numbered(play: Play) -> list[str]:
    return [
        f"{number}. {inert(step.text)}{f' ({_who(step)})' if step.on else ''}"
        for number, step in enumerate(play.steps, 1)
    ]


def parse(action: Block) -> Tick:
    """Which box was ticked or cleared. UserError for one that an earlier version of the bot made."""
    kind, *parts = str(action.get("block_id", "")).split(":")
    if kind != "step" or len(parts) != 4 or not parts[0].isascii() or not parts[0].isdigit():
        raise UserError("That box is out of date. Please open the account again with /cmi account.")
    return Tick(placement_id=int(parts[0]), play=parts[1], step=parts[2], done=bool(action.get("selected_options")))


def example() -> Play:
    return Play(
        id="save",
        placement_id=11,
        title="Save",
        summary="A capable customer that is unhappy with us.",
        steps=(
            Step(
                text="Call the customer and ask what went wrong.", by="U01ANNA", on=datetime(2026, 8, 12, 9, tzinfo=UTC)
            ),
            Step(text="Agree on two quick fixes."),
        ),
    )
