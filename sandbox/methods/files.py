"""files.*: uploading in three steps, looking up and deleting."""

from __future__ import annotations

from functools import partial

from sandbox.blocks.checker import check_blocks
from sandbox.content import settle
from sandbox.errors import SlackError, missing
from sandbox.methods.chat import writable
from sandbox.methods.registry import Call, method
from sandbox.model import Channel, File, Json
from sandbox.workspace import BOT_USER_ID


@method("files.getUploadURLExternal", "4", "files:write", effect=True)
def get_upload_url(call: Call) -> Json:
    """Give an address that takes the bytes of one file."""
    limits = call.workspace.limits
    name, length, alt_txt = call.required("filename"), call.required("length"), call.text("alt_txt") or ""
    if not length.isdigit() or int(length) == 0:
        raise SlackError("invalid_arguments", ["must be a positive integer [json-pointer:/length]"])
    if int(length) > limits.file_bytes:
        raise SlackError("file_upload_size_restricted")
    if len(alt_txt) > limits.file_alt_text:
        raise SlackError("alt_txt_too_large")
    file = call.workspace.files.new(BOT_USER_ID, name, int(length), alt_txt)
    return {"upload_url": call.workspace.files.upload_address(file), "file_id": file.id}


@method("files.completeUploadExternal", "4", "files:write", effect=True)
def complete_upload(call: Call) -> Json:
    """Take uploaded files, and share them in a channel where one is given; both are seen only a little later."""
    files = _uploaded(call)
    channel = _target(call)
    text = call.text("initial_comment") or ""
    blocks = [] if text else _blocks(call)
    thread_ts = call.text("thread_ts")
    if channel is not None and thread_ts is not None and thread_ts not in channel.by_ts:
        raise SlackError("thread_not_found")
    left = {file.id for file in files}

    def share(file: File) -> None:
        left.discard(file.id)
        if channel is None or left:
            return
        message = call.workspace.post(channel, BOT_USER_ID, text, blocks, thread_ts=thread_ts, files=files)
        call.workspace.files.share(files, message)

    for file in files:
        call.workspace.files.complete(file, partial(share, file))
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


def _uploaded(call: Call) -> list[File]:
    given = call.decoded("files", "invalid_arguments")
    if not given:
        raise missing("files")
    if not isinstance(given, list) or not all(isinstance(one, dict) and "id" in one for one in given):
        raise SlackError("invalid_arguments", ["must be a list of objects with an id [json-pointer:/files]"])
    if len(given) > call.workspace.limits.files_per_upload:
        raise SlackError("invalid_arguments", ["too many files [json-pointer:/files]"])
    files = []
    for one in given:
        file = call.workspace.files.by_id.get(str(one["id"]))
        if file is None or file.content is None or file.completed or file in files:
            raise SlackError("file_not_found")
        file.title = str(one.get("title") or file.name)
        files.append(file)
    return files


def _target(call: Call) -> Channel | None:
    wanted = call.text("channel_id") or call.text("channels")
    if wanted is None:
        return None
    if wanted not in call.workspace.channels:  # a person's id or a channel's name won't do here
        raise SlackError("invalid_channel")
    return writable(call, wanted)


def _blocks(call: Call) -> list[Json]:
    blocks = call.decoded("blocks", "invalid_blocks_format")
    if not blocks:
        return []
    if any(isinstance(block, dict) and block.get("type") == "markdown" for block in blocks):
        raise SlackError("internal_error")  # what Slack really answers to a markdown block here
    problems = check_blocks(blocks, call.workspace.limits.blocks) or call.workspace.problems(blocks)
    if problems:
        raise SlackError("invalid_blocks", [str(problem) for problem in problems])
    return settle(blocks)


@method("files.info", "4", "files:read")
def files_info(call: Call) -> Json:
    """Describe a file: its type, thumbnails and shares once it is processed."""
    file = call.workspace.files.get(call.required("file"))
    return {
        "file": call.workspace.files.describe(file),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


@method("files.delete", "3", "files:write", effect=True)
def files_delete(call: Call) -> Json:
    """Delete one of the bot's files."""
    file = call.workspace.files.get(call.required("file"))
    if file.user != BOT_USER_ID:
        raise SlackError("cant_delete_file")
    call.workspace.files.delete(file)
    return {}
