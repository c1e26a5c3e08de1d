"""Health sources differ in scale, direction and words; they come out as 0-100, or as a label of a band."""

from fractions import Fraction

import pytest
from pydantic import ValidationError

from cmi_core.cells import Band
from cmi_core.health import HealthError, Label
from cmi_core.sources import HealthSource

LIGHTS = HealthSource(name="Lights", labels={"Green": Band.HIGH, "Yellow": Band.MEDIUM, "Red": Band.LOW})


@pytest.mark.parametrize(
    ("source", "text", "value"),
    [
        (HealthSource(name="CRM", highest=Fraction(10)), "7,5", Fraction(75)),
        (HealthSource(name="Risk", highest=Fraction(1), direction="descending"), "0.2", Fraction(80)),
        (HealthSource(name="NPS", lowest=Fraction(-100)), "-100", Fraction(0)),
        (HealthSource(name="Plain"), " 41 % ", Fraction(41)),
        (LIGHTS, "41", Fraction(41)),
    ],
)
def test_a_number_is_brought_to_one_scale(source: HealthSource, text: str, value: Fraction) -> None:
    assert source.read(text) == value


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("green", Label("Green", Band.HIGH)),
        ("YELLOW", Label("Yellow", Band.MEDIUM)),
        ("Red ", Label("Red", Band.LOW)),
    ],
)
def test_a_label_is_read_as_it_is_declared_with_its_band_and_no_number(text: str, label: Label) -> None:
    assert LIGHTS.read(text) == label


def test_what_a_source_cannot_say_is_refused_in_words() -> None:
    with pytest.raises(HealthError, match=r"“blue” isn't a health score of Lights: .* or one of Green, Yellow, Red"):
        LIGHTS.read("blue")
    with pytest.raises(HealthError, match="off the scale"):
        HealthSource(name="CRM", highest=Fraction(10)).read("11")
    with pytest.raises(ValidationError, match="must be below highest"):
        HealthSource(name="CRM", lowest=Fraction(10), highest=Fraction(10))
