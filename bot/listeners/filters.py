"""The filters after /cmi portfolio and /cmi movers: size=Enterprise owner=@anna since=2026-06-30."""

import re
from datetime import date
from difflib import get_close_matches

from bot.errors import UserError
from bot.listeners import parsing
from bot.views.account_form import SEGMENTS
from bot.views.query import OWNER, Query
from bot.views.text import tidy

SINCE = "since"
_PAIR = re.compile(r"""(?P<key>[\w-]+)\s*[=:]\s*(?:["“”„](?P<quoted>[^"“”„]*)["“”„]|(?P<plain>\S+))""")
_LONGEST = 1000


def parse(argument: str, me: str) -> Query:
    """The query that was typed; `me` is who owner=me means. UserError says which part can't be read."""
    if len(argument) > _LONGEST:
        raise UserError("That is too much to look for at once. Please use fewer filters.")
    found: list[tuple[str, str]] = []
    since = None
    for match in _PAIR.finditer(argument):
        key = match["key"].casefold().replace("-", "_")
        value = match["plain"] if match["quoted"] is None else match["quoted"]
        if key == SINCE:
            since = _day(value)
        elif key == OWNER:
            found.append((OWNER, _person(value, me)))
        elif key in SEGMENTS:
            found.append((key, tidy(parsing.unescape(value))))
        else:
            raise UserError(_no_such_filter(key))
    left = _PAIR.sub("", argument).strip()
    owner = parsing.person_alone(left, me)
    if owner:
        found.append((OWNER, owner))
        left = ""
    if left:
        raise UserError(
            f"“{parsing.unescape(left)[:80]}” can't be read. Please write filters as size=Enterprise, "
            'and put quotes around several words: industry="Public sector".'
        )
    return Query(filters=tuple(found), since=since)


def _no_such_filter(key: str) -> str:
    near = get_close_matches(key, (*SEGMENTS, OWNER, SINCE), n=1)
    meant = f" Did you mean {near[0]}=…?" if near else ""
    return f"“{key[:60]}” can't be filtered by.{meant} There is: {', '.join((*SEGMENTS, OWNER))}."


def _person(value: str, me: str) -> str:
    if value.casefold() == "me":
        return me
    _, person = parsing.name_and_person(value)
    if person is None:
        raise UserError("Please name the owner by mention, as in owner=@anna, or write owner=me.")
    return person


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UserError("Please write the day as since=2026-06-30.") from None
