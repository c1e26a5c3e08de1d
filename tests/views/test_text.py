"""Words, figures and names as people read them."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views import text
from tests.views.gallery import HOSTILE

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_only_the_three_signs_are_escaped() -> None:
    assert text.escape("a & b < c > d *e* \"f\" 'g'") == "a &amp; b &lt; c &gt; d *e* \"f\" 'g'"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Acme: a & b", "Acme: a &amp; b"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("*a*", "\u200b*a\u200b*"),
        ("~_`", "\u200b~\u200b_\u200b`"),
        (":fire:", ":\u200bfire:"),
        ("> quote", "\u200b&gt; quote"),
        ("a\nb", "a b"),
        ("\u202eevil", "evil"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
    ],
)
def test_a_name_is_shown_but_does_nothing(name: str, shown: str) -> None:
    assert text.inert(name) == shown


@given(st.text(max_size=400) | st.sampled_from(HOSTILE), st.integers(2, 120))
def test_clipped_text_fits_escaped_and_begins_like_the_original(original: str, limit: int) -> None:
    clipped = text.clip(original, limit)
    assert text.cost(clipped) <= limit
    assert clipped == original or (clipped.endswith("…") and original.startswith(clipped[:-1]))
    assert (clipped == original) == (text.cost(original) <= limit) or original.endswith("…")


@given(
    st.lists(st.sampled_from(["&amp;", "&lt;", "<@U01ANNA>", "a", " ", "\U0001f984"]), max_size=60), st.integers(2, 80)
)
def test_clipped_markup_leaves_no_half_entity_or_mention(parts: list[str], limit: int) -> None:
    clipped = text.clip_markup("".join(parts), limit)
    assert text.cost_of_markup(clipped) <= limit
    whole = clipped.replace("&amp;", "").replace("&lt;", "").replace("<@U01ANNA>", "")
    assert "&" not in whole
    assert "<" not in whole


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "today"),
        (0, "today"),
        (1, "yesterday"),
        (3, "3 days ago"),
        (35, "5 weeks ago"),
        (104, "3 months ago"),
        (800, "2 years ago"),
    ],
)
def test_ages_are_rough(days: int, words: str) -> None:
    assert text.ago(NOW - timedelta(days=days), NOW) == words


def test_dates_and_scores_read_the_same_everywhere() -> None:
    assert text.day(date(2026, 8, 2)) == "2 Aug 2026"
    assert text.day(None) == ""
    assert text.cmi_change(Fraction(12, 5), Fraction(21, 10)) == "2.4 (was 2.1)"
    assert text.cmi_change(Fraction(12, 5), Fraction(241, 100)) == "2.4"
    assert text.cmi_change(Fraction(12, 5), None) == "2.4"
    assert text.health_change(Fraction(83, 2), Fraction(50)) == "41.5 (was 50)"


def test_only_user_ids_become_mentions() -> None:
    assert text.mention("U01ANNA") == "<@U01ANNA>"
    assert text.mention("!channel") == "!channel"
    assert text.owner_text(None) == "nobody yet"


def test_bold_marks_go_but_a_names_asterisks_stay() -> None:
    assert text.without_bold(f"*{text.inert('5*')}* moved") == "5\u200b* moved"
