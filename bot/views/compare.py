"""Two raters' answers side by side: where they part, the wording of the levels may be unclear."""

from datetime import UTC, datetime
from fractions import Fraction

from bot.views import blocks, buttons
from bot.views.message import Block, Data
from bot.views.text import cmi_text, count, day, inert, mention
from cmi_core.explain import CLEAR_WORDING

CALLBACK = "compare"
_LINES = 20


class Rater(Data):
    """Who rated when. ``source`` is owner, colleague or customer; a customer's answers are entered by ``user``."""

    user: str
    on: datetime
    source: str
    cmi: Fraction | None = None


class Answer(Data):
    """One criterion's level from each rater, None for "not known"."""

    name: str
    first: int | None
    second: int | None


class Comparison(Data):
    """A second rating beside the one that counted then. ``agreement`` is 0..1 of the answers known to both."""

    account_id: int
    name: str
    first: Rater
    second: Rater
    answers: tuple[Answer, ...]
    agreement: Fraction | None = None
    saved: bool = False


def modal(comparison: Comparison) -> Block:
    """Both, criterion by criterion, those first on which they differ."""
    apart = [each for each in comparison.answers if each.first != each.second]
    same = [each for each in comparison.answers if each.first == each.second]
    body = [blocks.section("\n".join(_head(comparison))), blocks.section(agreement_text(comparison))]
    body += _table("They differ", comparison, apart) + _table("The same", comparison, same)
    body.append(blocks.actions(buttons.open_account(comparison.account_id, comparison.name)))
    title = "Saved" if comparison.saved else "Two ratings"
    return blocks.modal(title, body, callback_id=CALLBACK, close="Done" if comparison.saved else "Close")


def rater_text(rater: Rater) -> str:
    """@Anna, 12 Aug 2026; for a customer's own answers whose they are."""
    if rater.source == "customer":
        return f"the customer, {day(rater.on)} (entered by {mention(rater.user)})"
    return f"{mention(rater.user)}, {day(rater.on)}"


def agreement_text(comparison: Comparison) -> str:
    """How far both agree, and what that says about the wording."""
    if comparison.agreement is None:
        return "There is no answer that both know, so nothing can be compared."
    percent = int(100 * comparison.agreement)
    text = f"*They agree exactly on {percent} %* of the answers that both know."
    if comparison.agreement < CLEAR_WORDING:
        text += " Under 80 % the wording is unclear: talk through what the levels mean."
    return text


def _head(comparison: Comparison) -> list[str]:
    lines = [f"*{inert(comparison.name)}*"]
    if comparison.saved:
        lines[0] += ": the second rating is saved; the score stays as it is."
    for number, rater in enumerate((comparison.first, comparison.second), 1):
        lines.append(f"{number}. {rater_text(rater)}: CMI {cmi_text(rater.cmi)}")
    return lines


def _table(title: str, comparison: Comparison, answers: list[Answer]) -> list[Block]:
    """At most eighty answers in sections of twenty: Slack limits both the length and the number of sections."""
    if not answers:
        return []
    titled = f"*{title}* ({count(len(answers), 'answer')})"
    lines = [f"{inert(each.name)}: {_pair(each)}" for each in answers[: 4 * _LINES]]
    chunks = [lines[start : start + _LINES] for start in range(0, len(lines), _LINES)]
    chunks[0].insert(0, titled)
    return [blocks.section("\n".join(chunk)) for chunk in chunks]


def _pair(answer: Answer) -> str:
    first, second = _level(answer.first), _level(answer.second)
    return first if first == second else f"{first} and {second}"


def _level(level: int | None) -> str:
    return "not known" if level is None else str(level)


def example() -> Comparison:
    return Comparison(
        account_id=7,
        name="Acme, Inc.",
        first=Rater(user="U01ANNA", on=datetime(2026, 8, 12, 9, tzinfo=UTC), source="owner", cmi=Fraction(12, 5)),
        second=Rater(user="U02BERT", on=datetime(2026, 8, 14, 9, tzinfo=UTC), source="colleague", cmi=Fraction(3)),
        answers=(
            Answer(name="Clarity of Charter", first=3, second=4),
            Answer(name="Breadth of Influence", first=2, second=2),
            Answer(name="Use of Tools", first=None, second=1),
        ),
        agreement=Fraction(1, 2),
    )
