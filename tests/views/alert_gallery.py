"""Alerts in every state, what is said in their threads, and the windows in which they are worked on."""

from datetime import UTC, datetime

from bot.views import alert, decision_form, episode_note, escalate_form, escalation, progress, snooze_form, story
from bot.views.episode_note import EpisodeNote
from bot.views.message import Block, Data, Message
from bot.views.playbook import Step

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def data(name: str, number: int) -> list[Data]:
    """Stored messages."""
    worked_on = {
        "name": name,
        "snoozed_until": NOW.date(),
        "snoozed_by": "U02BERT",
        "escalated_to": "U03CARL",
        "escalated_on": NOW,
    }
    alarm = alert.example().model_copy(update=worked_on)
    return [
        alarm,
        alarm.model_copy(update={"ended_on": NOW, "ended_in": "retain"}),
        *_notes(name),
        *(_progress(name, steps) for steps in (0, min(number, 10))),
        escalation.example().model_copy(update={"name": name, "why": name * 9}),
    ]


def messages(name: str, number: int) -> list[Message]:
    """Those of the stored messages that are of alerts alone."""
    shown = [progress.render(each) for each in data(name, number) if isinstance(each, progress.Progress)]
    return shown + [escalation.render(each) for each in data(name, number) if isinstance(each, escalation.Escalation)]


def views(name: str, number: int) -> list[Block]:
    """The windows of an alert."""
    told = story.example().model_copy(update={"name": name, "entries": tuple(_notes(name))})
    many = (told.entries * number)[: story.SHOWN]
    snoozed = snooze_form.example().model_copy(
        update={"name": name, "reason": name, "snoozed_until": NOW.date(), "snoozed_by": "U02BERT", "until": NOW.date()}
    )
    escalated = escalate_form.example().model_copy(update={"name": name, "why": name})
    form = decision_form.DecisionForm(episode_id=3, name=name, decider="U01ANNA", review_on=NOW.date())
    last = decision_form.example().model_copy(update={"reason": name * 5})
    return [
        story.modal(told),
        story.modal(told.model_copy(update={"entries": many, "earlier": 3, "claimed": False, "snoozed": True})),
        story.modal(told.model_copy(update={"entries": (), "over": True})),
        snooze_form.build(snooze_form.example()),
        snooze_form.build(snoozed),
        snooze_form.build(snoozed.model_copy(update={"overtaken": True})),
        escalate_form.build(escalate_form.EscalateForm(episode_id=3, name=name)),
        escalate_form.build(escalated),
        escalate_form.build(escalated.model_copy(update={"overtaken": True})),
        decision_form.build(form.model_copy(update={"last": last, "overtaken": True})),
    ]


def _notes(name: str) -> list[EpisodeNote]:
    return [each.model_copy(update={"name": name, "reason": name * 5}) for each in episode_note.examples()]


def _progress(name: str, steps: int) -> progress.Progress:
    done = Step(text=name, by="U01ANNA", on=NOW)
    return progress.Progress(steps=(done, Step(text=name)) * steps)
