"""What people type after /cmi."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.listeners import parsing
from bot.views.text import tidy


@pytest.mark.parametrize(
    ("text", "subcommand", "argument"),
    [
        ("", "", ""),
        ("  help ", "help", ""),
        ("SCORE Acme, Inc.", "score", "Acme, Inc."),
        ("score   Acme", "score", "Acme"),
        ("score\u00a0Acme", "score", "Acme"),
        ("Acme", "acme", ""),
    ],
)
def test_the_subcommand_is_the_first_word_in_any_case(text: str, subcommand: str, argument: str) -> None:
    typed = parsing.parse(text)
    assert (typed.subcommand, typed.argument) == (subcommand, argument)


@pytest.mark.parametrize(
    ("argument", "name"),
    [
        ("Acme", "Acme"),
        ('"Acme, Inc."', "Acme, Inc."),
        ("“Acme, Inc.”", "Acme, Inc."),
        ("«Acme»", "Acme"),
        ("„Acme“", "Acme"),
        ("'Acme'", "Acme"),
        ("O'Neil", "O'Neil"),
        ('Acme "West"', 'Acme "West"'),
        ("Smith &amp; Sons", "Smith & Sons"),
        ("&amp;lt;", "&lt;"),
        ("&lt;b&gt;", "<b>"),
        ("&quot;", "&quot;"),
        ("Acme   Inc", "Acme Inc"),
        ('"', '"'),
        ("\u202eAcme\u202c \u200bInc\u00ad", "Acme Inc"),
        ("<http://monday.com|monday.com>", "monday.com"),
        ("<https://a.example/?a=1&amp;b=2>", "https://a.example/?a=1&b=2"),
        ("<mailto:sales@acme.com|sales@acme.com>", "sales@acme.com"),
        ("<#C01GENERAL|general> Inc", "#general Inc"),
        ("&lt;http://monday.com|monday.com&gt;", "<http://monday.com|monday.com>"),
    ],
)
def test_names_are_meant_not_spelt(argument: str, name: str) -> None:
    assert parsing.name(argument) == name


@pytest.mark.parametrize(
    ("argument", "name", "value"),
    [
        ("Acme 41", "Acme", "41"),
        ("Acme 41.5", "Acme", "41.5"),
        ("Acme 41,5", "Acme", "41,5"),
        ("Acme 41%", "Acme", "41"),
        ("Acme 41 %", "Acme", "41"),
        ("Acme 141", "Acme", "141"),
        ("Acme -3", "Acme", "-3"),
        ("Acme, Inc. 41", "Acme, Inc.", "41"),
        ('"Acme, Inc." 41', "Acme, Inc.", "41"),
        ("“Studio 54” 41", "Studio 54", "41"),
        ('"Studio 54"', "Studio 54", ""),
        ("<http://monday.com|monday.com> 41", "monday.com", "41"),
        ("A&amp;amp;B 41", "A&amp;B", "41"),
        ("Acme", "Acme", ""),
        ("41", "41", ""),
        ("", "", ""),
        ("Acme 4x", "Acme 4x", ""),
    ],
)
def test_the_last_word_is_the_health_score_where_it_is_a_number(argument: str, name: str, value: str) -> None:
    assert parsing.name_and_value(argument) == (name, value)


@pytest.mark.parametrize(
    ("argument", "name", "person"),
    [
        ("Acme <@U01ANNA|anna>", "Acme", "U01ANNA"),
        ("Acme <@U01ANNA>", "Acme", "U01ANNA"),
        ("<@W01ANNA> Acme, Inc.", "Acme, Inc.", "W01ANNA"),
        ('"Acme, Inc." <@U01ANNA|a.b>', "Acme, Inc.", "U01ANNA"),
        ("Acme @anna", "Acme @anna", None),
        ("Acme &lt;@U01ANNA&gt;", "Acme <@U01ANNA>", None),
        ("<@U01ANNA>", "", "U01ANNA"),
    ],
)
def test_a_person_is_whom_slack_made_a_mention(argument: str, name: str, person: str | None) -> None:
    assert parsing.name_and_person(argument) == (name, person)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<!channel> hi <!subteam^S01|@support>", "@channel hi @subteam"),
        ("<!here|here> <@U01ANNA|anna> <@W01BERT>", "@here @anna @somebody"),
        ("see <https://a.example|this> &amp; &lt;that&gt;", "see this & <that>"),
    ],
)
def test_a_copied_message_pings_nobody(text: str, read: str) -> None:
    assert parsing.readable(text) == read


@pytest.mark.parametrize(
    ("text", "subcommand", "argument"),
    [
        ('"score Acme"', "score", "Acme"),
        ('"score" "Acme, Inc."', "score", '"Acme, Inc."'),
        ("/cmi score Acme", "score", "Acme"),
        ("Score: Acme", "score", "Acme"),
        ("what if Acme", "whatif", "Acme"),
        ("What-if", "whatif", ""),
        ("?", "?", ""),
    ],
)
def test_small_slips_around_the_subcommand_do_no_harm(text: str, subcommand: str, argument: str) -> None:
    typed = parsing.parse(text)
    assert (typed.subcommand, typed.argument) == (subcommand, argument)


words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@given(words)
def test_nothing_that_is_typed_raises(text: str) -> None:
    argument = parsing.parse(text).argument
    parsing.name(argument)
    parsing.name_and_value(argument)
    parsing.name_and_person(argument)


@given(words.filter(lambda name: '"' not in name and tidy(name) and not set(name) & set("“”„«»")))
def test_a_quoted_name_comes_back_whole_beside_a_number(name: str) -> None:
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parsing.name_and_value(f'"{escaped}" 41') == (tidy(name), "41")


@given(words)
def test_unescaping_undoes_what_slack_does(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parsing.unescape(escaped) == text
