"""Frameworks as files: out and back the same, and everything that is wrong said at once, with its line."""

import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmi_core import (
    Framework,
    FrameworkError,
    Problem,
    built_in_frameworks,
    framework_from_dict,
    framework_text,
    load_framework,
    parse_framework,
)

NO_TEXT = "it must be text; put it in quotes if it is meant so"
WRONG = """\
id: Our Own
name: Ours
minimum_coverage: 2
categories:
  - name: People
    weight: -5
    criteria:
      - name: Skill
        qestion: How good?
        levels: {1: bad, 3: good}
      - name: Skill
        question: How good?
        levels:
          1: yes
          2: good
  - name: People
    criteria: []
"""


def problems(text: str) -> list[str]:
    with pytest.raises(FrameworkError) as refusal:
        parse_framework(text)
    return [str(problem) for problem in refusal.value.problems]


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_lines() -> None:
    assert problems(WRONG) == [
        "line 1, id: an id is lower-case letters, digits and single underscores, such as size_of_team",
        "line 3, minimum_coverage: give a share from 0 to 1, such as 0.75",
        "line 6, categories > people > weight: a weight can't be negative",
        "line 8, categories > people > criteria > skill > question: it is missing; add it",
        "line 9, categories > people > criteria > skill > qestion: there is no such field; did you mean question?",
        "line 10, categories > people > criteria > skill > levels: after 1 comes 2, not 3",
        f"line 14, categories > people > criteria > skill > levels > 1 > text: {NO_TEXT}",
        "line 16, categories > people: another category has the id people already; give this one an `id` of its own",
        "line 17, categories > people > criteria: give at least one",
    ]


def test_a_name_that_is_missing_is_not_asked_for_as_an_id_too() -> None:
    text = framework_text(load_framework("promapp-survey")).replace("  - name: Charter", "  - nam: Charter")
    assert [each.split(", ")[1] for each in problems(text)] == [
        "categories > number 1 > name: it is missing; add it",
        "categories > number 1 > nam: there is no such field; did you mean name?",
    ]


def test_weights_that_sum_to_nothing_are_found_beside_other_mistakes() -> None:
    text = "id: a\nname: A\nkind: none\ncategories:\n  - name: One\n    weight: 0\n    criteria: 5\n"
    assert problems(text) == [
        "line 3, kind: choose 'cmi' or 'health'",
        "line 4, categories: the weights sum to 0; give at least one category a weight above 0",
        "line 7, categories > one > criteria: it must be a list, each entry begun with “- ”",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\nb: 2\na: 3\nb: 4", ["line 3: a is given twice; keep one", "line 4: b is given twice; keep one"]),
        ("a: !!python/object:os.system x", ["line 1: tags (!) are not taken; leave it out, or put the text in quotes"]),
        ("a: &x [1]\nb: *x", ["line 1: references (& and *) are not taken; write the value out"]),
        ("a: 1\n<<: {b: 1}", ["line 2: a field's name must be plain text"]),
        ("a: 1\n? [1, 2]\n: 3", ["line 2: a field's name must be plain text"]),
        ("a: 1\n\tb: 2", ["line 2: there is a tab; indent with spaces"]),
        ("a: 'x", ["line 1: a quote or bracket is not closed"]),
        ("a: 1\n---\nb: 2", ["line 2: a line of three dashes begins a second document; keep one"]),
        ("a: 1\nb: \x07", ["line 2: there is a character that can't be in a text file; take it out"]),
    ],
)
def test_what_a_framework_never_needs_is_refused_with_its_line(text: str, problem: list[str]) -> None:
    assert problems(text) == problem


@pytest.mark.parametrize("text", ["half \\ud83d", "nothing \\0", "escape \\e[31m", "next \\x85"])
def test_what_can_not_be_shown_or_stored_is_refused(text: str) -> None:
    file = framework_text(load_framework("promapp-survey"))
    [problem] = problems(file.replace("question: ", f'question: "{text}" # ', 1))
    assert "question: it has " in problem


def test_names_stand_on_one_line_and_say_something() -> None:
    file = framework_text(load_framework("promapp-survey"))
    named = file.replace("- name: Charter", '- name: "  "', 1).replace("question: ", 'question: "a\\nb" # ', 1)
    assert [each.split(": ", 1)[1] for each in problems(named) if "name" in each or "question" in each] == [
        "it is empty",
        "it must stand on one line",
    ]


def test_many_problems_are_cut_in_the_text_but_not_in_the_list() -> None:
    text = "id: a\nname: A\n" + "".join(f"field{number}: 1\n" for number in range(70))
    with pytest.raises(FrameworkError) as refusal:
        parse_framework(text)
    assert len(refusal.value.problems) == 71
    assert str(refusal.value).endswith("… and 21 more.")


