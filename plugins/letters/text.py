"""A letter as plain text: for mails and copying, and as a file that can be printed as it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from babel import Locale

from comments_api.translation import translations
from plugins.letters.letter import Blank, Block, Given, Letter, Paragraph, Pieces, Target

WIDTH = 72  # columns of a text file
_ITEM = re.compile(r"(-|\d{1,3}\.) ")
# What mail programs show differently, or not at all, and costs nine characters in a link.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("–—‒−", "-"),
        "…": "...",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2011": "-",
        "\u00ad": "",
    }
)


def plain(text: str) -> str:
    """Return a text with typewriter's quotation marks, hyphens and spaces."""
    return text.translate(_PLAIN)


def given(name: str, letter: Letter, target: Target) -> str:
    """Return what a place that depends on the target holds."""
    return {
        "name": target.title,
        "role": target.role or target.title,
        "salutation": letter.salutation(target),
    }[name]


def line(pieces: Pieces, letter: Letter, target: Target) -> str:
    """Return pieces as text; what is not filled in stands there as its label in brackets."""
    return "".join(_word(piece, letter, target) for piece in pieces)


def _word(piece: str | Blank | Given, letter: Letter, target: Target) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Given):
        return given(piece.name, letter, target)
    return piece.fallback or f"[{piece.label}]"


def paragraphs(blocks: Sequence[Block], letter: Letter, target: Target) -> Iterator[list[str]]:
    """Yield each block as its lines: one for a paragraph, one for each item of a list."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield line(block.pieces, letter, target).split("\n")
        else:
            yield [f"{mark} {line(pieces, letter, target)}" for mark, pieces in block.marked()]


def message(letter: Letter, target: Target) -> str:
    """Return the letter as one writes it into a mail, with lines as long as they are."""
    _ = translations(letter.lang).gettext
    parts = [
        f"{letter.salutation(target)},",
        *("\n".join(lines) for lines in paragraphs(letter.body, letter, target)),
        f"{letter.closing(target)},",
        "\n".join(f"[{label}]" for label in (_("Your name"), _("Your address"))),
    ]
    return plain("\n\n".join(parts))


def subject(letter: Letter, target: Target) -> str:
    """Return the subject in one line."""
    return plain(line(letter.subject, letter, target))


def address(target: Target, home: str) -> tuple[str, ...]:
    """Return the lines that stand in the window of the envelope.

    :param home: the country that mail is posted in; only other ones are named.
    """
    who = [target.name, target.role, target.organisation]
    lines = [one for one in who if one and one not in target.postal]
    lines += target.postal
    if target.country and target.country != home:
        lines.append(country(target.country))
    return tuple(dict.fromkeys(lines))


def country(code: str) -> str:
    """Return a country as envelopes name it: in English capitals."""
    return str(Locale("en").territories[code]).upper()


def page(letter: Letter, target: Target, home: str) -> str:
    """Return the letter as a typed page of 72 columns, to be filled in by hand."""
    _ = translations(letter.lang).gettext
    sender = [_("Your name"), _("Your address"), "", _("Date")]
    parts = [
        [f"[{label}]".rjust(WIDTH) if label else "" for label in sender],
        list(address(target, home)) if target.postal else [target.title],
        [subject(letter, target)],
        [f"{letter.salutation(target)},"],
        *paragraphs(letter.body, letter, target),
        [f"{letter.closing(target)},", "", "", ""],
        [f"[{_('Your name')}]"],
    ]
    if letter.copies_to:
        parts.append([_("Copies to:"), *(f"- {one.title}" for one in letter.copies_to)])
    return "\n\n".join(_wrapped(lines) for lines in parts) + "\n"


def _wrapped(lines: Sequence[str]) -> str:
    return "\n".join(wrapped for one in lines for wrapped in _wrap(plain(one)))


def _wrap(one: str) -> list[str]:
    """Return a line as lines of 72 columns; an item of a list goes on below its own text."""
    if columns(one) <= WIDTH:
        return [one.rstrip()]
    item = _ITEM.match(one)
    indent = " " * len(item.group()) if item else ""
    lines = [""]
    for word in one.split():
        for piece in _pieces(word, WIDTH - len(indent)):
            longer = f"{lines[-1]} {piece}" if lines[-1].strip() else lines[-1] + piece
            if columns(longer) <= WIDTH:
                lines[-1] = longer
            else:
                lines.append(indent + piece)
    return lines


def columns(text: str) -> int:
    """Return how many columns a text takes, where Chinese and Japanese characters take two."""
    return len(text) + sum(unicodedata.east_asian_width(one) in "WF" for one in text)


def _pieces(word: str, most: int) -> Iterator[str]:
    """Yield a word in pieces that fit in a line; most words are one."""
    piece = ""
    for character in word:
        if columns(piece + character) > most:
            yield piece
            piece = ""
        piece += character
    yield piece


def file(pages: Sequence[str]) -> bytes:
    """Return text files as one, with the line breaks that every system reads."""
    return "\f\n".join(pages).replace("\n", "\r\n").encode()
