import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from plugins.letters.edition import editions
from plugins.letters.letter import Blank, Given, Items, Paragraph
from tests.plugins.making import make_letter, make_target

EVIL = "<img src=x onerror=\"alert('1')\"> & [x]"
SAFE = "&lt;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&gt; &amp; [x]"
BASE = "/letters/vote/"


def edition(letter, budget=1800):
    return editions(letter, BASE, "GB", budget)[0]


def test_a_body_is_marked_for_the_script():
    letter = make_letter(
        body=(
            Paragraph(("I live in ", Blank("town", "Your town"), ",\nand ask.")),
            Items(1, (("to vote",), (Blank("prompt-why", "Why?"),))),
            Items(3, (("three",),)),
            Items(None, (("a",), (Given("role"),))),
        )
    )

    assert edition(letter).body == Markup(
        '<p>I live in <span class="blank" data-blank="town" data-fallback="">[Your town]</span>,'
        "<br>\nand ask.</p>\n"
        '<ol>\n<li>to vote</li>\n<li><span class="blank" data-blank="prompt-why" '
        'data-fallback="">[Why?]</span></li>\n</ol>\n'
        '<ol start="3">\n<li>three</li>\n</ol>\n'
        '<ul>\n<li>a</li>\n<li><span data-given="role">Chair of the council</span></li>\n</ul>'
    )


def test_a_blank_with_a_fallback_shows_it():
    letter = make_letter(subject=("From ", Blank("town", "Your town", "Kent")))

    assert edition(letter).subject == Markup(
        'From <span class="blank" data-blank="town" data-fallback="Kent">Kent</span>'
    )


@pytest.mark.parametrize(
    ("piece", "shown"),
    [
        (EVIL, SAFE),
        (Blank(EVIL, "a"), f'data-blank="{SAFE}"'),
        (Blank("a", EVIL), f">[{SAFE}]</span>"),
        (Blank("a", "b", EVIL), f'data-fallback="{SAFE}">{SAFE}</span>'),
        (Given("name"), f">{SAFE}</span>"),
        (Given("role"), f">{SAFE}</span>"),
        (Given("salutation"), f">{SAFE}</span>"),
    ],
    ids=["text", "name of a blank", "label", "fallback", "name", "role", "salutation"],
)
@pytest.mark.parametrize(
    "placed",
    [
        lambda piece: {"body": (Paragraph((piece,)),)},
        lambda piece: {"body": (Items(1, ((piece,),)),)},
        lambda piece: {"subject": (piece,)},
    ],
    ids=["paragraph", "item", "subject"],
)
def test_nothing_of_a_letter_is_read_as_html(piece, shown, placed):
    target = make_target(name=EVIL, role=EVIL, salutation=EVIL)

    one = edition(make_letter(targets=(target,), **placed(piece)))
    html = one.subject + one.body

    assert shown in html
    assert "<img" not in html


@given(st.text(), st.text(), st.text())
def test_what_is_shown_is_what_was_written(text, label, fallback):
    letter = make_letter(body=(Paragraph((text, Blank("a", label, fallback))),))

    html = edition(letter).body

    shown = unescape(re.sub(r"<[^>]*>", "", html.replace("<br>\n", "\n")))
    assert isinstance(html, Markup)
    assert [re.sub(r"\s", "", one) for one in re.findall(r"</?(\w+)", html)] == [
        "p", *["br"] * text.count("\n"), "span", "span", "p"
    ]  # fmt: skip
    if not re.search("[&\r\0\x80-\x9f\ufffe\uffff]", text + label + fallback):
        assert shown == text + (fallback or f"[{label}]")


def test_the_only_edition_has_the_files_of_the_letter():
    one = edition(make_letter())

    assert (one.txt_url, one.pdf_url) == (f"{BASE}letter.txt", f"{BASE}letter.pdf")


def test_each_of_several_editions_has_files_of_its_own_if_the_reader_chooses():
    chair, leader = make_target(), make_target(id="leader", name="Alex Leader", email="")
    letter = make_letter(targets=(chair, leader), choose="any")

    found = editions(letter, BASE, "GB", 1800)

    assert [(one.target.id, one.txt_url) for one in found] == [
        ("chair", f"{BASE}chair/letter.txt"),
        ("leader", f"{BASE}leader/letter.txt"),
    ]


def test_editions_that_all_go_out_share_the_files_of_the_letter():
    letter = make_letter(targets=(make_target(), make_target(id="leader")), choose="all")

    found = editions(letter, BASE, "GB", 1800)

    assert [one.pdf_url for one in found] == [f"{BASE}letter.pdf"] * 2


def test_the_same_target_twice_is_one_edition_with_the_files_of_the_letter():
    chair = make_target()

    (one,) = editions(make_letter(targets=(chair, chair)), BASE, "GB", 1800)

    assert one.txt_url == f"{BASE}letter.txt"


@pytest.mark.parametrize(
    ("target", "letter", "channels"),
    [
        ({}, {}, ("email", "post", "copy")),
        ({"preferred": "post"}, {}, ("post", "email", "copy")),
        ({}, {"own_channels": ("post",)}, ("post", "copy")),
        ({"email": ""}, {}, ("post", "copy")),
        ({"phone": "+442079460000", "contact_form": "https://x.org/", "preferred": "phone"}, {},
         ("phone", "email", "post", "form", "copy")),
    ],
)  # fmt: skip
def test_the_preferred_way_comes_first_and_copying_is_always_one(target, letter, channels):
    one = edition(make_letter(targets=(make_target(**target),), **letter))

    assert one.channels == channels


def test_only_a_target_that_gets_mail_has_a_link():
    by_post = make_letter("I ask.", own_channels=("post",))

    assert edition(by_post).hand_off is None
    assert edition(make_letter("I ask.")).hand_off.fits
    assert not edition(make_letter("I ask."), budget=50).hand_off.fits


def test_salutation_closing_and_address_are_those_of_the_target():
    one = edition(make_letter())

    assert (one.salutation, one.closing) == ("Dear Sam Chair", "Yours sincerely")
    assert one.address[0] == "Sam Chair"
