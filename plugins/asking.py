"""`inv new-letter` and `inv new-post`: a few questions, a file that is right, and its preview."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from pelican.settings import DEFAULT_CONFIG, read_settings
from pelican.utils import slugify

from comments_api.settings import ROOT
from plugins.letters import addresses, compiler, helplines, targets, values
from plugins.letters.generator import draft_token, place_of
from plugins.letters.letter import Target
from plugins.letters.problems import Level, Mode, Notes, Problems
from plugins.letters.values import BadValue

LETTER = """\
Title: {title}
Date: {today}
Slug: {slug}
Lang: {lang}
Kind: letter
Action_state: draft
Targets: {target}
Subject: {subject}
Ask: {ask}
{deadline}{sensitive}Field: place | Your town or village | place | required | 40
Prompt: why | Why does this matter to you?

Here you say on the page, in a sentence or two, why you ask people to write.

---letter---

I live in [[place]], and I am writing to ask you something. Put the letter here: what is wrong, and
why it is wrong. Leave an empty line between two paragraphs. "{salutation}" and
"{closing}" are added by themselves.

[[prompt:why]]

Here comes the question, so that it can be answered with yes or no.
"""

POST = """\
Title: {title}
Date: {now}
Slug: {slug}
Lang: {lang}
Status: draft
Category: {category}
Tags: {tags}
Summary: {summary}
{letter}{sensitive}
Here you write. Leave an empty line between two paragraphs.
"""

TARGET = """
[[target]]
id = {id}
role = {role}
organisation = {organisation}
salutation = {salutation}
{ways}country = {country}
source = {source}
verified = {today}
public_role = true
"""


@click.command()
@click.argument("kind", type=click.Choice(["letter", "post"]))
@click.option("--port", default=8000)
@click.option("--preview/--no-preview", default=True)
@click.option("--content", type=click.Path(path_type=Path), default=None)
def ask(kind: str, port: int, preview: bool, content: Path | None) -> None:
    """Write a new letter or post as a draft, and show it."""
    changes = {"PATH": str(content)} if content else {}
    settings = read_settings(str(ROOT / "pelicanconf.py"), override=changes)
    click.echo("Enter takes what stands in [brackets]. Ctrl-C ends without writing anything.\n")
    write = {"letter": _letter, "post": _post}[kind]
    path, slug = write(settings)
    click.echo(f"\nWritten: {path}")
    click.echo("It is a draft: only people who are given its address can see it.")
    click.echo("`make publish` puts it on the site, and says at which address.")
    click.echo(
        "To publish it, write `Action_state: auto` instead of `draft` in its header."
        if kind == "letter"
        else "To publish it, delete the line `Status: draft` in its header."
    )
    _say_problems(settings, path)
    if preview:
        address = f"drafts/{draft_token(kind, settings['DEFAULT_LANG'], slug)}/"
        command = ["-m", "flask", "--app", "comments_api", "demo", "--port", str(port)]
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, *command, "--show", address])


def _say_problems(settings: Mapping[str, Any], path: Path) -> None:
    campaign = compiler.compile(place_of(settings), _now(settings))
    name = path.relative_to(settings["PATH"]).as_posix()
    for problem in campaign.problems.said(Mode()):
        if problem.file == name or problem.level is Level.ERROR:
            click.echo(str(problem))


# -- a letter -------------------------------------------------------------------------------------


def _letter(settings: Mapping[str, Any]) -> tuple[Path, str]:
    title = _text("What is the letter called?")
    path, slug = _new_file(settings, "LETTER_PATHS", title)
    addressee = _addressee(settings)
    question = _text("What do you ask, in one sentence that can be answered with yes or no?")
    subject = _text("Subject of the mail", title)
    answers = {
        "title": title,
        "today": _now(settings).date(),
        "slug": slug,
        "lang": settings["DEFAULT_LANG"],
        "target": addressee.id,
        "subject": subject,
        "ask": question,
        "deadline": _deadline(settings),
        "sensitive": _sensitive(settings),
        "salutation": addressee.salutation,
        "closing": addressee.closing,
    }
    if addressee.record:
        book = Path(settings["PATH"]) / targets.FILE
        book.parent.mkdir(parents=True, exist_ok=True)
        with book.open("a", encoding="utf-8") as file:
            file.write(addressee.record)
    _write(path, LETTER.format(**answers))
    return path, slug


def _deadline(settings: Mapping[str, Any]) -> str:
    def reading(value: str) -> str:
        if not value:
            return ""
        values.end_of_day(value, settings["TIMEZONE"])
        return value

    day = _checked("Last day to write, like 2026-12-12 (empty: none)", reading, "")
    if not day:
        return ""
    return f"Deadline: {day}\nDeadline_reason: {_text('Why that day?')}\n"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a new letter is for.

    :ivar record: to be added to the address book, or "" if it is there.
    """

    id: str
    salutation: str
    closing: str
    record: str = ""


def _addressee(settings: Mapping[str, Any]) -> Addressee:
    today = _now(settings).date()
    book = targets.read(Path(settings["PATH"]), Notes(Problems(), targets.FILE), today)
    # First whom somebody looked at last: the others may have left their office.
    known = sorted(book.values(), key=lambda one: one.verified or date.min, reverse=True)
    for target in known:
        who = ", ".join(part for part in (target.title, target.organisation) if part)
        click.echo(f"  {target.id}: {who}")
    names = [*(target.id for target in known), "new"]
    name = click.prompt(
        "To whom? One of these, or: new",
        type=click.Choice(names),
        default=names[0],
        show_choices=False,
    )
    if name != "new":
        return Addressee(name, book[name].salutation, book[name].closing)
    return _new_target(settings, book, today)


