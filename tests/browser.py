"""The system's Chromium for tests that look at the page as a person does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
# Debian's Chromium in a container: no sandbox of its own, and nothing that calls home.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TIMEOUT_MS = 30_000
expect.set_options(timeout=TIMEOUT_MS)  # its five seconds may be too few on a busy machine


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a running browser. Where there is none, the test is skipped, or fails where the environment says CI."""
    if shutil.which(CHROMIUM) is None:
        if os.environ.get("CI"):
            pytest.fail(f"No Chromium at {CHROMIUM}: the page goes untested")
        pytest.skip(f"No Chromium at {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def tab(
    browser: Browser,
    url: str,
    *,
    width: int = 1280,
    height: int = 800,
    touch: bool = False,
    dark: bool = False,
    styled: bool = False,
) -> Iterator[Page]:
    """Yield a fresh page at an address; afterwards, fail where it wrote an error to its console.

    `styled` lets the caller add styles, which the page's own policy forbids.
    """
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=touch,
        color_scheme="dark" if dark else "light",
        bypass_csp=styled,
    )
    context.set_default_timeout(TIMEOUT_MS)
    page = context.new_page()
    errors: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        page.goto(url)
        yield page
    finally:
        context.close()
    assert errors == []
