"""Files that people attach to a file_input, with what Slack's client checks before it takes one."""

from __future__ import annotations

import asyncio

from sandbox.content import find_element
from sandbox.errors import PersonError
from sandbox.files import extension
from sandbox.model import Json, View
from sandbox.workspace import Workspace

MOST_FILES = 10
SAME = {"jpeg": "jpg", "txt": "text", "htm": "html"}


class Attachments:
    """Uploads from a person's own machine into a modal."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def attach(self, view: View, block_id: str, action_id: str, name: str, content: bytes) -> Json:
        """Upload a file into a question and return Slack's file object once it is processed.

        Raises:
            PersonError: the question doesn't take it.
        """
        element = find_element(view.blocks, block_id, action_id)
        if element is None or element["type"] != "file_input":
            raise PersonError(f"There is no file input {action_id} in {block_id}")
        self._check(element, view.state[block_id][action_id]["files"], name, content)
        processed = asyncio.Event()
        with self._workspace.lock:
            file = self._workspace.files.new(view.owner, name, len(content))
            file.content = content
            self._workspace.files.complete(file, processed.set)
        await processed.wait()
        with self._workspace.lock:
            attached: Json = self._workspace.files.describe(file)
            answer = view.state.get(block_id, {}).get(action_id)
            if answer is None:
                raise PersonError("The form has changed meanwhile")
            answer["files"] = [*answer["files"], attached]
            self._workspace.changes.bump()
        return attached

    def _check(self, element: Json, attached: list[Json], name: str, content: bytes) -> None:
        allowed = [SAME.get(each.lower(), each.lower()) for each in element.get("filetypes", [])]
        most = element.get("max_files", MOST_FILES)
        if not name or not content:
            raise PersonError("An empty file can't be attached.")
        if allowed and extension(name) not in allowed:
            raise PersonError(f"This file type isn't accepted; please choose: {', '.join(element['filetypes'])}.")
        if len(content) > self._workspace.limits.file_input_bytes:
            raise PersonError("This file is too large: at most 10 MB.")
        if len(attached) >= most:
            raise PersonError(f"Please attach at most {most} {'file' if most == 1 else 'files'}.")
