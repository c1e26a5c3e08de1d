"""What people type after /cmi, read forgivingly."""

import re
from dataclasses import dataclass

from bot.views.text import tidy

_LINK = re.compile(r"<(?:https?://|mailto:|tel:|#[CG]|!subteam\^)[^<>|]*\|([^<>|]+)>|<(https?://[^<>|]*)>")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_ANY_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|([^>]*))?>")
_BROADCAST = re.compile(r"<!(\w+)(?:\^[^>|]*)?(?:\|[^>]*)?>")
_OPENING = "\"'“”„«»‘’‚`"
_AGAIN = re.compile(r"^/cmi\b\s*", re.IGNORECASE)
_WHAT_IF = re.compile(r"^what[\s-]if\b\s*", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?\s*%?", re.ASCII)
_QUOTED_START = re.compile(r'["“”„«»]([^"“”„«»]+)["“”„«»](?:\s+(.*))?', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Typed:
    """A command's text in one line: the subcommand in lower case ("" where none was given) and all that follows.

    ``raw`` is the whole as Slack sent it, ``text`` as the person typed it.
    """

    subcommand: str
    argument: str
    raw: str
    text: str


def parse(text: str) -> Typed:
    """Take a command's text apart; quotes around the subcommand, a colon after it and a second /cmi do no harm."""
    words = _WHAT_IF.sub("whatif ", _AGAIN.sub("", _out_of_quotes(tidy(text)))).strip()
    first, _, rest = words.partition(" ")
    bare = first.strip(_OPENING).rstrip(":,;.!") or first
    return Typed(bare.casefold(), rest.strip(), words, unescape(words))


def _out_of_quotes(words: str) -> str:
    """The words without quotes around them all; where there are more quotes inside, they are left as they are."""
    inner = _unquoted(words)
    return words if set(inner) & set('"“”„«»') else inner


def unescape(text: str) -> str:
    """Undo what Slack makes of what people type: `monday.com` comes as a link, `<` as an entity.

    Slack's own brackets are never entities, so those that a person typed stay.
    """
    return _LINK.sub(_label, text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def readable(text: str) -> str:
    """A message's text as people read it; whom it mentions is left open, since a copy must not ping anybody."""
    named = _ANY_MENTION.sub(lambda found: f"@{found[1] or 'somebody'}", text)
    return unescape(_BROADCAST.sub(r"@\1", named))


def _label(link: re.Match[str]) -> str:
    label = link[1] or link[2]
    return f"#{label}" if link[0].startswith("<#") else label


def name(argument: str) -> str:
    """An account's name as it was meant: one line, without the quotes around it, whatever kind they are."""
    return _unquoted(tidy(unescape(argument)))


def _unquoted(words: str) -> str:
    if len(words) > 1 and words[0] in _OPENING and words[-1] in _OPENING:
        return words[1:-1].strip()
    return words


def name_and_value(argument: str) -> tuple[str, str]:
    """The account and the number after it: `Acme 41`, `"Studio 54" 41 %`; an empty number where there is none."""
    words = tidy(unescape(argument))
    quoted = _QUOTED_START.fullmatch(words)
    if quoted:
        rest = quoted[2] or ""
        if not rest or _NUMBER.fullmatch(rest):
            return quoted[1].strip(), rest
    head, space, last = words.removesuffix("%").rstrip().rpartition(" ")
    if space and _NUMBER.fullmatch(last):
        return _unquoted(head), last
    return _unquoted(words), ""


def name_and_person(argument: str) -> tuple[str, str | None]:
    """The account and the person mentioned with it, in either order; None where nobody was mentioned."""
    found = _MENTION.search(argument)  # before unescaping: what Slack didn't make a mention is only text
    if found is None:
        return name(argument), None
    return name(f"{argument[: found.start()]} {argument[found.end() :]}"), found[1]


def person_alone(argument: str, me: str) -> str | None:
    """The person where nothing but one mention is there; `me` for the words me and mine."""
    if argument.casefold() in ("me", "mine"):
        return me
    rest, person = name_and_person(argument)
    return None if rest else person


def people(argument: str) -> tuple[str, ...]:
    """All who are mentioned, where there is nothing else."""
    left = _MENTION.sub(" ", argument).replace(",", " ").split()
    return tuple(_MENTION.findall(argument)) if not set(left) - {"to", "->", "→"} else ()
