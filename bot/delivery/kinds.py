"""The kinds of messages that can be owed: how each is rendered, and what to do when nobody knows whether it arrived."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel

from bot.views import (
    alert,
    batch,
    channel_trouble,
    config_summary,
    disowned,
    episode_note,
    escalation,
    hand_over,
    import_plan,
    leavers,
    overdue,
    progress,
    prompt,
    report,
    result,
    review,
    unsent,
)
from bot.views.message import Message


@dataclass(frozen=True)
class Kind:
    """`repeat_when_unsure`: prefer a possible repeat over a loss where history can't be read."""

    model: type[BaseModel]
    render: Callable[[Any], Message]
    repeat_when_unsure: bool = True


KINDS: dict[str, Kind] = {
    "alert": Kind(alert.Alert, alert.render),
    "episode_note": Kind(episode_note.EpisodeNote, episode_note.render),
    "channel_trouble": Kind(channel_trouble.ChannelTrouble, channel_trouble.render),
    "unsent_note": Kind(unsent.UnsentNote, unsent.render, repeat_when_unsure=False),
    "progress": Kind(progress.Progress, progress.render),
    "escalation": Kind(escalation.Escalation, escalation.render),
    "prompt": Kind(prompt.Prompt, prompt.render),
    "disowned": Kind(disowned.Disowned, disowned.render),
    "leavers": Kind(leavers.Leavers, leavers.render),
    "handed_over": Kind(hand_over.HandedOver, hand_over.told),
    "imported": Kind(import_plan.Outcome, import_plan.told),
    "review": Kind(review.Review, review.render),
    "result": Kind(result.Result, result.render),
    "batch": Kind(batch.Batch, batch.render),
    "batch_held": Kind(batch.HeldBatch, batch.render_held),
    "summary": Kind(config_summary.ConfigSummary, config_summary.render, repeat_when_unsure=False),
    "overdue": Kind(overdue.Overdue, overdue.render, repeat_when_unsure=False),
    "report": Kind(report.Report, report.render, repeat_when_unsure=False),
}


def parse(kind: str, data: dict[str, Any]) -> BaseModel:
    """What is stored, as the values that it was."""
    return KINDS[kind].model.model_validate(data)


def render(kind: str, data: dict[str, Any]) -> Message:
    """What is stored, as the plainest of what Slack shows."""
    return KINDS[kind].render(cast("Any", parse(kind, data)))
