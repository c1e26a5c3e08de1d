"""The survey in which an account is rated: a modal of one or more pages, and what comes back from it."""

from fractions import Fraction
from typing import Literal

from pydantic import Field, ValidationError

from bot.errors import UserError
from bot.views import blocks, buttons, evidence, limits, survey_parts
from bot.views.evidence import Evidence
from bot.views.message import Block, Data
from bot.views.state import State
from bot.views.survey_parts import HEALTH, NOTE, HealthAsk, LastTime
from bot.views.text import day, inert
from cmi_core import Category, Criterion, Framework
from cmi_core.health import HealthError, parse_health

CALLBACK = "survey"
BACK = "survey_back"
LEVELS = "survey_levels"
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
_RESUMED = {
    "": "",
    "same": "What you entered before is still here.",
    "changed": "The questions have changed since you began. What you entered is still here where it fits.",
}


class SurveyForm(Data):
    """One page of the survey for one account.

    ``answers`` has a level by criterion id, None for "not known", no key where nothing was chosen yet;
    ``category_notes`` are by category id. ``health`` is given where the survey ends with a health score.
    ``submission`` is the random token that makes saving twice harmless. ``mode`` says what the survey is for;
    ``renewable`` is the assessment that one click confirms, where "nothing changed" is offered. ``resumed`` tells that
    a draft was taken up again, and whether it began with these questions. ``trouble`` says why the form is here again.
    ``seen`` and ``evidence_upto`` are as in `SurveyMeta`.
    """

    submission: str
    account_id: int
    name: str
    framework: Framework
    mode: Mode = "rating"
    renewable: int | None = None
    page: int = 0
    answers: dict[str, int | None] = Field(default_factory=dict)
    last: LastTime = LastTime()
    note: str = ""
    category_notes: dict[str, str] = Field(default_factory=dict)
    health: HealthAsk | None = None
    typed_health: str = ""
    evidence: tuple[Evidence, ...] = ()
    resumed: Literal["", "same", "changed"] = ""
    trouble: str = ""
    seen: int | None = None
    evidence_upto: int = 0


class SurveyMeta(Data):
    """What a page carries with it unseen: which survey, of which account, under which framework version.

    ``seen`` is the assessment that was the last when the survey was opened, 0 for none, None where that isn't known;
    ``evidence_upto`` the latest message that was attached by then: later ones wait for the next rating.
    """

    submission: str
    account_id: int
    page: int
    framework: str
    version: int
    name: str = ""
    mode: Mode = "rating"
    seen: int | None = None
    evidence_upto: int = 0

    @property
    def counts(self) -> bool:
        """Whether the answers change the account's score; else they only stand beside it."""
        return self.mode in {"rating", "correction"}


class SurveyPage(Data):
    """What one page gave back. ``errors`` are texts by block id, for Slack to show under the question.

    ``category_notes`` has each category that had room for a note on this page, with what stands there now.
    """

    meta: SurveyMeta
    answers: dict[str, int | None]
    note: str = ""
    category_notes: dict[str, str] = Field(default_factory=dict)
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


def page_of(framework: Framework, number: int) -> tuple[Part, ...]:
    """A page's questions; the nearest page where there is none of that number."""
    all_pages = pages(framework)
    return all_pages[max(0, min(number, len(all_pages) - 1))]


def is_last(framework: Framework, page: int) -> bool:
    return page >= len(pages(framework)) - 1


def build(form: SurveyForm) -> Block:
    """The modal for one page."""
    last = is_last(form.framework, form.page)
    levels = blocks.button("What do the levels mean?", LEVELS)
    body = [blocks.section(_intro(form), levels), *_first_page(form)]
    for part in page_of(form.framework, form.page):
        body += _category(form, part)
    body += _closing(form) if last else []
    if form.page > 0:
        body.append(blocks.actions(blocks.button("Back", BACK, label="Back to the page before")))
    title, save = _TITLES[form.mode]
    return blocks.modal(
        title,
        body,
        callback_id=CALLBACK,
        submit=save if last else "Next",
        close="Close",
        metadata=_meta(form).model_dump_json(),
    )


def read_meta(view: Block) -> SurveyMeta:
    """Which survey a view belongs to; UserError where it was opened by another version of the bot."""
    try:
        return SurveyMeta.model_validate_json(view.get("private_metadata") or "")
    except ValidationError as error:
        raise UserError("This window is too old to be saved. Please close it and open the rating again.") from error


