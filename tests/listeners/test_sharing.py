"""What a window shows is sent to oneself or posted in a channel, never in one that others share."""

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from bot.flows import health
from bot.store.tables import Message
from bot.views import share_form
from bot.views.query import Query
from bot.views.report import Report
from bot.views.share_form import Shared
from tests.listeners.conftest import PRIYA, Office
from tests.listeners.talk import window
from tests.listeners.test_portfolio import rated


def owed(office: Office) -> list[Message]:
    with office.db.read() as session:
        return list(session.scalars(select(Message).where(Message.kind == "report").order_by(Message.id)))


def test_the_map_is_sent_to_oneself_once(office: Office) -> None:
    rated(office, "Sendable", 2, 80)
    priya = office.person()
    priya.command("/cmi portfolio")
    window(priya, "Portfolio")
    priya.click("Send to me")
    window(priya, "CMI Bot")
    priya.close()
    priya.click("Send to me")
    window(priya, "CMI Bot")
    priya.close(everything=True)
    (message, *again) = owed(office)
    assert message.recipient == PRIYA
    assert len(again) <= 1  # the minute may have turned
    report = Report.model_validate(message.data)
    assert "*Retain*" in report.figures[0].text
    assert report.figures[0].drawing is not None
    assert report.by == PRIYA


def test_an_accounts_trend_is_posted_in_a_channel_where_the_bot_is(office: Office) -> None:
    account = rated(office, "Postable", 2, 80)
    earlier(office, account.account_id, 45)
    priya = office.person()
    priya.command("/cmi history Postable")
    window(priya, "History")
    priya.click("Post in a channel…")
    window(priya, "Share")
    priya.choose("Channel", "C01RANDOM0")
    assert "isn't in this channel" in str(priya.submit())
    general = office.sandbox.workspace.channels["C01GENERAL"]
    priya.choose("Channel", general.id)
    general.is_ext_shared = True
    assert "shared with another organisation" in str(priya.submit())
    general.is_ext_shared = False
    assert priya.submit() == {}
    assert "appears in" in str(window(priya, "CMI Bot")["blocks"])
    assert owed(office)[-1].recipient == general.id
    priya.close(everything=True)
    report = Report.model_validate(owed(office)[-1].data)
    assert report.title == "Postable over time"
    assert [chart.title for chart in report.figures[0].charts] == ["Health"]


def earlier(office: Office, account_id: int, score: int) -> None:
    """A health score of a month ago."""
    then = office.now() - timedelta(days=30)
    health.record(office.db, then, office.actor(), account_id, Fraction(score), submission=f"earlier-{account_id}")


@pytest.mark.parametrize("shared", [Shared(account_id=7), Shared(query=Query(filters=(("size", "Enterprise"),)))])
def test_a_button_carries_what_is_shared(shared: Shared) -> None:
    value = share_form.post_button(shared)["value"]
    assert share_form.read(value) == shared
