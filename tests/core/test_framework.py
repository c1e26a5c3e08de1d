import json
from pathlib import Path
from typing import Any

import pytest

from cmi_core import FrameworkError, framework_from_dict, load_framework, parse_framework, score
from cmi_core.framework import slug

SMALL = """\
id: small
name: Small
categories:
  - name: Only
    weight: 2
    criteria:
      - name: First one
        question: How is it?
        levels:
          1: Bad
          2: Good
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Clarity of Charter", "clarity_of_charter"),
        ("Survey (NPS)", "survey"),
        ("Proactive vs. reactive customer engagement", "proactive_vs_reactive_customer_engagement"),
        ("Enablement & Scale", "enablement_scale"),
        ("Non-Monetary Value to You", "non_monetary_value_to_you"),
        ("Strategic Direction, Process Charter", "strategic_direction_process_charter"),
    ],
)
def test_ids_are_the_slugs_of_the_names(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_framework_is_data_that_anyone_can_write(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, "utf-8")
    framework = load_framework(file)
    assert framework == load_framework(str(file))
    assert [criterion.id for criterion in framework.criteria] == ["first_one"]
    assert framework.criterion("first_one").levels[1].text == "Good"
    assert (framework.version, framework.kind, framework.subject, framework.scale) == (1, "cmi", "customer", (1, 2))


def test_weights_survive_json_exactly() -> None:
    framework = parse_framework(SMALL.replace("weight: 2", "weight: 1/3"))
    again = framework_from_dict(json.loads(json.dumps(framework.to_dict())))
    assert again == framework
    assert framework.to_dict()["categories"][0]["weight"] == "1/3"


def test_a_decimal_weight_is_taken_as_written() -> None:
    assert parse_framework(SMALL.replace("weight: 2", "weight: 0.1")).categories[0].weight * 10 == 1


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "name: Small",
            "name: Small\ntitle: x",
            "small.yaml, line 3, title: there is no such field; the fields here are: id, name",
        ),
        ("weight: 2", "weight: -1", "line 5, categories > only > weight: a weight can't be negative"),
        ("weight: 2", "weight: 0", "categories: the weights sum to 0"),
        ("weight: 2", "weight: much", "line 5, categories > only > weight: 'much' is not a number"),
        ("weight: 2", "weight: .nan", "line 5, categories > only > weight: nan is not a finite number"),
        ("weight: 2", "weight: yes", "line 5, categories > only > weight: True is not a number"),
        ("weight: 2", "weight: 1/0", "line 5, categories > only > weight: '1/0' divides by zero"),
        (
            "        question: How is it?\n",
            "",
            "line 7, categories > only > criteria > first_one > question: it is missing",
        ),
        ("2: Good", "3: Good", "line 9, categories > only > criteria > first_one > levels: after 1 comes 2, not 3"),
        ("          2: Good\n", "", "levels: give at least two levels"),
        (
            "2: Good",
            "2: " + "x" * 76,
            "line 11, categories > only > criteria > first_one > levels > 2 > text: it has 76 characters; at most 75",
        ),
        ("2: Good", "2: yes", "line 11, categories > only > criteria > first_one > levels > 2 > text: it must be text"),
        ("2: Good", "1: Good", "line 11: 1 is given twice"),
        (
            "2: Good",
            "two: Good",
            "line 11, categories > only > criteria > first_one > levels > two > value: a level is a whole number",
        ),
        ("name: First one", "name: (x)", "line 7, categories > only > criteria > number 1 > id: an id is"),
        ("id: small", "id: Small one", "line 1, id: an id is lower-case"),
        ("name: Small", "name: Small\nminimum_coverage: 75", "line 3, minimum_coverage: give a share from 0 to 1"),
        ("How is it?", "&a How", "line 8: references"),
        ("How is it?", "How: is it", "line 8: a text with a colon in it needs quotes"),
        ("How is it?", "2026-13-01", "line 8: this value can't be read"),
        (SMALL, "", "it must have fields of its own"),
        (SMALL, "- 1", "it must have fields of its own"),
        (SMALL, "[" * 100, "nested too deeply"),
        (SMALL, "a: \0", "line 1: there is a character that can't be in a text file"),
        (SMALL, "#" * 100_001, "longer than 100,000 characters"),
    ],
)
def test_a_wrong_framework_is_refused_by_field_and_line(old: str, new: str, complaint: str) -> None:
    assert old in SMALL
    with pytest.raises(FrameworkError) as refusal:
        parse_framework(SMALL.replace(old, new), source="small.yaml")
    assert complaint in str(refusal.value)
    assert str(refusal.value).startswith("small.yaml")


def test_ids_are_used_once() -> None:
    repeated = SMALL + SMALL[SMALL.index("  - name: Only") :].replace("Only", "Other")
    with pytest.raises(FrameworkError, match=r"line 15, .*: another criterion has the id first_one already"):
        parse_framework(repeated)


def test_all_criteria_share_one_scale() -> None:
    other = SMALL[SMALL.index("  - name: Only") :].replace("Only", "Other").replace("First", "Second")
    with pytest.raises(FrameworkError, match="levels of second_one run 1 to 3, those of the first criterion 1 to 2"):
        parse_framework(SMALL + other + "          3: Best\n")


def test_a_stored_framework_that_is_wrong_names_the_field() -> None:
    data: dict[str, Any] = {**parse_framework(SMALL).to_dict(), "version": 0}
    with pytest.raises(FrameworkError, match=r"^version: "):
        framework_from_dict(data)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(FrameworkError, match="maor-wittgen"):
        load_framework("no-such-framework")


@pytest.mark.parametrize("name", ["x" * 5000, "nul\0byte", "", "."])
def test_a_name_that_no_file_can_have_is_refused(name: str) -> None:
    with pytest.raises(FrameworkError, match="There is no framework"):
        load_framework(name)


def test_a_version_that_changes_only_weights_asks_the_same() -> None:
    framework = parse_framework(SMALL)
    assert framework.asks_the_same_as(parse_framework(SMALL.replace("weight: 2", "weight: 3")))
    assert framework.asks_the_same_as(parse_framework(SMALL.replace("2: Good", "2: Very good")))
    for other in (
        SMALL.replace("First", "Second"),
        SMALL + "          3: Best\n",
        SMALL.replace("        question", "        direction: descending\n        question"),
        SMALL.replace("Only", "Other"),
    ):
        assert not framework.asks_the_same_as(parse_framework(other))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "picture.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FrameworkError, match=r"picture\.yaml, line 1: this isn't UTF-8 text"):
        load_framework(file)


@pytest.mark.parametrize("name", ["Product Usage", "Survey (NPS)", "Support tickets", "Late payments"])
def test_a_maturity_criterion_about_the_relation_gets_a_warning(name: str) -> None:
    (warning,) = parse_framework(SMALL.replace("First one", name)).warnings
    assert warning.startswith(f"{name}: ")
    assert (
        parse_framework(SMALL.replace("First one", name).replace("id: small", "id: small\nkind: health")).warnings == ()
    )


def test_a_descending_criterion_counts_its_lowest_level_as_the_best() -> None:
    framework = parse_framework(SMALL.replace("        question", "        direction: descending\n        question"))
    assert score(framework, {"first_one": 1}).cmi == 2
    assert score(framework, {"first_one": 2}).cmi == 1
