"""A framework as a file: handed out, taken back changed, looked at, published once, and used."""

import re
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from bot.errors import NotAllowed, NotFound, UserError
from bot.files import Given
from bot.flows import accounts, configuring, framework_files, frameworks, rating, uploads
from bot.flows.configuring import NewChoice, NewFramework
from bot.store.database import Database
from bot.store.tables import Account, Assessment, Audit, FrameworkRow, Upload
from bot.views.framework_upload import Checked, Rejected
from bot.workspace_settings import FrameworkRule
from cmi_core import Framework, framework_text, load_framework, parse_framework
from tests.flows.office import DIEGO, PRIYA, Office


@pytest.fixture
def office(db: Database) -> Office:
    return Office(db)


def text_of(office: Office, name: str = "maor-wittgen") -> str:
    return framework_files.file_of(office.db, office.actor(), name).content.decode()


def check(office: Office, text: str | bytes, user: str = PRIYA) -> Checked | Rejected:
    content = text if isinstance(text, bytes) else text.encode()
    return framework_files.check(office.db, office.now, office.actor(user), Given("F1", "ours.yaml", content))


def checked(office: Office, text: str) -> Checked:
    found = check(office, text)
    assert isinstance(found, Checked), found
    return found


def publish(office: Office, text: str) -> Any:
    found = checked(office, text)
    return framework_files.publish(office.db, office.now, office.actor(), found.upload_id, found.after)


def in_force(office: Office, name: str) -> Framework | None:
    with office.db.read() as session:
        return frameworks.in_force(session, office.workspace_id, name)


def versions(office: Office) -> list[tuple[str, int]]:
    return [(row.name, row.version) for row in office.rows(FrameworkRow)]


def test_a_framework_is_handed_out_as_it_is_in_force(office: Office) -> None:
    file = framework_files.file_of(office.db, office.actor(), "maor-wittgen")
    assert file.name == "maor-wittgen.yaml"
    assert parse_framework(file.content) == load_framework("maor-wittgen")
    assert file.content.startswith(b"# Maor & Wittgen, a framework of CMI Bot.\n# Change what you like")


def test_a_copy_has_an_id_and_a_name_that_are_free(office: Office) -> None:
    names = []
    for _ in range(3):
        file = framework_files.copy_of(office.db, office.actor(), "maor-wittgen")
        names.append((file.name, parse_framework(file.content).name))
        publish(office, file.content.decode())
    assert names == [
        ("maor-wittgen-copy.yaml", "Maor & Wittgen copy"),
        ("maor-wittgen-copy-2.yaml", "Maor & Wittgen copy 2"),
        ("maor-wittgen-copy-3.yaml", "Maor & Wittgen copy 3"),
    ]
    assert ("maor-wittgen-copy-3", 1) in versions(office)


def test_looking_at_a_file_changes_nothing(office: Office) -> None:
    found = checked(office, text_of(office).replace("weight: 40", "weight: 10"))
    assert (found.after, found.same, versions(office)) == (1, False, [])
    assert [row.action for row in office.rows(Audit) if row.action == "configure"] == []


def test_a_file_with_other_weights_becomes_the_next_version_and_moves_accounts(office: Office) -> None:
    account = office.account()
    office.rate(account, (5, 5, 5, 1, 1, 1, 1, 1, 1, 1, 1, 1))
    office.type_health(account, 40)
    found = checked(office, text_of(office).replace("weight: 40", "weight: 400"))
    assert [(shift.from_cell, shift.to_cell) for shift in found.effect.shifts] == [("let_churn", "save")]
    done = framework_files.publish(office.db, office.now, office.actor(), found.upload_id, found.after)
    assert (done.version, done.effect.moved) == (2, 1)
    assert office.get(account).cell == "save"
    assert versions(office) == [("maor-wittgen", 1), ("maor-wittgen", 2)]
    assert [row.action for row in office.rows(Audit)].count("configure") == 1
    [assessment] = office.rows(Assessment)
    assert assessment.cmi == Fraction(13, 5)
    assert len(office.messages("summary")) == 1


