"""Scoring packed sheets gives exactly what scoring one by one gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmi_core import Framework, built_in_frameworks, framework_from_dict, load_framework, score
from cmi_core.sheets import MARKS, SheetScorer

FRAMEWORKS = [load_framework(name) for name in built_in_frameworks()]
MIRRORED = framework_from_dict(
    {
        "id": "mirrored",
        "name": "Mirrored",
        "minimum_coverage": "1/2",
        "categories": [
            {
                "name": "One",
                "weight": "1/3",
                "criteria": [
                    {"name": "Up", "question": "?", "levels": {0: "a", 1: "b", 2: "c"}},
                    {"name": "Down", "question": "?", "direction": "descending", "levels": {0: "a", 1: "b", 2: "c"}},
                ],
            },
            {
                "name": "Two",
                "weight": 0,
                "criteria": [{"name": "Free", "question": "?", "levels": {0: "a", 1: "b", 2: "c"}}],
            },
        ],
    }
)
TO_TWELVE = framework_from_dict(
    {
        "id": "long",
        "name": "Long",
        "categories": [
            {"name": "All", "criteria": [{"name": "Much", "question": "?", "levels": dict.fromkeys(range(13), "some")}]}
        ],
    }
)


@given(st.data())
def test_a_packed_sheet_scores_like_the_ratings_it_stands_for(data: st.DataObject) -> None:
    framework: Framework = data.draw(st.sampled_from([*FRAMEWORKS, MIRRORED, TO_TWELVE]))
    levels = "-" + MARKS[framework.lowest : framework.highest + 1]
    scorer = SheetScorer(framework, of=lambda cmi: cmi)
    for _ in range(3):
        sheet = "".join(data.draw(st.sampled_from(levels)) for _ in framework.criteria)
        ratings = {c.id: None if m == "-" else MARKS.index(m) for c, m in zip(framework.criteria, sheet, strict=True)}
        assert scorer(sheet) == score(framework, ratings).cmi


def test_a_sheet_that_does_not_fit_is_refused() -> None:
    scorer = SheetScorer(load_framework("maor-wittgen"), of=str)
    with pytest.raises(ValueError, match="a sheet of 3 answers, where 12 are asked"):
        scorer("123")
    with pytest.raises(ValueError, match="'9', which is off the scale"):
        scorer("9" * 12)
