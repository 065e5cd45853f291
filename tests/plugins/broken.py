"""Content with one thing wrong: the cases of broken.toml as folders."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from plugins.letters.compiler import Campaign, Place, compile
from plugins.letters.paper import Press
from plugins.letters.problems import Mode

_TABLE = tomllib.loads(Path(__file__).with_name("broken.toml").read_text("utf-8"))
GOOD: dict[str, str] = _TABLE["good"]
LETTER, POST = "letters/vote.md", "posts/why.md"
TARGETS, HELPLINES = "data/targets.toml", "data/helplines.toml"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row of the table; its head says what each key means."""

    row: str
    name: str
    says: list[str]
    letter: list[str] = field(default_factory=list)
    second: list[str] = field(default_factory=list)
    target: list[str] = field(default_factory=list)
    leader: list[str] = field(default_factory=list)
    helpline: list[str] = field(default_factory=list)
    post: list[str] = field(default_factory=list)
    body: str | None = None
    files: dict[str, str] = field(default_factory=dict)
    saved: str = "utf-8"
    mode: str = ""
    paper: bool = False

    def write(self, content: Path) -> None:
        """Write the good files into a folder, changed as the case wants it."""
        for path, text in (GOOD | self._changed() | self.files).items():
            write(content / path, text, self.saved if path == LETTER else "utf-8")

    def _changed(self) -> dict[str, str]:
        chair, leader = GOOD[TARGETS].split("\n\n")
        records = [changed(chair, self.target), changed(leader, self.leader)]
        found = {
            LETTER: changed(GOOD[LETTER], self.letter, self.body),
            POST: changed(GOOD[POST], self.post),
            TARGETS: "\n\n".join(records),
            HELPLINES: changed(GOOD[HELPLINES], self.helpline),
        }
        if self.second:
            found["letters/second.md"] = changed(GOOD[LETTER], self.second)
        return found


CASES = [
    Case(row=row, name=name, **changes)
    for row, cases in _TABLE["case"].items()
    for name, changes in cases.items()
]


def changed(text: str, lines: list[str], body: str | None = None) -> str:
    """Return a file with other lines in its first block, and another text below it."""
    block, empty, rest = text.rstrip("\n").partition("\n\n")
    head = block.split("\n")
    own = {_key(line): number for number, line in enumerate(head)}
    gone = set()
    for line in lines:
        number = own.get(_key(line.removeprefix("-")))
        if number is None:
            head.append(line)
        elif line.startswith("-"):
            gone.add(number)
        else:
            head[number] = line
    kept = [line for number, line in enumerate(head) if number not in gone]
    return "\n".join(kept) + empty + (rest if body is None else body) + "\n"


def _key(line: str) -> str:
    return line.replace(":", " ").split()[0].lower()


def write(path: Path, text: str, saved: str = "utf-8") -> None:
    """Write a file as an editor would that saves in an encoding, or with CRLF."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if saved == "crlf":
        path.write_bytes(text.replace("\n", "\r\n").encode())
    else:
        path.write_bytes(text.encode(saved))


def compiled(content: Path, press: Press | None = None, now: datetime = NOW) -> Campaign:
    """Compile a folder on the pinned day."""
    return compile(Place(content=content, timezone="Europe/London", lang="en"), now, press)


def said(campaign: Campaign, **mode: bool) -> list[str]:
    """Return all that is said of it."""
    return [str(problem) for problem in campaign.problems.said(Mode(**mode))]
