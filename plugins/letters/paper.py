"""Letters on paper: PDFs whose address lies where the window of an envelope is.

How a page looks is in paper.typ, and where things stand on it in layouts.toml. All text goes to
typst as data, never as its markup.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
import threading
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import typst

from plugins.letters.layouts import BadLayout, Layout, css, layouts
from plugins.letters.letter import Blank, Block, Given, Items, Paragraph, Piece, Pieces

__all__ = [
    "BadLayout",
    "Layout",
    "NotAfterFork",
    "Press",
    "Printed",
    "Sheet",
    "css",
    "layouts",
    "missing_glyphs",
    "pdf",
]

_TEMPLATE = Path(__file__).with_name("paper.typ")
# Characters that the fonts surely have, so that nobody need look: a test does, for each of them.
_SURE = re.compile(
    r"[\t\n\r -~\u00a0-\u017f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f"
    r"\u0490\u0491\u1e00-\u1e9b\u1e9e\u1ea0-\u1ef9\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026"
    r"\u2030\u2032\u2033\u2039\u203a\u20ac]+"
)
_NEVER = "\U0010fffe"  # Unicode promises that this will never be a character
_GLYPH = re.compile(rb'href="(#[^"]+)"')
_SHORT = 900  # characters, some ten lines
_EXTRA = {"text": 0, "blank": 40, "break": 90, "prompt": 360}  # the room of how many they take
_KEPT = 14 * 24 * 60 * 60  # seconds for which a PDF lies there that no build asks for

Data = dict[str, Any]  # as paper.typ reads it


class NotAfterFork(RuntimeError):
    """Raised in a process forked from one that has used typst: it would wait for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that one posted letter shows, as it is to be read.

    A blank is drawn as a rule to write on, with its label below; the blank of a prompt as its
    question with two rules; a blank with a fallback as that.

    :ivar sender: the writer's name and address; a blank without label is one more rule.
    :ivar salutation: with the comma after it, as the closing.
    :ivar writer: what stands below the room for the signature.
    :ivar copies_to: the words before the list of copies.
    :ivar page: what the second and later pages say.
    :ivar given: what depends on the target, by name.
    """

    address: tuple[str, ...]
    sender: tuple[str | Blank, ...] = ()
    date: str | Blank = ""
    subject: Pieces = ()
    salutation: str = ""
    blocks: tuple[Block, ...] = ()
    closing: str = ""
    writer: str | Blank = ""
    copies: tuple[str, ...] = ()
    copies_to: str = "Copies to:"
    page: str = "page {page} of {pages}"
    lang: str = "en"
    direction: Literal["ltr", "rtl"] = "ltr"
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished PDF.

    :ivar sheet_pages: how many pages each sheet has.
    :ivar crowded: the numbers, from 0, of the sheets whose address is too long for the window;
        lines that had to be broken count as two.
    """

    content: bytes
    sheet_pages: tuple[int, ...]
    crowded: tuple[int, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return sum(self.sheet_pages)

    @property
    def longest(self) -> int:
        """How many pages the longest sheet has."""
        return max(self.sheet_pages)


def pdf(sheets: Sequence[Sheet], layout: Layout, title: str = "") -> Printed:
    """Return the sheets as one PDF, each beginning on a page of its own.

    The same sheets give the same bytes on every machine with the same version of typst.

    :param title: of the document; the first sheet's subject if there is none.
    :raise ValueError: if there are no sheets.
    :raise NotAfterFork: if the process was forked from one that has used typst.
    """
    return _printed(_data(sheets, layout, title))


def _printed(data: Data) -> Printed:
    with _setter() as setter:
        setter.take(data)
        ends = setter.noted("<end>")
        crowded = [number for number, much in enumerate(setter.noted("<crowded>")) if much]
        pages = tuple(end - before for before, end in pairwise((0, *ends)))
        if max(pages) > 1:
            # Only now is it known that there are pages to be numbered.
            setter.take({**data, "numbered": True})
        return Printed(setter.pdf(), pages, tuple(crowded))


# What paper.typ reads


def _written(data: Data) -> bytes:
    # Half of a character, which no file has but a string can, becomes a question mark.
    return json.dumps(data, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")


def _data(sheets: Sequence[Sheet], layout: Layout, title: str) -> Data:
    if not sheets:
        raise ValueError("a PDF needs at least one letter")
    lang, region = _language(sheets[0].lang)
    return {
        "title": title or "".join(piece["text"] for piece in _pieces(sheets[0].subject, sheets[0])),
        "lang": lang,
        "region": region,
        "layout": asdict(layout),
        "sheets": [_sheet(sheet) for sheet in sheets],
        "numbered": False,
        "probes": [],
    }


def _language(tag: str) -> tuple[str, str | None]:
    """Return language and country as typst knows them, of a tag such as `pt-BR`."""
    lang, *others = tag.replace("_", "-").split("-")
    if not re.fullmatch("[A-Za-z]{2,3}", lang):
        return "en", None
    countries = [part.upper() for part in others if re.fullmatch("[A-Za-z]{2}", part)]
    return lang.lower(), countries[0] if countries else None


def _sheet(sheet: Sheet) -> Data:
    parts = list(_blocks(sheet))
    last = parts.pop() if _ends_shortly(sheet) else None
    lang, region = _language(sheet.lang)
    return {
        "lang": lang,
        "region": region,
        "rtl": sheet.direction == "rtl",
        "sender": [_line(line) for line in sheet.sender],
        "address": {"lines": sheet.address, "rtl": _rightwards(sheet.address)},
        "date": _line(sheet.date),
        "subject": list(_pieces(sheet.subject, sheet)),
        "salutation": sheet.salutation,
        "parts": parts,
        "last": last,
        "closing": sheet.closing,
        "writer": _line(sheet.writer),
        "copies": sheet.copies,
        "copies-to": sheet.copies_to,
        "page": sheet.page,
    }


def _ends_shortly(sheet: Sheet) -> bool:
    """Return whether the last paragraph can be kept on one page with the signature."""
    match sheet.blocks[-1:]:
        case [Paragraph(pieces)]:
            parts = _pieces(pieces, sheet)
            return sum(len(part["text"]) + _EXTRA[part["kind"]] for part in parts) < _SHORT
        case _:
            return False


def _rightwards(lines: Iterable[str]) -> bool:
    """Return whether the first letter of a text that has a direction runs from right to left."""
    kinds = (unicodedata.bidirectional(character) for line in lines for character in line)
    return next((kind != "L" for kind in kinds if kind in {"L", "R", "AL"}), False)


def _line(line: str | Blank) -> Data:
    return _blank(line) if isinstance(line, Blank) else {"kind": "text", "text": line}


def _blank(blank: Blank) -> Data:
    if blank.fallback:
        return {"kind": "text", "text": blank.fallback}
    kind = "prompt" if blank.name.startswith("prompt-") else "blank"
    return {"kind": kind, "text": blank.label}


def _blocks(sheet: Sheet) -> Iterator[Data]:
    for block in sheet.blocks:
        match block:
            case Paragraph(pieces):
                yield {"kind": "paragraph", "pieces": list(_pieces(pieces, sheet))}
            case Items(first, items):
                parts = [list(_pieces(pieces, sheet)) for pieces in items]
                yield {"kind": "items", "first": first, "items": parts}


def _pieces(pieces: Iterable[Piece], sheet: Sheet) -> Iterator[Data]:
    for piece in pieces:
        match piece:
            case Blank():
                yield _blank(piece)
            case Given(name):
                yield {"kind": "text", "text": sheet.given[name]}
            case str():
                yield from _broken(piece)


def _broken(text: str) -> Iterator[Data]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield {"kind": "break", "text": " "}
        if line:
            yield {"kind": "text", "text": line}


# typst


class _Setter:
    """One typst for the process, which reads what to set from a file.

    Handing it over in another way makes typst prepare itself for each PDF anew, which takes as
    long as setting a page.
    """

    def __init__(self) -> None:
        self._process = os.getpid()
        self._lock = threading.RLock()
        self._folder = Path(tempfile.mkdtemp(prefix="paper-"))
        atexit.register(_tidy, self._folder, self._process)
        template = self._folder / _TEMPLATE.name
        shutil.copyfile(_TEMPLATE, template)
        # Fonts of the machine would make another PDF on the next one.
        fonts = typst.Fonts(include_system_fonts=False)
        self._compiler = typst.Compiler(str(template), root=str(self._folder), font_paths=fonts)

    def __enter__(self) -> _Setter:
        if self._process != os.getpid():
            raise NotAfterFork("typst was used before the process was forked; start it afresh")
        self._lock.acquire()
        return self

    def __exit__(self, *error: object) -> None:
        self._lock.release()

    def take(self, data: Data) -> None:
        """Make this what is to be set."""
        if not self._folder.exists():  # old things in a folder for temporary ones are swept away
            self._folder.mkdir(mode=0o700)
            shutil.copyfile(_TEMPLATE, self._folder / _TEMPLATE.name)
        (self._folder / "paper.json").write_bytes(_written(data))

    def noted(self, label: str) -> list[Any]:
        """Return what the template notes under a label."""
        noted: list[Any] = json.loads(self._compiler.query(label, field="value"))
        return noted

    def pdf(self) -> bytes:
        """Return the PDF, declared to be accessible if it is."""
        try:
            (content,) = _files(self._compiler.compile(format="pdf", pdf_standards="ua-1"))
        except typst.TypstError:
            # The standard wants a glyph for every character.
            (content,) = _files(self._compiler.compile(format="pdf"))
        return content

    def pictures(self) -> list[bytes]:
        """Return each page as SVG."""
        return _files(self._compiler.compile(format="svg"))


def _tidy(folder: Path, process: int) -> None:
    if process == os.getpid():  # and not in a process forked from it
        shutil.rmtree(folder, ignore_errors=True)


def _files(made: bytes | list[bytes] | None) -> list[bytes]:
    return made if isinstance(made, list) else [made or b""]


@cache
def _setter() -> _Setter:
    return _Setter()


# Glyphs


def missing_glyphs(texts: Iterable[str]) -> str:
    """Return the characters that a PDF cannot show as they should be, each once, in order.

    :raise NotAfterFork: if the process was forked from one that has used typst.
    """
    doubtful = sorted({character for text in texts for character in _SURE.sub("", text)})
    unknown = [character for character in doubtful if character not in _known]
    if unknown:
        _known.update(zip(unknown, _are_missing(unknown), strict=True))
    return "".join(character for character in doubtful if _known[character])


_known: dict[str, bool] = {}  # whether a character is missing, of those looked up


def _are_missing(characters: Sequence[str]) -> Iterator[bool]:
    """Yield for each character whether it is drawn as the box of a missing one."""
    data: Data = {
        "title": "",
        "lang": "en",
        "region": None,
        "layout": asdict(next(iter(layouts().values()))),
        "sheets": [],
        "numbered": False,
        "probes": [_NEVER, *characters],
    }
    with _setter() as setter:
        setter.take(data)
        pages = [set(_GLYPH.findall(page)) for page in setter.pictures()]
    boxes = pages[0]
    yield from (bool(glyphs & boxes) for glyphs in pages[1:])


# Keeping


class Press:
    """Makes PDFs, and keeps them in a folder, so that only what changed is set again.

    Several processes may use the same folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[Path] = set()

    def pdf(self, sheets: Sequence[Sheet], layout: Layout, title: str = "") -> Printed:
        """Return the sheets as one PDF, as the function `pdf` does.

        :raise ValueError: if there are no sheets.
        """
        data = _data(sheets, layout, title)
        place = self._folder / f"{_digest(_edition() + _written(data))}.pdf"
        printed = _kept(place)
        if printed is None:
            printed = _printed(data)
            _keep(printed, place)
        self._used.add(place)
        return printed

    def sweep(self) -> None:
        """Remove what neither this nor another build of the last two weeks has asked for."""
        now = time.time()
        for place in self._folder.glob("*"):
            with contextlib.suppress(FileNotFoundError):  # another build has moved or removed it
                if place in self._used:
                    os.utime(place, (now, now))
                elif place.stat().st_mtime < now - _KEPT:
                    place.unlink()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@cache
def _edition() -> bytes:
    """What makes another PDF of the same sheets."""
    return version("typst").encode() + _TEMPLATE.read_bytes()


# A kept file is the digest of what follows, the pages, the crowded sheets, and the PDF.


def _kept(place: Path) -> Printed | None:
    """Return a kept PDF, or None if there is none or it is damaged."""
    try:
        digest, rest = place.read_bytes().split(b"\n", 1)
    except (OSError, ValueError):
        return None
    if digest.decode("ascii", "replace") != _digest(rest):
        return None
    about, content = rest.split(b"\n", 1)
    pages, crowded = json.loads(about)
    return Printed(content, tuple(pages), tuple(crowded))


def _keep(printed: Printed, place: Path) -> None:
    about = json.dumps([printed.sheet_pages, printed.crowded]).encode()
    rest = about + b"\n" + printed.content
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
        file.write(_digest(rest).encode() + b"\n" + rest)
    Path(file.name).replace(place)
