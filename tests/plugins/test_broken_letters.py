import re

import pytest

from plugins.letters.header import KEYS
from plugins.letters.paper import Press
from tests.plugins.broken import CASES, GOOD, LETTER, POST, TARGETS, changed, compiled, said, write

# The table of bad input in the specification of letters, row by row.
ROWS = [
    "no targets",
    "unknown target",
    "no usable channel",
    "malformed e-mail",
    "duplicate recipient",
    "unknown placeholder",
    "single brackets",
    "unused field or prompt",
    "required field in the subject",
    "header-looking line",
    "deadline",
    "deadline passed",
    "deadline soon, post only",
    "deadline without reason, or far",
    "ending",
    "status",
    "over budget",
    "long letter",
    "Markdown",
    "curly quotes",
    "postal",
    "verified",
    "petition",
    "related post, chaser, successor",
    "helplines",
    "private details",
    "duplicate slug, or the same request twice",
    "strict",
]
SCRIPTS = {
    "Arabic": "سارة العلي",
    "Bengali": "শেখ হাসিনা",
    "Chinese": "王小明",
    "Cyrillic": "Анна Ковальчук",
    "Devanagari": "द्रौपदी मुर्मू",
    "Georgian": "სალომე ზურაბიშვილი",
    "Greek": "Ελένη Παπαδοπούλου",
    "Hangul": "김민준",
    "Hebrew": "דוד לוי",
    "Latin": "Þórdís Ñandú-Müller",
    "Sinhala": "ශ්‍රී ජයවර්ධන",
    "Tamil": "மு. கருணாநிதி",
    "Thai": "สมชาย ใจดี",
}
NASTY = [
    "0001-01-01",
    "9999-12-31",
    "2026-12-12 17:00+25:00",
    "-1",
    "99999999999999999999",
    "| | | | | |",
    "2026-11-20 | chair | none | full",
    "a\n    b",
    "a\u2028b\x0bc",
    "[[",
    "[[]]",
    "[x](y) *z* <b>",
    "{static}/nowhere.png",
    "../../etc/passwd",
    "\U0001f4ee ﷺ",
    "https://",
]


@pytest.fixture
def content(tmp_path):
    """The good files."""
    for path, text in GOOD.items():
        write(tmp_path / path, text)
    return tmp_path


def test_the_good_files_are_good(content, tmp_path_factory):
    campaign = compiled(content, Press(tmp_path_factory.mktemp("pdf")))

    assert said(campaign, strict=True, publishing=True) == []
    assert [letter.slug for letter in campaign.letters] == ["vote"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.row}: {case.name}")
def test_each_mistake_is_said_once_and_exactly(case, tmp_path, tmp_path_factory):
    case.write(tmp_path)

    press = Press(tmp_path_factory.mktemp("pdf")) if case.paper else None

    assert said(compiled(tmp_path, press), **{case.mode: True} if case.mode else {}) == case.says


@pytest.mark.parametrize("row", ROWS)
def test_every_row_of_the_specification_has_a_case(row):
    assert any(case.row == row and case.says for case in CASES)


def test_all_mistakes_of_all_files_are_said_in_one_run_by_file_and_line(content):
    write(content / TARGETS, GOOD[TARGETS].replace('country = "GB"', 'country = "UK"'))
    write(content / POST, changed(GOOD[POST], ["Letter: voet"]))
    write(content / LETTER, changed(GOOD[LETTER], ["Goal: 0", "Targets: chiar"], "*Now.*"))
    write(content / "letters/after.md", changed(GOOD[LETTER], ["Slug: after", "Ask:"]))

    assert [line.split(": ")[0] for line in said(compiled(content))] == [
        "ERROR data/targets.toml:7",
        "ERROR data/targets.toml:18",
        "ERROR letters/after.md:7",
        "ERROR letters/vote.md:5",
        "ERROR letters/vote.md:8",
        "ERROR letters/vote.md:10",
        "ERROR posts/why.md:4",
    ]


@pytest.mark.parametrize("value", [*NASTY, "x" * 5000], ids=lambda value: ascii(value[:30]))
def test_no_value_of_any_key_stops_the_run_or_breaks_a_line(content, value):
    for key in sorted(KEYS):
        write(content / LETTER, changed(GOOD[LETTER], [f"{key}: {value}"]))

        lines = said(compiled(content))
        assert "\n".join(lines).splitlines() == lines


def test_files_with_a_mark_and_crlf_are_good(tmp_path):
    for path, text in GOOD.items():
        write(tmp_path / path, "\ufeff" + text, "crlf")

    assert said(compiled(tmp_path)) == []


def test_a_letter_of_ten_thousand_words_is_warned_of(content):
    words = "\n\n".join(["I ask you to vote yes, as we all do here."] * 1000)
    write(content / LETTER, changed(GOOD[LETTER], [], words))

    warned, linked = said(compiled(content))

    assert warned == (
        "WARNING letters/vote.md:9: the letter has 11000 words: 400 fit on a page, "
        "and one page is read"
    )
    assert re.fullmatch(
        r"INFO letters/vote\.md:9: the mail link to \"chair\" would have .*", linked
    )


def test_fifty_targets_are_no_problem(content):
    chair = GOOD[TARGETS].split("\n\n")[0]
    book = [
        chair.replace('"chair"', f'"chair-{n}"').replace("chair@", f"chair-{n}@") for n in range(50)
    ]
    write(content / TARGETS, "\n\n".join(book))
    ids = ", ".join(f"chair-{n}" for n in range(50))
    write(content / LETTER, changed(GOOD[LETTER], [f"Targets: {ids}"]))

    campaign = compiled(content)

    assert said(campaign) == []
    assert len(campaign.letters[0].targets) == 50


@pytest.mark.parametrize("name", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_names_in_every_script_are_no_problem(content, name):
    book = changed(GOOD[TARGETS].split("\n\n")[0], [f'name = "{name}"', f'salutation = "{name}"'])
    write(content / TARGETS, book)

    assert said(compiled(content)) == []


def test_a_name_that_no_font_has_is_warned_of(content, tmp_path_factory):
    book = changed(GOOD[TARGETS].split("\n\n")[0], [f'name = "{SCRIPTS["Chinese"]}"'])
    write(content / TARGETS, book)

    assert said(compiled(content, Press(tmp_path_factory.mktemp("pdf")))) == [
        "WARNING letters/vote.md:9: the PDF cannot draw 3 characters (小 明 王): "
        "readers are offered the print page"
    ]
