"""Importing the whole program, and `cmi-bot --version`: each a fresh interpreter, beside one that imports as many of
the third-party packages as the program does when it starts.

Both read byte code that was compiled before, by the look at what there is to import; what the interpreter itself takes
is part of both. Processor time.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence

from benchmarks.harness import Row, Size, compare
from tests.processes import ROOT

_PROGRAM = "import bot.serve"
# What the program's import loads from elsewhere, in the order in which it is first asked for.
_LIST = """
import sys, sysconfig, json
before = set(sys.modules)
import bot.serve
folder = sysconfig.get_paths()["purelib"]
names = [name for name, module in sys.modules.items() if name not in before
         and (getattr(module, "__file__", None) or "").startswith(folder) and "_cython" not in name]
print(json.dumps(names))
"""


def rows(size: Size) -> Iterator[Row]:
    """Two rows."""
    names = json.loads(_python("-c", _LIST))
    packages = "\n".join(["import importlib, contextlib", f"for name in {names!r}:", *_GENTLY])
    pairs, warm = size.of(9, 1), not size.quick
    plain = lambda: _seconds("-c", packages)  # noqa: E731 - the same take for both rows
    yield compare(
        "import of the program", goal=1.3, ours=lambda: _seconds("-c", _PROGRAM), limit=plain, pairs=pairs, warm=warm
    )
    version = lambda: _seconds("-m", "bot", "--version")  # noqa: E731 - a take
    yield compare("cmi-bot --version", goal=0.4, ours=version, limit=plain, pairs=pairs, warm=warm)


_GENTLY = ("    with contextlib.suppress(ImportError):", "        importlib.import_module(name)")


def _seconds(*arguments: str) -> float:
    before = _children()
    _python(*arguments)
    return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _python(*arguments: str) -> str:
    command: Sequence[str] = (sys.executable, *arguments)
    keeping = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}  # else what was edited since would be compiled each time
    return subprocess.run(command, cwd=ROOT, env=keeping, check=True, capture_output=True, text=True).stdout
