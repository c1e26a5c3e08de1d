"""What the Customer Maturity Index means: frameworks, scores, the map and what follows from a place on it.

Pure: values in, values out. No clock, no database, no Slack.
"""

from cmi_core.cadence import ReminderSchedule, add_months, add_working_days, next_delivery, next_due
from cmi_core.cells import CELLS, Band, Cell
from cmi_core.display import one_decimal, whole
from cmi_core.explain import Explanation, agreement, contributions, differences, nearest_move, open_range
from cmi_core.framework import Category, Criterion, Framework, FrameworkError, Level, Problem
from cmi_core.framework_file import (
    built_in_frameworks,
    framework_from_dict,
    framework_text,
    load_framework,
    parse_framework,
)
from cmi_core.freshness import FreshnessLimits, is_stale, stale_axes
from cmi_core.health import Health, HealthError, Label, from_rating, parse_health, rescale
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
from cmi_core.maturity import (
    ContentPiece,
    MaturityBand,
    MaturityCuts,
    OfferMix,
    Touch,
    category_band,
    maturity_band,
    next_content,
    qualification,
    tags,
    weak_criteria,
)
from cmi_core.movement import Announcement, BatchRules, Cause, Movement, announcement, between, owes_alert
from cmi_core.plays import Playbook, Verdict, playbook, verdict
from cmi_core.portfolio import Preview, Standing, distribution, movers, outcomes, what_if

__all__ = [
    "CELLS",
    "Announcement",
    "Band",
    "BatchRules",
    "Category",
    "Cause",
    "Cell",
    "ContentPiece",
    "Criterion",
    "Explanation",
    "Framework",
    "FrameworkError",
    "FreshnessLimits",
    "Health",
    "HealthError",
    "Held",
    "Label",
    "Level",
    "MapError",
    "MapSettings",
    "MaturityBand",
    "MaturityCuts",
    "Movement",
    "OfferMix",
    "Placement",
    "Playbook",
    "Preview",
    "Problem",
    "RatingError",
    "ReminderSchedule",
    "Score",
    "Standing",
    "Touch",
    "Verdict",
    "add_months",
    "add_working_days",
    "agreement",
    "announcement",
    "between",
    "built_in_frameworks",
    "category_band",
    "contributions",
    "default_map",
    "differences",
    "distances",
    "distribution",
    "framework_from_dict",
    "framework_text",
    "from_rating",
    "is_stale",
    "load_framework",
    "map_from_dict",
    "maturity_band",
    "movers",
    "named_level",
    "nearest_move",
    "next_content",
    "next_delivery",
    "next_due",
    "one_decimal",
    "open_range",
    "outcomes",
    "owes_alert",
    "parse_framework",
    "parse_health",
    "place",
    "playbook",
    "qualification",
    "rescale",
    "score",
    "stale_axes",
    "tags",
    "verdict",
    "weak_criteria",
    "what_if",
    "whole",
]
