"""What a new version of a framework changes, in words."""

from fractions import Fraction
from typing import Any

import pytest

from bot.views import framework_changes
from cmi_core import Framework, framework_from_dict, load_framework

MAOR = load_framework("maor-wittgen")


def changed(change: Any) -> Framework:
    data = MAOR.to_dict()
    change(data, data["categories"])
    return framework_from_dict(data)


def drop_criterion(_: Any, categories: Any) -> None:
    del categories[0]["criteria"][0]
    categories[1]["criteria"].append({**categories[1]["criteria"][0], "id": "more", "name": "More *bold*"})


def weigh(data: Any, categories: Any) -> None:
    data["minimum_coverage"] = "1/2"
    categories[0]["weight"], categories[0]["name"] = "45/2", "Charter & scope"


def turn(_: Any, categories: Any) -> None:
    categories[3]["criteria"][2]["direction"] = "descending"
    categories[0]["criteria"].reverse()


def reword(data: Any, categories: Any) -> None:
    data["notes"] = ""
    categories[0]["criteria"][0]["question"] = "How clear?"
    categories[0]["criteria"][1]["levels"][0]["text"] = "None"


def shift(data: Any, categories: Any) -> None:
    data["name"] = "Ours"
    for criterion in [each for category in categories for each in category["criteria"]]:
        for level in criterion["levels"]:
            level["value"] -= 1


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (drop_criterion, ["Criterion gone: Clarity of Charter", "Criterion new: More \u200b*bold\u200b*"]),
        (
            weigh,
            [
                "Least answers: 75 % → 50 %",
                "Category Charter is called Charter &amp; scope",
                "Weight of Charter &amp; scope: 40 → 22.5",
            ],
        ),
        (
            turn,
            [
                "Complexity of Environment: counts descending now",
                "The criteria stand in another order or category",
            ],
        ),
        (reword, ["2 criteria worded anew", "Source or notes"]),
        (shift, ["Name: Maor &amp; Wittgen → Ours", "Levels: 1 to 5 → 0 to 4", "12 criteria worded anew"]),
    ],
)
def test_each_change_has_its_line(change: Any, lines: list[str]) -> None:
    assert framework_changes.lines(MAOR, changed(change)) == lines


def test_the_same_has_no_lines_and_very_many_are_cut() -> None:
    assert framework_changes.lines(MAOR, MAOR) == []
    found = framework_changes.lines(MAOR, load_framework("waterstone-2016"))
    assert len(found) == 13
    assert found[-1].startswith("… and ")


def test_a_third_stays_exact() -> None:
    third = MAOR.with_weights({**{each.id: each.weight for each in MAOR.categories}, "people": Fraction(1, 3)})
    assert framework_changes.lines(MAOR, third) == ["Weight of People: 20 → 1/3"]
