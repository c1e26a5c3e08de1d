"""Files: uploaded in three steps, processed later, shared, shown, downloaded and attached to a form."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from sandbox import Person, Sandbox
from sandbox.errors import PersonError
from tests.sandbox.conftest import ALERTS, DIEGO, GUEST, PRIYA, RANDOM, changed_manifest, new_client, plain
from tests.sandbox.test_modals import modal, trigger
from tests.sandbox.test_webapi import refusal

Json = dict[str, Any]
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + (120).to_bytes(4, "big") + (80).to_bytes(4, "big") + b"rest"
CSV = b"name,score\nAcme,3\n"


WANTED: Json = {"filename": "a", "length": 5}


def upload(client: WebClient, content: bytes = PNG, name: str = "chart.png", **more: Any) -> str:
    answer = client.files_upload_v2(content=content, filename=name, **more)
    return str(answer["files"][0]["id"])


def info(client: WebClient, file_id: str) -> Json:
    found: Json = client.files_info(file=file_id)["file"]
    return found


def processed(client: WebClient, file_id: str) -> Json:
    file: Json = until(lambda: (found := info(client, file_id))["mimetype"] and found)
    return file


def until(look: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 30
    while not (found := look()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def image(**slack_file: str) -> list[Json]:
    return [{"type": "image", "slack_file": slack_file, "alt_text": "A chart"}]


def file_question(**element: Any) -> Json:
    chooser = {"type": "file_input", "action_id": "files"} | element
    return {"type": "input", "block_id": "sheet", "label": plain("Sheet"), "element": chooser}


def test_an_upload_is_processed_a_little_later_and_then_shared(
    client: WebClient, priya: Person, control: httpx.Client
) -> None:
    control.post("limits", json={"file_processing_seconds": 60})
    file_id = upload(client, channel=ALERTS, initial_comment="The *map*", title="Map", alt_txt="Four quadrants")
    early = info(client, file_id)
    assert (early["mimetype"], early["shares"], "thumb_360" in early) == ("", {}, False)
    control.post("protocol-clock", json={"advance_seconds": 61})
    (message,) = priya.wait_for(lambda state: state["messages"][ALERTS])
    file = info(client, file_id)
    assert (file["mimetype"], file["filetype"], file["original_w"], file["original_h"]) == ("image/png", "png", 120, 80)
    assert file["shares"]["public"][ALERTS][0]["ts"] == message["ts"]
    assert (file["channels"], file["title"], file["alt_txt"]) == ([ALERTS], "Map", "Four quadrants")
    assert (message["text"], message["files"][0]["title"]) == ("The *map*", "Map")
    (told,) = client.conversations_history(channel=ALERTS)["messages"]
    assert told["files"][0]["id"] == file_id
    assert priya.download(message["files"][0]) == PNG


def test_the_delay_follows_the_protocol_clock(client: WebClient, control: httpx.Client) -> None:
    control.post("limits", json={"file_processing_seconds": 60})
    file_id = upload(client)
    assert info(client, file_id)["mimetype"] == ""
    control.post("protocol-clock", json={"advance_seconds": 61})
    assert processed(client, file_id)["mimetype"] == "image/png"


def test_several_files_make_one_message_in_a_thread(client: WebClient, priya: Person) -> None:
    root = client.chat_postMessage(channel=ALERTS, text="root")["ts"]
    uploads = [{"content": PNG, "filename": "a.png"}, {"content": CSV, "filename": "b.csv"}]
    client.files_upload_v2(file_uploads=uploads, channel=ALERTS, thread_ts=root)
    (reply,) = priya.wait_for(lambda state: state["threads"].get(f"{ALERTS}:{root}"))
    assert [file["mimetype"] for file in reply["files"]] == ["image/png", "text/csv"]


def test_a_form_may_carry_the_bytes(client: WebClient) -> None:
    asked = client.files_getUploadURLExternal(filename="b.csv", length=len(CSV))
    sent = httpx.post(asked["upload_url"], files={"file": ("b.csv", CSV)}, trust_env=False)
    assert sent.status_code == 200
    client.files_completeUploadExternal(files=[{"id": asked["file_id"], "title": "B"}])
    assert processed(client, asked["file_id"])["filetype"] == "csv"


def test_what_an_upload_is_refused_for(client: WebClient, control: httpx.Client) -> None:
    def asked(**more: Any) -> str:
        return str(refusal(lambda: client.files_getUploadURLExternal(**WANTED | more))["error"])

    assert asked(length=0) == "invalid_arguments"
    assert asked(length=1_000_000_001) == "file_upload_size_restricted"
    assert asked(alt_txt="x" * 1001) == "alt_txt_too_large"
    given = client.files_getUploadURLExternal(filename="a.png", length=len(PNG))
    pending = [{"id": given["file_id"], "title": "a"}]
    assert refusal(lambda: client.files_completeUploadExternal(files=pending))["error"] == "file_not_found"
    assert refusal(lambda: client.files_info(file=given["file_id"]))["error"] == "file_not_found"
    assert httpx.post(given["upload_url"], content=b"short", trust_env=False).status_code == 404
    assert httpx.post(given["upload_url"], content=PNG, trust_env=False).status_code == 200
    for channel, error in ((RANDOM, "not_in_channel"), (PRIYA, "invalid_channel"), ("C0NOWHERE", "invalid_channel")):
        answer = refusal(partial(client.files_completeUploadExternal, files=pending, channel_id=channel))
        assert answer["error"] == error
    for error in ("file_uploads_disabled", "file_type_not_allowed", "storage_limit_reached"):
        control.post("faults", json=[{"method": "files.getUploadURLExternal", "kind": "error", "error": error}])
        assert asked() == error


def test_bytes_can_be_lost_on_the_way(client: WebClient, sandbox: Sandbox, control: httpx.Client) -> None:
    control.post("faults", json=[{"method": "upload", "kind": "http_500_after", "times": 1}])
    given = client.files_getUploadURLExternal(filename="a.png", length=len(PNG))
    assert httpx.post(given["upload_url"], content=PNG, trust_env=False).status_code == 500
    entry = sandbox.calls.entries[-1]
    assert (entry["method"], entry["status"], entry["effect"], entry["fault"]) == (
        "upload",
        500,
        True,
        "http_500_after",
    )


def test_blocks_go_along_unless_there_is_a_comment(client: WebClient, priya: Person) -> None:
    note = json.dumps([{"type": "section", "text": plain("note")}])
    upload(client, channel=ALERTS, blocks=note)
    upload(client, channel=ALERTS, blocks=note, initial_comment="words")
    priya.wait_for(lambda state: len(state["messages"][ALERTS]) == 2)
    assert [(m["text"], len(m["blocks"])) for m in priya.messages(ALERTS)] == [("", 1), ("words", 0)]
    markdown = json.dumps([{"type": "markdown", "text": "x"}])
    assert refusal(lambda: upload(client, channel=ALERTS, blocks=markdown))["error"] == "internal_error"


def test_an_image_block_waits_until_its_file_is_processed(
    client: WebClient, sandbox: Sandbox, priya: Person, control: httpx.Client
) -> None:
    control.post("limits", json={"file_processing_seconds": 60})
    file_id = upload(client)
    answer = refusal(lambda: client.chat_postMessage(channel=ALERTS, text="x", blocks=image(id=file_id)))
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == ["[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]"]
    with pytest.raises(PersonError, match="no such file"):
        priya.download(file_id)
    control.post("protocol-clock", json={"advance_seconds": 61})
    file = processed(client, file_id)
    for shown in ({"id": file_id}, {"url": file["url_private"]}, {"url": file["permalink"]}):
        client.chat_postMessage(channel=ALERTS, text="x", blocks=image(**shown))
    assert priya.download(file_id) == PNG
    with sandbox.person(GUEST) as guest, pytest.raises(PersonError, match="no such file"):
        guest.download(file_id)
    client.views_publish(user_id=GUEST, view={"type": "home", "blocks": image(id=file_id)})
    with sandbox.person(GUEST) as guest:
        assert guest.download(file_id) == PNG


@pytest.mark.parametrize(("content", "name"), [(CSV, "table.csv"), (b"<svg>", "fake.png")])
def test_only_real_images_are_shown_in_blocks(client: WebClient, sandbox: Sandbox, content: bytes, name: str) -> None:
    file_id = upload(client, content, name)
    processed(client, file_id)
    for shown in ({"id": file_id}, {"id": "F0NOTHING"}, {"url": "https://files.example/x.png"}):
        blocks = image(**shown)
        answer = refusal(partial(client.chat_postMessage, channel=ALERTS, text="x", blocks=blocks))
        assert answer["error"] == "invalid_blocks"
        answer = refusal(partial(client.views_open, trigger_id=trigger(sandbox), view=modal(*blocks)))
        assert answer["error"] == "invalid_arguments"


def test_downloads_want_the_bots_token(client: WebClient, sandbox: Sandbox) -> None:
    file = processed(client, upload(client))
    for url in (file["url_private"], file["url_private_download"]):
        assert fetched(url, sandbox.bot_token).content == PNG
        for wrong in ("xoxb-other", ""):
            stranger = fetched(url, wrong)
            assert (stranger.status_code, stranger.headers["content-type"]) == (200, "text/html; charset=utf-8")


def fetched(url: str, token: str) -> httpx.Response:
    return httpx.get(url, headers={"authorization": f"Bearer {token}"} if token else {}, trust_env=False)


@pytest.fixture
def without_files_read(tmp_path: Path) -> Iterator[Sandbox]:
    def take_away(manifest: Json) -> None:
        manifest["oauth_config"]["scopes"] = {"bot": ["chat:write", "files:write"]}

    with Sandbox(manifest=changed_manifest(tmp_path, take_away)) as running:
        yield running


def test_reading_files_needs_its_scope(without_files_read: Sandbox) -> None:
    client = new_client(without_files_read)
    file_id = upload(client)
    assert refusal(lambda: client.files_info(file=file_id))["needed"] == "files:read"
    file = without_files_read.workspace.files.by_id[file_id]
    url = without_files_read.workspace.files.private_url(file)
    assert fetched(url, without_files_read.bot_token).headers["content-type"].startswith("text/html")
    view = modal(file_question())
    answer = refusal(lambda: client.views_open(trigger_id=trigger(without_files_read), view=view))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "files:read")


def test_a_deleted_file_is_gone_with_its_message(client: WebClient, sandbox: Sandbox, priya: Person) -> None:
    bare, told = upload(client, channel=ALERTS), upload(client, channel=ALERTS, initial_comment="words")
    priya.wait_for(lambda state: len(state["messages"][ALERTS]) == 2)
    url = info(client, bare)["url_private"]
    client.files_delete(file=bare)
    client.files_delete(file=told)
    (left,) = priya.messages(ALERTS)
    assert (left["text"], left["files"]) == ("words", [])
    assert fetched(url, sandbox.bot_token).status_code == 404
    assert refusal(lambda: client.files_delete(file=bare))["error"] == "file_not_found"


def test_a_person_attaches_files_to_a_form(app: App, sandbox: Sandbox, client: WebClient, priya: Person) -> None:
    taken: Queue[list[Json]] = Queue()

    @app.view("m")
    def take(ack: Ack, view: Json) -> None:
        ack()
        taken.put(view["state"]["values"]["sheet"]["files"]["files"])

    question = file_question(filetypes=["csv"], max_files=2)
    client.views_open(trigger_id=trigger(sandbox), view=modal(question))
    assert priya.submit() == {"sheet": "Please complete this required field."}
    priya.attach("Sheet", "accounts.csv", CSV)
    second = priya.attach("Sheet", "MORE.CSV", CSV)
    for name, content, complaint in (
        ("chart.png", PNG, "isn't accepted"),
        ("third.csv", CSV, "at most 2 files"),
        ("empty.csv", b"", "empty"),
        ("big.csv", b"x" * 10_000_001, "too large"),
    ):
        with pytest.raises(PersonError, match=complaint):
            priya.attach("Sheet", name, content)
    top = priya.modal
    assert top is not None
    # The page says what is still attached; what is left out was taken away.
    assert priya.act("input", view=top["id"], values={"sheet": {"files": [second["id"], "F0OTHER"]}})["ok"]
    assert priya.submit() == {}
    (file,) = taken.get(timeout=30)
    assert (file["name"], file["mimetype"], file["filetype"], file["size"]) == ("MORE.CSV", "text/csv", "csv", len(CSV))
    assert fetched(file["url_private_download"], sandbox.bot_token).content == CSV
    assert refusal(lambda: client.files_delete(file=file["id"]))["error"] == "cant_delete_file"
    with sandbox.person(DIEGO) as diego, pytest.raises(PersonError, match="no such file"):
        diego.download(file)


def test_attached_files_outlive_an_update_of_the_view(sandbox: Sandbox, client: WebClient, priya: Person) -> None:
    opened = client.views_open(trigger_id=trigger(sandbox), view=modal(file_question()))["view"]
    assert opened["state"]["values"]["sheet"]["files"] == {"type": "file_input", "files": []}
    priya.attach("sheet", "a.csv", CSV)
    updated = client.views_update(view_id=opened["id"], view=modal(file_question(), title=plain("Other")))["view"]
    assert [file["name"] for file in updated["state"]["values"]["sheet"]["files"]["files"]] == ["a.csv"]
