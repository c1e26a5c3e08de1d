"""The survey in which an account is rated: a modal of one or more pages, and what comes back from it."""

from datetime import datetime
from fractions import Fraction
from typing import Literal

from pydantic import Field, ValidationError

from bot.errors import UserError
from bot.views import blocks, buttons, limits
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.text import day, health_text, inert
from cmi_core import Category, Criterion, Framework, Level
from cmi_core.health import HealthError, parse_health

CALLBACK = "survey"
BACK = "survey_back"
_ANSWER = "answer"
_NOTE = "survey_note"
_HEALTH = "survey_health"
_UNKNOWN = "unknown"
_PAGE_QUESTIONS = 7
_CATEGORY_PART = 12

Mode = Literal["rating", "correction", "second", "customer", "health"]

_TITLES: dict[Mode, tuple[str, str]] = {
    "rating": ("Rate an account", "Save rating"),
    "correction": ("Correct a rating", "Save correction"),
    "second": ("Second rating", "Save and compare"),
    "customer": ("Customer's rating", "Save and compare"),
    "health": ("Rate the health", "Save health"),
}
_INTROS: dict[Mode, str] = {
    "rating": "Choose what fits best today.",
    "correction": "Change what was wrong. The earlier rating stays in the history, and this one counts in its place.",
    "second": "Your own opinion, without the first rater's answers in sight. The score stays as it is; "
    "afterwards you see both side by side.",
    "customer": "What the customer says. The score stays as it is; afterwards you see both side by side.",
    "health": "How the relation between the two of you stands today.",
}


class HealthAsk(Data):
    """The health score last known, where the survey asks for a new one. ``value`` is 0-100."""

    value: Fraction | None = None
    as_of: datetime | None = None
    source: str = ""


class SurveyForm(Data):
    """One page of the survey for one account.

    ``answers`` has a level by criterion id, None for "not known", no key where nothing was chosen yet; ``last`` are
    the answers of the assessment before, made on ``last_on``. ``health`` is given where the survey ends with a health
    score. ``submission`` is the random token that makes saving twice harmless. ``mode`` says what the survey is for;
    ``renewable`` is the assessment that one click confirms, where "nothing changed" is offered.
    """

    submission: str
    account_id: int
    name: str
    framework: Framework
    mode: Mode = "rating"
    renewable: int | None = None
    page: int = 0
    answers: dict[str, int | None] = Field(default_factory=dict)
    last: dict[str, int | None] = Field(default_factory=dict)
    last_on: datetime | None = None
    note: str = ""
    health: HealthAsk | None = None
    typed_health: str = ""
    resumed: bool = False


class SurveyMeta(Data):
    """What a page carries with it unseen: which survey, of which account, under which framework version."""

    submission: str
    account_id: int
    page: int
    framework: str
    version: int
    name: str = ""
    mode: Mode = "rating"

    @property
    def counts(self) -> bool:
        """Whether the answers change the account's score; else they only stand beside it."""
        return self.mode in {"rating", "correction"}


class SurveyPage(Data):
    """What one page gave back. ``errors`` are texts by block id, for Slack to show under the question."""

    meta: SurveyMeta
    answers: dict[str, int | None]
    note: str = ""
    typed_health: str = ""
    health: Fraction | None = None
    errors: dict[str, str] = Field(default_factory=dict)


Part = tuple[Category, tuple[Criterion, ...]]


def pages(framework: Framework) -> tuple[tuple[Part, ...], ...]:
    """The questions by page: whole categories together, about six questions each; only huge categories are split."""
    result: list[list[Part]] = []
    asked = _PAGE_QUESTIONS + 1
    for category in framework.categories:
        for start in range(0, len(category.criteria), _CATEGORY_PART):
            criteria = category.criteria[start : start + _CATEGORY_PART]
            if asked + len(criteria) > _PAGE_QUESTIONS:
                result.append([])
                asked = 0
            result[-1].append((category, criteria))
            asked += len(criteria)
    return tuple(tuple(page) for page in result)


def is_last(framework: Framework, page: int) -> bool:
    return page >= len(pages(framework)) - 1


def build(form: SurveyForm) -> Block:
    """The modal for one page."""
    parts = pages(form.framework)
    last = is_last(form.framework, form.page)
    body = [blocks.section(_intro(form, len(parts)))]
    if form.renewable is not None and form.page == 0:
        body.append(_renewal(form, form.renewable))
    for category, criteria in parts[min(form.page, len(parts) - 1)]:
        body.append(blocks.header(f"{category.name} · {_share(form.framework, category)}"))
        body += [_question(form, criterion) for criterion in criteria]
    if last:
        body += _closing(form)
    if form.page > 0:
        body.append(blocks.actions(blocks.button("Back", BACK, label="Back to the page before")))
    meta = SurveyMeta(
        submission=form.submission,
        account_id=form.account_id,
        page=form.page,
        framework=form.framework.id,
        version=form.framework.version,
        name=form.name[: limits.NAME],
        mode=form.mode,
    )
    title, save = _TITLES[form.mode]
    return blocks.modal(
        title,
        body,
        callback_id=CALLBACK,
        submit=save if last else "Next",
        close="Cancel",
        metadata=meta.model_dump_json(),
    )


