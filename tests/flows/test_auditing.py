"""The audit log as people read it: in words, by kind, page by page, and on the account it is about."""

import pytest

from bot.errors import ChangedMeanwhile, NotAllowed
from bot.flows import auditing, configuring, handing_over, looking_back, roles, settings
from bot.flows.configuring import NewFramework, NewMap
from bot.store.database import Database
from bot.views import audit_log, changes
from bot.views.history import Changed, entry_text
from bot.views.people_window import PersonLine
from bot.views.settings_form import SettingsForm
from cmi_core import MapSettings, load_framework
from tests.flows.office import DIEGO, MARTA, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    office = Office(db)
    office.choose(admins=(PRIYA, DIEGO))
    return office


def texts(office: Office, kind: audit_log.Kind = "all", page: int = 0) -> list[str]:
    return [audit_log.entry_text(each) for each in auditing.page(office.db, office.actor(), kind, page).entries]


def version(office: Office) -> int:
    return settings.version(office.db, office.actor())


def test_settings_are_told_by_their_names_and_in_words(office: Office) -> None:
    form = SettingsForm(alert_channel="C01ALERTS", admins=(PRIYA, MARTA), zone="Europe/Oslo", language="de")
    settings.write(office.db, office.now, office.actor(), form)
    [told] = texts(office)
    assert told.splitlines() == [
        "*Settings changed*",
        "12 Aug 2026, 11:30 · by <@U01PRIYA>",  # half past nine in UTC, on the workspace's clock
        "• Admins: <@U01PRIYA>, <@U01DIEGO> → <@U01PRIYA>, <@U01MARTA>",
        "• Channel for alerts: <#C01ALERTS>",
        "• Dates: English → Deutsch",
        "• Time zone: UTC → Europe/Oslo",
    ]


def test_a_map_and_weights_say_what_they_were(office: Office) -> None:
    configuring.apply(office.db, office.now, office.actor(), NewMap(MapSettings(chs_cuts=(60,))))
    assert "• Cuts of health: 50 → 60" in texts(office)[0]
    framework = load_framework("maor-wittgen")
    first = framework.categories[0]
    weights = {each.id: each.weight for each in framework.categories} | {first.id: first.weight * 2}
    configuring.apply(office.db, office.now, office.actor(), NewFramework(framework.with_weights(weights)))
    assert first.name in texts(office)[0]
    assert "→" in texts(office)[0]


def test_people_and_accounts_are_named(office: Office) -> None:
    account = office.account("Acme & Sons")
    roles.write_person(office.db, office.now, office.actor(), PersonLine(user=MARTA, role="viewer", manager=DIEGO))
    handing_over.assign(office.db, office.later(days=1).now, office.actor(), account, DIEGO)
    assigned, person, created = texts(office)
    assert assigned.startswith("*New owner: Acme &amp; Sons*")
    assert "• Owner: <@U01PRIYA> → <@U01DIEGO>" in assigned
    assert f"*Role or manager changed: <@{MARTA}>*" in person
    assert "• Role: member → viewer" in person
    assert "Account added: Acme &amp; Sons" in created
    assert texts(office, "settings") == [person]
    assert texts(office, "accounts") == [assigned, created]
    assert texts(office, "imports") == []


def test_it_is_for_admins_and_has_pages(office: Office) -> None:
    for number in range(audit_log.PAGE + 1):
        office.later(minutes=1).account(f"A{number}")
    first = auditing.page(office.db, office.actor(), "accounts")
    assert (len(first.entries), first.more) == (audit_log.PAGE, True)
    assert texts(office, "accounts", 1)[0].startswith("*Account added: A0*")
    with pytest.raises(NotAllowed, match=f"Please ask <@{PRIYA}>"):
        auditing.page(office.db, office.actor(MARTA))


def test_another_workspaces_log_is_not_read(office: Office) -> None:
    office.account()
    other = Office(office.db)
    assert auditing.page(other.db, other.actor(), "all").entries == ()


def test_an_accounts_history_tells_who_changed_what_about_it(office: Office) -> None:
    account = office.account()
    handing_over.assign(office.db, office.later(days=1).now, office.actor(), account, DIEGO)
    office.rate(account, 3, by=DIEGO)
    found = looking_back.page(office.db, office.now, office.actor(), account).entries
    [changed] = [entry_text(each) for each in found if isinstance(each, Changed)]
    assert changed == "*13 Aug 2026 · New owner*\nby <@U01PRIYA>\nOwner: <@U01PRIYA> → <@U01DIEGO>"


def test_a_form_seen_before_a_change_of_the_same_is_refused_with_what_changed(office: Office) -> None:
    seen = version(office)
    settings.write(office.db, office.now, office.actor(), SettingsForm(admins=(PRIYA, DIEGO), zone="Europe/Oslo"))
    late = SettingsForm(admins=(PRIYA, DIEGO), zone="Asia/Tokyo")
    with pytest.raises(ChangedMeanwhile) as refused:
        settings.write(office.db, office.now, office.actor(DIEGO), late, seen=seen)
    assert refused.value.lines == ("<@U01PRIYA> changed:", "• Time zone: UTC → Europe/Oslo")
    assert office.settings().zone == "Europe/Oslo"
    settings.write(office.db, office.now, office.actor(DIEGO), late, seen=refused.value.version)
    assert office.settings().zone == "Asia/Tokyo"


def test_a_map_and_weights_seen_before_a_change_are_refused_too(office: Office) -> None:
    seen = version(office)
    configuring.apply(office.db, office.now, office.actor(), NewMap(MapSettings(chs_cuts=(60,))))
    with pytest.raises(ChangedMeanwhile):
        configuring.apply(office.db, office.now, office.actor(DIEGO), NewMap(MapSettings(chs_cuts=(40,))), seen=seen)
    settings.write(office.db, office.now, office.actor(DIEGO), SettingsForm(admins=(PRIYA, DIEGO)), seen=seen)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"quiet_days": 7}, {"quiet_days": 7}, []),
        ({"owner": None}, {"owner": "U01ANNA"}, ["Owner: <@U01ANNA>"]),
        ({"until": "2026-12-24"}, {"until": None}, ["Until: 24 Dec 2026 → nothing"]),
        ({"a": {"b": "1/5"}}, {"a": {"b": "1/4"}}, ["A, b: 0.20 → 0.25"]),
        ({"cell": "save"}, {"cell": "let_churn"}, ["Cell: Save → Let Churn"]),
        ({"name": "GERMANY1"}, {"name": "<!channel>"}, ["Name: GERMANY1 → &lt;!channel&gt;"]),
        ({"hours_from": "09:00:00"}, {"hours_from": "08:30:00"}, ["Hours from: 09:00 → 08:30"]),
        (None, {"holidays": ["2026-12-24", "2026-12-25"]}, ["Holidays: 24 Dec 2026, 25 Dec 2026"]),
        ({"map": {"kind": "nine"}}, {"map": {"kind": "quadrants"}}, ["Kind of map: nine cells → four quadrants"]),
    ],
)  # fmt: skip
def test_every_kind_of_value_reads_well(before: dict[str, object], after: dict[str, object], told: list[str]) -> None:
    assert [each.markup for each in changes.between(before, after)] == told


def test_what_no_button_wrote_is_the_first_page() -> None:
    assert [audit_log.read(value) for value in ("accounts:2", "nonsense:1", "all:-1", None)] == [
        ("accounts", 2),
        ("all", 1),
        ("all", 0),
        ("all", 0),
    ]
