"""What the Customer Maturity Index means: frameworks, scores, the map and what follows from a place on it.

Pure: values in, values out. No clock, no database, no Slack.
"""

from cmi_core.cadence import ReminderSchedule, add_months, add_working_days, next_delivery, next_due
from cmi_core.cells import CELLS, Band, Cell
from cmi_core.display import one_decimal, whole
from cmi_core.framework import (
    Category,
    Criterion,
    Framework,
    FrameworkError,
    Level,
    built_in_frameworks,
    framework_from_dict,
    load_framework,
    parse_framework,
)
from cmi_core.freshness import FreshnessLimits, is_stale, stale_axes
from cmi_core.health import HealthError, from_rating, parse_health, rescale
from cmi_core.index import RatingError, Score, named_level, score
from cmi_core.matrix import (
    Held,
    MapError,
    MapSettings,
    Placement,
    default_map,
    distances,
    map_from_dict,
    place,
)
from cmi_core.movement import Announcement, BatchRules, Cause, Movement, announcement, between, owes_alert
from cmi_core.plays import Playbook, playbook

__all__ = [
    "CELLS",
    "Announcement",
    "Band",
    "BatchRules",
    "Category",
    "Cause",
    "Cell",
    "Criterion",
    "Framework",
    "FrameworkError",
    "FreshnessLimits",
    "HealthError",
    "Held",
    "Level",
    "MapError",
    "MapSettings",
    "Movement",
    "Placement",
    "Playbook",
    "RatingError",
    "ReminderSchedule",
    "Score",
    "add_months",
    "add_working_days",
    "announcement",
    "between",
    "built_in_frameworks",
    "default_map",
    "distances",
    "framework_from_dict",
    "from_rating",
    "is_stale",
    "load_framework",
    "map_from_dict",
    "named_level",
    "next_delivery",
    "next_due",
    "one_decimal",
    "owes_alert",
    "parse_framework",
    "parse_health",
    "place",
    "playbook",
    "rescale",
    "score",
    "stale_axes",
    "whole",
]