def test_a_file_with_other_criteria_keeps_everybody_in_place_and_says_how_many(office: Office) -> None:
    for name in ("Acme", "Globex"):
        office.rate(office.account(name), 4)
    found = checked(office, text_of(office).replace("Clarity of Charter", "Clearness of Charter"))
    assert (found.kept, found.effect.moved) == (2, 0)
    publish(office, text_of(office).replace("Clarity of Charter", "Clearness of Charter"))
    account = office.rows(Account)[0]
    standing = accounts.card(office.db, office.now, office.actor(), account.id).standing
    assert standing.older_framework
    assert account.cmi == 4


def test_criteria_in_another_order_are_other_questions(office: Office) -> None:
    account = office.account()
    office.rate(account, (5, 1, 1, *[3] * 9))
    maor = load_framework("maor-wittgen")
    first = maor.categories[0]
    turned = first.model_copy(update={"criteria": first.criteria[::-1]})
    other = maor.model_copy(update={"categories": (turned, *maor.categories[1:])})
    found = checked(office, framework_text(other).replace("weight: 40", "weight: 10"))
    assert (found.kept, found.effect.rescored) == (1, 0)


def test_publishing_twice_is_publishing_once(office: Office) -> None:
    account = office.account()
    office.rate(account, (5, 5, 5, *[1] * 9))
    office.type_health(account, 40)
    found = checked(office, text_of(office).replace("weight: 40", "weight: 400"))
    first, second = (
        framework_files.publish(office.db, office.now, office.actor(), found.upload_id, found.after) for _ in range(2)
    )
    assert first == second
    assert second.effect.moved == 1
    assert versions(office) == [("maor-wittgen", 1), ("maor-wittgen", 2)]


def test_what_is_in_force_already_is_said_to_be_the_same(office: Office) -> None:
    assert checked(office, text_of(office)).same
    assert checked(office, text_of(office).replace("version: 1", "version: 9")).same


def test_whoever_was_overtaken_hears_it_and_changes_nothing(office: Office) -> None:
    mine = checked(office, text_of(office).replace("weight: 40", "weight: 10"))
    publish(office, text_of(office).replace("weight: 40", "weight: 70"))
    with pytest.raises(UserError, match="Somebody published another version"):
        framework_files.publish(office.db, office.now, office.actor(), mine.upload_id, mine.after)
    assert len(versions(office)) == 2
    current = in_force(office, "maor-wittgen")
    assert current is not None
    assert current.categories[0].weight == 70


def test_two_who_give_one_new_framework_the_same_id(office: Office) -> None:
    mine, theirs = (
        text_of(office).replace("id: maor-wittgen", "id: ours").replace("weight: 40", w)
        for w in ("weight: 1", "weight: 2")
    )
    found = checked(office, mine)
    assert found.after == 0
    publish(office, theirs)
    with pytest.raises(UserError, match="Somebody published"):
        framework_files.publish(office.db, office.now, office.actor(), found.upload_id, found.after)


def test_all_that_is_wrong_is_listed(office: Office) -> None:
    wrong = check(office, text_of(office).replace("weight: 40", "weight: -1").replace("kind: cmi", "kind: cm"))
    assert isinstance(wrong, Rejected)
    assert [re.sub(r"^line \d+, ", "", each) for each in wrong.problems] == [
        "kind: choose 'cmi' or 'health'",
        "categories > charter > weight: a weight can't be negative",
    ]
    assert office.rows(Upload) == []


def test_a_framework_keeps_what_it_judges(office: Office) -> None:
    wrong = check(office, text_of(office).replace("subject: customer", "subject: team"))
    assert isinstance(wrong, Rejected)
    assert "give one that judges something else an id of its own" in wrong.problems[0]


def test_more_than_the_windows_hold_is_refused(office: Office) -> None:
    maor = load_framework("maor-wittgen")
    first = maor.categories[0]
    many = tuple(first.criteria[0].model_copy(update={"id": f"c{number}"}) for number in range(81))
    wrong = check(
        office, framework_text(maor.model_copy(update={"categories": (first.model_copy(update={"criteria": many}),)}))
    )
    assert isinstance(wrong, Rejected)
    assert wrong.problems == ("criteria: there are 81 in all; at most 80 fit",)


