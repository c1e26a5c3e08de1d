"""Who may see, work on, rate and assign an account: the rule as a table, and the database's answer beside it."""

import ast
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from fractions import Fraction
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import bot.flows
from bot.errors import NotAllowed, NotFound
from bot.flows import accounts, handing_over, permissions, portfolio, roles
from bot.flows.permissions import Right, Standing, Tie, may
from bot.store.database import Database
from bot.store.tables import Batch, PlacementRow, Prompt
from bot.views.access_form import AccessForm
from bot.views.message import Data
from bot.views.query import Query
from bot.views.survey import SurveyPage
from bot.workspace_settings import AccessSettings, WorkspaceSettings
from tests.databases import PostgresServer, new_sqlite
from tests.flows.office import NOW, PRIYA, Office

ADMIN, LEADER, VIEWER, COVER, BOSS, ASKED, STRANGER = (
    f"U02{name}" for name in ("ADMIN", "LEADER", "VIEWER", "COVER", "BOSS", "ASKED", "STRANGER")
)
PEOPLE = (ADMIN, LEADER, VIEWER, PRIYA, COVER, BOSS, ASKED, STRANGER)
LETTERS = {Right.SEE: "s", Right.WORK: "w", Right.RATE: "r", Right.ASSIGN: "a"}
# For each choice of who sees and who rates, what each of PEOPLE may, in their order.
TABLE = {
    ("everyone", "everyone"): ("swra", "swr", "s", "swra", "swr", "swra", "swr", "swr"),
    ("everyone", "responsible"): ("swra", "sw", "s", "swra", "swr", "swra", "swr", "sw"),
    ("own", "everyone"): ("swra", "swr", "s", "swra", "swr", "swra", "swr", ""),
    ("own", "responsible"): ("swra", "sw", "s", "swra", "swr", "swra", "swr", ""),
}


@pytest.fixture
def office(db: Database) -> Office:
    return staffed(db)


def staffed(db: Database) -> Office:
    """Everybody who might have to do with an account of Priya's."""
    office = Office(db)
    office.choose(admins=(ADMIN,))
    office.person(LEADER, role="leader")
    office.person(VIEWER, role="viewer")
    office.person(PRIYA, manager=BOSS)
    return office


def secret(office: Office) -> int:
    account = office.account("Zanzibar")
    office.change(account, cover=COVER, cover_until=NOW.date())
    with office.db.write() as session:
        day = NOW.date()
        session.add(
            Prompt(
                workspace_id=office.workspace_id,
                account_id=account,
                cycle="1",
                recipient=PRIYA,
                delegate=ASKED,
                role="owner",
                due=day,
                asked_on=day,
            )
        )
    return account


def allowed(office: Office, user: str, account: int) -> str:
    """The letters of what the database lets somebody do."""
    letters = ""
    for right, letter in LETTERS.items():
        with office.db.read() as session:
            try:
                permissions.get(session, office.now, office.actor(user), account, right)
            except NotAllowed:
                assert letters.startswith("s"), "who may not see it must not learn that it is there"
            except NotFound:
                assert letters == ""
            else:
                letters += letter
    return letters


@pytest.mark.parametrize(("rules", "expected"), TABLE.items(), ids=lambda each: "-".join(each)[:30])
def test_the_table_is_what_the_database_answers(office: Office, rules: tuple[Any, Any], expected: tuple[str]) -> None:
    account = secret(office)
    office.choose(access=AccessSettings(see=rules[0], rate=rules[1]))
    assert tuple(allowed(office, user, account) for user in PEOPLE) == expected
    for user, letters in zip(PEOPLE, expected, strict=True):
        found = accounts.search(office.db, office.now, office.actor(user), "zanz")
        assert [each.name for each in found] == (["Zanzibar"] if letters else [])


ROLES = (Standing(admin=True), Standing(), Standing(role="leader"), Standing(role="viewer"))
SETS = [frozenset(tie for tie, chosen in zip(Tie, bits, strict=True) if chosen) for bits in product((0, 1), repeat=4)]


