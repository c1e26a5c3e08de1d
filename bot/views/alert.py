"""The alert: an account moved into a cell that somebody should look at. One episode has one alert, changed in place."""

from datetime import UTC, date, datetime
from fractions import Fraction

from bot.views import blocks, buttons, decision_form, playbook
from bot.views.cells import cause_text, cell_name, plain_play, play
from bot.views.decision_form import Decision
from bot.views.message import Block, Data, Message, message
from bot.views.playbook import Play
from bot.views.text import cmi_change, count, day, health_change, inert, mention, owner_text, without_bold
from cmi_core.cells import LET_CHURN_CELLS
from cmi_core.health import Health


class Alert(Data):
    """One episode in an alert cell, from its opening to its end.

    ``cmi`` is on the framework's scale, ``chs`` 0-100 or a label; the ``_before`` values are those of the cell before.
    ``cause`` is a `cmi_core.movement.Cause` value, ``stale`` names axes ("cmi", "chs") past their limit by then.
    """

    episode_id: int
    account_id: int
    name: str
    owner: str | None = None
    from_cell: str | None = None
    to_cell: str
    cmi: Fraction
    cmi_before: Fraction | None = None
    cmi_on: datetime
    chs: Health
    chs_before: Health | None = None
    chs_on: datetime
    chs_source: str = ""
    cause: str
    by: str | None = None
    happened_on: datetime
    stale: tuple[str, ...] = ()
    claimed_by: str | None = None
    claimed_on: datetime | None = None
    snoozed_until: date | None = None
    snoozed_by: str | None = None
    escalated_to: str | None = None
    escalated_on: datetime | None = None
    ended_on: datetime | None = None
    ended_in: str | None = None
    churned: bool = False
    play: Play | None = None
    decision: Decision | None = None


def render(alert: Alert) -> Message:
    """The message for the alert channel, in whatever state the episode is."""
    cmi, health = _cmi(alert), _health(alert)
    sentences = [_moved(alert), *_remarks(alert)]
    state = _state(alert)
    body = [
        blocks.section("\n".join(sentences)),
        blocks.fields(
            [f"*CMI*\n{cmi}", f"*Health*\n{health}", f"*Owner*\n{owner_text(alert.owner)}", f"*Cause*\n{_cause(alert)}"]
        ),
        *(playbook.checklist(alert.play) if alert.play else [blocks.section(play(alert.to_cell))]),
    ]
    decision = [decision_form.sentence(alert.decision)] if alert.decision else []
    body += [blocks.section(sentence) for sentence in decision]
    if state:
        body.append(blocks.context(state))
    body.append(_actions(alert))
    facts = f"CMI {cmi}. Health {health}. Owner: {owner_text(alert.owner)}. Cause: {_cause(alert)}."
    text = without_bold("\n".join([*sentences, facts, *decision, *([state] if state else [])]))
    steps = playbook.plain(alert.play) if alert.play else plain_play(alert.to_cell)
    return message(f"{text}\n{steps}", body)


def _moved(alert: Alert) -> str:
    start = (
        f"moved from *{cell_name(alert.from_cell)}*" if alert.from_cell else "has its first place on the map and came"
    )
    return f"*{inert(alert.name)}* {start} to *{cell_name(alert.to_cell)}*."


def _cmi(alert: Alert) -> str:
    return f"{cmi_change(alert.cmi, alert.cmi_before)}, {day(alert.cmi_on)}"


def _health(alert: Alert) -> str:
    source = f", {inert(alert.chs_source)}" if alert.chs_source else ""
    return f"{health_change(alert.chs, alert.chs_before)}, {day(alert.chs_on)}{source}"


def _cause(alert: Alert) -> str:
    return cause_text(alert.cause) + (f" by {mention(alert.by)}" if alert.by else "")


def _remarks(alert: Alert) -> list[str]:
    ages = {"cmi": ("the rating", alert.cmi_on), "chs": ("health", alert.chs_on)}
    return [
        f"Provisional: {ages[axis][0]} is {count((alert.happened_on - ages[axis][1]).days, 'day')} old."
        for axis in alert.stale
        if axis in ages
    ]


def _state(alert: Alert) -> str:
    parts = []
    if alert.claimed_by:
        parts.append(f"{mention(alert.claimed_by)} is on it{_since(alert.claimed_on)}.")
    if alert.escalated_to:
        parts.append(f"Escalated to {mention(alert.escalated_to)} on {day(alert.escalated_on)}.")
    if alert.snoozed_until and not alert.ended_on:
        who = f" by {mention(alert.snoozed_by)}" if alert.snoozed_by else ""
        parts.append(f"Snoozed until {day(alert.snoozed_until)}{who}.")
    if alert.ended_on:
        end = "the customer left" if alert.churned else f"now {cell_name(alert.ended_in)}"
        parts.append(f"Over since {day(alert.ended_on)}: {end}.")
    return " ".join(parts)


def _since(when: datetime | None) -> str:
    return f", since {day(when)}" if when else ""


def _actions(alert: Alert) -> Block:
    work = choices(
        alert.episode_id,
        alert.name,
        alert.to_cell,
        claimed=alert.claimed_by is not None,
        snoozed=alert.snoozed_until is not None,
        over=alert.ended_on is not None,
    )
    story = buttons.story(alert.episode_id, alert.name)
    return blocks.actions(*work, story, buttons.open_account(alert.account_id, alert.name))


def choices(episode_id: int, name: str, cell: str, *, claimed: bool, snoozed: bool, over: bool) -> list[Block]:
    """The buttons for what can be done about an episode; none once it is over."""
    if over:
        return []
    episode = (episode_id, name)
    found = [buttons.hand_back(*episode) if claimed else buttons.claim(*episode)]
    if cell in LET_CHURN_CELLS:
        found.append(buttons.decide(*episode))
    found.append(buttons.wake(*episode) if snoozed else buttons.snooze(*episode))
    return [*found, buttons.escalate(*episode)]


def example() -> Alert:
    return Alert(
        episode_id=3,
        account_id=7,
        name="Acme, Inc.",
        owner="U01ANNA",
        from_cell="retain",
        to_cell="let_churn",
        cmi=Fraction(12, 5),
        cmi_before=Fraction(21, 10),
        cmi_on=datetime(2026, 8, 12, 9, tzinfo=UTC),
        chs=Fraction(41),
        chs_before=Fraction(58),
        chs_on=datetime(2026, 4, 30, 9, tzinfo=UTC),
        chs_source="typed",
        cause="assessment",
        by="U01ANNA",
        happened_on=datetime(2026, 8, 12, 9, tzinfo=UTC),
        stale=("chs",),
    )
