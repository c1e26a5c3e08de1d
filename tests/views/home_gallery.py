"""The Home of everybody it is for, with a name of one's choosing wherever a name can stand."""

from datetime import date
from fractions import Fraction

from bot.views import decision_form, home_alerts, home_portfolio, home_setup, limits, movers, pause_form, picture
from bot.views.home import Home
from bot.views.home_accounts import Accounts, Begun, Row
from bot.views.home_alerts import OwnAlert
from bot.views.home_portfolio import Late, Overview
from bot.views.home_state import LISTS, SCOPES, TABS, HomeState
from bot.views.standing import Standing

MODES = ("rating", "correction", "second", "customer", "health")


def homes(name: str, number: int, standings: tuple[Standing, ...]) -> list[Home]:
    """Each tab, full and empty, with as many accounts as Slack can be asked to show at once."""
    full = accounts(name, number, standings)
    tabs, scopes = tuple(TABS), tuple(SCOPES)
    everywhere = [HomeState(tab="accounts", only=only, page=page) for only in LISTS for page in (0, 2)]
    found = [Home(tabs=tabs, state=state, shown=full) for state in everywhere]
    found += [Home(state=HomeState(tab="accounts", only="save", page=page), shown=Accounts()) for page in (0, 3)]
    found.append(Home(shown=full.model_copy(update={"counts": dict.fromkeys(LISTS, number + 500)})))
    found += [Home(shown=shown) for shown in newcomers()]
    found.append(Home(shown=full.model_copy(update={"can_edit": False}), can_add=False))
    pause = pause_form.PauseLine(until=date(2027, 1, 7), reason=name, by="U01ANNA")
    found.append(Home(shown=full.model_copy(update={"paused": pause, "away_until": None})))
    seen = overview(name, number)
    looks = (
        seen,
        seen.model_copy(update={"map": "nine", "late": (), "movement": None, "picture": picture.example()}),
        seen.model_copy(update={"alerts": 0, "free": 0, "longest": (), "owners": ("U01ANNA", "U02BERT"), "late": None}),
        Overview(),
        seen.model_copy(update={"weekly": False}),
        Overview(owners=("U01ANNA",)),
    )
    found += [
        Home(tabs=tabs, scopes=scopes, state=HomeState(tab="portfolio", scope="team"), shown=each) for each in looks
    ]
    setups = (home_setup.example(), home_setup.Setup(), home_setup.Setup(alert_channel=True, fallback_channel=True))
    return found + [Home(tabs=tabs, state=HomeState(tab="setup"), shown=each) for each in setups]


def newcomers() -> list[Accounts]:
    """Those who have no account."""
    return [
        Accounts(everyone_new=True),
        Accounts(),
        Accounts(admins=("U01ANNA", "U02BERT")),
        Accounts(can_edit=False),
    ]


def accounts(name: str, number: int, standings: tuple[Standing, ...]) -> Accounts:
    """The first page of somebody who has this many accounts, and a bit of everything."""
    rows = [
        Row(
            standing=each,
            waits=index < 15,
            lift=(None, Fraction(2, 5), Fraction(-1, 3))[index % 3],
            renewable=(33, None)[index % 2],
            snoozed_until=(None, date(2026, 12, 1))[index % 2],
            covered_for=(None, "U02BERT")[index % 2],
        )
        for index, each in enumerate(standings[: limits.HOME_ACCOUNTS])
    ]
    alerts = alarms(name, min(number, limits.HOME_ALERTS))
    drafts = [Begun(account_id=n + 1000, name=name, mode=mode, answered=n) for n, mode in enumerate(MODES)]
    return Accounts(
        user="U01ANNA",
        rows=tuple(rows),
        counts=dict.fromkeys(LISTS, number),
        soon=3,
        rated=number // 2,
        asked=number,
        drafts=tuple(drafts[:number]),
        alerts=tuple(alerts),
        more_alerts=number > limits.HOME_ALERTS,
        away_until=date(2026, 12, 1),
    )


def alarms(name: str, number: int) -> list[OwnAlert]:
    free: dict[str, object] = {"claimed_by": None, "can_claim": True}
    kinds: tuple[dict[str, object], ...] = (
        {},
        free,
        free | {"cell": "save", "owner": None},
        {"snoozed_until": date(2026, 12, 1)},
        {"decision": decision_form.example().model_copy(update={"reason": name * 5})},
    )
    plain = home_alerts.example().model_copy(update={"name": name})
    return [
        plain.model_copy(update={**kinds[n % len(kinds)], "episode_id": n + 1, "account_id": n + 500})
        for n in range(number)
    ]


def overview(name: str, number: int) -> Overview:
    moves = [
        each.model_copy(update={"name": name, "account_id": n}) for n, each in enumerate(movers.example().moves * 5)
    ]
    return home_portfolio.example().model_copy(
        update={
            "accounts": number + 1,
            "longest": tuple(each.model_copy(update={"claimed_by": None}) for each in alarms(name, 3)),
            "movement": movers.Movement(since=date(2026, 10, 1), up=tuple(moves), down=tuple(moves), risen=5, fallen=9),
            "late": tuple(Late(owner=f"U{n:08}", accounts=number, days=n) for n in range(min(number, 10))),
        }
    )