@pytest.mark.parametrize("who", ROLES, ids=lambda who: "admin" if who.admin else who.role)
@pytest.mark.parametrize("ties", SETS, ids=lambda ties: "+".join(sorted(ties)) or "nothing")
def test_every_combination_keeps_the_promises(who: Standing, ties: frozenset[Tie]) -> None:
    for see, rate, owned in product(("everyone", "own"), ("everyone", "responsible"), (True, False)):
        rules = AccessSettings(see=see, rate=rate)
        may_do = {right for right in Right if may(right, rules, who, ties, owned=owned)}
        if who.admin:
            assert may_do == set(Right)
            continue
        assert (Right.SEE in may_do) == (see == "everyone" or who.role != "member" or bool(ties))
        assert may_do <= {Right.SEE} or Right.SEE in may_do
        if who.role == "viewer":
            assert may_do <= {Right.SEE}
        elif Right.SEE in may_do:
            assert (Right.RATE in may_do) == (rate == "everyone" or bool(ties))
            assert (Right.ASSIGN in may_do) == (not owned or bool(ties & {Tie.OWNER, Tie.MANAGER}))
        stricter = {right for right in Right if may(right, AccessSettings(see="own", rate="responsible"), who, ties)}
        assert not owned or stricter <= may_do


def test_a_cover_ends_with_its_last_day(office: Office) -> None:
    account = secret(office)
    office.choose(access=AccessSettings(see="own"))
    assert allowed(office, COVER, account)
    office.later(days=1)
    assert allowed(office, COVER, account) == ""


def test_an_account_that_nobody_owns_is_anybodys_to_take_on(office: Office) -> None:
    account = secret(office)
    office.change(account, owner=None)
    assert "a" in allowed(office, STRANGER, account)
    handing_over.assign(office.db, office.now, office.actor(STRANGER), account, STRANGER)
    with pytest.raises(NotAllowed, match=f"Please ask <@{STRANGER}>"):
        handing_over.assign(office.db, office.now, office.actor(PRIYA), account, PRIYA)


def test_a_viewer_adds_no_account(office: Office) -> None:
    with pytest.raises(NotAllowed, match="not change it"):
        office.account(owner=VIEWER)


def test_the_portfolio_and_what_is_due_show_only_what_one_may_see(office: Office) -> None:
    for name, owner in (("Zanzibar", PRIYA), ("Mine", STRANGER)):
        account = office.account(name, owner=owner)
        office.rate(account, 4, by=owner)
        office.type_health(account, 80, by=owner)
        office.due(account, NOW.date())
    office.choose(access=AccessSettings(see="own"))

    def seen(user: str) -> int:
        found = portfolio.look(office.db, office.now, office.actor(user), Query())
        return found.accounts  # type: ignore[union-attr]  # the map is what comes first

    assert [seen(user) for user in (ADMIN, LEADER, BOSS, STRANGER, ASKED)] == [2, 2, 1, 1, 0]
    due = accounts.due(office.db, office.now, office.actor(STRANGER))
    assert [row.name for row in due.rows] == ["Mine"]
    nobody = accounts.due(office.db, office.now, office.actor(ASKED))
    assert nobody.rows == ()


def test_near_names_are_not_offered_of_what_one_may_not_see(office: Office) -> None:
    secret(office)
    office.choose(access=AccessSettings(see="own"))
    for text in ("Zanzibar", "Zanzbar", "zan"):
        found = accounts.find(office.db, office.now, office.actor(STRANGER), text)
        assert (found.one, found.matches) == (None, ())


# What nobody sees anything of: whose Home is to be renewed, a survey's questions, a draft that isn't kept, the link to
# a message that was attached before.
UNSEEN = {"home.concerned", "rating.framework_of", "rating.keep", "evidence.link"}
CARRIED = ("account_id", "episode_id", "placement_id", "meta")


def carrier(annotation: Any) -> type[Data] | None:
    """The type of a parameter by whose value a form or a button says which account it is about."""
    is_data = inspect.isclass(annotation) and issubclass(annotation, Data)
    return annotation if is_data and not set(CARRIED).isdisjoint(annotation.model_fields) else None


def entries() -> list[tuple[str, Callable[..., Any]]]:
    """Every public function of a flow by which a person reaches an account: by an id, or by what a form carries."""
    found: list[tuple[str, Callable[..., Any]]] = []
    for module in pkgutil.iter_modules(bot.flows.__path__):
        flow = import_module(f"bot.flows.{module.name}")
        for name, function in vars(flow).items():
            if not inspect.isfunction(function) or function.__module__ != flow.__name__ or name.startswith("_"):
                continue
            parameters = inspect.signature(function).parameters
            reaches = not parameters.keys().isdisjoint(CARRIED) or any(
                carrier(parameter.annotation) for parameter in parameters.values()
            )
            full = f"{module.name}.{name}"
            if {"db", "actor"} <= set(parameters) and reaches and full not in UNSEEN:
                found.append((full, function))
    return found


