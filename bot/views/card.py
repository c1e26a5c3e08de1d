"""An account's card: where it stands, how it got there, and what can be done."""

from datetime import UTC, datetime
from fractions import Fraction

from bot.views import advice, bant_form, blocks, buttons, decision_form, evidence, figures_form, playbook
from bot.views.advice import Advice
from bot.views.bant_form import Qualification
from bot.views.cells import cause_text, cell_name, plain_play, play
from bot.views.decision_form import Decision
from bot.views.evidence import Evidence
from bot.views.figures_form import Verdict
from bot.views.message import Block, Data, Message, message
from bot.views.playbook import Play
from bot.views.result import CategoryScore
from bot.views.standing import (
    Standing,
    ages,
    due_text,
    gaps,
    headline,
    interval,
    owner_and_cover,
    provisional,
    put_off,
)
from bot.views.standing import example as standing_example
from bot.views.text import cmi_text, day, health_text, inert, mention, quoted, without_bold
from cmi_core.cells import LET_CHURN_CELLS
from cmi_core.health import Health

CALLBACK = "card"
_TREND = 6
_ATTACHED = "Attached for the next rating"
_NOTES = 8
_NOTE_SHOWN = 300


class TrendPoint(Data):
    """The account at an earlier moment."""

    on: datetime
    cmi: Fraction | None = None
    chs: Health | None = None
    cell: str | None = None


class Moved(Data):
    """The last change of cell; ``cause`` is a `cmi_core.movement.Cause` value."""

    from_cell: str | None = None
    on: datetime
    cause: str


class OpenEpisode(Data):
    """The stay in an alert cell that isn't over yet."""

    opened_on: datetime
    claimed_by: str | None = None
    episode_id: int | None = None
    decision: Decision | None = None


class Card(Data):
    """One account at a glance. ``trend`` is oldest first; ``can_edit`` shows the buttons that change something.

    ``category_notes`` of the last rating are by the category's name; ``evidence`` waits for the next one.
    """

    standing: Standing
    trend: tuple[TrendPoint, ...] = ()
    moved: Moved | None = None
    categories: tuple[CategoryScore, ...] = ()
    last_note: str = ""
    category_notes: tuple[tuple[str, str], ...] = ()
    last_rater: str | None = None
    evidence: tuple[Evidence, ...] = ()
    episode: OpenEpisode | None = None
    play: Play | None = None
    advice: Advice | None = None
    verdict: Verdict | None = None
    qualification: Qualification | None = None
    can_edit: bool = True


def render(card: Card, now: datetime) -> Message:
    """The card as a message."""
    paragraphs = _paragraphs(card, now)
    attached = [evidence.line(each) for each in card.evidence]
    text = without_bold("\n".join([*paragraphs, *_question(card), *_advice(card), *attached]))
    return message("\n".join([text, *_plain_play(card)]), _blocks(card, now))


def modal(card: Card, now: datetime) -> Block:
    """The card as a window."""
    return blocks.modal("Account", _blocks(card, now), callback_id=CALLBACK)


def _blocks(card: Card, now: datetime) -> list[Block]:
    standing = card.standing
    body = [blocks.section(paragraph) for paragraph in _paragraphs(card, now)]
    if card.play:
        body += playbook.checklist(card.play)
    elif standing.cell:
        body.append(blocks.section(play(standing.cell)))
    body += [blocks.section(paragraph, *_decide(card)) for paragraph in _question(card)]
    body += [blocks.section("\n".join(_advice(card)))] if _advice(card) else []
    body += evidence.show(card.evidence, _ATTACHED)
    if card.can_edit:
        body.append(blocks.actions(*_actions(card)))
    return body


def _actions(card: Card) -> list[Block]:
    account = (card.standing.account_id, card.standing.name)
    if card.standing.churned_on is not None:
        return [buttons.more(*account)]
    found = [buttons.rate(*account, "primary")]
    if card.standing.subject == "customer":
        found.append(buttons.health(*account))
    if card.standing.subject == "prospect":
        found.append(buttons.qualify(*account))
    if card.advice:
        found.append(buttons.plays(*account))
    if card.standing.cmi_on:
        found.append(buttons.explain(*account))
    if card.episode and card.episode.episode_id:
        found.append(buttons.story(card.episode.episode_id, card.standing.name, "Alert"))
    return [*found, buttons.more(*account)]


