"""Overriding a cell from the account's card."""

from datetime import timedelta

from bot.flows import rating
from bot.views.survey import SurveyMeta, SurveyPage
from tests.listeners.conftest import Office
from tests.listeners.talk import answer, command, window


def test_an_owner_overrides_a_cell_and_ends_it(office: Office) -> None:
    account = office.add("Override Inc")
    priya = office.person()
    command(priya, "/cmi health Override Inc 80")
    _rate(office, account.account_id)
    command(priya, "/cmi account Override Inc")
    priya.click("More…", where=answer(priya))
    window(priya, "More")
    priya.click("Override")
    window(priya, "Override")
    until = (office.now() + timedelta(days=5)).date()
    priya.fill({"Cell": "Save", "Until": (office.now() - timedelta(days=5)).date().isoformat(), "Reason": "A hunch"})
    assert "That day is over" in priya.submit()["until"]
    priya.fill({"Until": until.isoformat()})
    assert priya.submit() == {}
    assert "because: A hunch" in str(window(priya, "Account")["blocks"])
    priya.click("More…")
    window(priya, "More")
    priya.click("End override")
    priya.wait_for(lambda state: "because: A hunch" not in str(state["views"][-1]["blocks"]) and state["views"])
    priya.close()


def _rate(office: Office, account_id: int) -> None:
    form = rating.open_survey(office.db, office.now(), office.actor(), account_id)
    meta = SurveyMeta(
        submission=form.submission,
        account_id=account_id,
        page=0,
        framework=form.framework.id,
        version=form.framework.version,
    )
    rating.submit(
        office.db,
        office.now(),
        office.actor(),
        SurveyPage(meta=meta, answers={each.id: 4 for each in form.framework.criteria}),
    )
