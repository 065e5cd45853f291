"""Editions as sheets of paper, and what is wrong with them there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comments_api.translation import locale, translations
from plugins.letters import text
from plugins.letters.checks import Checked
from plugins.letters.edition import Edition
from plugins.letters.layouts import layouts
from plugins.letters.letter import Blank
from plugins.letters.paper import Press, Printed, Sheet, missing_glyphs
from plugins.letters.targets import FILE


def sheet(edition: Edition) -> Sheet:
    """Return an edition as it is posted."""
    letter, target = edition.letter, edition.target
    _ = translations(letter.lang).gettext
    name = Blank("my_name", _("Your name"))
    return Sheet(
        sender=(name, Blank("my_address", _("Your address")), Blank("", "")),
        address=edition.address,
        date=Blank("today", _("Date")),
        subject=letter.subject,
        salutation=f"{edition.salutation},",
        blocks=letter.body,
        closing=f"{edition.closing},",
        writer=name,
        copies=tuple(one.title for one in letter.copies_to),
        copies_to=_("Copies to:"),
        page=_("page {page} of {pages}"),
        lang=letter.lang,
        direction="rtl" if locale(letter.lang).text_direction == "rtl" else "ltr",
        given={key: text.given(key, letter, target) for key in ("name", "role", "salutation")},
    )


def printed(press: Press, editions: Sequence[Edition]) -> Printed:
    """Return editions as one PDF, each beginning on a page of its own."""
    letter = editions[0].letter
    sheets = [sheet(one) for one in editions]
    return press.pdf(sheets, layouts()[letter.postal_layout], letter.title)


def check(one: Checked, editions: Sequence[Edition], press: Press) -> None:
    """Note letters that are longer than a page, do not fit their window or cannot be drawn."""
    if not editions:
        return
    made = printed(press, editions)
    first = one.source.divided[2]
    if made.longest > 1:
        one.notes.warning(
            first, "", f"the letter takes {made.longest} printed pages: one page is read"
        )
    layout = layouts()[one.letter.postal_layout]
    for number in made.crowded:
        target = editions[number].target
        one.warning(
            "targets",
            f'the address of "{target.id}" ({FILE}:{target.line}) is too long for the window of '
            f"{layout.name}, which holds {layout.lines} lines",
        )
    if missing := missing_glyphs(_texts(editions)):
        shown = " ".join(missing[:12]) + (" …" if len(missing) > 12 else "")
        count = f"{len(missing)} character{'s' * (len(missing) != 1)}"
        one.notes.warning(
            first, "", f"the PDF cannot draw {count} ({shown}): readers are offered the print page"
        )


def _texts(editions: Sequence[Edition]) -> Iterator[str]:
    yield editions[0].page  # the others differ in what their targets are called
    for one in editions:
        yield from (*one.address, one.salutation, one.closing, one.target.title)
