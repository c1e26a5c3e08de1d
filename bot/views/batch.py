"""Many movements at once: one summary in the alert channel, or the question to an admin whether to say them at all."""

from datetime import datetime
from typing import Literal

from bot.views import blocks, buttons
from bot.views.cells import cell_name
from bot.views.message import Data, Message, message
from bot.views.text import count, day, inert, mention, without_bold

_SHOWN = 40


class BatchItem(Data):
    """One account that moved into an alert cell; its thread starts when somebody opens it."""

    episode_id: int
    account_id: int
    name: str
    owner: str | None = None
    from_cell: str | None = None
    to_cell: str
    opened_by: str | None = None


class Batch(Data):
    """One batch's alerts in one message. ``source`` says where it came from, such as "import"."""

    batch_id: int
    source: str
    items: tuple[BatchItem, ...]


class HeldBatch(Data):
    """A batch that would alert for so many of the ``portfolio``'s accounts that an admin is asked first."""

    batch_id: int
    source: str
    alerts: int
    portfolio: int
    items: tuple[BatchItem, ...] = ()
    decided_by: str | None = None
    decided_on: datetime | None = None
    decision: Literal["released", "dropped"] | None = None


def render(batch: Batch) -> Message:
    """The summary for the alert channel: a line and a button for each account."""
    intro = f"{count(len(batch.items), 'account')} moved into alert cells with one {inert(batch.source)}."
    shown = batch.items[:_SHOWN]
    body = [blocks.section(intro)]
    for item in shown:
        body.append(
            blocks.section(
                _line(item), None if item.opened_by else buttons.open_alert(batch.batch_id, item.episode_id, item.name)
            )
        )
    hidden = len(batch.items) - len(shown)
    closing = f"… and {count(hidden, 'more account')}: see `/cmi portfolio`." if hidden else ""
    if closing:
        body.append(blocks.context(closing))
    lines = [_line(item) for item in shown]
    return message(without_bold("\n".join(filter(None, [intro, *lines, closing]))), body)


def render_held(held: HeldBatch) -> Message:
    """The question to an admin; once decided it says so."""
    share = round(100 * held.alerts / held.portfolio) if held.portfolio else 100
    intro = (
        f"An {inert(held.source)} would alert for {count(held.alerts, 'account')}, {share} % of the portfolio. "
        "That is so many that the alerts are held: is the file right?"
    )
    lines = [_line(item) for item in held.items]
    more = held.alerts - len(lines)
    if more > 0 and lines:
        lines.append(f"… and {more} more.")
    body = [blocks.section(intro)]
    if lines:
        body.append(blocks.section("\n".join(lines)))
    if held.decision is None:
        body.append(blocks.actions(buttons.release(held.batch_id), buttons.drop(held.batch_id)))
        closing = "Release sends one summary to the alert channel. Drop sends nothing. The new scores stand either way."
    else:
        who = f" by {mention(held.decided_by)}" if held.decided_by else ""
        closing = f"{held.decision.capitalize()}{who} on {day(held.decided_on)}."
    body.append(blocks.context(closing))
    return message(without_bold("\n".join([intro, *lines, closing])), body)


def _line(item: BatchItem) -> str:
    start = f"{cell_name(item.from_cell)} → " if item.from_cell else ""
    opened = f" · opened by {mention(item.opened_by)}" if item.opened_by else ""
    owner = f" · {mention(item.owner)}" if item.owner else ""
    return f"*{inert(item.name)}*: {start}{cell_name(item.to_cell)}{owner}{opened}"


def example() -> Batch:
    items = (
        BatchItem(episode_id=3, account_id=7, name="Acme, Inc.", owner="U01ANNA", from_cell="retain", to_cell="save"),
        BatchItem(episode_id=4, account_id=8, name="Initech", to_cell="let_churn", opened_by="U02BERT"),
    )
    return Batch(batch_id=1, source="import", items=items)


def held_example() -> HeldBatch:
    return HeldBatch(batch_id=1, source="import", alerts=40, portfolio=120, items=example().items)
