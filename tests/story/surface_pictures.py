"""Takes a picture of every view and message: each stands in the page as a person sees it."""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page
from slack_sdk import WebClient

from bot.views.message import Message
from sandbox import Channel, Limits, Sandbox, User
from sandbox.model import File
from sandbox.workspace import BOT_USER_ID
from tests.browser import tab
from tests.story.surfaces import PICTURES, Surface, surfaces, write
from tests.views.gallery import NOW

ANNA = "U01ANNA"
NAMES = {ANNA: "Anna Berg", "U02BERT": "Bert Olsen", "U03CARL": "Carl Weber"}
OTHERS = ("Carla Ruiz", "Dan Moor", "Ewa Nowak", "Femi Ade", "Gil Costa", "Hui Lin")
ROOMS = {"C01GENERAL": "general", "C01CSALERT": "cs-alerts", "C01ALERTS": "save-desk", "C01": "alerts", "C02": "team"}
COLOURS = 64
SHOWN_FILE = "F01MAP0000"
# A window is as high as what it holds, and a message as wide as on a small desktop.
ROOM = (
    ".modal{max-height:none} .message{width:620px} .message .tools{display:none}.home .blocks{width:620px;padding:16px}"
)


class Noon:
    """A calendar that stands still, so that pictures taken twice are the same."""

    def now(self) -> datetime:
        """The gallery's moment."""
        return NOW

    def advance(self, by: timedelta) -> datetime:
        """Stay."""
        return NOW


def take(browser: Browser) -> None:
    """Renew all pictures of surfaces, and the table that shows them."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    found = surfaces()
    with (
        gallery_office(found) as sandbox,
        tab(browser, _address(sandbox), width=1100, height=2400, styled=True) as page,
    ):
        page.add_style_tag(content=ROOM)
        for surface in found:
            (PICTURES / surface.picture).write_bytes(small(_shoot(sandbox, page, surface)))
            print(f"surfaces/{surface.picture}")
    for stray in {path.name for path in PICTURES.glob("*.png")} - {surface.picture for surface in found}:
        (PICTURES / stray).unlink()
    write()


def _address(sandbox: Sandbox) -> str:
    return f"{sandbox.url}/#person={ANNA}&at=C01GENERAL"


@contextmanager
def gallery_office(found: list[Surface]) -> Iterator[Sandbox]:
    """A workspace with the gallery's people and its picture."""
    mentioned = re.findall(r"\bU\d+[A-Z]*\b", json.dumps([surface.blocks for surface in found]))
    others = itertools.cycle(OTHERS)
    names = {user_id: NAMES.get(user_id) or next(others) for user_id in sorted({*NAMES, *mentioned})}
    staff = [User(user_id, name.lower(), name, "CSM") for user_id, name in names.items()]
    rooms = [Channel(room_id, name, [ANNA, BOT_USER_ID]) for room_id, name in ROOMS.items()]
    with Sandbox(people=staff, channels=rooms, calendar=Noon(), limits=Limits(enforce_rates=False)) as sandbox:
        content = Path("docs/pictures/chart-map.png").read_bytes()
        shown = File(SHOWN_FILE, "map.png", "map.png", BOT_USER_ID, len(content), int(NOW.timestamp()), content=content)
        shown.completed, shown.mimetype, shown.filetype = True, "image/png", "png"
        sandbox.workspace.files.by_id[SHOWN_FILE] = shown
        yield sandbox


def _shoot(sandbox: Sandbox, page: Page, surface: Surface) -> bytes:
    sandbox.views.clear(ANNA)
    sandbox.workspace.changes.bump()
    spot = show(sandbox, page, surface)
    spot.wait_for()
    page.wait_for_function("[...document.images].every(image => image.complete)")
    page.wait_for_timeout(60)  # a dialog takes the focus after it is drawn
    return spot.screenshot()


def show(sandbox: Sandbox, page: Page, surface: Surface) -> Locator:
    """Put a surface before Anna, and say where it stands in the page."""
    client = WebClient(sandbox.bot_token, base_url=sandbox.api_url)
    shown = surface.pictured
    if isinstance(shown, Message):
        page.locator("[data-channel='C01GENERAL']").click()
        sent = client.chat_postMessage(channel="C01GENERAL", text=shown.text, blocks=shown.blocks)
        return page.locator(f"[data-ts='{sent['ts']}']")
    if shown["type"] == "home":
        page.locator("[data-channel^='home']").click()
        view = client.views_publish(user_id=ANNA, view=shown)["view"]
        return page.locator(f"[data-view-id='{view['id']}'] .blocks")
    view = client.views_open(trigger_id=sandbox.views.new_trigger(ANNA), view=shown)["view"]
    return page.locator(f"[data-view-id='{view['id']}']")


def small(png: bytes) -> bytes:
    """The picture with few colours, as a drawn page has them anyway. Rare ones stay: they are those that speak."""
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE)
    packed = io.BytesIO()
    picture.save(packed, "PNG", optimize=True)
    return packed.getvalue()
