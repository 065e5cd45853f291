"""Writing our markup of HTML that a browser's parser has put in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from typing import TypeAlias

from comments_api import markup
from comments_api.transfer.escaping import code, escaped, fence, guarded, linkable, quoted, target
from comments_api.transfer.tags import BLOCKS, CELLS, INLINE, LISTS, PARTED, QUOTES

_SPACES = re.compile(r"[ \t\f\r]+")
_NEWLINES = re.compile(r"( ?\n[ \n]*)")  # in a text without runs of spaces: else it is quadratic
_LANGUAGE = re.compile(r"language-([A-Za-z0-9+#.-]{1,30})")
_SOFT, _HARD = "\n", "\r"  # a line break that was typed, and one that an element stands for


@dataclass(slots=True)
class _Span:
    """A stretch of text under one mark: `*`, `**`, `~~`, a link or code."""

    tag: str
    mark: str = ""
    href: str = ""
    children: list[str | _Span] = field(default_factory=list)

    def written(self) -> str:
        if self.tag == "code":  # no other span stands in it
            return code("".join(map(str, self.children)))
        inner = "".join(self._parts())
        core = inner.strip(" \t\n")
        if not core or not (self.mark or self.href):
            return inner
        before, _, after = inner.partition(core)
        if self.href:
            return f"{before}[{core}]({target(self.href)}){after}"
        return f"{before}{self.mark}{core}{self.mark}{after}"

    def _parts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, _Span):
                yield child.written()
            else:
                yield "\n" if child in (_SOFT, _HARD) else escaped(child)


Lines: TypeAlias = list[str]


@dataclass(slots=True)
class _Frame:
    """A quote, a list or an item of one, with the blocks in it."""

    tag: str
    number: int = 0
    blocks: list[Lines] = field(default_factory=list)

    def lines(self) -> Lines:
        tight = self.tag in LISTS and not any("" in block for block in self.blocks)
        joined: Lines = []
        for block in self.blocks:
            joined += [""] if joined and not (tight or self._goes_on(block)) else []
            joined += block
        if self.tag == "blockquote":
            return [f"> {line}".rstrip(" ") for line in joined]
        return self._item(joined) if self.tag == "li" else joined

    def _goes_on(self, block: Lines) -> bool:
        """Say whether a list stands in an item, below its text: no line is left free between."""
        return self.tag == "li" and block[0].startswith(("- ", "1. "))

    def _item(self, lines: Lines) -> Lines:
        mark = f"{self.number}. " if self.number else "- "
        first, *more = lines or [""]
        rest = [(" " * len(mark) + line).rstrip(" ") for line in more]
        return [(mark + first).rstrip(" "), *rest]


class Writer(HTMLParser):
    """Writes markup of HTML that is in order."""

    def __init__(self, html: str, *, emphasis: bool = True, blocks: bool = True) -> None:
        super().__init__()
        self._emphasis = emphasis
        self._structured = blocks
        self._frames = [_Frame("")]
        self._spans = [_Span("")]
        self._pre: list[str] | None = None
        self._language = ""
        self.feed(html)
        self.close()
        self._end_paragraph()

    @property
    def markup(self) -> str:
        return "\n".join(self._frames[0].lines())

    # -- elements ---------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._pre is not None:
            self._language = self._language or given.get("class", "")
            self._pre += ["\n"] if tag in PARTED else []
        elif tag == "br":
            self._break(_HARD)
        elif tag in QUOTES or tag in CELLS:
            self._add(QUOTES.get(tag, " ")[0])
        elif tag in BLOCKS:
            self._end_paragraph()
            self._begin_block(tag, given)
        else:
            self._open_span(tag, given.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre" and self._pre is not None:
            self._end_pre(self._pre)
        elif self._pre is not None:
            self._pre += ["\n"] if tag in PARTED else []
        elif tag in QUOTES or tag in CELLS:
            self._add(QUOTES.get(tag, "  ")[1])
        elif tag in BLOCKS:
            self._end_paragraph()
            self._end_frame(tag)
        else:
            self._close_span(tag)

    def handle_data(self, data: str) -> None:
        if self._pre is not None:
            self._pre.append(data)
            return
        if self._spans[-1].tag == "code":
            self._spans[-1].children.append(data)
            return
        for part in _NEWLINES.split(_SPACES.sub(" ", data)):
            if part.count("\n") > 1:
                self._end_paragraph()
            elif "\n" in part:
                self._break(_SOFT)
            elif part:
                self._add(part)

    # -- blocks -----------------------------------------------------------------------------------

    def _begin_block(self, tag: str, given: dict[str, str]) -> None:
        if tag == "pre":
            self._pre, self._language = [], ""
        elif tag == "hr" and self._structured:
            self._frames[-1].blocks.append(["***"])
        elif tag in {"blockquote", "li", *LISTS} and self._structured:
            self._begin_frame(tag, given)

    def _begin_frame(self, tag: str, given: dict[str, str]) -> None:
        if len(self._frames) > markup.DEEPEST:
            return
        above = self._frames[-1]
        frame = _Frame(tag)
        if tag == "ol":
            start = given.get("start", "")
            frame.number = int(start) if re.fullmatch("[0-9]{1,8}", start) else 1
        elif tag == "li" and above.tag == "ol":
            frame.number = above.number or 1
            above.number = frame.number + 1
        self._frames.append(frame)

    def _end_frame(self, tag: str) -> None:
        if tag != self._frames[-1].tag:
            return
        frame = self._frames.pop()
        if frame.blocks:
            self._frames[-1].blocks.append(frame.lines())

    def _end_pre(self, parts: list[str]) -> None:
        self._pre = None
        text = "".join(parts).strip("\n")
        if not text.strip():
            return
        if not self._structured:
            self._frames[-1].blocks.append(quoted(text).split("\n"))
            return
        marks = fence(text, 3)
        language = _LANGUAGE.fullmatch(self._language)
        opening = marks + (language[1] if language else "")
        self._frames[-1].blocks.append([opening, *text.split("\n"), marks])

    def _end_paragraph(self) -> None:
        """Write what was gathered as a paragraph; marks that are open go on in the next one."""
        text = self._spans[0].written()
        lines = [guarded(line.strip(" \t")) for line in text.strip(" \t\n").split("\n")]
        if any(lines):
            self._frames[-1].blocks.append([line for line in lines if line])
        opened = [_Span(span.tag, span.mark, span.href) for span in self._spans]
        for above, below in pairwise(opened):
            above.children.append(below)
        self._spans = opened

    # -- what stands in a line --------------------------------------------------------------------

    def _add(self, text: str) -> None:
        self._spans[-1].children.append(text)

    def _break(self, kind: str) -> None:
        """Break the line; two breaks that were meant begin a paragraph."""
        children = self._spans[-1].children
        if len(children) > 1 and children[-1] == " " and children[-2] in (_SOFT, _HARD):
            children.pop()
        last = children[-1] if children else None
        if last == _HARD and kind == _HARD:
            self._end_paragraph()
        elif last not in (_SOFT, _HARD):
            children.append(kind)
        elif kind == _HARD:
            children[-1] = kind

    def _open_span(self, tag: str, href: str) -> None:
        """Begin a span, unless its text is so marked, linked or code already.

        So spans are never deeper than there are marks, whatever somebody nested.
        """
        if self._spans[-1].tag == "code":
            return
        mark = INLINE.get(tag, "") if self._emphasis else ""
        if mark and any(span.mark == mark for span in self._spans):
            mark = ""
        linked = any(span.href for span in self._spans)
        if linked or not self._structured or not linkable(href):
            href = ""
        span = _Span(tag if self._emphasis or tag != "code" else "", mark, href)
        if not (mark or href or span.tag == "code"):
            return
        self._spans[-1].children.append(span)
        self._spans.append(span)

    def _close_span(self, tag: str) -> None:
        if len(self._spans) > 1 and self._spans[-1].tag == tag:
            self._spans.pop()