def read_meta(view: Block) -> SurveyMeta:
    """Which survey a view belongs to; UserError where it was opened by another version of the bot."""
    try:
        return SurveyMeta.model_validate_json(view.get("private_metadata") or "")
    except ValidationError as error:
        raise UserError("This window is too old to be saved. Please close it and open the rating again.") from error


def parse(view: Block, framework: Framework) -> SurveyPage:
    """What the person chose on this page; whatever is missing or makes no sense becomes an error under its question."""
    meta = read_meta(view)
    state = State(view)
    all_pages = pages(framework)
    answers: dict[str, int | None] = {}
    errors: dict[str, str] = {}
    for _, criteria in all_pages[max(0, min(meta.page, len(all_pages) - 1))]:
        for criterion in criteria:
            block_id = _block_id(criterion)
            try:
                answers[criterion.id] = _level(criterion, state.option(block_id, _ANSWER))
            except ValueError as error:
                errors[block_id] = str(error)
    typed = state.text(_HEALTH, _HEALTH)
    health = None
    if typed:
        try:
            health = parse_health(typed)
        except HealthError as error:
            errors[_HEALTH] = str(error)
    note = state.text(_NOTE, _NOTE)
    if meta.mode == "correction" and is_last(framework, meta.page) and not note:
        errors[_NOTE] = "Please say why, so that others understand the change."
    return SurveyPage(meta=meta, answers=answers, note=note, typed_health=typed, health=health, errors=errors)


def _intro(form: SurveyForm, page_count: int) -> str:
    lines = [f"*{inert(form.name)}*"]
    if page_count > 1:
        lines[0] += f"  ·  page {form.page + 1} of {page_count}"
    lines.append(f"{_INTROS[form.mode]} “Not known” is a fine answer: it is left out of the score.")
    if form.resumed:
        lines.append("Your answers from before are still here.")
    return "\n".join(lines)


def _renewal(form: SurveyForm, assessment_id: int) -> Block:
    since = f" since {day(form.last_on)}" if form.last_on else ""
    return blocks.section(
        f"*Nothing changed{since}?* One click keeps last time's answers; the time after, the questions are asked.",
        buttons.renew(form.account_id, form.name, assessment_id),
    )


def _share(framework: Framework, category: Category) -> str:
    percent = 100 * category.weight / sum(each.weight for each in framework.categories)
    shown = percent.numerator if percent.denominator == 1 else round(float(percent), 1)
    return f"{shown} % of the score"


def _question(form: SurveyForm, criterion: Criterion) -> Block:
    options = [_option(level) for level in criterion.levels]
    options.append(blocks.option("Not known", _UNKNOWN))
    initial = None
    if criterion.id in form.answers:
        wanted = _value(form.answers[criterion.id])
        initial = next((option for option in options if option["value"] == wanted), None)
    return blocks.field(
        f"{criterion.name}: {criterion.question}",
        _block_id(criterion),
        blocks.choice(_ANSWER, options, initial),
        hint=_hint(form, criterion),
    )


def _option(level: Level) -> Block:
    text = f"{level.value} · {level.name}" if level.name else str(level.value)
    return blocks.option(text, str(level.value), level.text)


def _value(answer: int | None) -> str:
    return _UNKNOWN if answer is None else str(answer)


def _block_id(criterion: Criterion) -> str:
    return f"question:{criterion.id}"


def _hint(form: SurveyForm, criterion: Criterion) -> str:
    if criterion.id not in form.last:
        return ""
    answer = form.last[criterion.id]
    before = "not known" if answer is None else str(answer)
    return f"Last time: {before}, {day(form.last_on)}" if form.last_on else f"Last time: {before}"


def _closing(form: SurveyForm) -> list[Block]:
    note = blocks.text_input(_NOTE, form.note, longest=limits.NOTE, lines=True)
    if form.mode == "correction":
        return [blocks.field("Reason", _NOTE, note, hint="Why is it corrected? Kept with the rating.")]
    fields = [blocks.field("Note", _NOTE, note, hint="What made the difference? Kept with the rating.", optional=True)]
    if form.health is not None:
        number = blocks.text_input(_HEALTH, form.typed_health, longest=20, placeholder="0 to 100")
        hint = _health_hint(form.health)
        fields.append(blocks.field("Health score, 0 to 100", _HEALTH, number, hint=hint, optional=True))
    return fields


def _health_hint(health: HealthAsk) -> str:
    if health.value is None:
        return "There is none yet. Without it the account has no place on the map."
    when = f" on {day(health.as_of)}" if health.as_of else ""
    source = f", {health.source}" if health.source else ""
    return f"Last: {health_text(health.value)}{when}{source}. Leave it empty to keep that."


def _level(criterion: Criterion, chosen: str | None) -> int | None:
    if chosen == _UNKNOWN:
        return None
    for level in criterion.levels:
        if chosen == str(level.value):
            return level.value
    raise ValueError("Please choose a level, or “Not known”.")
