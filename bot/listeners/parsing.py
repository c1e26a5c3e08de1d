"""What people type after /cmi, read forgivingly."""

import re
from dataclasses import dataclass

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_OPENING = "\"'“”„«»‘’‚`"
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?\s*%?", re.ASCII)
_QUOTED_START = re.compile(r'["“”„«»]([^"“”„«»]+)["“”„«»](?:\s+(.*))?', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Typed:
    """A command's text: the subcommand in lower case ("" where none was given) and all that follows, as it came."""

    subcommand: str
    argument: str
    text: str


def parse(text: str) -> Typed:
    words = text.replace("\u00a0", " ").strip()
    first, _, rest = words.partition(" ")
    return Typed(first.casefold(), rest.strip(), unescape(words))


def unescape(text: str) -> str:
    """Undo exactly the three entities that Slack puts into what people type."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def name(argument: str) -> str:
    """An account's name as it was meant: one line, without the quotes around it, whatever kind they are."""
    words = " ".join(unescape(argument).split())
    if len(words) > 1 and words[0] in _OPENING and words[-1] in _OPENING:
        return words[1:-1].strip()
    return words


def name_and_value(argument: str) -> tuple[str, str]:
    """The account and the number after it: `Acme 41`, `"Studio 54" 41 %`; an empty number where there is none."""
    words = " ".join(unescape(argument).split())
    quoted = _QUOTED_START.fullmatch(words)
    if quoted:
        rest = quoted[2] or ""
        if not rest or _NUMBER.fullmatch(rest):
            return quoted[1].strip(), rest
    head, space, last = words.removesuffix("%").rstrip().rpartition(" ")
    if space and _NUMBER.fullmatch(last):
        return name(head), last
    return name(words), ""


def name_and_person(argument: str) -> tuple[str, str | None]:
    """The account and the person mentioned with it, in either order; None where nobody was mentioned."""
    found = _MENTION.search(argument)  # before unescaping: what Slack didn't make a mention is only text
    if found is None:
        return name(argument), None
    return name(f"{argument[: found.start()]} {argument[found.end() :]}"), found[1]
