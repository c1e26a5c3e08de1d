"""`make year`: plays a year in which portfolios are reassessed, and judges what the bot said by Slack's record."""

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

from tests.year.cast import ZONES
from tests.year.promises import judged
from tests.year.run import Size

_SHOWN = 20
_WORKSPACES = 2  # one for each core


def main() -> int:
    parser = argparse.ArgumentParser(prog="make year", description=__doc__)
    defaults = Size()
    for name in ("accounts", "owners", "days", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(defaults, name))
    size = Size(**vars(parser.parse_args()))
    share = replace(size, accounts=size.accounts // _WORKSPACES, owners=size.owners // _WORKSPACES)
    began = time.monotonic()
    with ProcessPoolExecutor(_WORKSPACES, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(judged, [replace(share, seed=size.seed + n) for n in range(_WORKSPACES)]))
    broken = [line for lines, _ in results for line in lines]
    figures: Counter[str] = Counter()
    for _, some in results:
        figures.update(some)
    for line in broken[:_SHOWN]:
        print(f"broken: {line}")
    print(
        f"{size.accounts} accounts of {size.owners} owners in {len(ZONES)} zones, {_WORKSPACES} workspaces side by "
        f"side, {size.days} days, seed {size.seed}: {time.monotonic() - began:.0f} seconds"
    )
    for name, number in sorted(figures.items()):
        print(f"{number:7} {name}")
    print("Every promise held." if not broken else f"{len(broken)} times a promise was broken.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
