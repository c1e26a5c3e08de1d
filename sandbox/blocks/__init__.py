"""Block Kit's rules, checked the way Slack checks them: what it would refuse is named with a JSON pointer."""

from sandbox.blocks.checker import check_message, check_view
from sandbox.blocks.rules import Problem

__all__ = ["Problem", "check_message", "check_view"]
