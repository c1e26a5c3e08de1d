"""Rating an account, as a person does it."""

from bot.flows import accounts
from bot.views.account_form import NewAccount
from cmi_core import load_framework
from tests.listeners.conftest import Office

QUESTIONS = load_framework("maor-wittgen").criteria


def test_an_account_is_added_rated_and_given_its_place(office: Office) -> None:
    accounts.create(office.db, office.now(), office.actor(), NewAccount(name="Acme"))
    priya = office.person()
    priya.command("/cmi health Acme 41")
    priya.command("/cmi score acme")
    priya.wait_for(lambda state: state["views"])
    for criterion in QUESTIONS[:6]:
        priya.choose(f"question:{criterion.id}", "2")
    assert priya.submit() == {}
    for criterion in QUESTIONS[6:]:
        priya.choose(f"question:{criterion.id}", "2")
    assert priya.submit() == {}
    modal = priya.modal
    assert modal is not None
    assert modal["title"]["text"] == "Saved"
    assert "CMI 2.0 · health 41 · Let Churn" in str(modal["blocks"])
