"""`cmi-bot ROLE` of whichever version comes first on PYTHONPATH, on the test's calendar."""

import os
import sys
from pathlib import Path
from typing import Any

import bot
from bot import serve
from bot.settings import Settings
from bot.store import schema
from sandbox.clocks import Calendar


def _already_running(*_: Any, **__: Any) -> None:
    """What a process of the previous version has behind it when the migration comes: it started on its own schema.

    A version that knows that additive migrations may be ahead of it needs no such help; the first ones don't.
    """


if __name__ == "__main__":
    assert str(Path(bot.__file__)).startswith(os.environ["CODE"]), f"this is the code of {bot.__file__}"
    schema.require_current = _already_running
    sys.exit(serve.serve(sys.argv[1], Settings(), clock=Calendar(Path(os.environ["CALENDAR"]))))
