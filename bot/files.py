"""Files to and from Slack: uploading a picture, handing somebody a file, reading one that somebody gave.

Slack takes a file in three steps (an address, the bytes, “complete”) and processes it afterwards: a picture can be
shown only once its type is known.
"""

import time
from dataclasses import dataclass
from urllib.error import URLError
from urllib.request import Request, urlopen

from slack_sdk import WebClient

from bot.errors import UserError

LARGEST_BYTES = 10 * 1024 * 1024
_PROCESSED_IN_SECONDS = 5.0
_LOOK_EVERY_SECONDS = 0.2


@dataclass(frozen=True)
class Given:
    """A file as somebody gave it."""

    file_id: str
    name: str
    content: bytes


def upload(client: WebClient, name: str, content: bytes, *, title: str = "") -> str:
    """Give Slack a file without showing it anywhere; gives its id once Slack has processed it.

    SlackApiError where Slack refuses it. One that is still not processed after a few seconds is given all the same:
    whoever shows it hears `invalid_blocks` and may try again.
    """
    answer = client.files_upload_v2(filename=name, content=content, title=title or name)
    file_id = str(answer["files"][0]["id"])
    until = time.monotonic() + _PROCESSED_IN_SECONDS
    while time.monotonic() < until:
        if client.files_info(file=file_id)["file"].get("mimetype"):
            break
        time.sleep(_LOOK_EVERY_SECONDS)
    return file_id


def send(client: WebClient, user: str, name: str, content: bytes, *, comment: str = "") -> None:
    """Hand a file to one person, in their direct messages with the bot. SlackApiError where Slack refuses it."""
    channel = str(client.conversations_open(users=user)["channel"]["id"])
    client.files_upload_v2(channel=channel, filename=name, content=content, title=name, initial_comment=comment or None)


def fetch(client: WebClient, file_id: str, *, largest: int = LARGEST_BYTES) -> Given:
    """Read a file that somebody gave. UserError, in their words, where it is over `largest` bytes or can't be had."""
    shown = client.files_info(file=file_id)["file"]
    name = str(shown.get("name") or "file")
    if shown.get("is_external"):  # it lies elsewhere, and the bot's token must not go there
        raise UserError(f"“{name}” isn't in Slack itself. Please upload it from your computer.")
    if int(shown.get("size") or 0) > largest:
        raise _too_large(name, largest)
    address = str(shown.get("url_private_download") or shown["url_private"])
    return Given(file_id, name, _download(client, name, address, largest))


def _too_large(name: str, largest: int) -> UserError:
    megabytes = largest / (1024 * 1024)
    limit = f"{megabytes:.0f} MB" if megabytes >= 1 else f"{largest // 1024} kB"
    return UserError(f"“{name}” is larger than {limit}. Please make it smaller, or split it into several files.")


def _download(client: WebClient, name: str, address: str, largest: int) -> bytes:
    request = Request(address, headers={"Authorization": f"Bearer {client.token}"})
    try:
        with urlopen(request, timeout=client.timeout, context=client.ssl) as answer:
            page = str(answer.headers.get("Content-Type") or "").startswith("text/html")
            content: bytes = answer.read(largest + 1)
    except (URLError, TimeoutError) as error:
        raise UserError(f"Slack didn't hand over “{name}” just now. Please try again in a minute.") from error
    if page:  # Slack's login page, in place of the file
        raise UserError("CMI Bot may not read files here: an admin has to give it the scope files:read.")
    if len(content) > largest:
        raise _too_large(name, largest)
    return content