def arguments(office: Office, function: Callable[..., Any], account: int) -> dict[str, Any]:
    """What a stranger gives to reach the account; what isn't known here must not be looked at before the right is."""
    [episode], [batch] = office.episodes(), office.rows(Batch)
    ids = {"account_id": account, "episode_id": episode.id, "batch_id": batch.id}
    ids["placement_id"] = next(row.id for row in office.rows(PlacementRow) if row.ended_at is None)
    known: dict[str, Any] = {"db": office.db, "now": office.now, "actor": office.actor(STRANGER), **ids}
    known |= {"number": 0, "mode": "rating", "owner": STRANGER, "who": STRANGER, "to": STRANGER, "value": Fraction(50)}
    known |= {"submission": "forbidden", "assessment_id": 1, "piece": "charter/x", "until": NOW.date()}
    page = office.page(account, [3] * 12)
    filled: dict[str, Any] = {"meta": page.meta, "what": "accept", "review_on": NOW.date(), "decider": PRIYA, **ids}
    filled |= {"reason": "", "source": None}
    given: dict[str, Any] = {}
    for key, parameter in inspect.signature(function).parameters.items():
        made = carrier(parameter.annotation)
        if key in known:
            given[key] = known[key]
        elif made is SurveyPage:
            given[key] = page
        elif made is not None:
            given[key] = made.model_construct(**filled)
        elif parameter.default is inspect.Parameter.empty:
            given[key] = object()
    return given


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def guarded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, int]]:
    """An account that only its people may see. What is refused changes nothing, so all may try the same one."""
    server: PostgresServer | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    url = server.new() if server else new_sqlite(tmp_path_factory.mktemp("guarded"))
    db = Database(url)
    office = staffed(db)
    account = secret(office)
    office.rate(account, 1)
    office.type_health(account, 20)
    with office.db.write() as session:
        [episode] = office.episodes()
        session.add(
            Batch(
                workspace_id=office.workspace_id,
                source="import",
                state="summed",
                episodes={"ids": [episode.id], "messages": []},
                created_at=office.now,
            )
        )
    office.choose(access=AccessSettings(see="own"))
    yield office, account
    assert office.get(account).assessment_id is not None
    assert len(office.episodes()) == 1
    db.close()
    if server:
        server.drop(url)


@pytest.mark.parametrize(("name", "function"), entries(), ids=lambda each: each if isinstance(each, str) else "")
def test_no_flow_gives_away_an_account_that_somebody_may_not_see(
    guarded: tuple[Office, int], name: str, function: Callable[..., Any]
) -> None:
    with pytest.raises(NotFound, match="isn't one that you can see"):
        function(**arguments(guarded[0], function, guarded[1]))


def test_flows_read_accounts_for_a_person_through_the_permissions_alone() -> None:
    """`actor.workspace_id` in such a call says that it is for a person, whose right would be forgotten."""
    for path in Path("bot/flows").glob("*.py"):
        if path.name == "permissions.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("accounts.get", "accounts.lock"):
                assert "actor" not in ast.unparse(node), f"{path}:{node.lineno}: use bot.flows.permissions"


def test_who_chooses_first_who_sees_what_is_an_admin_from_then_on(office: Office) -> None:
    office.choose(admins=())
    roles.write_access(office.db, office.now, office.actor(PRIYA), AccessForm(see="own", leaders=(BOSS,)))
    assert office.settings().admins == (PRIYA,)
    assert roles.read_access(office.db, office.actor(PRIYA)).leaders == (BOSS,)
    with pytest.raises(NotAllowed):
        roles.read_access(office.db, office.actor(STRANGER))


def test_whom_to_ask_is_said_also_where_no_admin_is_named() -> None:
    assert permissions.ask_admins(WorkspaceSettings(admins=("U1", "U2"))) == "Please ask <@U1>, <@U2>."
    assert permissions.ask_admins(WorkspaceSettings()) == "Please ask whoever set up CMI Bot."
