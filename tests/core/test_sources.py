"""Health sources differ in scale, direction and words; all come out as 0-100."""

from fractions import Fraction

import pytest
from pydantic import ValidationError

from cmi_core.cells import Band
from cmi_core.health import HealthError
from cmi_core.matrix import MapSettings, place
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
    assert source.read(text, MapSettings()) == value


@pytest.mark.parametrize("cuts", [(50, 75), (5, 10), (90, 95)])
@pytest.mark.parametrize("label", ["green", "YELLOW", "Red "])
def test_a_label_lands_in_its_band_whatever_the_cuts(cuts: tuple[int, int], label: str) -> None:
    settings = MapSettings(kind="nine", chs_cuts=tuple(map(Fraction, cuts)), chs_margin=Fraction(1))
    value = LIGHTS.read(label, settings)
    expected = {"green": Band.HIGH, "yellow": Band.MEDIUM, "red": Band.LOW}[label.strip().lower()]
    assert place(settings, None, value).chs_band == expected


def test_what_a_source_cannot_say_is_refused_in_words() -> None:
    with pytest.raises(HealthError, match=r"“blue” isn't a health score of Lights: .* or one of Green, Yellow, Red"):
        LIGHTS.read("blue", MapSettings())
    with pytest.raises(HealthError, match="off the scale"):
        HealthSource(name="CRM", highest=Fraction(10)).read("11", MapSettings())
    with pytest.raises(ValidationError, match="must be below highest"):
        HealthSource(name="CRM", lowest=Fraction(10), highest=Fraction(10))
