from dataclasses import replace

import pytest

from comments_api.settings import ROOT
from plugins.letters import edition, sheets, text
from plugins.letters.layouts import layouts
from plugins.letters.mailto import BUDGET
from plugins.letters.paper import Press
from tests.plugins.broken import compiled
from tests.plugins.decoding import decoded
from tests.plugins.test_paper import lines_of, pages_of

CAMPAIGN = compiled(ROOT / "content")
EDITIONS = [
    one
    for letter in CAMPAIGN.letters
    for one in edition.editions(letter, f"/letters/{letter.slug}/", "GB", BUDGET)
]
BY_MAIL = [one for one in EDITIONS if one.hand_off]


def name(one):
    return f"{one.letter.slug} to {one.target.id}"


def test_there_are_samples_by_mail_and_by_post():
    assert BY_MAIL
    assert any(one.target.postal for one in EDITIONS)
    assert all(letter.targets for letter in CAMPAIGN.letters)


@pytest.mark.parametrize("one", BY_MAIL, ids=name)
def test_the_link_decodes_to_the_letter_and_is_within_the_budget(one):
    assert one.hand_off.fits
    assert len(one.hand_off.href) <= BUDGET
    assert decoded(one.hand_off.href) == {
        "to": [one.target.email],
        "subject": one.plain_subject,
        "body": one.text.replace("\n", "\r\n"),
    }


@pytest.mark.parametrize("one", EDITIONS, ids=name)
def test_no_line_of_the_text_file_is_over_72(one):
    lines = text.file([one.page]).decode("utf-8").split("\r\n")

    assert max(map(len, lines)) <= 72
    assert not any("\n" in line or "\r" in line for line in lines)


@pytest.mark.parametrize("one", EDITIONS, ids=name)
def test_the_text_file_holds_the_whole_letter(one):
    words = one.page.split()

    for paragraph in one.text.split("\n\n")[:-1]:
        assert " ".join(paragraph.split()) in " ".join(words)


@pytest.mark.parametrize("layout", ["uk", "universal"])
@pytest.mark.parametrize("one", EDITIONS, ids=name)
def test_the_address_of_the_pdf_lies_in_the_window(one, layout, tmp_path):
    posted = replace(one, letter=replace(one.letter, postal_layout=layout))
    window = layouts()[layout].window

    printed = sheets.printed(Press(tmp_path), [posted])

    if printed.crowded:
        assert len(one.address) > layouts()[layout].lines  # the compiler warns of it
        return
    lines = lines_of(pages_of(printed)[0])
    address = [line for line in lines if line.text.strip() in one.address]
    assert len(address) == len(one.address)
    for line in address:
        assert window.x < line.left < line.right < window.x + window.width
        assert window.y < line.top < line.bottom < window.y + window.height
