"""An edition: a letter as one target gets it, with everything that a page shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup, escape

from plugins.letters import mailto, text
from plugins.letters.letter import Blank, Block, Given, Letter, Paragraph, Piece, Pieces, Target

_BLANK = Markup('<span class="blank" data-blank="{}" data-fallback="{}">{}</span>')
_GIVEN = Markup('<span data-given="{}">{}</span>')


@dataclass(frozen=True)
class Edition:
    """A letter to one target.

    :ivar base: the address of the letter's page.
    :ivar alone: it has no files of its own: who writes to all targets prints all at once.
    """

    letter: Letter
    target: Target
    base: str
    home: str
    alone: bool
    budget: int = mailto.BUDGET

    @property
    def address(self) -> tuple[str, ...]:
        """The lines in the window of the envelope."""
        return text.address(self.target, self.home)

    @property
    def salutation(self) -> str:
        """How it begins, without the comma."""
        return self.letter.salutation(self.target)

    @property
    def closing(self) -> str:
        """How it ends, without the comma."""
        return self.letter.closing(self.target)

    @property
    def channels(self) -> tuple[str, ...]:
        """The ways to send it, the preferred one first."""
        return self.letter.channels(self.target)

    @property
    def folder(self) -> str:
        """The address below which its own files lie."""
        return self.base if self.alone else f"{self.base}{self.target.id}/"

    @property
    def txt_url(self) -> str:
        """Where its text file is."""
        return f"{self.folder}letter.txt"

    @property
    def pdf_url(self) -> str:
        """Where its PDF is."""
        return f"{self.folder}letter.pdf"

    @cached_property
    def hand_off(self) -> mailto.HandOff | None:
        """The letter as a mail link, or None if the target gets no mail."""
        if "email" not in self.channels:
            return None
        return mailto.hand_off(self.letter, self.target, self.budget)

    @cached_property
    def plain_subject(self) -> str:
        """The subject as text."""
        return text.subject(self.letter, self.target)

    @cached_property
    def text(self) -> str:
        """The letter as one writes it into a mail."""
        return text.message(self.letter, self.target)

    @cached_property
    def page(self) -> str:
        """The letter as a typed page."""
        return text.page(self.letter, self.target, self.home)

    @cached_property
    def subject(self) -> Markup:
        """The subject, with its blanks marked."""
        return self._marked(self.letter.subject)

    @cached_property
    def body(self) -> Markup:
        """The text between salutation and closing, with its blanks marked."""
        return self.marked(self.letter.body)

    def marked(self, blocks: Sequence[Block]) -> Markup:
        """Return blocks as HTML, with their blanks marked for the script."""
        return Markup("\n").join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> Markup:
        if isinstance(block, Paragraph):
            return Markup("<p>{}</p>").format(self._marked(block.pieces))
        items = Markup("\n").join(
            Markup("<li>{}</li>").format(self._marked(pieces)) for pieces in block.items
        )
        if block.first is None:
            return Markup("<ul>\n{}\n</ul>").format(items)
        start = Markup("") if block.first == 1 else Markup(' start="{}"').format(block.first)
        return Markup("<ol{}>\n{}\n</ol>").format(start, items)

    def _marked(self, pieces: Pieces) -> Markup:
        return Markup("").join(self._piece(piece) for piece in pieces)

    def _piece(self, piece: Piece) -> Markup:
        if isinstance(piece, Blank):
            shown = piece.fallback or f"[{piece.label}]"
            return _BLANK.format(piece.name, piece.fallback, shown)
        if isinstance(piece, Given):
            return _GIVEN.format(piece.name, text.given(piece.name, self.letter, self.target))
        return escape(piece).replace("\n", Markup("<br>\n"))


def editions(letter: Letter, base: str, home: str, budget: int) -> tuple[Edition, ...]:
    """Return a letter's editions, one for each target."""
    alone = len(letter.targets) == 1 or letter.choose == "all"
    return tuple(
        Edition(letter, target, base, home, alone, budget)
        for target in dict.fromkeys(letter.targets)
    )