def _new_target(settings: Mapping[str, Any], book: Mapping[str, Target], today: date) -> Addressee:
    role = _text("The office, like Home Secretary")
    name = _slug(role)
    while name in book:
        name += "-2"
    ways = ""
    while not ways:
        email = _checked("E-mail address (empty: none)", _right(addresses.wrong_email), "")
        postal = _checked(
            "Postal address, commas between its lines (empty: none)",
            lambda value: _postal(value, settings["COUNTRY"]),
            "",
        )
        form = _checked("Contact form, https (empty: none)", _right(addresses.wrong_https), "")
        phone = _checked(
            "Telephone, like +442012345678 (empty: none)", _right(addresses.wrong_phone), ""
        )
        given = {"email": email, "contact_form": form, "phone": phone}
        ways = (
            "".join(f"{key} = {_toml(value)}\n" for key, value in given.items() if value) + postal
        )
        if not ways:
            click.echo("One of these is needed, else nobody can be reached.")
    organisation = _text("Of which organisation?", "")
    salutation = _text("How does a letter begin?", f"Dear {role}").rstrip(",")
    record = TARGET.format(
        id=_toml(name),
        role=_toml(role),
        organisation=_toml(organisation),
        salutation=_toml(salutation),
        ways=ways,
        country=_toml(settings["COUNTRY"]),
        source=_toml(
            _checked("The https address where you found this", _right(addresses.wrong_https))
        ),
        today=today,
    )
    return Addressee(name, salutation, "Yours faithfully", record)


def _postal(value: str, country: str) -> str:
    lines = values.listed(value)
    if not lines:
        return ""
    if wrong := addresses.wrong_postal(lines, country):
        raise BadValue(wrong)
    return f"postal = [{', '.join(_toml(line) for line in lines)}]\n"


def _right(wrong_with: Callable[[str], str]) -> Callable[[str], str]:
    def reading(value: str) -> str:
        if value and (wrong := wrong_with(value)):
            raise BadValue(f"It {wrong}." if not wrong.startswith('"') else wrong)
        return value

    return reading


# -- a post ---------------------------------------------------------------------------------------


def _post(settings: Mapping[str, Any]) -> tuple[Path, str]:
    title = _text("What is the post called?")
    path, slug = _new_file(settings, "ARTICLE_PATHS", title)
    campaign = compiler.compile(place_of(settings), _now(settings))
    known = [letter.slug for letter in campaign.letters]
    letter = ""
    if known:
        click.echo(f"  Letters: {', '.join(known)}")
        letter = click.prompt(
            "Does it belong to a letter? Its name, or: no",
            type=click.Choice([*known, "no"]),
            default="no",
            show_choices=False,
        )
    answers = {
        "title": title,
        "now": f"{_now(settings):%Y-%m-%d %H:%M}",
        "slug": slug,
        "lang": settings["DEFAULT_LANG"],
        "summary": _text("What does it say, in one or two sentences for lists?"),
        "category": _text("Category", settings["DEFAULT_CATEGORY"]),
        "tags": _text("Tags, commas between them (empty: none)", ""),
        "letter": f"Letter: {letter}\n" if letter not in {"", "no"} else "",
        "sensitive": _sensitive(settings),
    }
    _write(path, POST.format(**answers))
    return path, slug


# -- what both ask --------------------------------------------------------------------------------


def _sensitive(settings: Mapping[str, Any]) -> str:
    if not click.confirm("Is it about people who may be in danger?", default=False):
        return ""
    book = helplines.read(
        Path(settings["PATH"]), Notes(Problems(), helplines.FILE), _now(settings).date()
    )
    note = _text("What does it describe, in one plain line (empty: nothing hard to read)", "")
    lines = f"Sensitive: yes\nHelplines: {', '.join(book)}\n"
    return lines + (f"Content_note: {note}\n" if note else "")


def _text(question: str, default: str | None = None) -> str:
    """Ask for one line."""
    return _checked(question, lambda value: value, default)


def _checked(question: str, reading: Callable[[str], str], default: str | None = None) -> str:
    """Ask until the answer can be read."""
    while True:
        answer = click.prompt(question, default=default, show_default=bool(default))
        try:
            return reading(" ".join(str(answer).split()))
        except BadValue as error:
            click.echo(f"  {error}")


def _new_file(settings: Mapping[str, Any], folders: str, title: str) -> tuple[Path, str]:
    """Return a path that is free, and its slug, which becomes the address."""
    folder = Path(settings["PATH"]) / settings[folders][0]

    def reading(value: str) -> str:
        if value != _slug(value) or not value:
            raise BadValue(f'"{value}" may hold only a-z, 0-9 and hyphens')
        if (folder / f"{value}.md").exists():
            raise BadValue(f"{folder.name}/{value}.md is there already; choose another name")
        return value

    slug = _checked("Its name in the address", reading, _slug(title))
    return folder / f"{slug}.md", slug


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(content)


def _slug(title: str) -> str:
    return str(slugify(title, regex_subs=DEFAULT_CONFIG["SLUG_REGEX_SUBSTITUTIONS"]))


def _toml(value: str) -> str:
    """Return a text as TOML writes it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _now(settings: Mapping[str, Any]) -> datetime:
    return datetime.now(ZoneInfo(settings["TIMEZONE"]))


if __name__ == "__main__":
    ask()
