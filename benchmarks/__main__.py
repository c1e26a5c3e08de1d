"""`make bench`: one table of ratios, ours divided by its limit, both taken in turns in one run.

Ends with 0 where all gates held (counts and query plans), also where a goal was missed: the table says which, and
docs/benchmarks.md why.
"""

import argparse
import json
import sys
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.harness import Row, Size

# Each module's `rows(size)` gives its rows. Imported one by one, since one of them measures imports.
TOPICS = (
    "starting",
    "memory",
    "dispatching",
    "commands",
    "submitting",
    "waiting",
    "due",
    "claims",
    "delivering",
    "portfolio",
    "movers",
    "importing",
    "rederive",
    "replace",
    "pictures",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the topics asked for, or all; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    parser.add_argument(
        "--only", action="append", choices=TOPICS, metavar="TOPIC", help="only this, of: " + ", ".join(TOPICS)
    )
    parser.add_argument(
        "--quick", action="store_true", help="only to see that all runs: small, with ratios of no worth"
    )
    args = parser.parse_args(argv)
    began = time.monotonic()
    rows = []
    for row in run(args.only or TOPICS, Size(quick=args.quick)):
        _say(f"{time.monotonic() - began:6.0f} s  {_line(row)}")
        rows.append(row)
    _say(table(rows))
    if args.json:
        args.json.write_text(json.dumps({"rows": [row.as_json() for row in rows]}, indent=1) + "\n")
    return 1 if any(row.broken for row in rows) else 0


def run(topics: Iterable[str], size: Size) -> Iterator[Row]:
    """The rows of some topics, one after another; a topic that fails gives one that says so."""
    for topic in topics:
        try:
            yield from import_module(f"benchmarks.{topic}").rows(size)
        except Exception as error:  # the other topics are still worth measuring
            traceback.print_exc()
            yield Row(topic, goal=0.0, ratio=None, broken=[f"{type(error).__name__}: {error}"])


def table(rows: Sequence[Row]) -> str:
    """All rows, and below them the goals that were missed and the gates that didn't hold."""
    width = max((len(row.title) for row in rows), default=0)
    lines = ["", f"{'':{width}}  ratio  goal  spread            ours      limit"]
    lines += [_line(row, width) for row in rows]
    missed = [f"  {row.title}: {row.ratio:.2f}, goal {row.goal:g}" for row in rows if row.ratio and not row.met]
    broken = [f"  {row.title}: {gate}" for row in rows for gate in row.broken]
    missing = [f"  {row.title}: {row.note}" for row in rows if row.ratio is None and not row.broken]
    for what, found in (
        ("Goals missed (the causes are in docs/benchmarks.md):", missed),
        ("Not measured:", missing),
        ("Gates that did not hold:", broken),
    ):
        if found:
            lines += ["", what, *found]
    return "\n".join(lines)


def _line(row: Row, width: int = 0) -> str:
    ratio = "   --" if row.ratio is None else f"{row.ratio:5.2f}"
    low, high = row.spread
    figures = f"{low:6.2f} - {high:<6.2f}  {row.ours:9.2f}  {row.limit:9.2f} {row.unit}"
    return f"{row.title:{width}}  {ratio}  {row.goal:4g}  {figures}  {'' if row.met else 'MISSED'}".rstrip()


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - what it prints is its work


if __name__ == "__main__":
    sys.exit(main())
