"""The direct message to somebody to whom an alert was escalated."""

from datetime import UTC, datetime

from bot.views import blocks, buttons, limits
from bot.views.cells import cell_name
from bot.views.message import Data, Message, message
from bot.views.text import day, inert, mention, owner_text, without_bold


class Escalation(Data):
    """The account in question, who asks, and why."""

    episode_id: int
    account_id: int
    name: str
    owner: str | None = None
    cell: str
    since: datetime
    by: str
    why: str


def render(escalation: Escalation) -> Message:
    text = (
        f"{mention(escalation.by)} asks you to look at *{inert(escalation.name)}*: it has been in "
        f"{cell_name(escalation.cell)} since {day(escalation.since)}. Owner: {owner_text(escalation.owner)}.\n"
        f"Reason: {inert(escalation.why, limits.NOTE)}"
    )
    episode = (escalation.episode_id, escalation.name)
    work = blocks.actions(
        buttons.claim(*episode),
        buttons.story(*episode),
        buttons.open_account(escalation.account_id, escalation.name),
    )
    return message(without_bold(text), [blocks.section(text), work])


def example() -> Escalation:
    return Escalation(
        episode_id=3,
        account_id=7,
        name="Acme, Inc.",
        owner="U01ANNA",
        cell="let_churn",
        since=datetime(2026, 8, 12, 9, tzinfo=UTC),
        by="U02BERT",
        why="They ask for a discount that I may not give.",
    )
