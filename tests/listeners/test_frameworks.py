"""Frameworks as files in Slack: downloaded, changed, uploaded with mistakes and without, published and chosen."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot.store import workspaces
from cmi_core import framework_text, load_framework, parse_framework
from sandbox.person import Person
from tests.listeners.conftest import ADMIN, Office
from tests.listeners.talk import window


@pytest.fixture
def ada(office: Office) -> Iterator[Person]:
    """The admin, in front of the list of frameworks."""
    ada = office.person(ADMIN)
    ada.command("/cmi settings")
    window(ada, "Settings")
    ada.click("Frameworks")
    window(ada, "Frameworks")
    yield ada
    if ada.modal:
        ada.close(everything=True)


def press(ada: Person, label: str) -> None:
    """Press a button that every framework has, by what a screen reader says."""
    window = ada.modal
    assert window is not None
    elements = [each for block in window["blocks"] for each in block.get("elements", [])]
    [found] = [each for each in elements if each.get("accessibility_label") == label]
    block = next(block for block in window["blocks"] if found in block.get("elements", []))
    ada.act("click", where={"view": window["id"]}, block_id=block["block_id"], action_id=found["action_id"])


def notice(ada: Person, words: str) -> str:
    """The open window, as soon as it says this."""
    return ada.wait_for(lambda state: str(state["views"][-1]) if words in str(state["views"][-1:]) else "")


def received(ada: Person, name: str) -> bytes:
    """The file of this name that came as a direct message."""

    def file(_: Any) -> dict[str, Any] | None:
        files = [file for message in ada.dm() for file in message.get("files", [])]
        return next((file for file in files if file["name"] == name), None)

    return ada.download(ada.wait_for(file) or "")


def upload(ada: Person, text: str | bytes, name: str = "ours.yaml") -> None:
    ada.attach("File", name, text if isinstance(text, bytes) else text.encode())
    assert ada.submit() == {}


def test_a_framework_is_downloaded_to_the_direct_messages(ada: Person) -> None:
    press(ada, "Download Maor & Wittgen")
    notice(ada, "is in your direct messages")
    assert parse_framework(received(ada, "maor-wittgen.yaml")) == load_framework("maor-wittgen")
    press(ada, "Download a copy of Maor & Wittgen")
    notice(ada, "maor-wittgen-copy.yaml")
    assert parse_framework(received(ada, "maor-wittgen-copy.yaml")).name == "Maor & Wittgen copy"


def test_a_copy_is_changed_uploaded_mended_published_and_chosen(office: Office, ada: Person) -> None:
    press(ada, "Download a copy of Promapp survey")
    text = received(ada, "promapp-survey-copy.yaml").decode()
    ada.click("Upload a file")
    window(ada, "Upload a framework")
    wrong = text.replace("weight: 40", "weight: -40").replace("kind: cmi", "kind: *everyone")
    upload(ada, wrong)
    assert "are not taken; write the value out" in notice(ada, "can't be used yet: 1 thing to mend")
    upload(ada, text.replace("weight: 40", "weight: -40").replace("kind: cmi", "kind: <!channel>"))
    seen = notice(ada, "2 things to mend")
    assert "a weight can't be negative" in seen
    assert "<!channel>" not in seen
    right = text.replace("weight: 40", "weight: 50").replace("name: Process\n", "name: Support tickets\n")
    upload(ada, right)
    seen = notice(ada, "a new framework")
    assert "Nobody is asked by it yet" in seen
    assert ada.submit() == {}
    assert "version 1, is published" in str(window(ada, "Published"))
    ada.click("Who is asked what")
    window(ada, "Who is asked what")
    ada.fill({"Rules for segments": "size = Small: promapp-survey-copy"})
    assert ada.submit() == {}
    window(ada, "Saved")
    with office.db.read() as session:
        settings = workspaces.settings_of(session, office.actor().workspace_id)
    assert [rule.framework for rule in settings.framework_rules] == ["promapp-survey-copy"]


def test_a_new_version_shows_what_changes_and_the_same_file_changes_nothing(ada: Person) -> None:
    press(ada, "Download Practice Ignition (example)")
    text = received(ada, "practice-ignition.yaml").decode()
    ada.click("Upload a file")
    window(ada, "Upload a framework")
    upload(ada, b"\xef\xbb\xbf" + text.replace("minimum_coverage: 0.75", "minimum_coverage: 0.5").encode(), "pi.yml")
    assert "Least answers: 75 % → 50 %" in notice(ada, "version 2, after version 1")
    assert ada.submit() == {}
    window(ada, "Published")
    ada.click("Frameworks")
    window(ada, "Frameworks")
    ada.click("Upload a file")
    window(ada, "Upload a framework")
    upload(ada, text.replace("minimum_coverage: 0.75", "minimum_coverage: 0.5"))
    assert "version 2 says just this already" in notice(ada, "Nothing changed")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x89PNG\r\n\x1a\n0000", "this isn't UTF-8 text"),
        (b"a: &x [1]\nb: [*x, *x]", "are not taken; write the value out"),
        (b"# " + b"x" * 300_000, "is larger than 256 kB"),
        (b"<!DOCTYPE html><html>", "it must have fields of its own"),
    ],
)
def test_what_is_no_framework_is_refused_and_asked_for_again(ada: Person, content: bytes, says: str) -> None:
    ada.click("Upload a file")
    window(ada, "Upload a framework")
    upload(ada, content)
    assert "'file_input'" in notice(ada, says)


def test_a_file_that_slack_hands_over_slowly_is_waited_for_in_the_window(office: Office, ada: Person) -> None:
    ada.click("Upload a file")
    window(ada, "Upload a framework")
    _fault(office, {"method": "download", "kind": "delay", "seconds": 2, "times": 1})
    upload(ada, framework_text(load_framework("gainsight-2016")))
    assert "Reading the file" in str(ada.modal)
    notice(ada, "version 1 says just this already")


def test_slack_refusing_the_file_is_said_in_the_list(office: Office, ada: Person) -> None:
    _fault(
        office, {"method": "files.getUploadURLExternal", "kind": "error", "error": "file_uploads_disabled", "times": 1}
    )
    press(ada, "Download Waterstone 2016")
    notice(ada, "Slack didn't take the file “waterstone-2016.yaml”")


def _fault(office: Office, fault: dict[str, Any]) -> None:
    httpx.post(f"{office.sandbox.url}/control/faults", json=[fault], trust_env=False)