def _plain_play(card: Card) -> list[str]:
    if card.play:
        return [playbook.plain(card.play)]
    return [plain_play(card.standing.cell)] if card.standing.cell else []


def _question(card: Card) -> list[str]:
    """Let Churn asks for a decision; an open cell of the map says what its figures advise."""
    if card.episode and card.standing.cell in LET_CHURN_CELLS:
        decision = card.episode.decision
        return [decision_form.sentence(decision) if decision else "*Let it go?* Nobody has decided yet."]
    return [figures_form.verdict_text(card.verdict)] if card.verdict else []


def _decide(card: Card) -> list[Block]:
    asked = card.can_edit and card.standing.cell in LET_CHURN_CELLS
    if not asked or card.episode is None or card.episode.episode_id is None:
        return []
    return [buttons.decide(card.episode.episode_id, card.standing.name)]


def _advice(card: Card) -> list[str]:
    qualification = bant_form.lines(card.qualification) if card.qualification else []
    return [*qualification, *(advice.lines(card.advice) if card.advice else [])]


def _paragraphs(card: Card, now: datetime) -> list[str]:
    standing = card.standing
    due = (due_text(standing.next_due, now), put_off(standing), interval(standing))
    facts = [*due, ages(standing, now), provisional(standing), owner_and_cover(standing)]
    head = [f"*{standing.title}*", f"*{headline(standing)}*", " · ".join(fact for fact in facts if fact)]
    if standing.segments:
        head.append(" · ".join(inert(segment) for segment in standing.segments.values()))
    paragraphs = ["\n".join(head), "\n".join(_story(card)), _categories(card), _trend(card), _note(card)]
    return [paragraph for paragraph in paragraphs if paragraph]


def _story(card: Card) -> list[str]:
    lines = [*gaps(card.standing), *(inert(held) for held in card.standing.held)]
    if card.moved:
        start = f"from {cell_name(card.moved.from_cell)}" if card.moved.from_cell else "to its first place"
        lines.append(f"Moved {start} on {day(card.moved.on)}: {cause_text(card.moved.cause)}.")
    if card.episode:
        who = f"{mention(card.episode.claimed_by)} is on it" if card.episode.claimed_by else "nobody is on it yet"
        lines.append(f"Alert open since {day(card.episode.opened_on)}: {who}.")
    return lines


def _categories(card: Card) -> str:
    scores = (f"{inert(each.name)} {cmi_text(each.score)}" for each in card.categories)
    shown = " · ".join(scores)
    return f"*Categories:* {shown}" if shown else ""


def _trend(card: Card) -> str:
    if len(card.trend) < 2:
        return ""
    return "\n".join(["*Over time*", *(_point(point) for point in card.trend[-_TREND:])])


def _point(point: TrendPoint) -> str:
    place = cell_name(point.cell)
    return f"{day(point.on)}: CMI {cmi_text(point.cmi)}, health {health_text(point.chs)}, {place}"


def _note(card: Card) -> str:
    said = [quoted(card.last_note)] if card.last_note else []
    said += [f"{inert(name)}: {inert(note, _NOTE_SHOWN)}" for name, note in card.category_notes[:_NOTES]]
    who = f" by {mention(card.last_rater)}" if card.last_rater else ""
    return "\n".join([f"*Last note*{who}", *said]) if said else ""


def example() -> Card:
    def at(month: int) -> datetime:
        return datetime(2026, month, 12, 9, tzinfo=UTC)

    return Card(
        standing=standing_example(),
        trend=(
            TrendPoint(on=at(2), cmi=Fraction(19, 10), chs=Fraction(62), cell="retain"),
            TrendPoint(on=at(5), cmi=Fraction(21, 10), chs=Fraction(58), cell="retain"),
            TrendPoint(on=at(8), cmi=Fraction(12, 5), chs=Fraction(41), cell="let_churn"),
        ),
        moved=Moved(from_cell="retain", on=at(8), cause="health_reading"),
        categories=(CategoryScore(name="Charter", score=Fraction(7, 3)), CategoryScore(name="People", score=None)),
        last_note="New head of the function since June.",
        category_notes=(("People", "Two more hires are planned."),),
        last_rater="U01ANNA",
        evidence=(evidence.example(),),
        episode=OpenEpisode(opened_on=at(8), episode_id=3, decision=decision_form.example()),
        play=playbook.example(),
        advice=advice.example(),
    )
