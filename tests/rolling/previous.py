"""The version before this one, by the repository's history."""

import io
import subprocess
import tarfile
from pathlib import Path

from tests.processes import ROOT

VERSIONS = "migrations/versions"
_GIT = ("git", "-c", "safe.directory=*")  # a checkout may belong to another user than the one who tests it
MISSING = (
    "The previous version's code is not in this clone, so it can't be run beside the new schema: fetch the whole "
    "history with its tags (`git fetch --unshallow --tags`; in CI a checkout with fetch-depth: 0)."
)


class NoHistoryError(AssertionError):
    """The clone is shallow, or no clone at all."""


def revision(root: Path = ROOT) -> str:
    """The last release's tag, else the parent of the commit that brought the newest migration."""
    tag = _git(root, "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*")
    if tag is not None:
        return tag
    newest = max((root / VERSIONS).glob("[0-9]*.py")).name
    added = _git(root, "log", "--diff-filter=A", "--format=%H", "--", f"{VERSIONS}/{newest}")
    parent = _git(root, "rev-parse", "--verify", f"{added.split()[-1]}^") if added else None
    if parent is None:
        raise NoHistoryError(MISSING)
    return parent


def unpack(into: Path, root: Path = ROOT) -> Path:
    """Its code, in a folder."""
    done = subprocess.run(
        [*_GIT, "archive", revision(root), "bot", "cmi_core", "migrations", "sandbox", "alembic.ini"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(into, filter="data")
    return into


def _git(root: Path, *command: str) -> str | None:
    done = subprocess.run([*_GIT, *command], cwd=root, capture_output=True, text=True, check=False)
    return done.stdout.strip() or None if done.returncode == 0 else None
