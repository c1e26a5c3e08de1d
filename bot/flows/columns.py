"""Which column of a file means what: guessed from its name, chosen by a person, remembered from the last time."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from bot.views.account_form import SEGMENTS

FIELDS: Mapping[str, str] = {
    "name": "Account name",
    "external_id": "Id in another system",
    "owner": "Owner",
    "cover": "Cover",
    "manager": "The owner's manager",
    "health": "Health score",
    "health_source": "Health source",
    "health_date": "Day of the health score",
    "renewal_date": "Renewal date",
    "interval_months": "Months between ratings",
    "recurring_revenue": "Recurring revenue",
    "lifetime_value": "Lifetime value",
    "gross_margin": "Gross margin, %",
    "lifecycle": "Lifecycle",
    **SEGMENTS,
}
HEALTH_FIELDS = ("name", "external_id", "health", "health_source", "health_date")
IGNORED = ""

_SYNONYMS: Mapping[str, str] = {
    "name": "account, account name, accountname, customer, customer name, client, client name, company, company name, "
    "organisation, organization, kunde, firma, kundenname",
    "external_id": "account id, accountid, customer id, crm id, salesforce id, sfdc id, hubspot id, record id, "
    "external key, customer number, kundennummer",
    "owner": "csm, csm email, csm name, customer success manager, owner email, owner e mail, owner name, "
    "account owner, account manager, responsible, slack user, betreuer",
    "cover": "backup, deputy, cover email, stand in, vertretung",
    "manager": "csm manager, manager email, team lead, vorgesetzter",
    "health": "health score, chs, customer health, customer health score, healthscore",
    "health_source": "source, source of health",
    "health_date": "health on, health as of, as of, scored on, date of health, score date",
    "renewal_date": "renewal, renews on, renews, contract end, contract end date, contract renewal date, expiry, "
    "expiry date, end date, vertragsende",
    "interval_months": "interval, months, cadence, rating interval, reassessment interval",
    "recurring_revenue": "arr, revenue, annual recurring revenue, annual revenue, acv, contract value, umsatz",
    "lifetime_value": "ltv, clv, cltv, customer lifetime value",
    "gross_margin": "margin, gross margin percent, gm, marge",
    "lifecycle": "status, account status, customer status",
    "stage": "lifecycle stage, customer stage, phase",
    "size": "segment, company size, tier, customer size, employees",
    "location": "region, country, geo, territory, standort, land",
    "industry": "sector, vertical, branche",
    "use_case": "usecase, product, solution",
}
# Our own export has these beside health and source: what it says of health is derived, and no new reading.
_OF_EXPORT = {"health shown", "cmi shown", "cell"}
_DERIVED = {"health", "health_source", "health_date"}


def key(header: str) -> str:
    """What makes two headers the same: case, width, and what stands between words don't count."""
    flat = unicodedata.normalize("NFKC", header).casefold()
    return " ".join(re.sub(r"[^\w]+|_", " ", flat).split())


def guess(
    header: Sequence[str], *, fields: Sequence[str] = tuple(FIELDS), last: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """For each column the field that it most likely holds, `IGNORED` where none; no field twice.

    `last` is what was chosen the last time, by `key`.
    """
    keys = [key(each) for each in header]
    by_name = {name: field for field in fields for name in _names(field)}
    if set(keys) >= _OF_EXPORT:
        by_name = {name: field for name, field in by_name.items() if field not in _DERIVED}
    exact = {key(field): field for field in fields}
    found: dict[int, str] = {}
    # A column that is called just as its field comes before those that are called like it.
    for choice in (last or {}, {name: field for name, field in by_name.items() if name in exact}, by_name):
        for position, name in enumerate(keys):
            field = choice.get(name, IGNORED)
            if position not in found and field in fields and field not in found.values():
                found[position] = field
    for position, name in enumerate(keys):
        if last and last.get(name) == IGNORED:
            found.pop(position, None)
    return tuple(found.get(position, IGNORED) for position in range(len(header)))


def _names(field: str) -> tuple[str, ...]:
    return (key(field), key(FIELDS[field]), *(key(name) for name in _SYNONYMS.get(field, "").split(",")))
