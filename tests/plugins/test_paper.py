import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

import pytest
import typst
from pdfminer.converter import PDFPageAggregator
from pdfminer.high_level import extract_pages, extract_text
from pdfminer.layout import LAParams, LTChar, LTContainer, LTCurve, LTPage, LTTextLine
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from plugins.letters import layouts as geometry
from plugins.letters import paper
from plugins.letters.letter import Blank, Given, Items, Paragraph
from plugins.letters.paper import Press, Printed, Sheet, layouts, missing_glyphs, pdf

MM = 72 / 25.4
UK = layouts()["uk"]
ADDRESS = (
    "The Rt Hon. Sam Chair MP",
    "Élodie Quay",
    "Home Office",
    "Building 4, 2 Marsham Street",
    "LONDON",
    "SW1P 4DF",
    "UNITED KINGDOM",
)
SENDER = ("Ann Writer", "1 High Street", "CANTERBURY", "CT1 2AB")
WORDS = "Nobody in the county has had the task of staying with a child from the first night on. "


class Line(NamedTuple):
    """A line of text on a page, in millimetres from the top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def a_sheet(**changed) -> Sheet:
    values = {
        "address": ADDRESS[:5],
        "sender": SENDER,
        "date": "21 November 2026",
        "subject": ("The guardian post",),
        "salutation": "Dear Home Secretary,",
        "blocks": (Paragraph((WORDS * 3,)), Paragraph(("Will you fund it?",))),
        "closing": "Yours sincerely,",
        "writer": "Ann Writer",
        "lang": "en-GB",
    }
    return Sheet(**{**values, **changed})


def pages_of(printed: Printed) -> list[LTPage]:
    return list(extract_pages(io.BytesIO(printed.content), laparams=LAParams()))


def all_within(item):
    yield item
    if isinstance(item, LTContainer):
        for part in item:
            yield from all_within(part)


def placed(page: LTPage, item, text: str = "") -> Line:
    return Line(
        text,
        item.x0 / MM,
        (page.height - item.y1) / MM,
        item.x1 / MM,
        (page.height - item.y0) / MM,
    )


def lines_of(page: LTPage) -> list[Line]:
    found = (item for item in all_within(page) if isinstance(item, LTTextLine))
    return [
        placed(page, item, item.get_text().strip()) for item in found if item.get_text().strip()
    ]


def rules_of(page: LTPage) -> list[Line]:
    return [placed(page, item) for item in all_within(page) if isinstance(item, LTCurve)]


def text_of(printed: Printed) -> str:
    return unicodedata.normalize("NFC", extract_text(io.BytesIO(printed.content)))


def only(lines: list[Line], *texts: str) -> list[Line]:
    found = [line for line in lines if line.text in texts]
    assert len(found) == len(texts), [line.text for line in lines]
    return found


def overlaps(line: Line, layout) -> bool:
    window = layout.window
    return not (
        line.right <= window.x
        or line.left >= window.x + window.width
        or line.bottom <= window.y
        or line.top >= window.y + window.height
    )


@pytest.mark.parametrize("count", [2, 5, "all"])
@pytest.mark.parametrize("layout", layouts().values(), ids=layouts())
def test_the_address_lies_in_the_window_with_air_around_it(layout, count):
    address = ADDRESS[: layout.lines if count == "all" else count]
    window = layout.window

    printed = pdf([a_sheet(address=address)], layout)

    for line in only(lines_of(pages_of(printed)[0]), *address):
        assert line.left >= window.x + 1
        assert line.right <= window.x + window.width - 1
        assert line.top >= window.y + layout.drop + 1
        assert line.bottom <= window.y + window.height - 1
    assert printed.crowded == ()


@pytest.mark.parametrize("layout", layouts().values(), ids=layouts())
def test_nothing_but_the_address_is_seen_through_the_window(layout):
    blanks = {"sender": (Blank("my_name", "Your name"), Blank("my_address", "Your address")) * 2}

    for sheet in (a_sheet(), a_sheet(**blanks, date=Blank("today", "Date"))):
        page = pages_of(pdf([sheet], layout))[0]
        seen = [line for line in lines_of(page) + rules_of(page) if overlaps(line, layout)]
        assert [line.text for line in seen] == list(sheet.address)


@pytest.mark.parametrize("layout", layouts().values(), ids=layouts())
def test_the_writer_stands_at_the_right_and_the_letter_begins_below(layout):
    sender = layout.sender

    lines = lines_of(pages_of(pdf([a_sheet(writer="A. W.")], layout))[0])

    own = only(lines, *SENDER)
    (day,) = only(lines, "21 November 2026")
    (subject,) = only(lines, "The guardian post")
    for line in (*own, day):
        assert line.left == pytest.approx(sender.x, abs=0.5)
        assert line.right <= sender.x + sender.width
    assert own[0].top == pytest.approx(sender.y, abs=0.6)
    assert day.top == pytest.approx(layout.date.y, abs=0.6)
    assert subject.top == pytest.approx(layout.body.y, abs=0.6)
    assert subject.left == pytest.approx(layout.margins.left, abs=0.5)
    assert all(
        line.right <= layout.page.width - layout.margins.right for line in lines if line not in own
    )


@pytest.mark.parametrize("layout", layouts().values(), ids=layouts())
def test_small_marks_at_the_edge_show_where_to_fold(layout):
    page = pages_of(pdf([a_sheet()], layout))[0]

    marks = [rule for rule in rules_of(page) if rule.right < 10]

    assert [mark.top for mark in marks] == pytest.approx(list(layout.fold), abs=0.2)
    assert all(mark.left >= 3 for mark in marks)


def test_the_layouts_have_the_figures_of_the_standards():
    uk, universal = layouts()["uk"], layouts()["universal"]

    assert (uk.window.x, uk.window.x + uk.window.width) == pytest.approx((24.6, 120))
    assert (uk.window.y, uk.window.y + uk.window.height) == pytest.approx((39.5, 66.3))
    assert (uk.sender.x, uk.sender.x + uk.sender.width) == (125, 195)
    assert (uk.body.y, uk.fold) == (95, (99, 198))
    assert (universal.window.x, universal.window.x + universal.window.width) == (24.6, 105)
    assert (universal.window.y, universal.window.y + universal.window.height) == (45, 66.3)
    assert universal.lines == 5
    assert (layouts()["din-a"].window.y, layouts()["din-a"].fold) == (27, (87, 192))
    assert (layouts()["din-b"].window.y, layouts()["din-b"].fold) == (45, (105, 210))


@pytest.mark.parametrize("layout", layouts().values(), ids=layouts())
def test_an_address_that_is_too_long_is_told_of_and_does_not_run_into_the_letter(layout):
    address = tuple(f"Line {number} of the address" for number in range(layout.lines + 9))

    printed = pdf([a_sheet(), a_sheet(address=address)], layout)

    lines = lines_of(pages_of(printed)[1])
    (subject,) = only(lines, "The guardian post")
    assert printed.crowded == (1,)
    assert only(lines, *address)[-1].bottom < subject.top


def test_a_line_that_is_broken_to_fit_the_window_counts_as_two():
    wide = ("The Minister of State for the Home Department, responsible for safeguarding",) * 4

    assert pdf([a_sheet(address=wide)], layouts()["universal"]).crowded == (0,)


def test_a_long_sender_pushes_the_date_and_the_letter_down():
    sender = tuple(f"Line {number} of the sender" for number in range(20))

    lines = lines_of(pages_of(pdf([a_sheet(sender=sender)], UK))[0])

    (day,) = only(lines, "21 November 2026")
    (subject,) = only(lines, "The guardian post")
    assert only(lines, *sender)[-1].bottom < day.top
    assert day.bottom < subject.top


def test_each_letter_begins_on_a_page_of_its_own_and_later_pages_are_numbered():
    long = a_sheet(blocks=(Paragraph((WORDS * 6,)),) * 16, page="Seite {page} von {pages}")

    printed = pdf([a_sheet(), long, a_sheet()], UK)

    pages = [[line.text for line in lines_of(page)] for page in pages_of(printed)]
    assert (printed.sheet_pages, printed.pages, printed.longest) == ((1, 3, 1), 5, 3)
    assert [texts.count("Dear Home Secretary,") for texts in pages] == [1, 1, 0, 0, 1]
    numbers = [[text for text in texts if text.startswith(("Seite", "page"))] for texts in pages]
    assert numbers == [[], [], ["Seite 2 von 3"], ["Seite 3 von 3"], []]


def test_the_end_of_a_letter_is_never_alone_on_its_page():
    for count in range(9, 13):
        sheet = a_sheet(
            blocks=(*(Paragraph((WORDS * 3,)),) * count, Paragraph(("The last words.",)))
        )
        last = [line.text for line in lines_of(pages_of(pdf([sheet], UK))[-1])]
        assert {"The last words.", "Yours sincerely,"} <= set(last)


@pytest.mark.parametrize(
    "last",
    [
        Paragraph((WORDS * 200,)),
        Items(1, ((WORDS,),) * 90),
        Paragraph(("line\n" * 70,)),
        Paragraph((Blank("prompt-a", "Why?"),) * 30),
    ],
    ids=["words", "items", "lines", "prompts"],
)
def test_a_last_paragraph_longer_than_a_page_goes_on_on_the_next(last):
    printed = pdf([a_sheet(blocks=(last,))], UK)

    lines = [line for page in pages_of(printed) for line in lines_of(page)]
    assert printed.pages > 1
    assert all(line.bottom < UK.page.height - 5 for line in lines)
    only(lines, "Yours sincerely,")


def test_a_blank_is_a_rule_with_its_label_and_one_with_a_fallback_is_that():
    blocks = (
        Paragraph(("I live in ", Blank("place", "Your town"), ", near ", Blank("x", "X", "here"))),
        Paragraph((Blank("prompt-why", "Why does it matter to you?"),)),
    )

    page = pages_of(pdf([a_sheet(blocks=blocks)], UK))[0]

    lines, rules = lines_of(page), [rule for rule in rules_of(page) if rule.left > 10]
    (label,) = only(lines, "Your town")
    (question,) = only(lines, "Why does it matter to you?")
    below = [rule for rule in rules if rule.top > question.bottom]
    assert any(0 < label.bottom - rule.top < 5 and rule.left <= label.left + 1 for rule in rules)
    assert [round(rule.right - rule.left) for rule in below] == [158, 158]
    assert ", near here" in " ".join(line.text for line in lines)


def test_a_sender_who_is_not_known_yet_gets_rules_to_write_on():
    sender = (Blank("my_name", "Your name"), Blank("my_address", "Your address"), Blank("", ""))

    page = pages_of(pdf([a_sheet(sender=sender, writer=Blank("my_name", "Name"))], UK))[0]

    rules = [rule for rule in rules_of(page) if rule.left == pytest.approx(UK.sender.x, abs=0.1)]
    assert len(rules) == 3
    only(lines_of(page), "Your name", "Your address", "Name")


def test_lists_line_breaks_and_what_depends_on_the_target_come_out():
    blocks = (
        Paragraph(("Two lines:\nthe second for ", Given("name"))),
        Items(3, (("first",), ("second",))),
        Items(None, (("third",),)),
    )

    lines = lines_of(pages_of(pdf([a_sheet(blocks=blocks, given={"name": "Sam"})], UK))[0])

    texts = [re.sub(r"\s+", " ", line.text) for line in lines]
    wanted = ["Two lines:", "the second for Sam", "3. first", "4. second", "• third"]
    assert [text for text in texts if text in wanted] == wanted


def test_copies_are_listed_below_the_letter():
    sheet = a_sheet(copies=("Kent County Council", "The Commissioner"), copies_to="Kopien an:")

    texts = [line.text for line in lines_of(pages_of(pdf([sheet], UK))[0])]

    assert texts[-3:] == ["Kopien an:", "Kent County Council", "The Commissioner"]


def test_only_an_address_is_needed():
    assert pdf([Sheet(address=("A", "B"))], UK).pages == 1
    with pytest.raises(ValueError, match="at least one letter"):
        pdf([], UK)


HOSTILE = [
    '#read("/etc/passwd")',
    "$x^2$ and $",
    "back\\slash \\u{41} \\",
    "] #panic() [",
    "*bold* _under_ `raw` <label> @ref",
    '"straight" and it\'s -- not --- changed...',
    "https://example.org/#a // no comment /* none */",
    "= no heading",
    '"},{"kind":"text"',
    "{page} {pages}",
    "office, affine, fjord",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_never_read_as_markup(text):
    sheet = a_sheet(
        address=(text,),
        subject=(text,),
        salutation=text,
        blocks=(Paragraph((text,)), Items(None, ((text, Blank("x", text)),))),
        copies=(text,),
    )

    printed = pdf([sheet], UK, title=text)

    assert text_of(printed).count(text) == 7
    assert document_of(printed).info[0]["Title"] in (text.encode(), utf16(text))


def document_of(printed: Printed) -> PDFDocument:
    return PDFDocument(PDFParser(io.BytesIO(printed.content)))


def utf16(text: str) -> bytes:
    return b"\xfe\xff" + text.encode("utf-16-be")


def test_broken_characters_do_not_stop_a_letter():
    printed = pdf([a_sheet(blocks=(Paragraph(("a\x00b\ud800c\x07\u2028\ufffe",)),))], UK)

    assert printed.pages == 1


def test_the_pdf_says_what_it_is_and_how_it_is_read():
    document = document_of(pdf([a_sheet(lang="pt-BR")], UK))

    assert document.catalog["Lang"] == b"pt-BR"
    assert document.catalog["MarkInfo"]["Marked"] is True
    assert "StructTreeRoot" in document.catalog
    assert document.info[0]["Title"] == b"The guardian post"
    assert "CreationDate" not in document.info[0]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf([a_sheet()], UK).content


def test_a_letter_is_read_in_the_order_in_which_it_is_written():
    drawn = "".join(character.get_text() for character in characters_of(pdf([a_sheet()], UK)))

    order = ["Ann Writer", "The Rt Hon.", "21 November", "guardian post", "Dear", "Yours"]
    places = [drawn.index(words) for words in order]
    assert places == sorted(places)


def characters_of(printed: Printed) -> list[LTChar]:
    """Return what is drawn on the first page, in the order in which it is."""
    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=None)
    page = next(PDFPage.get_pages(io.BytesIO(printed.content)))
    PDFPageInterpreter(resources, device).process_page(page)
    return [item for item in device.get_result() if isinstance(item, LTChar)]


def test_hebrew_runs_from_right_to_left():
    sheet = a_sheet(
        lang="he",
        direction="rtl",
        address=("לשכת השר", "ירושלים"),
        subject=("מכתב",),
        salutation="שלום רב,",
        blocks=(Paragraph(("אחת שתיים",)), Items(1, (("ראשון",),))),
    )

    printed = pdf([sheet], UK)

    page = pages_of(printed)[0]
    words = next(line for line in lines_of(page) if "א" in line.text and line.top > UK.body.y)
    ends = {
        character.get_text(): character.x1 / MM
        for character in characters_of(printed)
        if words.top < (page.height - character.y1) / MM + 1 < words.bottom
    }
    edge = UK.page.width - UK.margins.right
    assert ends["א"] == pytest.approx(edge, abs=0.5)
    assert ends["א"] > ends["ח"] > ends["ש"] > ends["ם"]
    window = [line for line in lines_of(page) if overlaps(line, UK)]
    assert [line.right for line in window] == pytest.approx([UK.window.x + UK.window.width - 1] * 2)


def test_an_address_has_its_own_direction():
    sheet = a_sheet(lang="he", direction="rtl", address=ADDRESS[:3])

    lines = lines_of(pages_of(pdf([sheet], UK))[0])

    lefts = [line.left for line in only(lines, *ADDRESS[:3])]
    assert lefts == pytest.approx([UK.window.x + UK.indent] * 3, abs=0.5)


def in_another_process(script: str, **environment: str) -> str:
    names = "Sheet, layouts, pdf\nfrom plugins.letters.letter import Blank, Items, Paragraph"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"from plugins.letters.paper import NotAfterFork, {names}\n{script}",
        ],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_another_process_makes_the_same_bytes():
    sheets = [a_sheet(), a_sheet(address=("中文",), blocks=(Paragraph((WORDS * 60,)),))]
    script = f"""
