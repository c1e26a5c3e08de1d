"""Checklists, decisions, figures, prospects, playbooks and bands: what they say and how they are read."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from bot.errors import UserError
from bot.views import (
    advice,
    alert,
    amounts,
    bands_form,
    bant_form,
    card,
    decision_form,
    figures_form,
    more,
    playbook,
    playbook_form,
    review,
)
from bot.views.message import Block
from bot.views.state import State
from tests.views.gallery import NOW


def filled(metadata: str, values: dict[str, Any]) -> Block:
    """A submitted view, its inputs by block id (the action id is the same)."""
    return {"private_metadata": metadata, "state": {"values": {key: {key: value} for key, value in values.items()}}}


def typed(**texts: str) -> dict[str, Any]:
    return {key: {"value": text} for key, text in texts.items()}


def boxes(blocks: list[Block]) -> list[Block]:
    return [block for block in blocks if str(block.get("block_id", "")).startswith("step:")]


def test_a_step_that_is_done_says_by_whom_and_when() -> None:
    done, open_ = boxes(playbook.checklist(playbook.example()))
    (option,) = done["elements"][0]["initial_options"]
    assert option["description"]["text"] == "Done by <@U01ANNA>, 12 Aug 2026"
    assert "initial_options" not in open_["elements"][0]
    assert "1. Call the customer and ask what went wrong. (Done by <@U01ANNA>, 12 Aug 2026)" in playbook.plain(
        playbook.example()
    )


def test_a_box_is_read_back_whatever_it_shows() -> None:
    done, open_ = boxes(playbook.checklist(playbook.example()))
    ticked = playbook.parse({"block_id": open_["block_id"], "selected_options": [{"value": "done"}]})
    cleared = playbook.parse({"block_id": done["block_id"], "selected_options": []})
    assert (ticked.placement_id, ticked.play, ticked.done) == (11, "save", True)
    assert ticked.step == playbook.mark("Agree on two quick fixes.")
    assert (cleared.step, cleared.done) == (playbook.mark("Call the customer and ask what went wrong."), False)


def test_a_box_gets_another_id_when_its_state_changes() -> None:
    done, _ = boxes(playbook.checklist(playbook.example()))
    open_again = playbook.example().model_copy(
        update={"steps": tuple(playbook.Step(text=step.text) for step in playbook.example().steps)}
    )
    assert boxes(playbook.checklist(open_again))[0]["block_id"] != done["block_id"]


@pytest.mark.parametrize("block_id", ["", "step", "step:x:save:abc:0", "step:1:save", "question:1:2:3:4"])
def test_a_box_of_an_earlier_version_is_refused_kindly(block_id: str) -> None:
    with pytest.raises(UserError, match="out of date"):
        playbook.parse({"block_id": block_id, "selected_options": []})


def test_without_a_place_on_the_map_there_is_nothing_to_tick() -> None:
    shown = playbook.checklist(playbook.example().model_copy(update={"placement_id": None}))
    assert boxes(shown) == []
    assert "2. Agree on two quick fixes." in str(shown)


def test_the_card_says_touch_offer_mix_and_next_content() -> None:
    text = card.render(card.example(), NOW).text
    assert "Touch: Standard touch (maturity low)" in text
    assert "Offer mix: Much consulting · Help to build processes first" in text
    assert "Next content: First tools · Reports that are read" in text


def test_the_window_of_plays_names_levels_links_and_tags() -> None:
    shown = str(advice.modal(advice.example()))
    assert "Now: No reports\\nNext: Put together by hand" in shown
    assert "'url': 'https://example.com/1'" in shown
    assert "Why maturity, sent by <@U01ANNA>, 1 Aug 2026" in shown
    assert "Tags: cmi-charter-low cmi-people-high" in shown


def test_an_alert_shows_the_decision_and_keeps_the_question_open_until_the_account_leaves() -> None:
    decided = alert.render(alert.example().model_copy(update={"decision": decision_form.example()}))
    assert "Decision: Contest, by <@U02BERT> on 13 Aug 2026. Look again on 15 Oct 2026." in decided.text
    assert "Reason: Their new head starts in October." in decided.text
    assert "'Decide'" in str(decided.blocks)
    saved = alert.render(alert.example().model_copy(update={"to_cell": "save"}))
    assert "'Decide'" not in str(saved.blocks)


def test_the_reminder_of_a_decision_says_what_was_decided_and_why() -> None:
    text = review.render(review.example()).text
    assert "Time to look again at Acme, Inc.: it has been in Let Churn since 12 Aug 2026." in text
    assert "Reason: Their new head starts in October." in text


DECISION = {
    "decision": {"selected_option": {"value": "figures"}},
    "decider": {"selected_user": "U02BERT"},
    "review_on": {"selected_date": "2026-12-24"},
    **typed(reason="Nobody knows its margin.", lifetime_value="125 000", gross_margin="62.5 %"),
}


def test_a_decision_is_read_with_its_figures() -> None:
    entry = decision_form.parse(filled("3", {**DECISION, **typed(gross_margin="62.5 %")}), NOW.date())
    assert entry.errors == {}
    assert (entry.episode_id, entry.what, entry.decider) == (3, "figures", "U02BERT")
    assert entry.review_on == date(2026, 12, 24)
    assert entry.figures == amounts.Figures(lifetime_value=Decimal(125000), gross_margin=Fraction(125, 2))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"decision": {"selected_option": {"value": "burn"}}}, "decision"),
        ({"decider": {}}, "decider"),
        (typed(reason="  "), "reason"),
        ({"review_on": {"selected_date": "2026-11-22"}}, "review_on"),
        ({"review_on": {"selected_date": "soon"}}, "review_on"),
        (typed(lifetime_value="lots"), "lifetime_value"),
        (typed(gross_margin="1e999999999"), "gross_margin"),
        (typed(gross_margin="101"), "gross_margin"),
    ],
)
def test_what_is_missing_in_a_decision_is_said_under_its_field(wrong: dict[str, Any], field: str) -> None:
    good = {**DECISION, **typed(gross_margin="62.5")}
    assert decision_form.parse(filled("3", good), NOW.date()).errors == {}
    assert list(decision_form.parse(filled("3", {**good, **wrong}), NOW.date()).errors) == [field]


@pytest.mark.parametrize(
    "parse", [lambda view: decision_form.parse(view, NOW.date()), figures_form.parse, bant_form.parse]
)
def test_a_window_of_an_earlier_version_is_refused_kindly(parse: Any) -> None:
    with pytest.raises(UserError, match="too old"):
        parse(filled("x", DECISION))


def test_figures_read_back_as_they_were_shown() -> None:
    figures = amounts.Figures(lifetime_value=Decimal("125000.5"), gross_margin=Fraction(187, 3))
    for known in (figures, amounts.Figures(lifetime_value=Decimal(0), gross_margin=Fraction(0)), amounts.Figures()):
        inputs = {field["block_id"]: field["element"].get("initial_value", "") for field in amounts.fields(known)}
        again = amounts.parse(State(filled("", typed(**inputs))))
        assert again.lifetime_value == known.lifetime_value
        assert again.gross_margin == pytest.approx(known.gross_margin)


def test_an_open_cell_says_decide_and_names_what_to_do_about_it() -> None:
    missing = ("lifetime value", "gross margin", "threshold for gross margin")
    text = figures_form.verdict_text(figures_form.Verdict(advice="Decide", missing=missing))
    assert "Unknown: lifetime value and gross margin (enter them under “More…”)." in text
    assert "Not set: threshold for gross margin (an admin sets it in /cmi settings)." in text.replace(
        "them in", "it in"
    )
    assert "Economise" in figures_form.verdict_text(figures_form.Verdict(advice="Economise"))


def test_an_unqualified_prospect_reads_do_not_sell_or_serve_beside_bant() -> None:
    lines = bant_form.lines(bant_form.example())
    assert lines[0] == "*Unqualified: do not sell or serve* (CMI under 1.5)"
    assert lines[1:] == ["*Budget:* 50k a year", "*Authority:* COO", "*Need:* not known", "*Timing:* not known"]


def test_only_a_prospect_can_be_made_a_customer() -> None:
    example = card.example()
    prospect = example.model_copy(update={"standing": example.standing.model_copy(update={"subject": "prospect"})})
    assert "Make a customer" in str(more.build(prospect))
    assert "Make a customer" not in str(more.build(example))


@pytest.mark.parametrize(
    ("steps", "error"),
    [
        ("\n".join(str(number) for number in range(11)), "at most 10|keep to 10"),
        ("x" * 76, "Step 1 has 76 characters"),
        ("Call.\n\n  Call. ", "Step 2 stands twice"),
    ],
)
def test_steps_that_slack_could_not_show_are_refused(steps: str, error: str) -> None:
    form = playbook_form.parse(filled("save", typed(title="Save", steps=steps)))
    assert any(part in form.errors["steps"] for part in error.split("|"))


def test_a_playbook_is_read_line_by_line() -> None:
    form = playbook_form.parse(filled("save", typed(title=" Save  it ", summary="", steps="Call.\n\n Train  them.\n")))
    assert form == playbook_form.PlaybookForm(id="save", title="Save it", steps=("Call.", "Train them."))
    assert playbook_form.parse(filled("save", typed(steps="Call."))).errors == {
        "title": "Please give the playbook a title."
    }
    assert playbook_form.parse(filled("save", {})).errors == {}


def test_bands_must_rise_and_stay_on_the_scale() -> None:
    touch = {f"touch_{band}": {"selected_option": {"value": "tech"}} for band in ("immature", "low", "medium", "high")}
    good = {**typed(low="1.5", medium="2,5", high="3.5", qualification="2"), **touch}
    form = bands_form.parse(filled("", good))
    assert (form.errors, form.cuts["medium"], form.touch["high"]) == ({}, Fraction(5, 2), "tech")
    assert list(bands_form.parse(filled("", {**good, **typed(low="3")})).errors) == ["medium"]
    assert list(bands_form.parse(filled("", {**good, **typed(high="6")})).errors) == ["high"]
    assert list(bands_form.parse(filled("", {**good, "touch_low": {}})).errors) == ["touch_low"]