def test_only_admins_see_and_change_frameworks(office: Office) -> None:
    found = checked(office, text_of(office).replace("weight: 40", "weight: 10"))
    office.choose(admins=(DIEGO,))
    for act in (
        lambda: framework_files.listing(office.db, office.actor()),
        lambda: text_of(office),
        lambda: framework_files.copy_of(office.db, office.actor(), "maor-wittgen"),
        lambda: check(office, b""),
        lambda: framework_files.publish(office.db, office.now, office.actor(), found.upload_id, found.after),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_file_is_only_for_who_gave_it_and_forgotten_after_a_day(office: Office) -> None:
    found = checked(office, text_of(office).replace("weight: 40", "weight: 10"))
    with pytest.raises(NotFound, match="no longer kept"):
        framework_files.publish(office.db, office.now, office.actor(DIEGO), found.upload_id, found.after)
    uploads.tick(office.db, office.now + timedelta(hours=23))
    assert len(office.rows(Upload)) == 1
    uploads.tick(office.db, office.now + timedelta(hours=25))
    with pytest.raises(NotFound, match="no longer kept"):
        framework_files.publish(office.db, office.now, office.actor(), found.upload_id, found.after)


def test_the_list_says_what_is_in_use_and_warns(office: Office) -> None:
    text = text_of(office).replace("id: maor-wittgen", "id: ours").replace("name: Quality of Processes", "name: NPS")
    publish(office, text.replace("name: Maor & Wittgen", "name: Ours"))
    choice = NewChoice(
        "maor-wittgen", "waterstone-2016", (FrameworkRule(segment="size", value="Small", framework="ours"),)
    )
    configuring.apply(office.db, office.now, office.actor(), choice)
    listed = {each.id: each for each in framework_files.listing(office.db, office.actor()).entries}
    assert listed["ours"].uses == ("size Small",)
    assert not listed["ours"].built_in
    assert "“NPS” belongs to the relation with us" in listed["ours"].warnings[0]
    assert listed["maor-wittgen"].uses == ("customers and prospects",)
    assert listed["waterstone-2016"].uses == ("teams",)
    assert listed["health-six"].uses == ("health",)
    assert listed["bolstra-5-stages"].uses == ()
    known = {each.id: each.warnings for each in configuring.current_choice(office.db, office.actor()).known}
    assert known["ours"] == listed["ours"].warnings


def test_a_published_framework_with_a_long_scale_is_chosen_rated_and_weighed_anew(office: Office) -> None:
    levels = "".join(f"          {value}: Step {value}\n" for value in range(11))
    question = "      - name: {0}\n        question: How much {0}?\n        levels:\n" + levels
    text = "id: ours\nname: Ours\ncategories:\n"
    for name in ("One", "Two"):
        text += f"  - name: {name}\n    weight: 1\n    criteria:\n{question.format(name)}"
    publish(office, text)
    configuring.apply(office.db, office.now, office.actor(), NewChoice("ours", "bolstra-5-stages", ()))
    account = office.account()
    page = office.page(account, [10, 0], criteria=("one", "two"))
    page = page.model_copy(update={"meta": page.meta.model_copy(update={"framework": "ours"})})
    rating.submit(office.db, office.now, office.actor(), page)
    assert office.get(account).cmi == 5
    assert office.get(account).answers == "a0"
    publish(office, text.replace("weight: 1", "weight: 3", 1))
    assert office.get(account).cmi == Fraction(15, 2)
    configuring.preview(office.db, office.actor(), NewFramework(parse_framework(text)))


def test_a_framework_that_nobody_is_rated_by_can_be_published_again_and_again(office: Office) -> None:
    for weight in (10, 20, 30):
        done = publish(office, text_of(office).replace("id: maor-wittgen", "id: ours").replace(": 40", f": {weight}"))
        assert done.effect.moved == 0
    assert versions(office) == [("ours", 1), ("ours", 2), ("ours", 3)]
