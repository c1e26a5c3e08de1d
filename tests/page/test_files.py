"""Files on the page: chosen in a form, shown in messages and on the Home, and downloaded, in a real browser."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from sandbox import Sandbox
from tests.page.conftest import PRIYA
from tests.page.kitchen import Kitchen, plain
from tests.page.steps import open_form

pytestmark = pytest.mark.browser

CSV = b"name,score\nAcme,3\n"


def picture(width: int = 320, height: int = 200) -> bytes:
    """A PNG with a gradient, made by hand."""
    rows = b"".join(
        b"\0" + bytes(value for x in range(width) for value in (x * 255 // width, y * 255 // height, 160))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def sheet(name: str, content: bytes = CSV) -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def upload(kitchen: Kitchen, **more: Any) -> str:
    answer = kitchen.app.client.files_upload_v2(content=picture(), filename="map.png", title="The map", **more)
    return str(answer["files"][0]["id"])


def processed(sandbox: Sandbox, file_id: str) -> str:
    with sandbox.person(PRIYA) as priya:
        priya.wait_for(lambda _: sandbox.workspace.files.by_id[file_id].mimetype)
    return file_id


def test_a_file_is_chosen_refused_taken_away_and_submitted(page: Page, kitchen: Kitchen) -> None:
    modal = open_form(page, "sheet")
    page.get_by_test_id("modal-submit").click()
    expect(modal.locator("[data-error=sheet]")).to_have_text("Please complete this required field.")
    chooser = modal.get_by_label("Accounts as CSV")
    expect(chooser).to_be_focused()
    expect(chooser).to_have_attribute("accept", ".csv")
    chooser.set_input_files(sheet("picture.png"))
    expect(modal.get_by_role("alert")).to_contain_text("isn't accepted")
    expect(modal.locator("[data-error=sheet]")).to_have_count(0)
    chooser.set_input_files([sheet("first.csv"), sheet("second.csv")])
    attached = modal.get_by_role("list", name="Attached files").get_by_role("listitem")
    expect(attached).to_have_text(["first.csv18 bytes", "second.csv18 bytes"])
    modal.get_by_role("button", name="Remove first.csv").click()
    expect(attached).to_have_count(1)
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_have_count(0)
    [values] = [heard for what, heard in kitchen.heard if what == "submitted"]
    assert [file["name"] for file in values["sheet"]["files"]] == ["second.csv"]


def test_a_shared_file_is_seen_and_downloaded(page: Page, kitchen: Kitchen, tmp_path: Path) -> None:
    upload(kitchen, channel="C01GENERAL", initial_comment="As of today", alt_txt="Four quadrants")
    message = page.locator("[data-ts]", has_text="As of today")
    image = message.get_by_role("img", name="Four quadrants")
    expect(image).to_have_js_property("naturalWidth", 320)
    with page.expect_download() as downloading:
        message.get_by_role("link", name="Download The map").click()
    downloading.value.save_as(tmp_path / "map.png")
    assert downloading.value.suggested_filename == "map.png"
    assert (tmp_path / "map.png").read_bytes() == picture()


def test_uploaded_images_stand_in_messages_and_on_the_home(page: Page, kitchen: Kitchen, sandbox: Sandbox) -> None:
    client = kitchen.app.client
    file_id = processed(sandbox, upload(kitchen))
    link = client.files_info(file=file_id)["file"]["url_private"]
    for slack_file, alt in (({"id": file_id}, "By id"), ({"url": link}, "By link")):
        block = {"type": "image", "slack_file": slack_file, "alt_text": alt, "title": plain("Map")}
        client.chat_postMessage(channel="C01GENERAL", text="A map", blocks=[block])
        expect(page.get_by_role("img", name=alt)).to_have_js_property("naturalWidth", 320)
    kitchen.home_blocks = [{"type": "image", "slack_file": {"id": file_id}, "alt_text": "On the Home"}]
    page.locator("[data-channel=home]").click()
    expect(page.get_by_role("img", name="On the Home")).to_have_js_property("naturalWidth", 320)
