import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.letters.body import ALWAYS, Reader, places, words
from plugins.letters.letter import Blank, Given, Items, Paragraph
from plugins.letters.problems import Mode, Notes, Problems

TOWN, WHY = Blank("town", "Your town"), Blank("prompt-why", "In your own words: why?")
NAMES = {
    "town": TOWN,
    "prompt:why": WHY,
    "target_name": Given("name"),
    "petition_url": "https://example.org/p",
}
FIRST = 10  # the number of the text's first line


def reading(text, key=""):
    """Read a text, and return its blocks, where something is wrong, and what was used."""
    problems = Problems()
    reader = Reader(NAMES, ("town", *ALWAYS), Notes(problems, "a.md"), key)
    blocks = reader.blocks(text, FIRST)
    return blocks, [(p.line, p.text) for p in problems.said(Mode())], reader.used


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("I ask.", (Paragraph(("I ask.",)),)),
        ("I ask.\n\nYou.", (Paragraph(("I ask.",)), Paragraph(("You.",)))),
        ("I\nask\nyou.", (Paragraph(("I ask you.",)),)),
        ("I ask,  \nyou.", (Paragraph(("I ask,\nyou.",)),)),
        ("I ask,\\\nyou.", (Paragraph(("I ask,\nyou.",)),)),
        ("1. to\n2. do", (Items(1, (("to",), ("do",))),)),
        ("1) to\n2) do", (Items(1, (("to",), ("do",))),)),
        ("3. to\n4. do", (Items(3, (("to",), ("do",))),)),
        ("0. to\n1. do", (Items(0, (("to",), ("do",))),)),
        ("- to\n- do", (Items(None, (("to",), ("do",))),)),
        ("* to\n\n* do\n  it", (Items(None, (("to",), ("do it",))),)),
        ("Read https://example.org/a_b_c", (Paragraph(("Read https://example.org/a_b_c",)),)),
        ("Read <https://example.org/>", (Paragraph(("Read https://example.org/",)),)),
        ("Marks &amp; Co \\*", (Paragraph(("Marks & Co *",)),)),
        ("100 % {1} [1] (a) $5 [sic]", (Paragraph(("100 % {1} [1] (a) $5 [sic]",)),)),
        ("", ()),
    ],
)
def test_what_survives_as_plain_text_is_read(text, blocks):
    assert reading(text)[:2] == (blocks, [])


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("In [[town]].", (Paragraph(("In ", TOWN, ".")),)),
        ("In [[ town ]].", (Paragraph(("In ", TOWN, ".")),)),
        ("[[town|Kent]]", (Paragraph((Blank("town", "Your town", "Kent"),)),)),
        ("[[town|]]", (Paragraph((TOWN,)),)),
        ("[[town]][[town]]", (Paragraph((TOWN, TOWN)),)),
        ("\\[\\[town\\]\\]", (Paragraph((TOWN,)),)),
        ("[[prompt:why]]", (Paragraph((WHY,)),)),
        ("[[target_name]] and", (Paragraph((Given("name"), " and")),)),
        ("Sign [[petition_url]] too", (Paragraph(("Sign https://example.org/p too",)),)),
        ("1. in [[town]]", (Items(1, (("in ", TOWN),)),)),
        ("a\n[[town]]\nb", (Paragraph(("a ", TOWN, " b")),)),
    ],
)
def test_a_placeholder_is_a_piece_of_its_own(text, blocks):
    assert reading(text)[:2] == (blocks, [])


