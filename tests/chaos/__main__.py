"""`make chaos`: the bot under faults, kills and cuts, and then the count of what became of everything."""

import argparse
import shutil
import sys
from dataclasses import replace

from tests.chaos import run, strikes
from tests.chaos.judge import Judge
from tests.chaos.world import Size
from tests.databases import postgres_server

_SHOWN = 20
_SHORT = 120.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--short", action="store_true", help=f"{_SHORT:.0f} seconds of faults instead of ten minutes")
    parser.add_argument("--seconds", type=float, help="seconds of faults")
    parser.add_argument("--seed", type=int, default=Size.seed)
    asked = parser.parse_args()
    seconds = asked.seconds or (_SHORT if asked.short else Size.seconds)
    size = replace(Size(), seconds=seconds, seed=asked.seed)
    folder = run.folder()
    print(f"{', '.join(size.roles)}; {size.seconds:.0f} s of faults or {size.owed} messages; seed {size.seed}")
    with postgres_server() as server:
        outcome = run.play(folder, server.new(), size, lambda line: print(line, flush=True))
    broken = Judge(outcome.record).judge().broken
    missing = strikes.KINDS - outcome.faults.keys()
    for name, number in outcome.figures.items():
        print(f"{number:9} {name}")
    for name, number in sorted(outcome.faults.items()):
        print(f"{number:9} faults of posting: {name}")
    for line in broken[:_SHOWN]:
        print(f"broken: {line}")
    if missing:
        print(f"these faults never struck, so the run shows too little: {', '.join(sorted(missing))}")
    if broken or missing:
        print(f"{len(broken)} times a promise was broken. The logs are in {folder}")
        return 1
    shutil.rmtree(folder)
    print("Every promise held.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
