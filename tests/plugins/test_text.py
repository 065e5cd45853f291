import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plugins.letters import text
from plugins.letters.letter import Blank, Given, Items, Paragraph
from tests.plugins.making import make_letter, make_target

ANY = st.text(max_size=300)
LONG_WORD = "https://example.org/" + "a" * 90


def squeezed(value):
    """Return a text without its spaces, which wrapping may change."""
    return "".join(text.plain(value).split())


def test_a_message_is_the_letter_with_its_parts_below_each_other():
    letter = make_letter(
        body=(
            Paragraph(
                ("I live in ", Blank("town", "Your town"), ",\nand ask ", Given("name"), ".")
            ),
            Items(1, (("to vote",), ("to say ", Blank("why", "Why", "so")))),
            Items(None, (("one",), ("two",))),
        )
    )

    assert text.message(letter, letter.targets[0]) == (
        "Dear Sam Chair,\n\nI live in [Your town],\nand ask Sam Chair.\n\n"
        "1. to vote\n2. to say so\n\n- one\n- two\n\n"
        "Yours sincerely,\n\n[Your name]\n[Your address]"
    )


def test_a_letters_own_salutation_and_closing_come_before_the_targets():
    letter = make_letter("I ask.", own_salutation="Dear all", own_closing="With thanks")

    message = text.message(letter, letter.targets[0])

    assert message.startswith("Dear all,\n\n")
    assert "\n\nWith thanks,\n\n" in message


@pytest.mark.parametrize(
    ("name", "shows"),
    [("name", "Sam Chair"), ("role", "Chair of the council"), ("salutation", "Dear Sam Chair")],
)
def test_what_depends_on_the_target_is_the_targets(name, shows):
    letter = make_letter()

    assert text.line((Given(name),), letter, letter.targets[0]) == shows


def test_an_office_without_a_name_is_called_by_its_role():
    target = make_target(name="")

    assert text.line((Given("name"),), make_letter(), target) == "Chair of the council"


def test_a_page_is_a_typed_letter():
    letter = make_letter("I ask.", copies_to=(make_target(name="Alex Clerk"),))

    assert text.page(letter, letter.targets[0], "GB").split("\n") == [
        "[Your name]".rjust(72),
        "[Your address]".rjust(72),
        "",
        "[Date]".rjust(72),
        "",
        "Sam Chair",
        "Chair of the council",
        "The council",
        "1 High Street",
        "TOWNVILLE",
        "TN1 1AA",
        "",
        "Please vote yes",
        "",
        "Dear Sam Chair,",
        "",
        "I ask.",
        "",
        "Yours sincerely,",
        "",
        "",
        "",
        "",
        "[Your name]",
        "",
        "Copies to:",
        "- Alex Clerk",
        "",
    ]


@given(ANY, ANY, ANY, ANY)
@example(LONG_WORD, "", "", "")
@example("字" * 200, "", "", "")
@example("- " + "word " * 40, "", "", "")
def test_no_line_of_a_page_is_over_72_and_nothing_is_lost(paragraph, subject, name, item):
    target = make_target(name=name)
    body = (Paragraph((paragraph,)), Items(9, ((item,),)))
    letter = make_letter(subject=(subject,), body=body)

    page = text.file([text.page(letter, target, "GB")]).decode()

    assert max(map(len, page.split("\r\n"))) <= 72
    assert squeezed(page) == squeezed(
        "[Your name][Your address][Date]"
        + "".join(dict.fromkeys(line for line in (name, *target.postal) if line)).replace(
            "1 High Street", "Chair of the council The council 1 High Street", 1
        )
        + f"{subject}{target.salutation},{paragraph}9.{item}{target.closing},[Your name]"
    )


@pytest.mark.parametrize("script", ["字", "한", "ア", "Ｗ"])
def test_no_line_takes_more_than_72_columns_where_a_character_takes_two(script):
    letter = make_letter(script * 100)

    page = text.page(letter, letter.targets[0], "GB")

    assert max(map(columns, page.split("\n"))) <= 72


def columns(line):
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line)


def test_a_long_number_before_a_dot_is_no_item_of_a_list():
    letter = make_letter("1" * 80 + ". or so")

    page = text.page(letter, letter.targets[0], "GB")

    assert max(map(len, page.split("\n"))) <= 72


def test_an_item_goes_on_below_its_own_text():
    letter = make_letter(body=(Items(10, (("word " * 20,),)),))

    lines = text.page(letter, letter.targets[0], "GB").split("\n")

    first = next(number for number, line in enumerate(lines) if line.startswith("10. word"))
    assert lines[first + 1].startswith("    word")


@given(st.lists(st.text("ab \n\f", max_size=20), min_size=1, max_size=4))
def test_a_file_has_only_line_breaks_that_every_system_reads(pages):
    content = text.file(pages)

    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert content.decode().replace("\r\n", "\n").split("\f\n") == "\f\n".join(pages).split("\f\n")


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("‘It’s’", "'It's'"),
        ("“so”", '"so"'),
        ("now – or—never", "now - or-never"),
        ("well…", "well..."),
        ("10\u00a0000\u202f%", "10 000 %"),
        ("co\u00adoperation", "cooperation"),
        ("é字🏠«»€", "é字🏠«»€"),
    ],
)
def test_plain_text_has_a_typewriters_characters(typed, plain):
    assert text.plain(typed) == plain


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, ("Sam Chair", "Chair of the council", "The council", "1 High Street")),
        ({"name": ""}, ("Chair of the council", "The council", "1 High Street")),
        ({"organisation": "1 High Street"}, ("Sam Chair", "Chair of the council", "1 High Street")),
    ],
    ids=["all", "no name", "twice"],
)
def test_an_address_begins_with_who_and_says_nothing_twice(changes, lines):
    assert text.address(make_target(**changes), "GB") == (*lines, "TOWNVILLE", "TN1 1AA")


def test_an_address_abroad_ends_with_the_country_in_capitals():
    target = make_target(postal=("1 rue du Port", "75001 PARIS"), country="FR")

    assert text.address(target, "GB")[-1] == "FRANCE"
    assert text.address(target, "FR")[-1] == "75001 PARIS"
