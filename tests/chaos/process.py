"""`cmi-bot ROLE` on the run's calendar, which the local workspace shares: prompts go out on working days only."""

import os
import sys
from pathlib import Path

from bot import serve
from bot.settings import Settings
from sandbox.clocks import Calendar

if __name__ == "__main__":
    sys.exit(serve.serve(sys.argv[1], Settings(), clock=Calendar(Path(os.environ["CALENDAR"]))))