def parse(view: Block, framework: Framework) -> SurveyPage:
    """What the person chose on this page; whatever is missing or makes no sense becomes an error under its question."""
    meta, state = read_meta(view), State(view)
    parts = page_of(framework, meta.page)
    answers, errors = _answers(parts, state)
    health, wrong = _health(state)
    note = state.text(NOTE, NOTE)
    if meta.mode == "correction" and is_last(framework, meta.page) and not note:
        errors[NOTE] = "Please say why, so that others understand the change."
    return SurveyPage(
        meta=meta,
        answers=answers,
        note=note,
        category_notes={
            category.id: state.text(survey_parts.note_id(category), NOTE)
            for category, criteria in parts
            if _takes_note(meta.mode, category, criteria)
        },
        typed_health=state.text(HEALTH, HEALTH),
        health=health,
        errors={**errors, **wrong},
    )


def _answers(parts: tuple[Part, ...], state: State) -> tuple[dict[str, int | None], dict[str, str]]:
    answers: dict[str, int | None] = {}
    errors: dict[str, str] = {}
    for _, criteria in parts:
        for criterion in criteria:
            block_id = survey_parts.question_id(criterion)
            try:
                answers[criterion.id] = survey_parts.level(criterion, state.option(block_id, survey_parts.ANSWER))
            except ValueError as error:
                errors[block_id] = str(error)
    return answers, errors


def _health(state: State) -> tuple[Fraction | None, dict[str, str]]:
    typed = state.text(HEALTH, HEALTH)
    if not typed:
        return None, {}
    try:
        return parse_health(typed), {}
    except HealthError as error:
        return None, {HEALTH: str(error)}


def _meta(form: SurveyForm) -> SurveyMeta:
    return SurveyMeta(
        submission=form.submission,
        account_id=form.account_id,
        page=form.page,
        framework=form.framework.id,
        version=form.framework.version,
        name=form.name[: limits.NAME],
        mode=form.mode,
        seen=form.seen,
        evidence_upto=form.evidence_upto,
    )


def _intro(form: SurveyForm) -> str:
    asked = pages(form.framework)
    lines = [f"*{inert(form.name)}*"]
    if len(asked) > 1:
        lines[0] += f"  ·  page {form.page + 1} of {len(asked)}"
    if form.trouble:
        lines.append(f"*{inert(form.trouble, limits.REASON)}*")
    lines.append(f"{_INTROS[form.mode]} “Not known” is a fine answer: it is left out of the score.")
    if form.page == 0 and len(asked) > 1:
        lines.append("Each page is kept when you press Next, so you can close this window and go on later.")
    before = [category for page in asked[: form.page] for category, _ in page]
    lines += [_RESUMED[form.resumed], survey_parts.so_far(form.framework, form.answers, dict.fromkeys(before))]
    return "\n".join(filter(None, lines))


def _first_page(form: SurveyForm) -> list[Block]:
    """What is good to know before the first question."""
    if form.page > 0:
        return []
    body = survey_parts.last_note(form.last)
    body += evidence.show(form.evidence, "Attached since the last rating")
    return [_renewal(form, form.renewable), *body] if form.renewable is not None else body


def _renewal(form: SurveyForm, assessment_id: int) -> Block:
    since = f" since {day(form.last.on)}" if form.last.on else ""
    return blocks.section(
        f"*Nothing changed{since}?* One click keeps last time's answers; the time after, the questions are asked.",
        buttons.renew(form.account_id, form.name, assessment_id),
    )


def _category(form: SurveyForm, part: Part) -> list[Block]:
    category, criteria = part
    body = survey_parts.heading(form.framework, category, form.last)
    body += [survey_parts.question(criterion, form.answers, form.last) for criterion in criteria]
    if _takes_note(form.mode, category, criteria):
        body.append(survey_parts.category_note(category, form.category_notes.get(category.id, "")))
    return body


def _takes_note(mode: Mode, category: Category, criteria: tuple[Criterion, ...]) -> bool:
    """After the last of a category's questions; the answers to a health framework are kept as one reading."""
    return mode != "health" and criteria[-1] == category.criteria[-1]


def _closing(form: SurveyForm) -> list[Block]:
    if form.mode == "correction":
        return [survey_parts.reason(form.note)]
    found = [survey_parts.note(form.note)]
    return [*found, survey_parts.health(form.health, form.typed_health)] if form.health is not None else found
