from fractions import Fraction

import pytest

from cmi_core import Framework, built_in_frameworks, framework_from_dict, load_framework

ALL = [load_framework(name) for name in built_in_frameworks()]
SHAPES = {
    "maor-wittgen": ("cmi", "customer", (1, 5), {"charter": 3, "people": 3, "process": 3, "technology": 3}),
    "promapp-survey": ("cmi", "customer", (1, 5), {"charter": 1, "people": 1, "process": 1, "technology": 1}),
    "practice-ignition": ("cmi", "customer", (1, 5), {"customer_size": 3, "people": 3, "process": 3, "technology": 3}),
    "bolstra-5-stages": (
        "cmi",
        "team",
        (1, 5),
        {"skill": 1, "process": 1, "data": 1, "technology": 1, "organization": 1},
    ),
    "waterstone-2016": (
        "cmi",
        "team",
        (1, 3),
        {"customer_lifecycle": 4, "operating_model": 3, "economic_model": 3, "enablement_scale": 3},
    ),
    "health-six": (
        "health",
        "customer",
        (1, 5),
        {
            "adoption": 1,
            "program_expansion": 1,
            "value_to_customer": 1,
            "relations": 1,
            "non_monetary_value_to_you": 1,
            "monetary_value_to_you": 1,
        },
    ),
    "gainsight-2016": (
        "health",
        "customer",
        (1, 5),
        {"adoption": 2, "engagement": 4, "financial_investment": 3, "satisfaction": 1},
    ),
}


def test_seven_frameworks_ship() -> None:
    assert set(built_in_frameworks()) == set(SHAPES)


@pytest.mark.parametrize("framework", ALL, ids=lambda framework: framework.id)
def test_each_has_its_shape(framework: Framework) -> None:
    kind, subject, scale, categories = SHAPES[framework.id]
    assert (framework.kind, framework.subject, framework.scale) == (kind, subject, scale)
    assert {category.id: len(category.criteria) for category in framework.categories} == categories
    assert framework.minimum_coverage == Fraction(3, 4)
    assert framework_from_dict(framework.to_dict()) == framework


@pytest.mark.parametrize("framework", ALL, ids=lambda framework: framework.id)
def test_none_warns_and_each_says_where_it_is_from(framework: Framework) -> None:
    assert framework.warnings == ()
    assert framework.source
    assert framework.notes


@pytest.mark.parametrize("framework", ALL, ids=lambda framework: framework.id)
def test_no_criterion_words_two_levels_alike(framework: Framework) -> None:
    for criterion in framework.criteria:
        assert len({level.text for level in criterion.levels}) == len(criterion.levels)


def test_the_default_weighs_as_printed() -> None:
    weights = {category.id: category.weight for category in load_framework("maor-wittgen").categories}
    assert weights == {"charter": 40, "people": 20, "process": 30, "technology": 10}


def test_the_default_has_its_twelve_criteria_in_order() -> None:
    assert [criterion.name for criterion in load_framework("maor-wittgen").criteria] == [
        "Clarity of Charter",
        "Breadth of Influence",
        "Title of Functional Head",
        "Sophistication of Team",
        "Size of Team",
        "Success Track Record",
        "Quality of Processes",
        "Knowledge Management",
        "Integration with Other Teams",
        "Use of Tools",
        "Use of Reports",
        "Complexity of Environment",
    ]


def test_texts_for_the_levels_in_between_are_marked_as_ours() -> None:
    middles_in_the_source = {"breadth_of_influence", "size_of_team", "success_track_record"}
    for criterion in load_framework("maor-wittgen").criteria:
        ours = [level.value for level in criterion.levels if level.ours]
        assert ours == ([2, 4] if criterion.id in middles_in_the_source else [2, 3, 4])


def test_the_default_teaches_what_to_look_for() -> None:
    for criterion in load_framework("maor-wittgen").criteria:
        assert [level.value for level in criterion.levels if level.detail] == [1, 3, 5]


def test_complexity_counts_upward_as_printed() -> None:
    assert {criterion.direction for framework in ALL for criterion in framework.criteria} == {"ascending"}


def test_where_a_source_prints_no_weights_they_are_equal() -> None:
    for framework in ALL:
        if framework.id not in {"maor-wittgen", "promapp-survey"}:
            assert {category.weight for category in framework.categories} == {1}


def test_promapps_survey_has_the_defaults_weights() -> None:
    assert [category.weight for category in load_framework("promapp-survey").categories] == [40, 20, 30, 10]


def test_waterstone_has_thirteen_rows_and_39_texts() -> None:
    criteria = load_framework("waterstone-2016").criteria
    assert len(criteria) == 13
    assert sum(len(criterion.levels) for criterion in criteria) == 39
    assert [criterion.id for criterion in criteria[:2]] == [
        "codified_customer_journey_map",
        "codified_customer_journey_links",
    ]


def test_the_stages_have_their_names() -> None:
    assert list(load_framework("bolstra-5-stages").level_names.values()) == [
        "Heroic",
        "Managed",
        "Repeatable",
        "Measurable",
        "Optimized",
    ]
    assert list(load_framework("waterstone-2016").level_names.values()) == ["Adopting", "Performing", "Optimizing"]


def test_bolstras_three_open_cells_are_ours() -> None:
    ours = [
        (criterion.id, level.value)
        for criterion in load_framework("bolstra-5-stages").criteria
        for level in criterion.levels
        if level.ours
    ]
    assert ours == [("skill", 3), ("data", 5), ("technology", 5)]
