from datetime import datetime

import pytest

from plugins import letters
from plugins.letters import BadLetter
from plugins.targets import BadAddressBook
from tests.site.building import CONTENT, build

LETTER = (CONTENT / "letters" / "write-to-the-chair.md").read_text(encoding="utf-8")
BOOK = (CONTENT / "data" / "targets.toml").read_text(encoding="utf-8")


@pytest.fixture
def make(tmp_path):
    """Builds a site of one letter, whose header or address book a test may change."""

    def made(old="", new="", book=BOOK):
        content = tmp_path / "content"
        for folder in ("letters", "posts", "data"):
            (content / folder).mkdir(parents=True)
        assert old in LETTER
        (content / "letters" / "a.md").write_text(LETTER.replace(old, new, 1), encoding="utf-8")
        (content / "data" / "targets.toml").write_text(book, encoding="utf-8")
        return build(tmp_path / "made", content=content)

    return made


def test_a_letter_has_its_page_with_both_parts(make):
    page = make().read("letters/write-to-the-chair/index.html").decode()

    assert page.index("An introduction.") < page.index("I ask you to vote yes.")
    assert "---letter---" not in page
    assert "Dear Sam Chair" in page
    assert "1 High Street" in page


def test_a_letter_without_a_divider_is_all_letter(make):
    page = make("---letter---\n", "").read("letters/write-to-the-chair/index.html").decode()

    assert "An introduction." in page


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Targets: chair", "Targets: chiar", 'targets: "chiar" is not in data/targets.toml (did'),
        ("Targets: chair\n", "", "targets: needs at least one target id"),
        ("Deadline: 2026-12-12", "Deadline: soon", 'deadline: "soon"'),
        ("Deadline: 2026-12-12", "Deadline: 2026-02-30", 'deadline: "2026-02-30"'),
        ("Deadline:", "Action_state: lost\nDeadline:", 'action_state: "lost" is not one of'),
        ("Deadline:", "Deadline_tz: Europe/Nowhere\nDeadline:", "Europe/Nowhere"),
        ("Deadline:", "Reply: 2026-11-20 | chair | no\nDeadline:", "is not: date | target"),
        ("Deadline:", "Reply: 2026-11-20 | boss | a | b | c\nDeadline:", 'reply: "boss" is not'),
        ("Deadline:", "Related_post: nowhere\nDeadline:", 'related_post: "nowhere" does not exist'),
    ],
)  # fmt: skip
def test_a_mistake_stops_the_build_and_is_named(make, old, new, said):
    with pytest.raises(BadLetter) as caught:
        make(old, new)

    assert said in str(caught.value)
    assert "a.md" in str(caught.value)


def test_a_letter_without_a_subject_stops_the_build(make, caplog):
    with pytest.raises((BadLetter, RuntimeError)):
        make("Subject: Please vote yes\n", "")

    assert "subject" in caplog.text
    assert "a.md" in caplog.text


def test_all_mistakes_are_named_at_once(make):
    with pytest.raises(BadLetter) as caught:
        make("Targets: chair", "Targets: boss\nAction_state: lost\nReply: x")

    assert str(caught.value).count("ERROR ") == 3


@pytest.mark.parametrize(
    ("book", "said"),
    [
        ("[[target]", "targets.toml"),
        (BOOK + BOOK, 'two targets "chair"'),
        (BOOK.replace("salutation", "greeting"), "has no salutation"),
        (BOOK.replace("name =", "n =").replace("role =", "r ="), "needs a name or a role"),
    ],
    ids=["no TOML", "twice", "no salutation", "no name"],
)
def test_a_mistake_in_the_address_book_stops_the_build(make, book, said):
    with pytest.raises(BadAddressBook, match=said):
        make(book=book)


@pytest.mark.parametrize(
    ("value", "zone", "moment"),
    [
        ("2026-12-12", "Europe/London", "2026-12-12T23:59:59+00:00"),
        ("2026-07-12", "Europe/London", "2026-07-12T23:59:59+01:00"),
        ("2026-12-12T17:00", "Europe/Berlin", "2026-12-12T17:00:00+01:00"),
        ("2026-12-12T17:00:00Z", "Europe/Berlin", "2026-12-12T17:00:00+00:00"),
    ],
)
def test_a_day_ends_with_its_last_second_in_its_zone(value, zone, moment):
    assert letters.end_of_day(value, zone) == datetime.fromisoformat(moment)