import hashlib
print(hashlib.sha256(pdf({sheets!r}, layouts()["uk"]).content).hexdigest())"""

    one = in_another_process(script, PYTHONHASHSEED="1", TZ="UTC", SOURCE_DATE_EPOCH="1")
    other = in_another_process(script, PYTHONHASHSEED="2", TZ="Pacific/Auckland")

    assert one == other == hashlib.sha256(pdf(sheets, UK).content).hexdigest()


def test_no_font_of_the_machine_is_used():
    text = "Latin Ελληνικά Русский עברית العربية 中文 हिन्दी 😀 → ☐"

    fonts = set(
        re.findall(rb"/FontName/[A-Z]{6}\+(\w+)", pdf([a_sheet(address=(text,))], UK).content)
    )

    assert fonts <= {
        b"LibertinusSerif", b"NewCMMath", b"NewCM10", b"DejaVuSansMono"
    }  # fmt: skip


def test_a_process_that_was_forked_is_told_instead_of_waiting_for_ever():
    script = f"""
import os
sheets, layout = [{a_sheet()!r}], layouts()["uk"]
pdf(sheets, layout)
child = os.fork()
if child == 0:
    try:
        pdf(sheets, layout)
    except NotAfterFork:
        os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"""

    assert in_another_process(script) == "7"


PRESENT = [
    "Plain text, with “quotes” and ‘these’ – and — a dash… €£%&",
    "àâäçéèêëîïôöùûüÿœæß ñ å ø ð þ ő ű ğ ş ı",
    "Zażółć gęślą jaźń. Příliš žluťoučký kůň. Ţării Ținut",
    "Ελληνικά με τόνους: ά έ ή ί ό ύ ώ ΐ ΰ, ἀρχή",
    "Съешь ещё этих мягких французских булок. Ґанок, їжак, ђурђевак",
    "Tiếng Việt: Người dân có quyền được biết. ẵ ử ệ",
    "e\u0301 n\u0303 a\u0308 ﬁ ﬂ",
    "שָׁלוֹם",
    "→ ☐ ✓ × ½ № ™",
    "soft\u00adhyphen, zero\u200bwidth, joiner\u200d, mark\u200e, no-break\u00a0space\u202f\u2060",
]
MISSING = [
    "السلام عليكم",
    "中文信件",
    "हिन्दी",
    "日本語の手紙",
    "한국어",
    "ไทย",
    "😀",
    "\U000f0000",
]


@pytest.mark.parametrize("text", PRESENT)
def test_what_the_fonts_have_is_not_missing(text):
    assert missing_glyphs([text]) == ""


@pytest.mark.parametrize("text", MISSING)
def test_what_the_fonts_lack_is_missing(text):
    wanted = "".join(sorted({character for character in text if character != " "}))

    assert missing_glyphs(["some plain words", text, text]) == wanted


@pytest.mark.parametrize("text", [*PRESENT, *MISSING])
def test_typst_itself_agrees_on_what_is_missing(text):
    """The standard for accessible PDFs forbids what has no glyph, so typst refuses to write it."""
    fonts = re.search(r"(?s)#let scripts.*?\n\)\n", paper._TEMPLATE.read_text())
    assert fonts
    source = f"""{fonts[0]}
        #set document(title: "x")
        #set text(font: fonts, fallback: false)
        #text(sys.inputs.text)"""

    refused = pytest.raises(typst.TypstError, match="could not be displayed")

    with refused if missing_glyphs([text]) else nullcontext():
        typst.compile(
            source.encode(),
            format="pdf",
            pdf_standards="ua-1",
            sys_inputs={"text": text},
            font_paths=typst.Fonts(include_system_fonts=False),
        )


