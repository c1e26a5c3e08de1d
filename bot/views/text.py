"""Words and figures as people read them, and hostile names made harmless."""

import re
import unicodedata
from datetime import date, datetime
from fractions import Fraction

from bot.views import dates, limits
from cmi_core.display import one_decimal, whole
from cmi_core.health import Health, Label

_ENTITY_COST = {"&": 5, "<": 4, ">": 4}
_FORMATTING = re.compile(r"(?=[*_~`])|(?<=:)(?=[\w+'-]+:)|^(?=>)")
_BOLD = re.compile(r"(?<!\u200b)\*")
_USER_ID = re.compile(r"[UW][A-Z0-9]{1,40}")
_ZERO_WIDTH_SPACE = "\u200b"


def escape(text: str) -> str:
    """Text for mrkdwn in which nothing can mention, link or ping; formatting signs still work."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def tidy(text: str) -> str:
    """One line without control characters, bidirectional overrides or half characters: what is stored as a name."""
    spaced = " ".join(text.split())
    seen = (char for char in spaced if char == "\u200d" or unicodedata.category(char) not in ("Cc", "Cs", "Cf"))
    return " ".join("".join(seen).split())


def inert(name: str, limit: int = limits.NAME_SHOWN) -> str:
    """A name for mrkdwn, at most ``limit`` characters, that can neither format nor ping nor become an emoji."""
    return escape(_FORMATTING.sub(_ZERO_WIDTH_SPACE, clip(tidy(name), limit)))


def quoted(text: str, limit: int = limits.NOTE) -> str:
    """Somebody's note for mrkdwn, as a quote of one or more lines."""
    lines = (inert(line, limit) for line in clip(text, limit).splitlines())
    return "\n".join(f"&gt; {line}" for line in lines)


def without_bold(markup: str) -> str:
    """Our own mrkdwn without its bold marks, for a message's plain text; a name keeps its asterisks."""
    return _BOLD.sub("", markup)


def cost(text: str) -> int:
    """How much of a limit a text uses up: entities count escaped, characters beyond the basic plane twice."""
    return sum(_ENTITY_COST.get(char, 2 if ord(char) > 0xFFFF else 1) for char in text)


def clip(text: str, limit: int) -> str:
    """The text, cut with an ellipsis where its escaped length is over ``limit``."""
    if cost(text) <= limit:
        return text
    used, kept = 1, 0  # 1 for the ellipsis
    for char in text:
        used += cost(char)
        if used > limit:
            break
        kept += 1
    return text[:kept].rstrip() + "…"


def clip_markup(markup: str, limit: int) -> str:
    """Finished mrkdwn, cut to ``limit`` without leaving half an entity or half a mention."""
    if cost_of_markup(markup) <= limit:
        return markup
    cut = markup[: limit - 1]
    while cost_of_markup(cut) >= limit:
        cut = cut[:-1]
    for opening, closing in (("&", ";"), ("<", ">")):
        start = cut.rfind(opening)
        if start > cut.rfind(closing):
            cut = cut[:start]
    return cut.rstrip() + "…"


def cost_of_markup(markup: str) -> int:
    """The length of mrkdwn, which is escaped already, in Slack's count."""
    return len(markup.encode("utf-16-le", "replace")) // 2


def mention(user: str) -> str:
    """A mention of ours; what doesn't look like a Slack user id is shown as inert text."""
    return f"<@{user}>" if _USER_ID.fullmatch(user) else inert(user)


def owner_text(owner: str | None) -> str:
    return mention(owner) if owner else "nobody yet"


def day(when: date | None) -> str:
    """12 Aug 2026, as the workspace writes it; empty without a date."""
    return dates.written(when) if when else ""


def ago(then: datetime, now: datetime) -> str:
    """How long ago, roughly: today, yesterday, 3 days ago, 5 weeks ago, 7 months ago."""
    days = max((now - then).days, 0)
    if days < 2:
        return ("today", "yesterday")[days]
    if days < 21:
        return f"{days} days ago"
    if days < 90:
        return f"{days // 7} weeks ago"
    return f"{days * 12 // 365} months ago" if days < 730 else f"{days // 365} years ago"


def cmi_text(value: Fraction | None) -> str:
    return "none yet" if value is None else one_decimal(value)


def health_text(value: Health | None) -> str:
    """41, or Yellow (medium band) where the source gives a label; safe in mrkdwn."""
    return inert(health_plain(value))


def health_plain(value: Health | None) -> str:
    """The same for plain text."""
    if isinstance(value, Label):
        return f"{clip(tidy(value.text), limits.NAME_SHOWN)} ({value.band} band)"
    return "none yet" if value is None else whole(value)


def change(shown: str, before: str | None) -> str:
    """2.4 (was 2.1); just 2.4 where nothing was before or it reads the same."""
    return shown if before in (None, shown) else f"{shown} (was {before})"


def cmi_change(value: Fraction | None, before: Fraction | None) -> str:
    return change(cmi_text(value), None if before is None else one_decimal(before))


def health_change(value: Health | None, before: Health | None) -> str:
    return change(health_text(value), None if before is None else health_text(before))


def count(number: int, singular: str, plural: str = "") -> str:
    """1 account, 3 accounts."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
