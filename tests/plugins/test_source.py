import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.letters.problems import Mode, Notes, Problems
from plugins.letters.source import Entry, Unreadable, check_header, decoded, parsed, read


def test_a_header_is_read_key_by_key_with_its_lines():
    source = parsed("a.md", "Title: A\nSummary: one\n    two\nField: x\nFIELD: y\n\nText.\n")

    assert source.entries == (
        Entry("title", "A", 1),
        Entry("summary", "one\ntwo", 2),
        Entry("field", "x", 4),
        Entry("field", "y", 5),
    )
    assert (source.text, source.first, source.broken) == ("Text.\n", 7, 0)


def test_the_last_of_a_key_counts_unless_all_are_asked_for():
    source = parsed("a.md", "Goal: 1\nGoal: 2\nGoal:\n\n")

    assert source.get("goal") == "2"
    assert [entry.value for entry in source.all("goal")] == ["1", "2"]
    assert source.line("goal") == 3
    assert (source.get("ask"), source.line("ask")) == ("", 0)


@pytest.mark.parametrize("end", ["---", "...", ""], ids=["dashes", "dots", "empty line"])
def test_a_header_may_stand_between_fences(end):
    source = parsed("a.md", f"---\nTitle: A\n{end}\nText.")

    assert source.entries == (Entry("title", "A", 2),)
    assert (source.text, source.first, source.broken) == ("Text.", 4, 0)


@pytest.mark.parametrize("divider", ["---letter---", "--- letter ---", "----LETTER----  "])
def test_a_divider_parts_introduction_and_letter(divider):
    source = parsed("a.md", f"Title: A\n\nHello.\n{divider}\nI ask.\n---letter---\n")

    assert source.divided == ("Hello.", "I ask.\n---letter---\n", 5)


def test_a_text_without_a_divider_is_all_letter():
    assert parsed("a.md", "Title: A\n\nI ask.").divided == ("", "I ask.", 3)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"A\r\nB\rC\n", "A\nB\nC\n"),
        (b"\xef\xbb\xbfA", "A"),
        ("ÄЖ字".encode(), "ÄЖ字"),
        (b"", ""),
    ],
    ids=["line breaks", "mark", "UTF-8", "empty"],
)
def test_a_file_is_read_however_its_editor_saved_it(raw, text):
    assert decoded(raw) == text


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("A".encode("utf-16"), "is saved as UTF-16"),
        (b"\xfe\xff\x00A", "is saved as UTF-16"),
        ("A\nB\nCafé".encode("latin-1"), r"is not UTF-8 \(line 3\)"),
        (b"A\r\nB\xff", r"is not UTF-8 \(line 2\)"),
        (b"A\nB\0", r"holds a NUL character \(line 2\)"),
    ],
    ids=["UTF-16", "UTF-16, other way", "Latin-1", "Latin-1 with CRLF", "NUL"],
)
def test_what_is_no_text_is_refused_by_name(raw, says):
    with pytest.raises(Unreadable, match=f"^{says}"):
        decoded(raw)


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path):
    with pytest.raises(Unreadable, match=r"^cannot be read: no such file"):
        read(tmp_path, tmp_path / "a.md")


LINES = st.lists(
    st.sampled_from(
        ["Title: A", "title:B", "x_y-z: 1", "   Key: C", "    Key: D", "    more", "  two", "",
         "   ", "---", "...", "A.b: c", "no key", "Key:", "Ask: who: what", "é: x", "----", "http://x.y"]
    ),
    max_size=8,
)  # fmt: skip


@given(LINES)
def test_a_whole_header_is_what_pelican_reads(lines):
    text = "\n".join(lines)
    reader = markdown.Markdown(extensions=["meta"])
    reader.convert(text)

    source = parsed("a.md", text)

    if source.entries and not source.broken:
        assert {key: [line for line in values if line] for key, values in reader.Meta.items()} == {
            entry.key: [
                line for one in source.all(entry.key) for line in one.value.split("\n") if line
            ]
            for entry in source.entries
        }


@given(LINES)
def test_no_line_is_lost_and_each_keeps_its_number(lines):
    source = parsed("a.md", "\n".join(lines))

    assert source.text == "\n".join(lines[source.first - 1 :])


def told(text, known=("title", "deadline", "ask")):
    problems = Problems()
    check_header(parsed("a.md", text), Notes(problems, "a.md"), frozenset(known))
    return [str(problem) for problem in problems.said(Mode())]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Title: A\n\nI ask: will you vote?", []),
        ("Title: A\n\nNote: this is no key.", []),
        ("Title: A\n\nI ask.\n\nDeadline: of others", []),
        ("Title: A\n\nhttps://example.org", []),
        ("Title: A\n\nAsk:", ["a.md:3"]),
        ("Title: A\n\nI ask.\nDeadline: 2026-12-12", ["a.md:4"]),
        ("Title: A\n  more", ["a.md:2"]),
        ("Title: A\n\tmore", ["a.md:2"]),
        ("Title: A\nshare.text: x", ["a.md:2"]),
        ("Titel: A", ["a.md:1"]),
        ("Titel: A\nDedline: B", ["a.md:1", "a.md:2"]),
    ],
)
def test_header_lines_that_nobody_would_read_are_noted(text, says):
    assert [line.split(": ")[0] for line in told(text)] == [f"ERROR {place}" for place in says]


def test_a_key_like_none_is_a_warning():
    assert told("Zzzz: 1") == ["WARNING a.md:1: zzzz: nobody reads this key"]