def test_every_character_that_is_not_looked_up_can_be_drawn():
    sure = [chr(number) for number in range(32, 0x3000) if not paper._SURE.sub("", chr(number))]

    assert len(sure) > 700
    assert not any(paper._are_missing(sure))


def test_plain_text_is_not_looked_up():
    paper._known.clear()

    missing_glyphs(["Plain text: “é” Ελληνικά Русский Zażółć Việt"])

    assert not paper._known


def test_a_letter_with_missing_glyphs_is_made_all_the_same():
    printed = pdf([a_sheet(blocks=(Paragraph(("From 中文 to here",)),))], UK)

    assert "to here" in text_of(printed)


def test_a_press_keeps_what_it_made(tmp_path):
    first = Press(tmp_path / "pdf").pdf([a_sheet(), a_sheet()], UK)
    again = Press(tmp_path / "pdf").pdf([a_sheet(), a_sheet()], UK)

    (place,) = (tmp_path / "pdf").iterdir()
    paper._keep(Printed(b"kept", (4,), (1,)), place)
    kept = Press(tmp_path / "pdf").pdf([a_sheet(), a_sheet()], UK)

    assert again == first == pdf([a_sheet(), a_sheet()], UK)
    assert kept == Printed(b"kept", (4,), (1,))
    assert list((tmp_path / "pdf").iterdir()) == [place]


