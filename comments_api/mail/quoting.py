"""What readers wrote, as a mail of ours may repeat it: plain words in which nothing can be pressed.

A mail comes in the campaign's name, so it carries nobody else's links or pictures.
"""

from __future__ import annotations

import re
import textwrap
from html.parser import HTMLParser

from comments_api.text import one_line

WIDTH = 72
LINK = "[link]"
_BLOCKS = frozenset({"p", "pre", "blockquote", "ul", "ol", "li", "hr"})
_MARK = "\ue000"  # where a link ended

# What programs make a link of, wherever it stands.
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{0,30}://|://|(?<![^\W_])(?:www\.|"
    r"(?:mailto|news|nntp|tel|sms|sip|xmpp|skype|callto|facetime|geo|maps|magnet|bitcoin|outlook|"
    r"onenote|file|data|javascript|vbscript|about|view-source):)|\\\\)"
    r"\S*[^\s).,;:!?'\"»›”’]",
    re.IGNORECASE,
)
# A dot as in example.org: they make a link of it without being asked.
_DOT = re.compile(r"(?<=[^\s.])[.。．｡](?=[^\W\d_]{2}|[^\W\d_][^\x00-\x7f])")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,3})\.(?=\d{1,3}\.\d{1,3}\.\d{1,3}(?!\d))")


def defused(text: str) -> str:
    """Return a text in which no mail program finds a link."""
    text = _ADDRESS.sub(LINK, text)
    return _NUMBERS.sub(r"\1[.]", _DOT.sub("[.]", text))


def said(name: str) -> str:
    """Return a name that somebody typed, on one line."""
    return defused(one_line(name))


def quoted(html: str, longest: int) -> str:
    """Return the words of a comment, each line behind `>`, cut between two words if need be.

    :param html: as `markup.render` made it.
    """
    words = _Words()
    words.feed(html)
    words.close()
    lines: list[str] = []
    for depth, text in _cut(words.lines(), longest):
        prefix = "> " * (depth + 1)
        wrapped = textwrap.wrap(
            text, max(WIDTH - len(prefix), 20), break_long_words=False, break_on_hyphens=False
        )
        lines += [(prefix + line).rstrip() for line in wrapped or [""]]
    return "\n".join(lines)


def _cut(lines: list[tuple[int, str]], longest: int) -> list[tuple[int, str]]:
    kept: list[tuple[int, str]] = []
    for depth, text in lines:
        if len(text) > longest:
            begun = text[:longest].rsplit(" ", 1)[0]
            return [*kept, (depth, f"{begun} …")]
        longest -= len(text) + 1
        kept.append((depth, text))
    return kept


class _Words(HTMLParser):
    """Reads sanitised HTML as lines of words, each with the depth of the quote it stands in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[tuple[int, str]] = []
        self._line = ""
        self._depth = 0
        self._in_code = False

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if tag in _BLOCKS and self._line != "- ":
            self._end_block()
        self._depth += tag == "blockquote"
        self._in_code |= tag == "pre"
        if tag == "li":
            self._line = "- "
        elif tag == "hr":
            self._line = "* * *"
        elif tag == "br":
            self._end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_block()
        if tag == "a":
            self._line += _MARK
        if tag == "blockquote":
            self._leave_quote()
        self._in_code &= tag != "pre"

    def handle_data(self, data: str) -> None:
        data = data.replace(_MARK, "")
        if not self._in_code:
            text = re.sub(r"\s+", " ", data)
            self._line += text.lstrip() if self._line in {"", "- "} else text
            return
        first, *others = data.split("\n")
        self._line += first
        for line in others:
            self._end_line()
            self._line = line

    def lines(self) -> list[tuple[int, str]]:
        """Return what was read, without empty lines at the end."""
        self._end_block()
        while self._lines and not self._lines[-1][1]:
            self._lines.pop()
        return self._lines

    def _end_line(self) -> None:
        text = defused(one_line(self._line))
        text = text.replace(LINK + _MARK, LINK).replace(_MARK, f" {LINK}")
        self._lines.append((self._depth, text))
        self._line = ""

    def _leave_quote(self) -> None:
        self._depth -= 1
        if self._lines and not self._lines[-1][1]:
            self._lines[-1] = (self._depth, "")

    def _end_block(self) -> None:
        if self._line.strip():
            self._end_line()
        self._line = ""
        if self._lines and self._lines[-1][1]:
            self._lines.append((self._depth, ""))
