"""What stands in the sites that are measured: posts, a letter, comments.

Only the standard library: Isso's process uses it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

TAGS = 20
TAGS_OF_A_POST = 3
CATEGORIES = 5
WORDS_OF_A_POST = 600
FIRST_DAY = datetime(2020, 1, 1, 9, 0, tzinfo=UTC)

_SENTENCE = """
the team asks each reader to write once more because a letter that nobody sends is a letter
that nobody answers and the people who decide read what arrives on paper before the vote
while the money runs out in spring and the work of a year depends on one signature
"""

_SAID = (
    "I wrote to them on **Monday** and was told that the review is not finished. They promised an "
    "answer by the end of the month.",
    "Thank you for this. My own letter is below, change what you like:\n\n> Please keep the team, "
    "and tell us who does its work if it goes.\n\nI sent it by post.",
    "Has anybody had an answer from the second address? Mine came back. The one on "
    "[their page](https://example.org/contact) works.",
    "Three things helped when we did this before:\n\n- a short letter\n- a name at the end\n- one "
    "question, not five",
    "Signed and sent. *Two* of my neighbours will write as well, and one of them was a constable "
    "for twenty years and knows what such a team does.",
)

_LETTER = """Title: Write to the chair
Date: 2020-01-01 08:00
Slug: write-to-the-chair
Lang: en
Summary: A letter to the chair of the council.
Targets: chair-1
Subject: Please vote yes
Ask: Will you vote yes?

An introduction.

---letter---

I ask you to vote yes.
"""

_TARGET = """[[target]]
id = "chair-{number}"
name = "Sam Chair {number}"
role = "Chair of council {number}"
organisation = "Council {number}"
salutation = "Dear Sam Chair"
postal = ["{number} High Street", "TOWNVILLE", "TO1 1WN"]
email = "chair-{number}@example.org"
country = "GB"
source = "https://example.org/people"
verified = 2020-01-01
public_role = true
"""


@dataclass(frozen=True, slots=True)
class Said:
    """A comment of a thread.

    :ivar number: its place in the thread, from 0.
    :ivar parent: the number of the comment that it answers.
    """

    number: int
    author: str
    text: str
    parent: int | None
    when: datetime


def slug(number: int) -> str:
    """Return the slug of a post, from 1; its thread is called `post-` and this."""
    return f"entry-{number:05}"


def write_site(folder: Path, posts: int) -> None:
    """Write the content of a site with so many posts and one letter."""
    files = {f"posts/{slug(number)}.md": _post(number) for number in range(1, posts + 1)}
    files |= {"letters/letter.md": _LETTER, "data/targets.toml": _TARGET.format(number=1)}
    _write(folder, files)


def write_letters(folder: Path, letters: int, targets: int) -> None:
    """Write the content of a site with so many letters, each to so many targets."""
    files = {f"letters/letter-{n}.md": _letter(n, targets) for n in range(1, letters + 1)}
    book = "\n".join(_TARGET.format(number=number) for number in range(1, targets + 1))
    _write(folder, files | {"data/targets.toml": book})


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _letter(number: int, targets: int) -> str:
    names = ", ".join(f"chair-{n}" for n in range(1, targets + 1))
    head = _LETTER.replace("chair-1", names).replace("write-to-the-chair", f"letter-{number}")
    words = _body(number).replace("## A heading\n\n", "").replace("*", "").split()[:200]
    return f"{head}\n{' '.join(words[:100])}\n\n{number}. {' '.join(words[100:])}\n"


def thread(size: int) -> Iterator[Said]:
    """Return a thread: of five comments three stand alone, and two answer the third."""
    for number in range(size):
        place = number % 5
        yield Said(
            number=number,
            author=f"Reader {number % 37}",
            text=_SAID[number % len(_SAID)],
            parent=number - place + 2 if place > 2 else None,
            when=FIRST_DAY + timedelta(minutes=number),
        )


def new_comment(number: int) -> str:
    """Return the text of a comment that was never sent before."""
    return f"{_SAID[number % len(_SAID)]}\n\nThis is letter {number} of mine."


def address(number: int) -> str:
    """Return a sender's address; most have a block of their own."""
    return f"10.{number // 250 % 250}.{number % 250}.7"


def _post(number: int) -> str:
    day = FIRST_DAY + timedelta(hours=number * 7)
    tags = ", ".join(f"tag {(number + step * 7) % TAGS}" for step in range(TAGS_OF_A_POST))
    return (
        f"Title: Entry {number}\nDate: {day:%Y-%m-%d %H:%M}\nCategory: Category "
        f"{number % CATEGORIES}\nTags: {tags}\nSlug: {slug(number)}\nLang: en\n"
        f"Summary: What happened in week {number}.\n\n{_body(number)}\n"
    )


def _body(number: int) -> str:
    known = _SENTENCE.split()
    words = [known[(number + place) % len(known)] for place in range(WORDS_OF_A_POST)]
    paragraphs = [" ".join(words[start : start + 75]) for start in range(0, len(words), 75)]
    paragraphs[2] = f"## A heading\n\n{paragraphs[2]}"
    paragraphs[4] = f"**{paragraphs[4][:40]}** {paragraphs[4][40:]} [more](https://example.org/)"
    return "\n\n".join(paragraphs)
