"""A workspace that is saved and loaded again looks the same to its people and to the app."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from slack_sdk import WebClient

from sandbox import Sandbox
from sandbox.saved import load, save
from tests.sandbox.conftest import ALERTS, MANIFEST, PRIYA, new_client
from tests.sandbox.test_files import PNG, image, processed, upload
from tests.sandbox.test_strangers import PAT, share


def test_files_strangers_and_shared_channels_are_kept(
    sandbox: Sandbox, client: WebClient, control: httpx.Client, tmp_path: Path
) -> None:
    share(control)
    shown = upload(client)
    processed(client, shown)
    root = client.chat_postMessage(channel=ALERTS, text="map", blocks=image(id=shown))["ts"]
    attached = upload(client, channel=ALERTS, thread_ts=root, title="Map")
    processed(client, attached)
    with sandbox.person(PRIYA) as priya:
        before = priya.state()
    save(sandbox.workspace, sandbox.views, tmp_path / "slack.json")
    fresh = Sandbox(manifest=MANIFEST)
    load(fresh.workspace, fresh.views, tmp_path / "slack.json")
    with fresh, fresh.person(PRIYA) as priya, fresh.person(PAT) as pat:
        after = priya.state()
        assert [after[part] for part in ("messages", "threads", "channels")] == [
            before[part] for part in ("messages", "threads", "channels")
        ]
        assert priya.download(shown) == pat.download(attached) == PNG
        file = new_client(fresh).files_info(file=attached)["file"]
        assert list(file["shares"]["public"]) == [ALERTS]
        assert file["url_private"].startswith(fresh.url)
        assert pat.state()["commands"] == []


def test_a_file_from_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "slack.json").write_text("[]")
    workspace = Sandbox(manifest=MANIFEST)
    with workspace, pytest.raises(ValueError, match="can't be read"):
        load(workspace.workspace, workspace.views, tmp_path / "slack.json")
