"""The text of a letter: from Markdown to blocks that survive as plain text, or why they do not.

A letter goes out as an e-mail, on paper and over the telephone, so it is paragraphs, lists and
addresses, and nothing that only a web page can show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from plugins.letters.letter import Blank, Block, Given, Items, Paragraph, Piece, Pieces
from plugins.letters.problems import Notes, hint, near

_PLACEHOLDER = re.compile(r"\[\[([^\[\]|\n]*)(?:\|([^\[\]\n]*))?\]\]")
# 98 ways to write a placeholder were found in 389 templates; these are the common ones.
_LIKE_ONE = re.compile(
    r"\{\{?\s*[A-Za-z][^{}\n]{0,40}\}?\}"
    r"|(?<![\[!])\[(?!\[)(?!sic\b|…|\.)[A-Za-z][^\[\]\n]{0,40}\](?![(\]])"
    r"|<<\s*[A-Za-z][^<>\n]{0,40}>>"
    r"|(?<!\w)__[A-Za-z][A-Za-z _]{0,40}__(?!\w)"
    r"|%[A-Za-z][A-Za-z_]{1,30}%"
    r"|\[\[[^\[\]\n]{0,40}\](?!\])|(?<!\[)\[[A-Za-z][^\[\]\n]{0,40}\]\]"  # half closed
)
_WHY_NOT = {
    "heading_open": "a heading",
    "lheading_open": "a heading",
    "blockquote_open": "a quotation block",
    "code_block": "a text indented by four spaces",
    "fence": "a block of code",
    "hr": "a rule",
    "html_block": "HTML",
    "html_inline": "HTML",
    "em_open": "emphasis",
    "strong_open": "emphasis",
    "code_inline": "code",
    "image": "an image",
}
_TABLE = re.compile(r"\s*\|.*\|\s*|\s*:?-{3,}:?(\s*\|\s*:?-{3,}:?)+\s*")
_parser = MarkdownIt("commonmark")

Names = Mapping[str, Piece]

# What every letter may name without declaring it.
ALWAYS = (
    *("my_name", "my_address", "my_postcode", "today"),
    *("target_name", "target_role", "target_salutation", "petition_url"),
)


class Reader:
    """Reads Markdown into blocks, and notes what cannot be.

    :ivar used: the names of all placeholders that were met.
    """

    def __init__(self, names: Names, fields: Sequence[str], notes: Notes, key: str = "") -> None:
        self._names = names
        self._fields = fields
        self._notes = notes
        self._key = key
        self.used: set[str] = set()

    def under(self, key: str) -> Reader:
        """Return a reader of what stands under a key of the header."""
        other = Reader(self._names, self._fields, self._notes, key)
        other.used = self.used
        return other

    def blocks(self, text: str, first: int) -> tuple[Block, ...]:
        """Return the blocks of a text whose first line has this number."""
        self._first = first
        self._refuse_tables(text)
        known: dict[str, dict[str, Mapping[str, Sequence[int]]]] = {}
        tokens = _parser.parse(self._without_likenesses(text, first), known)
        if not any(map(_links, tokens)):  # else that is said where the link is
            for reference in known.get("references", {}).values():
                self._cannot("a reference", first + reference["map"][0])
        return tuple(self._read(tokens))

    def line(self, text: str, number: int) -> Pieces:
        """Return the pieces of one line that is no Markdown."""
        return _joined(tuple(self._pieces(self._without_likenesses(text, number), number)))

    def _refuse_tables(self, text: str) -> None:
        before = False
        for number, line in enumerate(text.split("\n"), self._first):
            row = _TABLE.fullmatch(line) is not None
            if row and not before:
                self._cannot("a table", number)
            before = row

    def _without_likenesses(self, text: str, first: int) -> str:
        """Note what looks like a placeholder and is none, and return the text without."""
        lines = text.split("\n")
        for number, line in enumerate(lines):
            bare = _PLACEHOLDER.sub("", line).replace("\\[", "[").replace("\\]", "]")
            found = [one.group() for one in _LIKE_ONE.finditer(bare)]
            for likeness in found:
                self._refuse_likeness(likeness, first + number)
                lines[number] = lines[number].replace(likeness, "x")
        return "\n".join(lines)

    def _refuse_likeness(self, likeness: str, line: int) -> None:
        name = re.sub(r"[^a-z]+", "_", likeness.lower()).strip("_")
        self._notes.error(
            line,
            self._key,
            f'"{likeness}" looks like a placeholder: write [[…]]{hint(name, self._fields)}',
        )

    def _cannot(self, what: str, line: int) -> None:
        self._notes.error(
            line, self._key, f"{what} does not survive as plain text: write it as a sentence"
        )

    # -- blocks ---------------------------------------------------------------------------------

    def _read(self, tokens: Sequence[Token]) -> Iterator[Block]:
        index = 0
        while index < len(tokens):
            token = tokens[index]
            line = self._first + (token.map[0] if token.map else 0)
            if token.type == "paragraph_open":
                yield Paragraph(self._inline(tokens[index + 1], line))
                index += 3
            elif token.type in {"bullet_list_open", "ordered_list_open"}:
                end = _end(tokens, index)
                yield self._list(token, tokens[index + 1 : end])
                index = end + 1
            else:
                if token.type in _WHY_NOT:
                    self._cannot(_WHY_NOT[token.type], line)
                index = _end(tokens, index) + 1

    def _list(self, opening: Token, tokens: Sequence[Token]) -> Items:
        items = []
        index = 0
        while index < len(tokens):
            end = _end(tokens, index)
            items.append(self._item(tokens[index + 1 : end]))
            index = end + 1
        ordered = opening.type == "ordered_list_open"
        start = opening.attrGet("start")
        first = 1 if start is None else int(start)
        return Items(first if ordered else None, tuple(items))

    def _item(self, tokens: Sequence[Token]) -> Pieces:
        if not tokens:
            return ()
        for token in tokens[3:]:
            if token.nesting >= 0 and token.map:
                self._cannot("a second paragraph or list inside a list", self._first + token.map[0])
                break
        if tokens[0].type != "paragraph_open":
            list(self._read(tokens[:3]))  # notes what it is
            return ()
        return self._inline(tokens[1], self._first + (tokens[0].map or [0])[0])

    # -- what stands in a line --------------------------------------------------------------------

    def _inline(self, token: Token, line: int) -> Pieces:
        """Return the pieces of a paragraph; a line break in the file is a space in the letter."""
        pieces: list[Piece] = []
        text = ""
        started = line
        for child in token.children or ():
            if child.type == "hardbreak":
                text += "\n"
            elif child.type == "softbreak":
                text += "\0"  # a space, but the next line's number; no text holds a NUL
            elif child.type == "link_open":
                self._check_link(child, line + text.count("\0") + text.count("\n"))
            elif child.type in _WHY_NOT:
                self._cannot(_WHY_NOT[child.type], line + text.count("\0") + text.count("\n"))
            else:
                text += child.content
        for number, part in enumerate(_lines(text), started):
            pieces += self._pieces(part, number)
        return _joined(pieces)

    def _check_link(self, token: Token, line: int) -> None:
        if token.info != "auto":
            self._notes.error(
                line,
                self._key,
                f"the link to {token.attrGet('href')} loses its address in plain text: write the "
                "address itself",
            )

    def _pieces(self, text: str, line: int) -> Iterator[Piece]:
        at = 0
        for found in _PLACEHOLDER.finditer(text):
            yield text[at : found.start()]
            yield self._named(found[1].strip(), (found[2] or "").strip(), line)
            at = found.end()
        yield text[at:]

    def _named(self, name: str, fallback: str, line: int) -> Piece:
        self.used.add(name)
        piece = self._names.get(name)
        if piece is None:
            self._notes.error(
                line,
                self._key,
                f"[[{name}]] is no field{near(name, [*self._names, *self._fields])}; "
                f"always there are: {', '.join(ALWAYS)}",
            )
            return f"[[{name}]]"
        if isinstance(piece, Blank) and fallback:
            return Blank(piece.name, piece.label, fallback)
        return piece


def _links(token: Token) -> bool:
    children = token.children or ()
    return any(child.type == "link_open" and child.info != "auto" for child in children)


def _end(tokens: Sequence[Token], index: int) -> int:
    """Return where a block that opens at an index closes; itself, if it does not open."""
    depth = 0
    for at in range(index, len(tokens)):
        depth += tokens[at].nesting
        if depth <= 0:
            return at
    return len(tokens) - 1


def _lines(text: str) -> Iterator[str]:
    """Yield a paragraph's text line by line of the file."""
    parts = re.split("(\0|\n)", text)
    for at in range(0, len(parts), 2):
        ending = parts[at + 1] if at + 1 < len(parts) else ""
        yield parts[at] + ending.replace("\0", " ")


def _joined(pieces: Sequence[Piece]) -> Pieces:
    """Return pieces with texts beside each other made one, and without empty ones."""
    done: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and done and isinstance(done[-1], str):
            done[-1] += piece
        elif piece != "":
            done.append(piece)
    return tuple(done)


def words(blocks: Sequence[Block]) -> str:
    """Return the text of blocks as its author typed it, without blanks; for lints and counting."""
    return "\n".join(
        "".join(piece if isinstance(piece, str) else " " for piece in pieces)
        for block in blocks
        for pieces in ([block.pieces] if isinstance(block, Paragraph) else block.items)
    )


def places(blocks: Sequence[Block]) -> Iterator[Blank | Given]:
    """Yield every place to fill in, in the order of the text."""
    for block in blocks:
        for pieces in [block.pieces] if isinstance(block, Paragraph) else block.items:
            yield from (piece for piece in pieces if not isinstance(piece, str))
