"""What changed from what to what, in words: for the audit log, and for whoever filled in a form meanwhile."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from bot.views import dates
from bot.views.message import Data
from bot.views.text import day, inert, mention
from cmi_core.cells import CELLS
from cmi_core.display import two_decimals, whole

# The names that the forms use; what isn't here is named by its key.
_LABELS: Mapping[str, str] = {
    "access.see": "Who sees accounts",
    "access.rate": "Who rates accounts",
    "alert_channel": "Channel for alerts",
    "fallback_channel": "Channel of last resort",
    "zone": "Time zone",
    "language": "Dates",
    "holiday_calendars": "Public holidays of",
    "cadence.holidays": "Own holidays",
    "cadence.months": "Months between ratings",
    "cadence.mode": "Rhythm",
    "cadence.rules": "Intervals by segment",
    "cadence.renewal_lead_days": "Days before a renewal",
    "cadence.take_along_days": "Days to take along",
    "cadence.ask_every_days": "Days between prompts",
    "cadence.snooze_days": "Days to put off",
    "cadence.most_new": "New accounts in one prompt",
    "pauses": "Asking is paused",
    "cadence.hours_from": "Working hours from",
    "cadence.hours_to": "Working hours to",
    "cadence.workdays": "Working days",
    "cadence.reminders.first": "First reminder, working days",
    "cadence.reminders.second": "Second reminder, working days",
    "cadence.reminders.digest": "Digest for the manager, working days",
    "freshness.cmi_months": "Months that a CMI is fresh",
    "freshness.cmi_grace_days": "Days of grace for a CMI",
    "freshness.chs_days": "Days that health is fresh",
    "batches.summary_over": "One summary for more than",
    "batches.breaker_over": "Hold alerts for more than",
    "batches.breaker_share": "Hold alerts beyond this share",
    "weekly.on": "Weekly report",
    "weekly.weekday": "Day of the weekly report",
    "weekly.at": "Weekly report not before",
    "quiet_days": "Quiet period in days",
    "qualification_cut": "Cut for qualified prospects",
    "counting_source": "Health source that counts",
    "health_framework": "Health questions",
    "team_framework": "Framework for teams",
    "framework": "Framework for customers",
    "framework_rules": "Frameworks by segment",
    "map.kind": "Kind of map",
    "map.cmi_cuts": "Cuts of the CMI",
    "map.chs_cuts": "Cuts of health",
    "map.cmi_margin": "Margin of the CMI",
    "map.chs_margin": "Margin of health",
    "map.ltv_threshold": "Threshold for lifetime value",
    "map.gm_threshold": "Threshold for gross margin",
    "draft_days": "Days that drafts are kept",
    "moved": "Accounts moved",
    "snoozed_until": "Snoozed until",
    "alert_routes": "Rules for the channels of alerts",
}
# Of no use to a reader: ids of our own.
_HIDDEN = frozenset({"framework_id", "message_id", "placement_id"})
_WORDS: Mapping[str, str] = {
    "everyone": "everyone",
    "own": "only those an account belongs to, and leaders",
    "responsible": "only those an account belongs to",
    "interval": "so many months after the last rating",
    "calendar_quarter": "with each calendar quarter",
    "executive": "new executive",
    "quadrants": "four quadrants",
    "nine": "nine cells",
}
# The parts of a rule in their order, which the database doesn't keep.
_PARTS = ("segment", "value", "manager", "cell", "months", "framework", "channel")
_FRACTION = re.compile(r"-?\d+/\d+", re.ASCII)
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{1,40}", re.ASCII)
_PEOPLE = frozenset(
    ["admins", "leaders", "viewers", "owner", "cover", "manager", "decider", "by", "delegate", "claimed_by", "user"]
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T.*)?", re.ASCII | re.DOTALL)
_HOUR = re.compile(r"\d{2}:\d{2}:00", re.ASCII)
_LONGEST = 120


class Change(Data):
    """One thing that changed; all three are finished mrkdwn. An empty ``before`` or ``after`` is nothing."""

    what: str
    before: str = ""
    after: str = ""

    @property
    def markup(self) -> str:
        if not self.before:
            return f"{self.what}: {self.after or 'nothing'}"
        return f"{self.what}: {self.before} → {self.after or 'nothing'}"


def between(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[Change, ...]:
    """What differs between two documents of the audit log, in the order of their keys: databases forget any other."""
    old, new = dict(_flat(_inner(before))), dict(_flat(_inner(after)))
    keys = sorted({**old, **new})
    return tuple(
        Change(what=_label(key), before=_value(key, old.get(key)), after=_value(key, new.get(key)))
        for key in keys
        if old.get(key) != new.get(key) and key not in _HIDDEN
    )


def touches(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, keys: frozenset[str]) -> bool:
    """Whether any of these top-level keys differs."""
    old, new = _inner(before), _inner(after)
    return any(old.get(key) != new.get(key) for key in keys)


def _inner(document: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The settings of an entry, which some entries hold beside other things."""
    document = document or {}
    inner = document.get("settings")
    return {**inner, **{key: value for key, value in document.items() if key != "settings"}} if inner else document


def _flat(document: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def _label(path: str) -> str:
    found = _LABELS.get(path)
    words = path.replace("_", " ").replace(".", ", ")
    return found or inert(words[:1].upper() + words[1:], _LONGEST)


def _value(key: str, value: Any) -> str:  # noqa: PLR0911 - one kind of value a line
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return _clipped([_value(key, each) for each in value])
    if isinstance(value, Mapping) and "until" in value:
        return _pause(value)
    if isinstance(value, Mapping):
        return " ".join(filter(None, (_value(name, value[name]) for name in sorted(value, key=_place))))
    text = str(value)
    if _FRACTION.fullmatch(text):
        number = Fraction(text)
        return whole(number) if number.denominator == 1 else two_decimals(number)
    if key == "language":
        return inert(dates.LANGUAGES.get(text, text))
    if key.endswith("channel") and _CHANNEL_ID.fullmatch(text):
        return f"<#{text}>"
    if key.rpartition(".")[2] in _PEOPLE:
        return mention(text)
    return _plain(text)


def _pause(value: Mapping[str, Any]) -> str:
    """For whom nobody is asked, until when and why."""
    manager, reason = value.get("manager"), value.get("reason")
    who = f"the team of {mention(str(manager))}" if manager else "everybody"
    return f"{who} until {_plain(str(value['until']))}" + (f" ({inert(str(reason), _LONGEST)})" if reason else "")


def _place(name: str) -> tuple[int, str]:
    """Where a part of a rule stands in words."""
    return (_PARTS.index(name) if name in _PARTS else len(_PARTS), name)


def _plain(text: str) -> str:
    if _DAY.fullmatch(text):
        try:
            return day(date.fromisoformat(text[:10]))
        except ValueError:
            return inert(text, _LONGEST)
    if _HOUR.fullmatch(text):
        return text[:5]
    if text in CELLS:
        return CELLS[text].name
    return _WORDS.get(text) or inert(text, _LONGEST)


def _clipped(values: list[str], most: int = 12) -> str:
    more = f" and {len(values) - most} more" if len(values) > most else ""
    return ", ".join(values[:most]) + more
