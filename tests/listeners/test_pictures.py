"""Windows get their pictures: the text at once, the picture when Slack has it, and text alone where it takes none."""

import io
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import delete, select, update

from bot import files
from bot.store.tables import Picture, Workspace
from sandbox.person import Person
from tests.listeners.conftest import Office
from tests.listeners.talk import window
from tests.listeners.test_portfolio import rated
from tests.listeners.test_slow_windows import wait_until


@pytest.fixture(autouse=True)
def afresh(office: Office) -> Iterator[None]:
    """No picture known, nothing refused."""
    with office.db.write() as session:
        session.execute(delete(Picture))
        session.execute(update(Workspace).values(abilities={}))
    yield
    office.sandbox.faults.set([])
    person = office.person()
    while person.state()["views"]:
        person.close()


def images(view: dict[str, Any]) -> list[dict[str, Any]]:
    return [block for block in view["blocks"] if block["type"] == "image"]


def pictured(person: Person, title: str, alt: str = "") -> dict[str, Any]:
    """The picture in the window on top, once it is there."""

    def found(state: dict[str, Any]) -> list[dict[str, Any]]:
        top = state["views"][-1:]
        shown = [image for view in top if view["title"]["text"] == title for image in images(view)]
        return [image for image in shown if alt in image["alt_text"]]

    return person.wait_for(found)[0]


def calls(office: Office, method: str) -> int:
    return sum(call["method"] == method for call in office.sandbox.calls.entries)


def test_the_map_comes_after_its_figures_and_is_uploaded_once(office: Office) -> None:
    rated(office, "Picturesque", 2, 80)
    before, priya = calls(office, "files.completeUploadExternal"), office.person()
    priya.command("/cmi portfolio")
    shown = pictured(priya, "Portfolio")
    assert shown["alt_text"].startswith("Map of ")
    assert "Picturesque" in shown["alt_text"]
    picture = Image.open(io.BytesIO(priya.download(shown["slack_file"])))
    assert picture.width == 1120
    priya.close()
    priya.command("/cmi portfolio")
    assert pictured(priya, "Portfolio")["slack_file"] == shown["slack_file"]
    assert calls(office, "files.completeUploadExternal") == before + 1


def test_over_time_the_history_and_the_categories_are_drawn(office: Office) -> None:
    account = rated(office, "Sequence", 2, 80)
    priya = office.person()
    priya.command("/cmi portfolio")
    window(priya, "Portfolio")
    priya.choose("portfolio_show", "Over time")
    assert "Customers in each cell over time" in pictured(priya, "Portfolio", "over time")["alt_text"]
    priya.close()
    priya.command(f"/cmi explain {account.name}")
    shown = pictured(priya, "Why it stands there")
    assert "Categories of Sequence: Charter 2.0" in shown["alt_text"]


def test_where_files_are_forbidden_text_stands_alone_and_it_is_not_tried_again_at_once(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    rated(office, "Forbidden", 3, 30)
    office.sandbox.faults.set(
        [{"method": "files.getUploadURLExternal", "kind": "error", "error": "file_uploads_disabled"}]
    )
    priya = office.person()
    with caplog.at_level(logging.WARNING):
        priya.command("/cmi portfolio")
        window(priya, "Portfolio")
        wait_until(lambda: "file_uploads_disabled" in caplog.text)
    assert len(priya.state()["views"]) == 1
    priya.close()
    asked = calls(office, "files.getUploadURLExternal")
    priya.command("/cmi portfolio")
    view = window(priya, "Portfolio")
    assert images(view) == []
    assert calls(office, "files.getUploadURLExternal") == asked
    with office.db.read() as session:
        abilities = session.scalars(select(Workspace.abilities)).one()
    assert abilities["pictures"]["why"] == "file_uploads_disabled"


def test_a_late_picture_does_not_undo_a_turned_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    rated(office, "Latecomer", 4, 40)
    drawn, go_on, upload = threading.Event(), threading.Event(), files.upload

    def slow(*args: Any, **more: Any) -> str:
        drawn.set()
        assert go_on.wait(10)
        return upload(*args, **more)

    monkeypatch.setattr(files, "upload", slow)
    priya = office.person()
    priya.command("/cmi portfolio")
    window(priya, "Portfolio")
    assert drawn.wait(10)
    priya.choose("portfolio_show", "By owner")
    priya.wait_for(lambda state: "<@" in str(state["views"][-1]["blocks"]))
    go_on.set()
    wait_until(lambda: "hash_conflict" in [call["error"] for call in office.sandbox.calls.entries], seconds=10)
    assert images(priya.state()["views"][-1]) == []
