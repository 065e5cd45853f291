"""Where the built pages lie: builds in a folder, one of them live. What goes in: publishing.py.

A site folder holds `builds/<name>/web/…`, `builds/<name>/manifest.json`, the link `current` to the
live build, and a lock file. The web server's root is `current/web`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from comments_api import drawing, manifest
from comments_api.errors import SiteTrouble
from comments_api.manifest import Manifest

KEPT = 3  # builds that stay, so that a reader in the middle of one is not cut off
TWINS = (".gz", ".br")


class Busy(SiteTrouble):
    """Raised if another process keeps the site locked for too long."""


@dataclass(frozen=True)
class Build:
    """One build of the site: a web root and its manifest."""

    folder: Path

    @property
    def web(self) -> Path:
        """The web root."""
        return self.folder / manifest.WEB

    @cached_property
    def manifest(self) -> Manifest:
        """What the build told of itself."""
        return manifest.read(self.folder / manifest.NAME)

    def read(self, path: str) -> bytes:
        """Return the bytes of a file of the web root.

        :raise SiteTrouble: if the path leads out of it.
        """
        return self._inside(path).read_bytes()

    def replace(self, path: str, content: bytes) -> None:
        """Replace a file by one with the same mode, so that a reader sees the old or the new one.

        Compressed twins go first: no twin is better than one of another text. There is no fsync:
        `publish-all` and `verify` run at every start.
        """
        target = str(self._inside(path))
        for ending in TWINS:
            if os.path.exists(target + ending):  # noqa: PTH110 - ten files for each decision
                os.unlink(target + ending)  # noqa: PTH108
        folder, name = os.path.split(target)
        beside = f"{folder}/.{name}.{os.getpid()}.{time.monotonic_ns()}"
        mode = os.stat(target).st_mode & 0o777  # noqa: PTH116
        try:
            with open(beside, "xb") as file:
                os.fchmod(file.fileno(), mode)
                file.write(content)
            os.replace(beside, target)  # noqa: PTH105
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(beside)  # noqa: PTH108
            raise

    @cached_property
    def _root(self) -> Path:
        return self.web.resolve()

    def _inside(self, path: str) -> Path:
        """Return a file of the web root; the root may lie behind a link, nothing in it may."""
        target = self._root / path
        if os.path.realpath(target) != str(target) or self._root not in target.parents:
            raise SiteTrouble(f"{path} leads out of the web root")
        return target


class FolderSite:
    """A site store in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.builds = root / "builds"
        self.current = root / "current"
        self._live: Build | None = None

    def live(self) -> Build:
        """Return the build that readers see now.

        :raise SiteTrouble: if none went live yet.
        """
        try:
            folder = self.builds / self.current.readlink().name
        except OSError as error:
            raise SiteTrouble(
                f"No site is live in {self.root}: build one with `inv build`, "
                "then `flask --app comments_api go-live FOLDER`."
            ) from error
        live = self._live
        if live is None or live.folder != folder:
            drawing.forget()  # a new build may come with new templates and catalogues
            self._live = live = Build(folder)
        return live

    def has_live(self) -> bool:
        """Say whether a site ever went live here."""
        return self.current.is_symlink()

    @contextmanager
    def lock(self, patience: float = 60.0) -> Iterator[None]:
        """Keep every other process from writing pages meanwhile.

        :param patience: seconds to wait for it.
        :raise Busy: if it takes longer.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("a") as file:
            _wait_for(file.fileno(), patience)
            yield  # closing the file gives the lock back, whatever happens

    def adopt(self, folder: Path) -> Build:
        """Return the build in a folder as one of the site's own, copied if it lies elsewhere.

        :raise SiteTrouble: if it is not a build.
        """
        folder = folder.resolve()
        if not (folder / manifest.WEB).is_dir():
            raise SiteTrouble(f"{folder} is not a build: it has no folder {manifest.WEB}.")
        manifest.read(folder / manifest.NAME)
        if folder.parent == self.builds.resolve():
            return Build(self.builds / folder.name)
        return Build(self._copied(folder))

    def _copied(self, folder: Path) -> Path:
        target = self.builds / f"{time.time_ns()}"
        try:
            shutil.copytree(folder, target)
        except (OSError, shutil.Error) as error:
            shutil.rmtree(target, ignore_errors=True)
            raise SiteTrouble(f"{folder} could not be copied to {target}: {error}") from error
        return target

    def swap(self, build: Build) -> None:
        """Make the build the live one, in one step, and remove old ones."""
        beside = self.root / f".current.{os.getpid()}"
        beside.unlink(missing_ok=True)
        beside.symlink_to(Path("builds") / build.folder.name)
        beside.replace(self.current)
        self._prune(build.folder.name)

    def discard(self, build: Build) -> None:
        """Remove a build that will not go live."""
        shutil.rmtree(build.folder, ignore_errors=True)

    def _prune(self, live: str) -> None:
        # Builds that are being made have no manifest yet: they are left alone.
        done = [f for f in self.builds.iterdir() if f.name != live and (f / manifest.NAME).exists()]
        for folder in sorted(done, key=_age)[: -(KEPT - 1)]:
            shutil.rmtree(folder, ignore_errors=True)


def _age(folder: Path) -> tuple[int, str]:
    """Return what puts builds in the order in which they were made: their names are times."""
    return (int(folder.name) if folder.name.isdecimal() else 0, folder.name)


def _wait_for(handle: int, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Busy("another process is writing the pages") from None
            time.sleep(0.005)
        else:
            return
