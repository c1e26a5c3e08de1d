"""One line in an alert's thread: what was done, and how it ended. The thread tells the whole episode."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal

from bot.views import blocks, decision_form, limits
from bot.views.cells import cell_name
from bot.views.decision_form import Decision
from bot.views.message import Data, Message, message
from bot.views.text import count, day, inert, mention

What = Literal[
    "left", "back", "churned", "claimed", "handed_back", "snoozed", "woken", "decided", "escalated", "opened", "step"
]


class EpisodeNote(Data):
    """Something that happened to an episode ``on`` an instant, ``by`` somebody (None: by itself).

    `cell` is the episode's, `now_in` where the account stands now (None: off the map). ``whom`` is who is meant: to
    whom it was escalated, whose it is again, or who was on it. ``claimed_by`` and ``claimed_on`` tell who worked on
    it, where it ends. ``reason`` is what was typed, or the step that was done.
    """

    what: What
    name: str
    cell: str
    now_in: str | None = None
    opened_on: datetime
    on: datetime
    by: str | None = None
    whom: str | None = None
    until: date | None = None
    reason: str = ""
    decision: Decision | None = None
    claimed_by: str | None = None
    claimed_on: datetime | None = None


def render(note: EpisodeNote) -> Message:
    line = sentence(note)
    return message(line.replace("*", ""), [blocks.section(line)])


def sentence(note: EpisodeNote) -> str:
    """The line, as mrkdwn: the same in the thread and in the window that tells the story."""
    if note.what in ("left", "back", "churned"):
        return _moved(note)
    if note.what == "decided" and note.decision:
        return decision_form.sentence(note.decision)
    return "\n".join(filter(None, (_done(note), _reason(note))))


def _moved(note: EpisodeNote) -> str:
    name, days = inert(note.name), count((note.on - note.opened_on).days, "day")
    if note.what == "back":
        return f"{name} is back in {cell_name(note.cell)} since {day(note.on)}. This alert is open again."
    if note.what == "churned":
        return (
            f"{name} has churned; it stood in {cell_name(note.cell)} for {days}{_claimed(note)}. This alert is closed."
        )
    if note.now_in:
        to = f"to {cell_name(note.now_in)} on {day(note.on)}, after {days}"
        return f"{name} moved from {cell_name(note.cell)} {to}{_claimed(note)}."
    end = f"left {cell_name(note.cell)} on {day(note.on)}, after {days}{_claimed(note)}"
    return f"{name} {end}: one of its scores is missing now."


def _claimed(note: EpisodeNote) -> str:
    if note.claimed_by is None or note.claimed_on is None:
        return ""
    return f"; claimed after {_lasted(note.claimed_on - note.opened_on)} by {mention(note.claimed_by)}"


def _lasted(time: timedelta) -> str:
    """40 min, 3 h, 12 days."""
    minutes = max(int(time.total_seconds() // 60), 0)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else count(minutes // (24 * 60), "day")


def _done(note: EpisodeNote) -> str:
    by, whom = mention(note.by or ""), mention(note.whom or "")
    if note.what == "handed_back":
        if note.by is None:
            return f"{whom} is no longer here. Somebody else can take this on."
        return f"{by} handed it back." if note.whom in (None, note.by) else f"{by} handed it back for {whom}."
    if note.what == "woken":
        if note.by:
            return f"{by} ended the snooze before {day(note.until)}."
        return f"The snooze until {day(note.until)} is over." + (f" {whom}, please look again." if note.whom else "")
    return {
        "claimed": f"{by} is on it.",
        "snoozed": f"Snoozed until {day(note.until)} by {by}.",
        "escalated": f"{by} escalated this to {whom}.",
        "opened": f"{by} opened this alert from a summary.",
        "step": f"{by} did a step:",
    }.get(note.what, "")


def _reason(note: EpisodeNote) -> str:
    if not note.reason:
        return ""
    said = inert(note.reason, limits.NOTE)
    return said if note.what == "step" else f"Reason: {said}"


def example() -> EpisodeNote:
    opened, left = datetime(2026, 8, 12, 9, tzinfo=UTC), datetime(2026, 9, 2, 9, tzinfo=UTC)
    return EpisodeNote(
        what="left",
        name="Acme, Inc.",
        cell="save",
        now_in="expand_and_leverage",
        opened_on=opened,
        on=left,
        claimed_by="U02BERT",
        claimed_on=opened + timedelta(hours=3),
    )


def examples() -> list[EpisodeNote]:
    """One of each kind."""
    first = example()
    done = {"by": "U02BERT", "whom": "U01ANNA", "until": date(2026, 9, 1), "reason": "They asked for a week."}
    kinds: tuple[What, ...] = ("claimed", "handed_back", "snoozed", "woken", "escalated", "opened", "step")
    found = [first.model_copy(update={"what": what, **done}) for what in kinds]
    moved = [first.model_copy(update={"what": what}) for what in ("left", "back", "churned")]
    gone = first.model_copy(update={"what": "handed_back", "whom": "U01ANNA"})
    asleep = first.model_copy(update={"what": "woken", "whom": "U01ANNA", "until": date(2026, 9, 1)})
    decided = first.model_copy(update={"what": "decided", "decision": decision_form.example()})
    return [*found, *moved, gone, asleep, decided]
