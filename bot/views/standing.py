"""Where an account stands: the lines that every list, card and answer shows the same way."""

from datetime import UTC, date, datetime
from fractions import Fraction

from pydantic import Field

from bot.views import limits
from bot.views.cells import cell_name
from bot.views.message import Data
from bot.views.text import ago, cmi_text, count, day, health_text, inert, mention, owner_text
from cmi_core.health import Health


class Override(Data):
    """A cell chosen by hand, which holds through the day ``until``; ``by`` is a Slack user id."""

    until: date
    reason: str = ""
    by: str | None = None


class Standing(Data):
    """An account with its two scores and its place on the map, as of now.

    ``cmi`` is on the framework's scale (1-5 by default), ``chs`` 0-100 or a label. ``cell`` is None while the account
    is unplaced; ``missing`` and ``stale`` name the axes ("cmi", "chs") that lack a value or were past their limit at
    ``judged_at``: a place with a stale axis is provisional.
    ``complete`` is False where the account was rated, but under the framework's minimum coverage. ``stage`` is the
    name of the level nearest to the CMI where the framework names its levels; ``older_framework`` marks a score from
    other questions than the account would be asked today. ``immature`` says that the CMI is under the floor that the
    map has inside Low. ``churned_on`` is set once the customer has left. ``every_months`` is set where the account is
    rated at an interval of its own or its segment's; ``snoozed_until`` where its rating was put off. ``cover`` is asked
    when the owner is away, through the day ``cover_until``.
    """

    account_id: int
    name: str
    owner: str | None = None
    subject: str = "customer"
    cmi: Fraction | None = None
    cmi_on: datetime | None = None
    complete: bool = True
    chs: Health | None = None
    chs_on: datetime | None = None
    chs_source: str = ""
    cell: str | None = None
    since: datetime | None = None
    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    judged_at: datetime | None = None
    next_due: date | None = None
    every_months: int | None = None
    snoozed_until: date | None = None
    cover: str | None = None
    cover_until: date | None = None
    held: tuple[str, ...] = ()
    segments: dict[str, str] = Field(default_factory=dict)
    stage: str = ""
    older_framework: bool = False
    immature: bool = False
    override: Override | None = None
    churned_on: datetime | None = None

    @property
    def title(self) -> str:
        """The name, safe in mrkdwn."""
        return inert(self.name)


def headline(standing: Standing) -> str:
    """CMI 2.4 · health 41 · Let Churn; where something is missing it says so. Safe in mrkdwn and plain text alike."""
    if standing.subject != "customer":
        return _maturity(standing)
    health = "no health yet" if standing.chs is None else f"health {health_text(standing.chs)}"
    place = cell_name(standing.cell) if standing.cell else "not on the map"
    if standing.cell and standing.stale:
        place += " (provisional)"
    return " · ".join((_maturity(standing), health, place))


def _maturity(standing: Standing) -> str:
    if standing.cmi is not None:
        return f"CMI {cmi_text(standing.cmi)}" + (f" ({inert(standing.stage)})" if standing.stage else "")
    return "no CMI yet" if standing.complete else "CMI incomplete"


def ages(standing: Standing, now: datetime) -> str:
    """CMI rated 3 days ago · health 104 days old (typed); empty where there is neither."""
    parts = []
    if standing.cmi_on:
        parts.append(f"rated {ago(standing.cmi_on, now)}")
    if standing.chs_on and standing.subject == "customer":
        source = f" ({inert(standing.chs_source)})" if standing.chs_source else ""
        parts.append(f"health from {ago(standing.chs_on, now)}{source}")
    return " · ".join(parts)


def provisional(standing: Standing) -> str:
    """provisional: health is 104 days old, please refresh it; empty where all is fresh."""
    if not standing.stale:
        return ""
    old = " and ".join(_age(standing, axis) for axis in standing.stale)
    return f"provisional: {old}, please refresh {'both' if len(standing.stale) > 1 else 'it'}"


