import pytest

from comments_api import text


def test_it_writes_line_breaks_in_one_way():
    assert text.normal("a\r\nb\rc\n") == "a\nb\nc\n"


def test_it_composes_letters():
    assert text.normal("e\u0301") == "é"


@pytest.mark.parametrize(
    "char", ["\x00", "\x08", "\x1b", "\x7f", "\x80", "\ud800", "\ufdd0", "\uffff"], ids=ascii
)
def test_it_refuses_what_no_keyboard_writes(char):
    assert text.has_forbidden(f"a{char}b")


@pytest.mark.parametrize("words", ["a\tb\nc", "𝒽 👩‍👩‍👧 漢字", "مرحبا", "e\u0301"], ids=ascii)
def test_it_lets_in_what_people_write(words):
    assert not text.has_forbidden(words)


@pytest.mark.parametrize(
    "name",
    [
        *("a\nb", "a\tb", "a\u202eb", "a\u2066b", "a\u200fb", "a" + "\u0301" * 5),
        "ก" + "\u0e47" * 79,
        "ب" + "\u064e" * 5,
        "क" + "\u0941" * 5,
        "a" + "\u20dd" * 5,
        "a" + ("\u0301" * 4 + "\ufe0f") * 15,
        "a" + ("\u0301" * 4 + "\u200d") * 15,
        "a" + ("\u0301" * 4 + "\U000e0100") * 15,
    ],
    ids=lambda name: ascii(name)[:30],
)
def test_it_sees_the_tricks_in_a_name(name):
    assert text.has_tricks(name)


REAL = [
    *("Zoë", "Nguyễn Thị Thuỷ", "עִבְרִית", "בְּרֵאשִׁ֖ית", "مُحَمَّد", "عَبْدُ اللّٰهِ", "O'Brien-Smith"),
    *("श्रीनिवास", "हृषीकेश", "क़ुरैशी", "শ্রীকৃষ্ণ", "ਸਿੰਘ", "கிருஷ்ணன்", "ശ്രീജിത്ത്", "ක්‍රිෂාන්", "నరసింహ"),
    *("ณัฐวุฒิ", "น้ำผึ้ง", "ศิริรัตน์", "ຄຳຫຼ້າ", "សុខុម", "ញ៉ឹប", "ရွှေမြို့", "ညှို့", "རྒྱལ་མཚན", "བསྒྲུབས"),
    *("ᠮᠣᠩᠭ᠋ᠣᠯ", "علی‌رضا", "Bob ❤️❤️❤️❤️❤️❤️", "1️⃣2️⃣3️⃣", "👩‍👩‍👧", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "葛󠄀城", "が゙", "Ǭ̃́"),
]


@pytest.mark.parametrize("name", REAL, ids=ascii)
def test_it_sees_no_tricks_in_real_names(name):
    assert not text.has_tricks(text.normal(name))


@pytest.mark.parametrize(
    "blank", ["", " ", "\u200b", "\u3164", "\u2800", "\xa0\n\t", "\u0301", "\u00ad"], ids=ascii
)
def test_it_sees_that_there_is_nothing_to_see(blank):
    assert text.is_blank(blank)


@pytest.mark.parametrize("seen", ["a", ".", "👍", "漢", " -"], ids=ascii)
def test_it_sees_the_smallest_thing(seen):
    assert not text.is_blank(seen)
