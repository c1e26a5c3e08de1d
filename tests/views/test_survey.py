"""The survey: what is asked on which page, and what comes back from it."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.views import survey
from bot.views.message import Block
from bot.views.survey_parts import HealthAsk, LastTime
from cmi_core import Framework, built_in_frameworks, load_framework
from sandbox.blocks import check_view

MAOR = load_framework("maor-wittgen")
IDS = [criterion.id for criterion in MAOR.criteria]
FORM = survey.SurveyForm(submission="token", account_id=7, name="Acme", framework=MAOR)


def fill(view: Block, chosen: dict[str, str], **typed: str) -> Block:
    """The view as Slack sends it back, with these options chosen and texts typed."""
    values: dict[str, Any] = {
        f"question:{key}": {"answer": {"type": "radio_buttons", "selected_option": {"value": value}}}
        for key, value in chosen.items()
    }
    values |= {key: {key: {"type": "plain_text_input", "value": value}} for key, value in typed.items()}
    return {**view, "state": {"values": values}}


def questions(view: Block) -> list[str]:
    ids = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    return [each.removeprefix("question:") for each in ids if each.startswith("question:")]


def test_the_default_framework_takes_two_pages_of_six() -> None:
    assert [questions(survey.build(FORM.model_copy(update={"page": page}))) for page in (0, 1)] == [IDS[:6], IDS[6:]]


@pytest.mark.parametrize("name", built_in_frameworks())
def test_every_question_is_asked_once_on_pages_of_whole_categories(name: str) -> None:
    framework = load_framework(name)
    pages = survey.pages(framework)
    asked = [criterion for page in pages for _, criteria in page for criterion in criteria]
    assert asked == list(framework.criteria)
    assert [category for page in pages for category, _ in page] == list(framework.categories)
    assert all(sum(len(criteria) for _, criteria in page) <= 7 for page in pages)


def test_a_question_shows_all_levels_what_they_mean_and_last_time() -> None:
    view = survey.build(FORM.model_copy(update={"last": LastTime(ratings={IDS[0]: 3, IDS[1]: None})}))
    first, second = [block for block in view["blocks"] if block["type"] == "input"][:2]
    options = first["element"]["options"]
    assert [option["text"]["text"] for option in options] == ["1", "2", "3", "4", "5", "Not known"]
    assert options[0]["description"]["text"] == MAOR.criteria[0].levels[0].text
    assert first["hint"]["text"] == "Last time: 3"
    assert second["hint"]["text"] == "Last time: not known"
    assert first["optional"] is False


def test_levels_with_names_show_them() -> None:
    view = survey.build(FORM.model_copy(update={"framework": load_framework("bolstra-5-stages")}))
    first = next(block for block in view["blocks"] if block["type"] == "input")
    assert first["element"]["options"][1]["text"]["text"] == "2 · Managed"


def test_answers_given_before_are_chosen_again() -> None:
    view = survey.build(FORM.model_copy(update={"answers": {IDS[0]: 4, IDS[1]: None}, "resumed": "same"}))
    elements = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    assert elements[0]["initial_option"] == elements[0]["options"][3]
    assert elements[1]["initial_option"]["text"]["text"] == "Not known"
    assert "initial_option" not in elements[2]
    assert "What you entered before is still here." in str(view)


def test_a_page_gives_back_what_was_chosen() -> None:
    chosen = {**dict.fromkeys(IDS[:5], "5"), IDS[5]: "unknown"}
    page = survey.parse(fill(survey.build(FORM), chosen), MAOR)
    assert page.answers == {**dict.fromkeys(IDS[:5], 5), IDS[5]: None}
    assert page.errors == {}
    assert (page.meta.submission, page.meta.account_id, page.meta.page) == ("token", 7, 0)


def test_missing_and_impossible_levels_are_errors_under_their_question() -> None:
    page = survey.parse(fill(survey.build(FORM), {**dict.fromkeys(IDS[1:5], "1"), IDS[5]: "6"}), MAOR)
    assert set(page.errors) == {f"question:{IDS[0]}", f"question:{IDS[5]}"}
    assert set(page.answers) == set(IDS[1:5])


@pytest.mark.parametrize(("typed", "value"), [("41", Fraction(41)), (" 41,5 % ", Fraction(83, 2)), ("", None)])
def test_the_last_page_takes_a_note_and_a_health_score(typed: str, value: Fraction | None) -> None:
    form = FORM.model_copy(update={"page": 1, "health": HealthAsk()})
    view = fill(survey.build(form), dict.fromkeys(IDS[6:], "2"), survey_note=" New head. ", survey_health=typed)
    page = survey.parse(view, MAOR)
    assert (page.note, page.health, page.errors) == ("New head.", value, {})


def test_a_health_score_off_the_scale_is_an_error_under_its_field() -> None:
    form = FORM.model_copy(update={"page": 1, "health": HealthAsk()})
    page = survey.parse(fill(survey.build(form), dict.fromkeys(IDS[6:], "2"), survey_health="141"), MAOR)
    assert set(page.errors) == {"survey_health"}
    assert page.typed_health == "141"
    assert page.health is None


def test_health_is_asked_only_where_it_counts_by_hand() -> None:
    assert "survey_health" not in str(survey.build(FORM.model_copy(update={"page": 1})))


def test_only_later_pages_lead_back_and_only_the_last_saves() -> None:
    first, last = survey.build(FORM), survey.build(FORM.model_copy(update={"page": 1}))
    assert (first["submit"]["text"], last["submit"]["text"]) == ("Next", "Save rating")
    assert survey.BACK not in str(first)
    assert survey.BACK in str(last)


def test_a_window_of_another_version_says_what_to_do() -> None:
    with pytest.raises(UserError, match="open the rating again"):
        survey.parse({"private_metadata": '{"v": 1}'}, MAOR)


KEYS = ["answer", "survey_note", "survey_health", "selected_option", "value", *(f"question:{each}" for each in IDS)]
nonsense = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(nonsense)
def test_nonsense_never_raises(values: Any) -> None:
    page = survey.parse({**survey.build(FORM), "state": {"values": values}}, MAOR)
    assert set(page.answers) | {key.removeprefix("question:") for key in page.errors} >= set(IDS[:6])


def wide(levels: int, questions_asked: int) -> Framework:
    scale = [{"value": value, "text": f"level {value}"} for value in range(levels)]
    criteria = [
        {"name": f"Criterion {index}", "question": "how much?", "levels": scale} for index in range(questions_asked)
    ]
    return Framework.model_validate(
        {"id": "wide", "name": "Wide", "categories": [{"name": "All", "weight": 1, "criteria": criteria}]}
    )


def test_long_scales_become_menus_and_huge_categories_are_split() -> None:
    framework = wide(levels=12, questions_asked=100)
    assert [sum(len(criteria) for _, criteria in page) for page in survey.pages(framework)] == [12] * 8 + [4]
    view = survey.build(FORM.model_copy(update={"framework": framework}))
    first = next(block for block in view["blocks"] if block["type"] == "input")
    assert first["element"]["type"] == "static_select"


def test_long_names_of_categories_still_fit() -> None:
    framework = wide(levels=2, questions_asked=1)
    category = framework.categories[0].model_copy(update={"name": "W" * 200})
    long = framework.model_copy(update={"categories": (category,)})
    assert check_view(survey.build(FORM.model_copy(update={"framework": long}))) == []