def _age(standing: Standing, axis: str) -> str:
    name, taken = ("the rating", standing.cmi_on) if axis == "cmi" else ("health", standing.chs_on)
    if taken is None or standing.judged_at is None:
        return f"{name} is old"
    return f"{name} is {count((standing.judged_at - taken).days, 'day')} old"


def due_text(due: date | None, now: datetime) -> str:
    """due today, due 12 Aug 2026, 5 days overdue; empty where nothing is planned."""
    if due is None:
        return ""
    late = (now.date() - due).days
    if late > 0:
        return f"{count(late, 'day')} overdue"
    return "due today" if late == 0 else f"due {day(due)}"


def put_off(standing: Standing) -> str:
    """put off until 1 Dec 2026; empty where it isn't, or no longer."""
    until = standing.snoozed_until
    ahead = until is not None and (standing.judged_at is None or until > standing.judged_at.date())
    return f"put off until {day(until)}" if ahead else ""


def every(months: int) -> str:
    """every month, every 6 months."""
    return "every month" if months == 1 else f"every {months} months"


def interval(standing: Standing) -> str:
    """rated every 6 months; empty where the workspace's rhythm counts."""
    return f"rated {every(standing.every_months)}" if standing.every_months else ""


def owner_and_cover(standing: Standing) -> str:
    """owner: @anna, covered by @bert until 24 Dec 2026."""
    cover = standing.cover
    until = f" until {day(standing.cover_until)}" if standing.cover_until else ""
    return f"owner: {owner_text(standing.owner)}" + (f", covered by {mention(cover)}{until}" if cover else "")


def gaps(standing: Standing) -> tuple[str, ...]:
    """What to know and do about an account that isn't where its scores alone would put it, in whole sentences."""
    if standing.churned_on is not None:
        return (f"Churned on {day(standing.churned_on)}: its scores and its place are frozen.",)
    sentences = []
    if standing.override is not None:
        sentences.append(_override(standing.override))
    if standing.immature:
        sentences.append("*Immature: do not sell or serve.* Its CMI is under the map's floor.")
    if "cmi" in standing.missing:
        sentences.append(
            "It needs a rating before it has a place on the map."
            if standing.complete
            else "Too many answers were “Not known” for a CMI. Rate it again when you know more."
        )
    if "chs" in standing.missing and standing.subject == "customer":
        sentences.append("It needs a health score before it has a place on the map.")
    if standing.older_framework:
        sentences.append("The CMI is from an older framework; the next rating uses the present one.")
    return tuple(sentences)


def _override(override: Override) -> str:
    who = f" by {mention(override.by)}" if override.by else ""
    why = f", because: {inert(override.reason, limits.REASON)}" if override.reason else ""
    return f"Overridden until {day(override.until)}{who}{why}"


def line(standing: Standing, now: datetime) -> str:
    """Two lines of mrkdwn for a list: name, headline, due date, ages."""
    facts = [due_text(standing.next_due, now), put_off(standing), ages(standing, now), provisional(standing)]
    facts = [fact for fact in facts if fact]
    second = f"\n{' · '.join(facts)}" if facts else ""
    return f"*{standing.title}*  {headline(standing)}{second}"


def plain_line(standing: Standing, now: datetime) -> str:
    """The same on one line, for the plain text of a message."""
    facts = (headline(standing), due_text(standing.next_due, now), put_off(standing), provisional(standing))
    return f"{standing.title}: {', '.join(fact for fact in facts if fact)}"


def example() -> Standing:
    return Standing(
        account_id=7,
        name="Acme, Inc.",
        owner="U01ANNA",
        cmi=Fraction(12, 5),
        cmi_on=datetime(2026, 8, 12, 9, tzinfo=UTC),
        chs=Fraction(41),
        chs_on=datetime(2026, 8, 1, 9, tzinfo=UTC),
        chs_source="typed",
        cell="let_churn",
        since=datetime(2026, 8, 12, 9, tzinfo=UTC),
        next_due=date(2026, 11, 12),
    )
