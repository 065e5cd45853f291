"""The program's own source as a download of the site: the AGPL's promise, kept by default.

Only the program: no content, no settings of the group, nothing that was made. The same source
gives the same bytes.
"""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

from pelican import Pelican, signals

from comments_api.settings import ROOT

ADDRESS = "/source/handbill.tar.gz"
PARTS = (
    *("README.md", "CHANGELOG.md", "LICENSE", "Makefile", "pyproject.toml", "tasks.py"),
    *("comments_api", "plugins", "theme", "requirements", "docs"),
)
ENDINGS = {
    *("", ".css", ".html", ".in", ".js", ".mako", ".md", ".po", ".py", ".svg", ".toml", ".txt"),
    ".xml",
}


def files(root: Path) -> Iterator[Path]:
    """Return the program's files, in a fixed order."""
    for part in PARTS:
        path = root / part
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (one for one in found if one.is_file() and one.suffix in ENDINGS)


def archive(root: Path) -> bytes:
    """Return the archive of a source tree; neither times nor owners are in it."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path in files(root):
            entry = tarfile.TarInfo(f"handbill/{path.relative_to(root).as_posix()}")
            entry.size = path.stat().st_size
            entry.mode = 0o644
            with path.open("rb") as content:
                tar.addfile(entry, content)
    return gzip.compress(raw.getvalue(), mtime=0)


def write(pelican: Pelican) -> None:
    """Write the archive, unless the settings name another place for the source."""
    if pelican.settings["SOURCE_URL"] != ADDRESS:
        return
    target = Path(pelican.output_path) / ADDRESS.removeprefix("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(archive(ROOT))


def register() -> None:
    """Connect to Pelican."""
    signals.finalized.connect(write)
