"""A local Slack workspace: it speaks Slack's protocols to an unchanged bot, and shows its people what the bot says."""

from sandbox.clocks import Calendar
from sandbox.limits import BlockLimits, Limits
from sandbox.model import Channel, User
from sandbox.person import Person
from sandbox.server import Sandbox

__all__ = ["BlockLimits", "Calendar", "Channel", "Limits", "Person", "Sandbox", "User"]
