"""Ten thousand things that people, programs and attackers type; the same ones every time.

Pieces that mean something to a parser somewhere (Markdown, HTML, templates, mail, SQL, addresses,
XML, Unicode) are put together at random, so that they also stand inside and beside each other.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TypeVar

import pytest

T = TypeVar("T")

PIECES: dict[str, tuple[str, ...]] = {
    "markdown": (
        *("*", "**", "_", "__", "~~", "`", "```", "~~~", "> ", ">>", "- ", "1. ", "0) ", "# "),
        *("===", "[", "]", "](", ")", "![", "<", ">", "[a]: ", "[^1]", "---", "\\", "\\\n"),
        *("  \n", "\t", "    ", "[x](http://e.example)", "<http://e.example>"),
        *("[x](mailto:a@e.example)", "| a |", "$x$"),
    ),
    "html": (
        *("<b>", "</p>", "</div>", "</article>", "</ol></section>", "<script>", "</script>"),
        *("<!--", "-->", "<![CDATA[", "]]>", "<?x ?>", "<!doctype x>", "<a href="),
        *("<img src=x onerror=x()>", "<svg><style>", "<math>", "<template>"),
        *("<details open ontoggle=x()>", "<base href=//e>", "&lt;", "&#60;", "&#x3c;"),
        *("&amp;lt;", "&nbsp;", "&#0;", "&notin", "'", '"', "`", "=", "/>", " onmouseover=x() "),
        *(' style="x" ', ' id="comment-form" ', ' class="comment--campaign" '),
    ),
    "addresses": (
        *("javascript:x()", "JAVA\tSCRIPT:x()", "data:text/html,x", "vbscript:x", "//e.example"),
        *("\\\\e", "http://[::1", "http://e.example:99999999", "http://user:p@e.example"),
        *("http://é.example", "https://e.example/?a=1&b=%22%3E", "../../etc/passwd"),
        *("file:///etc/passwd", "mailto:?bcc=a", "%00", "%0d%0aX: y"),
        *("http://xn--80ak6aa92e.example", "ftp://e.example", "#comment-1"),
    ),
    "programs": (
        *("{{ 7*7 }}", "{% raw %}", "{# x #}", "{attach}x", "{static}x", "{filename}x", "{0}"),
        *("%(a)s", "%s%n", "\\1", "\\g<0>", "$&", "${x}", "$(x)", "`x`"),
        *("'; DROP TABLE comments; --", "' OR '1", "\\x00", "\\u0000", "null", "undefined"),
        *("__proto__", "constructor", "NaN", "-1", "1e999"),
        *("<!--live:thread:post-the-vote:en-->", "<!--/live-->", "<!--hole-->", "%%TITLE%%"),
        *("[[retention]]",),
    ),
    "mail": (
        *("=?utf-8?Q?a=0D=0ABcc:_x@e.example?=", "=?utf-8?B?DQo=?=", "\r\nBcc: x@e.example\r\n"),
        *("a@b@c", '"a b"@e.example', "a@e.example,b@e.example", "a@[127.0.0.1]", "From x"),
        *("\n.\n", "<a@e.example>"),
    ),
    "spaces": (
        *(" ", "  ", "\n", "\n\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"),
        *("\xa0", "\u3000", "\u200b", "\u200d", "\u2060", "\ufeff", "\xad", "\u180e", "ᅟ", "⠀"),
    ),
    "controls": (
        *("\x00", "\x01", "\x07", "\x08", "\x1b[31m", "\x7f", "\x80", "\x9f", "\ufffe", "\uffff"),
        *("\ufdd0", "\U0001fffe", "\ud800", "\udfff", "\udc80", "\U000e0001", "\ufff9", "￼", "�"),
    ),
    "directions": (
        *("\u202e", "\u202d", "\u202a", "\u202c", "\u2066", "\u2067", "\u2068", "\u2069"),
        *("\u200e", "\u200f", "\u061c", "שלום", "مرحبا", "\u202etxt.exe"),
    ),
    "letters": (
        *("Bob", "wrote", "to", "the", "mayor", "é", "e\u0301", "ß", "ſ", "ı", "İ", "ﬁ", "Ǆ"),
        *("ä", "ａ", "漢字", "한국어", "ह\u093fन\u094dद\u0940", "ไทย", "𐍈", "𝒜", "Ⓐ"),
        *("👩\u200d👩\u200d👧\u200d👦", "🏳\ufe0f\u200d🌈", "🇬🇧", "👍🏽", "\u0301" * 40),
        *("Z\u0351\u036b\u0313\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031e\u0320\u034dA\u0334\u0335\u031c\u0330\u0354\u036b\u0357\u0362",),
        *("а", "о", "е", "Cаmpaign", "l", "I", "1", "０", "٣", "Ⅷ", "w" * 3000, "ab " * 900),
        *("\U0010ffff",),
    ),
}  # fmt: skip


def texts(count: int, seed: int = 4) -> Iterator[str]:
    """Return so many texts, each of one to nine pieces; one in five is plain noise."""
    chance = random.Random(seed)
    kinds = list(PIECES.values())
    for number in range(count):
        if number % 5 == 0:
            yield _noise(chance)
        else:
            parts = (chance.choice(chance.choice(kinds)) for _ in range(chance.randint(1, 9)))
            yield chance.choice(["", " ", "\n"]).join(parts)


@cache
def different(count: int, seed: int = 4) -> tuple[str, ...]:
    """Return so many texts, no two of them the same; of two halves of a character, the whole."""
    whole = (text.encode("utf-16", "surrogatepass") for text in texts(2 * count, seed))
    return tuple(dict.fromkeys(text.decode("utf-16", "surrogatepass") for text in whole))[:count]


def _noise(chance: random.Random) -> str:
    """Return characters of any plane, most of them assigned."""
    size = chance.choice([1, 2, 5, 20, 80])
    ends = (0x110000 if chance.random() < 0.3 else 0x3000 for _ in range(size))
    return "".join(chr(chance.randrange(end)) for end in ends)


def some(strange: Sequence[T], config: pytest.Config, step: int = 4) -> Sequence[T]:
    """Return what is tried where each text costs much: every fourth or so; all with `--long`."""
    return strange if config.getoption("long") else strange[::step]


def storable(text: str) -> bool:
    """Say whether a text is Unicode that can be sent as UTF-8 at all."""
    return not any(unicodedata.category(char) == "Cs" for char in text)


def kept(text: str) -> str:
    """Return what is to be stored of a text that is taken: all of it, but for what nobody sees.

    Line breaks of one kind, letters composed, no white space around it. It is said here a second
    time, so that whoever changes it in text.py is told.
    """
    return unicodedata.normalize("NFC", re.sub("\r\n?", "\n", text)).strip()
