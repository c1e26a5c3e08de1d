"""What the Customer Maturity Index means: frameworks, scores, the map and what follows from a place on it.

Pure: values in, values out. No clock, no database, no Slack.
"""

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
from cmi_core.index import RatingError, Score, named_level, score

__all__ = [
    "Category",
    "Criterion",
    "Framework",
    "FrameworkError",
    "Level",
    "RatingError",
    "Score",
    "built_in_frameworks",
    "framework_from_dict",
    "load_framework",
    "named_level",
    "one_decimal",
    "parse_framework",
    "score",
    "whole",
]
