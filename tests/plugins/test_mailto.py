import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.letters import addresses, mailto, text
from plugins.letters.letter import Paragraph
from tests.plugins.decoding import decoded
from tests.plugins.making import make_letter, make_target

ANY = st.text(max_size=200)
LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=80)
ADDRESS = st.from_regex(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}@[a-z]{1,9}\.[a-z]{2,5}", fullmatch=True
)
# What RFC 6068 lets stand in an address as it is: unreserved and some-delims, "," "@" "%".
ALLOWED = re.compile(
    r"mailto:[A-Za-z0-9._~!$'()*+,:@%-]+\?[a-z]+=[A-Za-z0-9._~!$'()*+,;:@%/?-]*"
    r"(&[a-z]+=[A-Za-z0-9._~!$'()*+,;:@%/?-]*)*"
)
HOSTILE = ["chair@example.org", "a+b&c@x.org", "a?b@x.org", "a#b@x.org", "a%62@x.org", "a/b@x.org",
           "a=b@x.org", "o'brien@x.org", "{a}|^`*!$~@x.org", "müller@exämple.org",
           "字@例え.jp"]  # fmt: skip


@pytest.mark.parametrize("address", HOSTILE)
def test_an_address_survives_whatever_it_holds(address):
    assert addresses.wrong_email(address) == ""

    href = mailto.mailto(address, "Vote & win?", "100 % + 1 = #1\nyes", [address, "b@x.org"])

    assert ALLOWED.fullmatch(href)
    assert decoded(href) == {
        "to": [address],
        "subject": "Vote & win?",
        "body": "100 % + 1 = #1\r\nyes",
        "cc": [address, "b@x.org"],
    }


@given(ADDRESS, LINE, ANY)
def test_a_link_decodes_to_what_it_was_made_of(address, subject, body):
    body = body.replace("\r", "")

    href = mailto.mailto(address, subject, body)

    assert ALLOWED.fullmatch(href)
    assert decoded(href) == {
        "to": [address],
        "subject": subject,
        "body": body.replace("\n", "\r\n"),
    }


@given(LINE, st.lists(LINE, max_size=60), st.sampled_from([300, 1800, 4000]))
def test_a_link_that_fits_is_the_whole_letter_and_within_the_budget(subject, paragraphs, budget):
    letter = make_letter(*paragraphs, subject=(subject,))
    target = letter.targets[0]

    done = mailto.hand_off(letter, target, budget)

    found = decoded(done.href)
    assert found["to"] == ["chair@example.org"]
    if done.fits:
        assert found["subject"] == text.plain(subject)
        assert len(done.href) == done.length <= budget
        assert done.over == 0
        assert found["body"] == text.message(letter, target).replace("\n", "\r\n")
    else:
        assert done.length > budget
        assert done.over > 0
        # A budget that has no room for the subject either leaves the address alone.
        assert found.get("subject", "") in {text.plain(subject), ""}
        assert found.get("body", "") in {"Please paste the letter here.", ""}


@pytest.mark.parametrize("length", [1799, 1800, 1801])
def test_the_budget_is_the_most_that_fits(length):
    empty = mailto.hand_off(make_letter(""), make_target()).length
    letter = make_letter("a" * (length - empty))

    done = mailto.hand_off(letter, letter.targets[0])

    assert (done.length, done.fits) == (length, length <= 1800)


def test_taking_out_the_words_that_are_over_and_one_makes_it_fit():
    words = ["letters"] * 400
    over = mailto.hand_off(make_letter(" ".join(words)), make_target()).over

    assert mailto.hand_off(make_letter(" ".join(words[over + 1 :])), make_target()).fits


def test_copies_go_to_those_who_have_an_address():
    copies = (make_target(email="clerk@example.org"), make_target(email=""))
    letter = make_letter("I ask.", copies_to=copies)

    assert decoded(mailto.hand_off(letter, letter.targets[0]).href)["cc"] == ["clerk@example.org"]


@pytest.mark.parametrize(
    ("subject", "copies"),
    [("Please vote yes", 80), ("請投票" * 50, 0), ("請投票" * 50, 20)],
    ids=["many copies", "a long subject", "both"],
)
def test_even_a_letter_to_be_pasted_is_within_the_budget(subject, copies):
    letter = make_letter(
        "I ask. " * 300,
        subject=(subject,),
        copies_to=tuple(make_target(email=f"councillor-{n}@example.org") for n in range(copies)),
    )

    assert len(mailto.hand_off(letter, letter.targets[0]).href) <= mailto.BUDGET


def test_a_line_break_that_the_author_wants_is_one():
    letter = make_letter(body=(Paragraph(("I ask,\nyou",)),))

    assert "I%20ask,%0D%0Ayou" in mailto.hand_off(letter, letter.targets[0]).href
