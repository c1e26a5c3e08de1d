"""The reminder, on its review date, of a decision about a Let Churn account."""

from datetime import UTC, datetime

from bot.views import blocks, buttons, decision_form
from bot.views.cells import cell_name
from bot.views.decision_form import Decision
from bot.views.message import Data, Message, message
from bot.views.text import day, inert, without_bold


class Review(Data):
    """One account that is still in its Let Churn cell on the day somebody wanted to look again."""

    episode_id: int
    account_id: int
    name: str
    cell: str
    since: datetime
    decision: Decision


def render(review: Review) -> Message:
    text = (
        f"Time to look again at *{inert(review.name)}*: it has been in {cell_name(review.cell)} since "
        f"{day(review.since)}.\n{decision_form.sentence(review.decision)}"
    )
    choices = blocks.actions(
        buttons.decide(review.episode_id, review.name), buttons.open_account(review.account_id, review.name)
    )
    return message(without_bold(text), [blocks.section(text), choices])


def example() -> Review:
    return Review(
        episode_id=3,
        account_id=7,
        name="Acme, Inc.",
        cell="let_churn",
        since=datetime(2026, 8, 12, 9, tzinfo=UTC),
        decision=decision_form.example(),
    )
