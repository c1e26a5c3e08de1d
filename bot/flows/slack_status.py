"""Slack's status, where it says that somebody is on vacation: the one list of its words and signs."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cmi_core.cadence import zone_or

# The palm tree is Slack's own status for a vacation; the words are those of its suggestions and of mail programs.
_EMOJI = frozenset({":palm_tree:", ":beach_with_umbrella:", ":desert_island:", ":face_with_thermometer:"})
_WORDS = re.compile(
    r"\b(vacation(ing)?|vacay|holidays?|out of (the )?office|ooo|on leave|(annual|parental|maternity|paternity) leave"
    r"|sick leave|out sick|sabbatical|urlaub|elternzeit|krank|vacances|cong[ée]s?|vacaciones|ferien?|vakantie)\b",
    re.IGNORECASE,
)
_LONGEST = timedelta(days=366)


def away_until(profile: Mapping[str, Any], zone: str | None, now: datetime) -> date | None:
    """The last day, where the person lives, of a vacation that their status tells of; None where it tells of none.

    `profile` is Slack's. A status that never ends counts for nothing: people forget it.
    """
    text, emoji = str(profile.get("status_text") or ""), str(profile.get("status_emoji") or "")
    if emoji not in _EMOJI and not _WORDS.search(text):
        return None
    ends = profile.get("status_expiration")
    if (
        isinstance(ends, bool)
        or not isinstance(ends, int)
        or not now.timestamp() < ends <= (now + _LONGEST).timestamp()
    ):
        return None
    # A status that ends at midnight covers the day before.
    last = datetime.fromtimestamp(ends, UTC) - timedelta(seconds=1)
    return last.astimezone(zone_or(zone or "UTC")).date()
