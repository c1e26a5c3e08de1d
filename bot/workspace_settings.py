"""What a workspace has chosen: every figure that method.md calls a setting, with its default."""

from datetime import date, time
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cmi_core.cadence import WEEK, ReminderSchedule, Weekday, add_working_days
from cmi_core.freshness import FreshnessLimits
from cmi_core.matrix import MapSettings
from cmi_core.maturity import TOUCH, MaturityBand, MaturityCuts, Touch
from cmi_core.movement import BatchRules
from cmi_core.plays import Playbook
from cmi_core.sources import HealthSource
from cmi_core.values import Exact

LONGEST_INTERVAL = 36  # months


class IntervalRule(BaseModel):
    """Accounts of one value of a segment are rated at an interval of their own, such as size = Enterprise: 6."""

    model_config = ConfigDict(frozen=True)

    segment: str
    value: str
    months: int = Field(ge=1, le=LONGEST_INTERVAL)


class CadenceSettings(BaseModel):
    """When accounts are due and how their owners are asked (method, "Reassessment")."""

    model_config = ConfigDict(frozen=True)

    months: int = Field(
        default=3, ge=1, le=LONGEST_INTERVAL, description="Calendar months from one assessment to the next."
    )
    mode: Literal["interval", "calendar_quarter"] = "interval"
    rules: tuple[IntervalRule, ...] = Field(
        default=(), description="The first that fits an account counts, unless it has an interval of its own."
    )
    renewal_lead_days: int = Field(
        default=60, ge=0, description="Due at the latest this long before a renewal; 0: off."
    )
    take_along_days: int = Field(default=7, ge=0, description="A prompt takes along what is due within these days.")
    ask_every_days: int = Field(default=7, ge=1, description="At most one prompt to an owner in these days.")
    most_new: int = Field(
        default=25, ge=0, description="At most so many accounts are asked for anew in one message; 0: no limit."
    )
    reminders: ReminderSchedule = Field(default_factory=ReminderSchedule)
    snooze_days: int = Field(default=30, ge=0, le=365, description="So long a rating may be put off; 0: not at all.")
    hours_from: time = time(9)
    hours_to: time = time(17)
    workdays: tuple[Weekday, ...] = Field(default=WEEK[:5], min_length=1)
    holidays: frozenset[date] = frozenset()

    @property
    def weekdays(self) -> frozenset[int]:
        """The working days as `date.weekday` counts."""
        return frozenset(map(WEEK.index, self.workdays))

    def working_days_after(self, on: date, days: int) -> date:
        """So many working days after a day, which itself is not counted."""
        return add_working_days(on, days, self.holidays, self.weekdays)


class Pause(BaseModel):
    """Until a day nobody of a manager's team is asked to rate, or nobody at all (``manager`` None)."""

    model_config = ConfigDict(frozen=True)

    manager: str | None = None
    until: date
    reason: str = ""
    by: str = ""


class WeeklySettings(BaseModel):
    """The weekly report to leaders and managers: whether it is sent at all, and from when on where they are."""

    model_config = ConfigDict(frozen=True)

    on: bool = True
    weekday: Weekday = "Monday"
    at: time = Field(default=time(10), description="Later than working hours begin: prompts go first.")


class AccessSettings(BaseModel):
    """Who may see accounts, and who may rate them; admins always may. What each word means: `bot.flows.permissions`."""

    model_config = ConfigDict(frozen=True)

    see: Literal["everyone", "own"] = "everyone"
    rate: Literal["everyone", "responsible"] = "everyone"


class AlertRoute(BaseModel):
    """Alerts to which all that is named here applies go to a channel of their own.

    ``manager`` is the Slack id of whom the owner reports to, ``cell`` the alert cell that the account came to.
    """

    model_config = ConfigDict(frozen=True)

    segment: str = ""
    value: str = ""
    manager: str | None = None
    cell: str | None = None
    channel: str


class FrameworkRule(BaseModel):
    """Accounts of one value of a segment are rated with a framework of their own, such as industry = Accounting."""

    model_config = ConfigDict(frozen=True)

    segment: str
    value: str
    framework: str


class WorkspaceSettings(BaseModel):
    """One workspace's settings, stored as JSON on its row."""

    model_config = ConfigDict(frozen=True)

    framework: str = "maor-wittgen"
    framework_rules: tuple[FrameworkRule, ...] = Field(default=(), description="The first that fits an account counts.")
    team_framework: str = "bolstra-5-stages"
    health_framework: str = "health-six"
    map: MapSettings = Field(default_factory=MapSettings)
    cadence: CadenceSettings = Field(default_factory=CadenceSettings)
    pauses: tuple[Pause, ...] = Field(default=(), description="At most one for each manager, and one for everybody.")
    alert_channel: str | None = None
    alert_routes: tuple[AlertRoute, ...] = Field(
        default=(), description="The first that fits an alert names its channel; else it is the alert channel."
    )
    fallback_channel: str | None = None
    admins: tuple[str, ...] = ()
    access: AccessSettings = Field(default_factory=AccessSettings)
    zone: str = "UTC"
    language: str = Field(default="en_GB", description="How dates are written: a key of `bot.views.dates.LANGUAGES`.")
    holiday_calendars: tuple[str, ...] = Field(
        default=(), description="Countries (DE) or parts of them (DE-BY) on whose public holidays nobody is asked."
    )
    freshness: FreshnessLimits = Field(default_factory=FreshnessLimits)
    health_sources: tuple[HealthSource, ...] = ()
    counting_source: str | None = Field(default=None, description="The source that counts; None: the latest of any.")
    batches: BatchRules = Field(default_factory=BatchRules)
    weekly: WeeklySettings = Field(default_factory=WeeklySettings)
    quiet_days: int = Field(
        default=7, ge=0, description="Back in the same cell within these days: the episode reopens."
    )
    maturity: MaturityCuts = Field(default_factory=MaturityCuts)
    touch: dict[MaturityBand, Touch] = Field(default_factory=lambda: dict(TOUCH))
    qualification_cut: Exact = Field(
        default=Fraction(3, 2), ge=1, le=5, description="On 1-5: a prospect below it is unqualified."
    )
    playbooks: dict[str, Playbook] = Field(
        default_factory=dict, description="The workspace's own, by cell or criterion, in place of the defaults."
    )
    draft_days: int = Field(default=14, ge=1, description="How long an unfinished survey is kept.")

    def is_admin(self, user: str) -> bool:
        """Whether somebody may change all this. Until somebody is named, everybody may begin."""
        return not self.admins or user in self.admins

    def channels(self) -> tuple[tuple[str, str | None], ...]:
        """Every channel that is posted to, with what it is for; None where it isn't chosen yet."""
        routes = ((f"alert rule {number}", route.channel) for number, route in enumerate(self.alert_routes, 1))
        return (("alert", self.alert_channel), ("fallback", self.fallback_channel), *routes)

    def gaps(self) -> tuple[str, ...]:
        """What an admin still has to set up, as sentences; empty when nothing is missing."""
        gaps = []
        if self.alert_channel is None:
            gaps.append("No alert channel is set yet, so alerts wait. Choose one in `/cmi settings`.")
        if self.fallback_channel is None:
            gaps.append("No fallback channel is set yet: accounts without an active owner are asked about nowhere.")
        return tuple(gaps)