@pytest.mark.parametrize(
    "other",
    [
        ([a_sheet(salutation="Dear you,")], UK, ""),
        ([a_sheet()], layouts()["universal"], ""),
        ([a_sheet()], UK, "Another title"),
        ([a_sheet(), a_sheet()], UK, ""),
    ],
    ids=["text", "layout", "title", "sheets"],
)
def test_a_press_makes_anew_what_changed(tmp_path, other):
    press = Press(tmp_path)
    press.pdf([a_sheet()], UK)

    assert press.pdf(*other) == pdf(*other)


@pytest.mark.parametrize("left", [b"", b"no line", b"\xff\n\xff", None, "half", "turned"])
def test_a_broken_file_is_made_again(tmp_path, left):
    whole = Press(tmp_path).pdf([a_sheet()], UK)
    (place,) = tmp_path.iterdir()
    kept = place.read_bytes()
    broken = {"half": kept[: len(kept) // 2], "turned": kept[:-9] + kept[-9:][::-1]}
    if left is None:
        place.chmod(0o000)
    else:
        place.write_bytes(broken.get(left, left))

    assert Press(tmp_path).pdf([a_sheet()], UK) == whole
    assert Press(tmp_path).pdf([a_sheet()], UK) == whole
    assert place.read_bytes() == kept


def test_what_no_build_asks_for_goes_after_two_weeks(tmp_path):
    old, new = a_sheet(salutation="Old,"), a_sheet(salutation="New,")
    Press(tmp_path).pdf([old], UK)
    Press(tmp_path).pdf([new], UK)
    (tmp_path / "tmpleftover").touch()
    for file in tmp_path.iterdir():
        os.utime(file, (0, 0))
    Press(tmp_path).pdf([a_sheet()], UK)
    press = Press(tmp_path)
    press.pdf([new], UK)

    press.sweep()

    assert len(list(tmp_path.iterdir())) == 2
    assert all(file.stat().st_mtime > 0 for file in tmp_path.iterdir())


TABLE = Path(geometry.__file__).with_name("layouts.toml").read_text().split("[din-a]")[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("indent = 3.4", "", "uk has no 'indent'"),
        ("x = 24.6, ", "", "uk.window has no 'x'"),
        ("indent = 3.4", "intent = 3.4", "uk has no 'indent'"),
        ("drop = 0", "drop = 0\ndepth = 1", "uk has 'depth', which is not known"),
        ("x = 24.6", 'x = "24.6"', "uk.window.x must be a number that is not below 0, not '24.6'"),
        ("x = 24.6", "x = -1", "uk.window.x must be a number"),
        ("x = 24.6", "x = true", "uk.window.x must be a number"),
        ("lines = 7", "lines = 7.5", "uk.address.lines must be a whole number, not 7.5"),
        ("fold = [99, 198]", "fold = 99", "uk.fold must be a list of numbers, not 99"),
        ("date = { y = 84 }", "date = 84", "uk.date must be a table, not 84"),
        ("lines = 7", "lines = 8", "uk.address: 8 lines need 30.1 mm"),
        ("[uk]", "[uk", "layouts.toml: "),
    ],
)
def test_a_layout_that_cannot_be_used_is_refused_in_words(old, new, said):
    assert old in TABLE

    with pytest.raises(paper.BadLayout, match=re.escape(said)):
        geometry.read(TABLE.replace(old, new))


def test_another_standard_is_a_few_numbers():
    norway = geometry.read(
        TABLE.replace("[uk]", "[c65]").replace(
            "x = 24.6, y = 39.5, width = 95.4", "x = 15, y = 39, width = 100"
        )
    )["c65"]

    lines = lines_of(pages_of(pdf([a_sheet()], norway))[0])

    assert only(lines, ADDRESS[0])[0].left == pytest.approx(18.4, abs=0.5)


def test_the_print_page_has_the_same_figures():
    style = paper.css()

    for name, layout in layouts().items():
        assert f"@page sheet-{name}{{size:210mm 297mm;margin:0}}" in style
        (rule,) = re.findall(rf"\.sheet--{name}{{([^}}]*)}}", style)
        properties = dict(part.split(":") for part in rule.split(";"))
        assert properties["page"] == f"sheet-{name}"
        assert properties["--sheet-window-x"] == f"{layout.window.x:g}mm"
        assert properties["--sheet-body-y"] == f"{layout.body.y:g}mm"
        assert properties["--sheet-address-size"] == f"{layout.address.size:g}pt"


def test_a_swept_temporary_folder_is_made_again():
    before = pdf([a_sheet()], UK)
    shutil.rmtree(paper._setter()._folder)

    assert pdf([a_sheet()], UK) == before


def test_what_goes_to_typst_is_data():
    data = paper._data([a_sheet()], UK, "")

    assert json.loads(paper._written(data))["sheets"][0]["address"]["lines"] == list(ADDRESS[:5])
