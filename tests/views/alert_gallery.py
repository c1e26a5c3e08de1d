"""Alerts in every state, what is said in their threads, and the windows in which they are worked on."""

from datetime import UTC, datetime

from bot.views import (
    alert,
    blocks,
    channel_trouble,
    decision_form,
    episode_note,
    escalate_form,
    escalation,
    progress,
    routes_form,
    snooze_form,
    story,
    unsent,
)
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
        channel_trouble.example(),
        channel_trouble.ChannelTrouble(channel="C01ALERTS", why="refused", instead="C01ALERTS"),
        unsent.UnsentNote(),
        escalation.example().model_copy(update={"name": name, "why": name * 9}),
    ]


def messages(name: str, number: int) -> list[Message]:
    """Those of the stored messages that are of alerts alone."""
    shown = [progress.render(each) for each in data(name, number) if isinstance(each, progress.Progress)]
    shown += [
        channel_trouble.render(each) for each in data(name, number) if isinstance(each, channel_trouble.ChannelTrouble)
    ]
    shown += [
        unsent.render(unsent.UnsentNote()),
        channel_trouble.stands_in(alert.render(alert.example()), "C01ALERTS", name),
        channel_trouble.stands_in(alert.render(alert.example()), None, name),
        channel_trouble.stands_in(Message("x" * 40_000, [blocks.section("x")] * 50), "U01ANNA"),
    ]
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
    routes = routes_form.example()
    rule = routes_form.RouteLine(segment="size", value=name, manager="U03CARL", cell="save", channel="C01ALERTS")
    last = decision_form.example().model_copy(update={"reason": name * 5})
    return [
        story.modal(told),
        story.modal(told.model_copy(update={"entries": many, "earlier": 3, "claimed": False, "snoozed": True})),
        story.modal(told.model_copy(update={"entries": (), "over": True})),
        routes_form.build(routes),
        routes_form.build(routes.model_copy(update={"lines": (rule,) * min(number, routes_form.MOST)})),
        routes_form.build(routes_form.Routes(version=1)),
        routes_form.form(routes),
        routes_form.form(routes, rule, name),
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
