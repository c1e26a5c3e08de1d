"""What docs/method.md shows is what the core computes."""

import runpy
from fractions import Fraction
from pathlib import Path

import pytest

from cmi_core import default_map, load_framework, one_decimal, parse_framework, score

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("kind", ["quadrants", "nine"])
def test_the_pictures_of_the_maps_are_those_of_the_core(kind: str) -> None:
    draw = runpy.run_path(str(DOCS / "maps.py"))["draw"]
    picture = (DOCS / "pictures" / f"map-{kind}.svg").read_text(encoding="utf-8")
    assert picture == draw(default_map("nine" if kind == "nine" else "quadrants"))


def test_the_golden_example_is_worked_out_as_the_core_does() -> None:
    text = (DOCS / "method.md").read_text(encoding="utf-8")
    framework = load_framework("maor-wittgen")
    ratings: dict[str, int | None] = {}
    for category in framework.categories:
        row = next(line for line in text.splitlines() if line.startswith(f"| {category.name} ({category.weight} %)"))
        levels = [int(level) for level in row.split("|")[2].split(",")]
        ratings |= dict(zip((criterion.id for criterion in category.criteria), levels, strict=True))
        assert row.rstrip(" |").endswith(one_decimal(Fraction(sum(levels), len(levels))))
    found = score(framework, ratings)
    assert found.cmi == Fraction(71, 30)
    assert f"= {found.cmi} = 2.3666…, shown as **{one_decimal(found.cmi)}**" in text


def test_the_example_of_a_frameworks_file_is_one() -> None:
    text = (DOCS / "method.md").read_text(encoding="utf-8")
    framework = parse_framework(text.split("```yaml\n")[1].split("```")[0])
    assert (framework.id, framework.scale) == ("our-own", (1, 2))


def test_every_built_in_cut_is_in_the_table() -> None:
    text = (DOCS / "method.md").read_text(encoding="utf-8")
    for kind, name in (("quadrants", "four quadrants"), ("nine", "nine cells")):
        settings = default_map("nine" if kind == "nine" else "quadrants")
        row = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
        for cut in (*settings.cmi_cuts, *settings.chs_cuts):
            assert f"{float(cut):g}" in row
