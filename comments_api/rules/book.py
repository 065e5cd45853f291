"""The rulebook of one process: it judges a case, and keeps lists, blocks and names at hand."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import orm

from comments_api.errors import BadSetting
from comments_api.models import Status
from comments_api.rules import blocks, lists
from comments_api.rules.blocks import Blocks
from comments_api.rules.case import Case
from comments_api.rules.facts import BETWEEN, Facts
from comments_api.rules.numbers import USUAL, Numbers
from comments_api.rules.phrases import Entry, Phrases
from comments_api.rules.skeleton import ROLES, Names
from comments_api.rules.table import RULES
from comments_api.rules.verdict import Finding, Verdict, verdict_of

log = logging.getLogger(__name__)
Stamp = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Lists and blocks of one revision.

    :ivar files: when the files of words were last changed.
    """

    revision: int | None
    files: Stamp
    lists: Mapping[str, Phrases]
    blocks: Blocks


class Rulebook:
    """The rules with their numbers, and what moderators and operators gave them to look for.

    :param names: nobody may call herself so, beside the staff's names.
    :param folder: where the files of words lie.
    :ivar trouble: what is wrong with a file that was changed meanwhile; nothing mostly.
    """

    def __init__(
        self, numbers: Numbers = USUAL, names: Sequence[str] = (), folder: Path | None = None
    ) -> None:
        self.numbers = numbers
        self.folder = folder
        self.trouble = ""
        self._paths = [str(lists.path_of(folder, name)) for name in lists.NAMES] if folder else []
        self._protected = tuple(names)
        self._shelf: Shelf | None = None
        self._files: tuple[Stamp, dict[str, list[Entry]]] | None = None
        self.names = lru_cache(maxsize=8)(self._names)

    def judge(self, session: orm.Session, case: Case) -> Verdict:
        """Return what becomes of a case, and why."""
        return verdict_of(self._findings(Facts(session, case, self)))

    def _findings(self, facts: Facts) -> Iterator[Finding]:
        for rule in RULES:
            finding = rule(facts)
            if finding is not None and finding.status == Status.APPROVED:
                return
            if finding is not None:
                yield finding

    def shelf(self, session: orm.Session, revision: int | None) -> Shelf:
        """Return lists and blocks of a revision, read when it is new or a file changed."""
        kept, files = self._shelf, self._stamp()
        if kept is None or (kept.revision, kept.files) != (revision, files):
            entries = self.file_entries()
            kept = Shelf(revision, files, lists.ready(session, entries), blocks.ready(session))
            self._shelf = kept  # of two requests at once, both read the same
        return kept

    def file_entries(self) -> Mapping[str, list[Entry]]:
        """Return what the files hold; of files that were spoilt meanwhile, what they held before.

        :raise BadSetting: if they never could be read.
        """
        stamp = self._stamp()
        if self._files is None or self._files[0] != stamp:
            self._files = (stamp, self._read())
        return self._files[1]

    def _read(self) -> dict[str, list[Entry]]:
        try:
            found = lists.from_files(self.folder)
        except BadSetting as error:
            if self._files is None:
                raise
            log.error("the words stay as they were: %s", error)
            self.trouble = str(error)
            return self._files[1]
        self.trouble = ""
        return found

    def _stamp(self) -> Stamp:
        return tuple(map(_changed, self._paths))

    def _names(self, staff: str, site: str) -> Names:
        anywhere = [name for name in (*ROLES, site, *self._protected) if name]
        return Names(anywhere, alone=filter(None, staff.split(BETWEEN)))


def _changed(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 - for each comment
    except OSError:
        return 0