@pytest.mark.parametrize("unit", ["k{0}: 1\n", "- [{0}]\n", "- {{a: {0}}}\n"])
def test_a_file_with_thousands_of_mistakes_is_refused_in_little_time(unit: str) -> None:
    begun = time.process_time()
    assert len(problems("".join(unit.format(number) for number in range(6000)))) <= 400
    assert time.process_time() - begun < 30


@pytest.mark.parametrize("name", built_in_frameworks())
def test_every_built_in_framework_goes_out_and_comes_back_the_same(name: str) -> None:
    framework = load_framework(name)
    assert parse_framework(framework_text(framework, "Change it\nas you like.")) == framework


def test_json_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    text = load_framework("promapp-survey").model_dump_json(indent=1).replace("\n ", "\n\t")
    file = tmp_path / "given.json"
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load_framework(file) == load_framework("promapp-survey")


one_line = st.text(
    st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("#:-'\"{}[]&*!|>%@`,"), min_size=1, max_size=40
).filter(str.strip)
numbers = st.fractions(min_value=0, max_value=1000, max_denominator=999)


@st.composite
def frameworks(draw: st.DrawFn) -> Framework:
    low = draw(st.integers(0, 5))
    high = draw(st.integers(low + 1, low + 4))

    def criterion(number: int) -> dict[str, Any]:
        levels = [
            {
                "value": value,
                "text": draw(one_line),
                "ours": draw(st.booleans()),
                "detail": draw(one_line | st.just("")),
            }
            for value in range(low, high + 1)
        ]
        direction = draw(st.sampled_from(["ascending", "descending"]))
        named = {"id": f"c_{number}", "name": draw(one_line), "question": draw(one_line)}
        return {**named, "levels": levels, "direction": direction}

    def category(number: int) -> dict[str, Any]:
        criteria = [criterion(number * 10 + position) for position in range(draw(st.integers(1, 3)))]
        return {"id": f"g{number}", "name": draw(one_line), "weight": draw(numbers) + 1, "criteria": criteria}

    return framework_from_dict(
        {
            "id": "any-one",
            "name": draw(one_line),
            "version": draw(st.integers(1, 99)),
            "kind": draw(st.sampled_from(["cmi", "health"])),
            "notes": draw(one_line | st.just("")),
            "minimum_coverage": draw(st.fractions(0, 1, max_denominator=99)),
            "categories": [category(number) for number in range(draw(st.integers(1, 3)))],
        }
    )


@settings(max_examples=60)
@given(frameworks())
def test_any_framework_goes_out_and_comes_back_the_same(framework: Framework) -> None:
    assert parse_framework(framework_text(framework)) == framework


def refused(work: Callable[[], Framework]) -> Sequence[Problem] | None:
    """What is found wrong; None where nothing is."""
    try:
        work()
    except FrameworkError as error:
        return error.problems
    return None


values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.text(max_size=8) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "weight", "criteria", "levels", "question", "value", "text", 1, 2, True]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300)
@given(values, st.data())
def test_wrong_data_never_raises_anything_else_and_always_says_what(value: Any, data: st.DataObject) -> None:
    framework = load_framework("promapp-survey").to_dict()
    spots = [framework, framework["categories"][0], framework["categories"][0]["criteria"][0]]
    spot = data.draw(st.sampled_from(spots))
    spot[data.draw(st.sampled_from(sorted(spot)))] = value
    problems = refused(lambda: framework_from_dict(framework))
    assert problems is None or (problems and all(problem.text for problem in problems))


@settings(max_examples=150)
@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_file_is_a_framework_or_refused(content: bytes | str) -> None:
    with pytest.raises(FrameworkError):
        parse_framework(content)


@settings(max_examples=100)
@given(st.integers(0, 60), st.text(max_size=12))
def test_a_file_with_a_spoilt_line_is_a_framework_or_refused_with_a_line(line: int, text: str) -> None:
    lines = framework_text(load_framework("promapp-survey")).splitlines()
    lines[line % len(lines)] = text
    problems = refused(lambda: parse_framework("\n".join(lines)))
    assert problems is None or (problems and all(problem.line for problem in problems))


def test_numbers_are_written_as_people_write_them() -> None:
    data = load_framework("promapp-survey").to_dict()
    for category, weight in zip(data["categories"], ("0.1", "1/3", 40, "12.5"), strict=True):
        category["weight"] = weight
    text = framework_text(framework_from_dict(data))
    assert [line.strip() for line in text.splitlines() if "weight:" in line] == [
        "weight: 0.1",
        "weight: 1/3",
        "weight: 40",
        "weight: 12.5",
    ]
    assert parse_framework(text).categories[1].weight == Fraction(1, 3)
