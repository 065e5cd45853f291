"""The command: prepare the sites and the peer, measure the subjects asked for, print the tables."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path

from rich.console import Console

from benchmarks import approve, isso, letters, live, post, queue, sites, weight
from benchmarks.report import Row, show
from comments_api.db import sqlite_module

MANY = 100_000


class Bench:
    """What the subjects stand on, each thing made when the first of them needs it."""

    def __init__(self, folder: Path, console: Console, *, alone: bool) -> None:
        self.folder = folder
        self.console = console
        self.alone = alone

    @cached_property
    def small(self) -> sites.Site:
        """A site of 100 posts."""
        return self._site("small", self._built_small)

    @cached_property
    def large(self) -> sites.Site:
        """A site of 1,000 posts."""
        return self._site("large", self._built_large)

    @cached_property
    def crowded(self) -> sites.Site:
        """A site of 100 posts whose database holds 100,000 comments."""
        return self._site("crowded", self._built_small, MANY)

    @cached_property
    def peer(self) -> isso.Isso | None:
        """Isso, if it is wanted and can be had."""
        if self.alone:
            return None
        self._say(f"Installing and measuring {isso.NAME} {isso.VERSION} ...")
        try:
            return isso.measure(self._folder("isso"))
        except isso.NoPeer as error:
            self.console.print(f"[yellow]{error}[/] The column of the peer stays empty.")
            return None

    def approve(self) -> Iterable[Row]:
        """Approve to page."""
        return approve.rows(self.small, self.large, self.crowded, self._built_large, self.peer)

    def live(self) -> Iterable[Row]:
        """Thread of 100, live."""
        return live.rows(self.small, self.crowded, self.peer)

    def post(self) -> Iterable[Row]:
        """Post a comment."""
        return post.rows(self.small, self.peer)

    def queue(self) -> Iterable[Row]:
        """The moderators' queue, with 100,000 comments."""
        return queue.rows(self._site("queue", self._built_small, MANY))

    def letters(self) -> Iterable[Row]:
        """Letters compiled."""
        return letters.rows(self._folder("letters"))

    def weight(self) -> Iterable[Row]:
        """Page with 100 comments."""
        return weight.rows(self.small, self.peer)

    @cached_property
    def _built_small(self) -> sites.Built:
        return self._build(100)

    @cached_property
    def _built_large(self) -> sites.Built:
        return self._build(1000)

    def _build(self, posts: int) -> sites.Built:
        self._say(f"Building a site of {posts:,} posts ...")
        return sites.build(self._folder(f"built-{posts}"), posts)

    def _site(self, name: str, built: sites.Built, elsewhere: int = 0) -> sites.Site:
        self._say(f"Making the site “{name}” live ...")
        return sites.open_site(built, self._folder(name), elsewhere=elsewhere)

    def _folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return folder

    def _say(self, sentence: str) -> None:
        self.console.print(sentence, style="dim")


def main() -> None:
    """Measure, and print a table for each subject."""
    options = _options()
    began = time.monotonic()
    console = Console(width=None if Console().is_terminal else 150)
    with tempfile.TemporaryDirectory(prefix="handbill-bench-") as folder:
        bench = Bench(Path(folder), console, alone=options.alone)
        for name in options.subjects:
            subject: Callable[[], Iterable[Row]] = getattr(bench, name)
            found = list(subject())
            show(console, f"{name}: {subject.__doc__}", found)
    console.print(f"{_machine()} It took {time.monotonic() - began:.0f} s.")


SUBJECTS = ("approve", "live", "post", "queue", "weight", "letters")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="row", help=", ".join(SUBJECTS))
    parser.add_argument("--alone", action="store_true", help="do not install and measure Isso")
    options = parser.parse_args()
    if unknown := set(options.subjects) - set(SUBJECTS):
        parser.error(f"no row is called {', '.join(sorted(unknown))}: {', '.join(SUBJECTS)}")
    options.subjects = options.subjects or SUBJECTS
    return options


def _machine() -> str:
    load = os.getloadavg()[0]
    return (
        f"CPU time for one: median (nine in ten lie between). {isso.NAME} {isso.VERSION}, Python "
        f"{platform.python_version()}, SQLite {sqlite_module().sqlite_version}, "
        f"{os.cpu_count()} CPUs, load {load:.1f}."
    )


if __name__ == "__main__":
    main()
