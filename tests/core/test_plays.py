from fractions import Fraction

import pytest

from cmi_core import (
    Band,
    ContentPiece,
    MapSettings,
    MaturityBand,
    MaturityCuts,
    Touch,
    category_band,
    framework_from_dict,
    load_framework,
    maturity_band,
    next_content,
    playbook,
    qualification,
    score,
    tags,
    verdict,
    weak_criteria,
)
from cmi_core.criterion_plays import CRITERION_PLAYS, criterion_play
from cmi_core.maturity import OFFER_MIX, TOUCH, weakest_categories
from cmi_core.plays import PLAYBOOKS

F = Fraction
MAOR = load_framework("maor-wittgen")
GOLDEN = dict(zip((c.id for c in MAOR.criteria), [3, 1, 3, 3, 4, 5, 2, 1, 2, 1, 2, 1], strict=True))
HAIR = F(1, 10**9)


def test_the_bands_of_maturity_do_not_depend_on_the_map() -> None:
    values = [F(1), F(3, 2) - HAIR, F(3, 2), F(5, 2) - HAIR, F(5, 2), F(7, 2) - HAIR, F(7, 2), F(5)]
    bands = ["immature", "immature", "low", "low", "medium", "medium", "high", "high"]
    assert [maturity_band(value) for value in values] == bands
    assert [category_band(value) for value in values] == ["low" if band == "immature" else band for band in bands]


def test_maturity_cuts_are_rescaled() -> None:
    assert maturity_band(F(5, 4), scale=(1, 3)) == MaturityBand.LOW
    assert maturity_band(F(5, 4) - HAIR, scale=(1, 3)) == MaturityBand.IMMATURE


def test_maturity_cuts_must_rise() -> None:
    with pytest.raises(ValueError, match="must rise"):
        MaturityCuts(low=3)


def test_touch_follows_maturity() -> None:
    assert [TOUCH[band] for band in MaturityBand] == [Touch.TECH, Touch.STANDARD, Touch.STANDARD, Touch.HIGH]


def test_the_offer_mix_has_four_bands() -> None:
    assert set(OFFER_MIX) == set(MaturityBand)
    assert OFFER_MIX[MaturityBand.IMMATURE].conclusion == "Do not sell or serve"
    assert OFFER_MIX[MaturityBand.HIGH].services == "Services fade"


def test_a_prospect_below_the_cut_is_unqualified() -> None:
    assert qualification(F(3, 2) - HAIR) == "unqualified"
    assert qualification(F(3, 2)) == "qualified"
    assert qualification(F(3, 2), cut=F(2)) == "unqualified"
    assert qualification(None) == "unknown"


def test_category_bands_become_tags() -> None:
    assert tags(MAOR, score(MAOR, GOLDEN)) == (
        "cmi-charter-low",
        "cmi-people-high",
        "cmi-process-low",
        "cmi-technology-low",
    )
    assert tags(MAOR, score(MAOR, {"use_of_tools": 3})) == ("cmi-technology-medium",)


def test_content_comes_from_the_weakest_categories() -> None:
    result = score(MAOR, GOLDEN)
    assert weakest_categories(MAOR, result) == ("technology", "process", "charter", "people")
    catalogue = [
        ContentPiece("a", "Charter for beginners", "charter", Band.LOW),
        ContentPiece("b", "Tools for experts", "technology", Band.HIGH),
        ContentPiece("c", "First tools", "technology", Band.LOW),
        ContentPiece("d", "First reports", "technology", Band.LOW),
        ContentPiece("e", "First processes", "process", Band.LOW),
    ]
    assert [piece.id for piece in next_content(catalogue, MAOR, result)] == ["c", "d", "e"]
    assert [piece.id for piece in next_content(catalogue, MAOR, result, seen={"c", "e"}, limit=2)] == ["d", "a"]
    assert next_content(catalogue, MAOR, score(MAOR, {})) == ()


def test_of_equally_weak_categories_the_heavier_comes_first() -> None:
    assert weakest_categories(MAOR, score(MAOR, dict.fromkeys(GOLDEN, 2))) == (
        "charter",
        "process",
        "people",
        "technology",
    )


def test_the_open_cells_are_judged_by_ltv_and_margin() -> None:
    settings = MapSettings(kind="nine", ltv_threshold=100_000, gm_threshold="0.6")
    assert verdict(settings, ltv=F(100_000), gm=F(3, 5)).advice == "Invest"
    assert verdict(settings, ltv=F(99_999), gm=F(1)).advice == "Economise"
    assert verdict(settings, ltv=F(200_000), gm=F(1, 2)).advice == "Economise"


def test_decide_names_what_is_missing() -> None:
    settings = MapSettings(kind="nine", ltv_threshold=100_000, gm_threshold="0.6")
    assert verdict(settings, ltv=None, gm=F(1)).missing == ("lifetime value",)
    assert verdict(settings, ltv=F(1), gm=None).advice == "Decide"
    assert verdict(MapSettings(kind="nine"), ltv=F(1), gm=F(1)).missing == (
        "threshold for lifetime value",
        "threshold for gross margin",
    )


@pytest.mark.parametrize("cell", ["let_churn", "churn_or_let_churn"])
def test_let_churn_is_a_question(cell: str) -> None:
    book = playbook(cell)
    assert book.title.endswith("?")
    assert "not an order" in book.summary
    assert "Name who decides." in book.steps
    assert any("date to review" in step for step in book.steps)


def test_an_unknown_cell_has_no_playbook() -> None:
    with pytest.raises(KeyError):
        playbook("nowhere")


def test_every_step_fits_an_option_and_stands_once() -> None:
    for book in (*PLAYBOOKS.values(), *CRITERION_PLAYS.values()):
        assert all(0 < len(step) <= 75 for step in book.steps)
        assert len(set(book.steps)) == len(book.steps) > 0


def test_every_criterion_of_the_default_framework_has_a_play() -> None:
    assert set(CRITERION_PLAYS) == {criterion.id for criterion in MAOR.criteria}
    assert criterion_play("nowhere") is None


def test_the_weak_criteria_come_lowest_first_and_of_equals_the_heavier() -> None:
    weak = [criterion.id for criterion in weak_criteria(MAOR, GOLDEN, limit=20)]
    rated = {criterion.id: GOLDEN[criterion.id] for criterion in MAOR.criteria}
    assert set(weak) == {criterion for criterion, level in rated.items() if level <= 2}
    assert [rated[criterion] for criterion in weak] == sorted(rated[criterion] for criterion in weak)
    shares = {c.id: category.weight / len(category.criteria) for category in MAOR.categories for c in category.criteria}
    lowest = [criterion for criterion in weak if rated[criterion] == 1]
    assert lowest == sorted(lowest, key=lambda criterion: -shares[criterion])
    assert weak_criteria(MAOR, GOLDEN, limit=1)[0].id == "breadth_of_influence"
    assert weak_criteria(MAOR, {"use_of_tools": None, "use_of_reports": 3}) == ()


def test_a_descending_criterion_is_weak_at_its_high_levels() -> None:
    raw = MAOR.to_dict()
    raw["categories"][0]["criteria"][0]["direction"] = "descending"
    framework = framework_from_dict(raw)
    assert [c.id for c in weak_criteria(framework, {"clarity_of_charter": 5})] == ["clarity_of_charter"]
    assert weak_criteria(framework, {"clarity_of_charter": 1}) == ()
