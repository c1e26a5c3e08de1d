"""Takes the pictures in the docs: `make pictures`. It plays the demo's story in a real browser, large and small.

After it comes every view and message of the gallery.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page

from bot import charts
from sandbox.demo_folder import Folder
from sandbox.demo_office import Office, opening_moment, running
from tests.browser import chromium, tab
from tests.charts import samples
from tests.story import surface_pictures
from tests.story.surface_pictures import small
from tests.story.walk import SOON_MS, Walk

PRIYA, MARTA = "U01PRIYA00", "U01MANAGER"
OVERVIEW = ("survey-phone.png", "alert.png", "card-phone.png")
OVERVIEW_STYLE = (
    "body{margin:0;padding:24px;display:flex;gap:24px;background:#eceff3} img{height:552px;border-radius:8px}"
)


def main() -> None:
    """Play the story at desktop and at phone width, each in a demo of its own."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures")
    target.mkdir(parents=True, exist_ok=True)
    _charts(target)
    with chromium() as browser:
        for size, width, height in (("", 1280, 860), ("-phone", 390, 844)):
            with tempfile.TemporaryDirectory(prefix="cmi-pictures-") as name:
                folder = Folder(Path(name))
                with running(folder, (0,), opening_moment(datetime.now(UTC)), lambda: None) as office:
                    _story(browser, office, width, height, _camera(target, size))
        _overview(browser, target)
        surface_pictures.take(browser)


def _charts(target: Path) -> None:
    """The pictures that the bot draws, of a portfolio made for it."""
    for name, chart in samples.IN_THE_DOCS.items():
        (target / f"chart-{name}.png").write_bytes(charts.draw(name, chart.model_dump(mode="json")))
        print(f"chart-{name}.png")


def _overview(browser: Browser, target: Path) -> None:
    """The README's picture: three sights beside each other."""
    with tab(browser, "about:blank", width=1430, height=600) as page:
        pictures = "".join(f'<img src="data:image/png;base64,{_encoded(target / name)}">' for name in OVERVIEW)
        page.set_content(f"<style>{OVERVIEW_STYLE}</style>{pictures}")
        page.wait_for_timeout(400)
        (target / "overview.png").write_bytes(small(page.screenshot()))


def _encoded(picture: Path) -> str:
    return base64.b64encode(picture.read_bytes()).decode()


def _camera(target: Path, size: str) -> Callable[[Page, str], None]:
    def shoot(page: Page, name: str) -> None:
        notices = page.get_by_role("button", name="Dismiss", exact=True)
        while notices.count():
            notices.first.click(force=True)
        page.wait_for_timeout(400)  # transitions are over by then
        (target / f"{name}{size}.png").write_bytes(small(page.screenshot()))
        print(f"{name}{size}.png")

    return shoot


def _story(browser: Browser, office: Office, width: int, height: int, shoot: Callable[[Page, str], None]) -> None:
    with tab(browser, f"{office.sandbox.url}/#person={PRIYA}", width=width, height=height) as page:
        walk = Walk(page, lambda name: shoot(page, name))
        walk.home()
        walk.card("Kestrel")
        walk.rate("Acme")
        walk.close()
        walk.claim("Acme")
        walk.next_quarter()
        walk.prompt()
    with tab(browser, f"{office.sandbox.url}/#person={MARTA}", width=width, height=height) as page:
        walk = Walk(page)
        walk.go("home")
        page.locator(".home img").first.wait_for(timeout=SOON_MS)
        shoot(page, "home-leader")


if __name__ == "__main__":
    main()