def test_what_was_named_is_known():
    blocks, _, used = reading("[[town]] [[prompt:why]]\n\n- [[nobody]] [[target_name]]")

    assert used == {"town", "prompt:why", "nobody", "target_name"}
    assert list(places(blocks)) == [TOWN, WHY, Given("name")]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("# Please", 0, "a heading"),
        ("Please\n===", 0, "a heading"),
        ("> Please", 0, "a quotation block"),
        ("    Please", 0, "a text indented"),
        ("~~~\nPlease\n~~~", 0, "a block of code"),
        ("I ask.\n\n***", 2, "a rule"),
        ("I\nask *now*", 1, "emphasis"),
        ("I\nask **now** please", 1, "emphasis"),
        ("I  \nask **now**", 1, "emphasis"),
        ("I\nask `now`", 1, "code"),
        ("I\nask <b>now</b>", 1, "HTML"),
        ("<!-- now -->", 0, "HTML"),
        ("I\nask <br>", 1, "HTML"),
        ("![Now](now.png)", 0, "an image"),
        ("I ask.\n\n| a | b |", 2, "a table"),
        ("I ask.\n\na | b\n--- | ---", 3, "a table"),
        ("1. a\n\n   b", 2, "a second paragraph"),
        ("- a\n    - b\n    - c", 1, "a second paragraph or list"),
        ("- # a", 0, "a heading"),
        ("- a\n- > b", 1, "a quotation block"),
        ("1. a\n2. *b*", 1, "emphasis"),
        ("I ask [you](https://x.org).", 0, "the link to https://x.org"),
        ("I\nask [you](https://x.org).", 1, "the link to https://x.org"),
        ("I  \nask [you](https://x.org).", 1, "the link to https://x.org"),
        ("I ask [you][1].\n\n[1]: https://x.org", 0, "the link to https://x.org"),
        ("I ask.\n\n[1]: https://x.org", 2, ""),
        ("*I ask [[town]]*", 0, "emphasis"),
    ],
)
def test_what_cannot_survive_is_noted_with_its_line(text, line, what):
    found = reading(text)[1]

    assert (FIRST + line, what) in [(number, said[: len(what)]) for number, said in found]
    assert {number for number, _ in found} == {FIRST + line}


@pytest.mark.parametrize(
    "likeness",
    ["[name]", "[Your Name]", "[INSERT TOWN HERE]", "[your/her name]", "{name}", "{{ name }}",
     "<<name>>", "__name__", "__Your name__", "%name%", "%FIRST_NAME%"],
)  # fmt: skip
@pytest.mark.parametrize("text", ["I am {}", "I am {}, here", "I am {}."], ids=["end", "in", "dot"])
def test_what_looks_like_a_placeholder_is_noted(text, likeness):
    found = reading("I ask.\n\n" + text.replace("{}", likeness))[1]

    assert any(
        line == FIRST + 2 and "looks like a placeholder: write [[…]]" in said
        for line, said in found
    )


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[[tonw]]", 0, '[[tonw]] is no field (did you mean "town"?)'),
        ("a\nb [[tonw]]", 1, '[[tonw]] is no field (did you mean "town"?)'),
        ("a  \nb [[tonw]]", 1, '[[tonw]] is no field (did you mean "town"?)'),
        ("a\n\n- b\n- c\n  [[tonw]]", 4, '[[tonw]] is no field (did you mean "town"?)'),
        ("[[prompt:hwy]]", 0, '[[prompt:hwy]] is no field (did you mean "prompt:why"?)'),
        ("[[my_nmae]]", 0, '[[my_nmae]] is no field (did you mean "my_name"?)'),
    ],
)
def test_an_unknown_placeholder_is_noted_with_the_nearest_and_all_that_there_always_are(
    text, line, says
):
    assert reading(text)[1] == [(FIRST + line, f"{says}; always there are: {', '.join(ALWAYS)}")]


def test_the_built_in_names_are_said_once():
    ((_, says),) = reading("[[xyzzy]]")[1]

    assert says.count("my_address") == 1


def test_what_is_noted_of_a_header_line_names_its_key():
    problems = Problems()
    reader = Reader(NAMES, (), Notes(problems, "a.md"), "subject")

    pieces = reader.line("From *[[town]]* with [[tonw]]", 6)

    assert pieces[:2] == ("From *", TOWN)
    assert [(p.line, p.key) for p in problems] == [(6, "subject")]


def test_an_empty_line_has_no_pieces():
    assert Reader(NAMES, (), Notes(Problems(), "a.md")).line("", 1) == ()


def test_words_are_those_of_the_author():
    blocks = reading("I live in [[town]].\n\n- one\n- two")[0]

    assert words(blocks).split() == ["I", "live", "in", ".", "one", "two"]


@given(st.text(st.sampled_from(list("a1 \n\t-*_#>|`~[]{}()<>!&%\\:.=+\"'é字\u200b")), max_size=60))
def test_no_text_stops_the_reading_and_every_line_named_is_one_of_its_own(text):
    found = reading(text)[1]

    assert all(FIRST <= line < FIRST + len(text.split("\n")) for line, _ in found)


@given(st.lists(st.from_regex(r"[a-zé字]{1,8}( [a-z,.']{1,8}){0,6}\Z", fullmatch=True), min_size=1))
def test_plain_paragraphs_are_read_as_they_are(paragraphs):
    blocks = reading("\n\n".join(paragraphs))[0]

    assert blocks == tuple(Paragraph((text,)) for text in paragraphs)
