"""The commands that bring comments in and give them out, `flask --app comments_api …`."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from flask.cli import with_appcontext

from comments_api import publishing
from comments_api.application import Handbill
from comments_api.cli import fail_for, working
from comments_api.publisher import publish_now
from comments_api.transfer import disqus, exporting, flat, isso, report, restoring, wxr, wxr_out
from comments_api.transfer.files import MEGABYTE
from comments_api.transfer.foreign import Export
from comments_api.transfer.importing import Terms, bring
from comments_api.transfer.matching import Places, read_map

F = TypeVar("F", bound=Callable[..., Any])

_FILE = click.argument("file", type=click.Path(path_type=Path))
_NAME = re.compile(r"(?:(?:wordpress|disqus|isso):)?+([\w.:/~%@+-]{1,100})")


def _named(_context: object, _parameter: object, value: str) -> str:
    """Return the name of a site, with or without the system's before it."""
    if not value:
        return ""
    if found := _NAME.fullmatch(value):
        return found[1]
    raise click.BadParameter("write it like example.org, in up to 100 characters without spaces")


def _options(command: F) -> F:
    """Give a command what all imports can be told."""
    given = (
        click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing."),
        click.option(
            "--map",
            "map_file",
            type=click.Path(path_type=Path),
            help="A file with old addresses and where their comments go now.",
        ),
        click.option(
            "--source",
            metavar="NAME",
            default="",
            callback=_named,
            help="The site's name, where the file has another or none: example.org.",
        ),
        click.option(
            "--max-mb", default=50, show_default=True, type=click.IntRange(1), help="Size at most."
        ),
        click.option("--all", "everything", is_flag=True, help="Do not cut the lists."),
    )
    for option in reversed(given):
        command = option(command)
    return command


@click.command("import-wxr")
@_FILE
@_options
@click.option(
    "--timezone", default="", help="The blog's, for comments without a time in GMT: Europe/London."
)
@with_appcontext
def import_wxr(file: Path, max_mb: int, timezone: str, **options: Any) -> None:
    """Import the comments of a WordPress export."""
    zone = _zone(timezone) if timezone else None
    _import(lambda: wxr.read(file, max_mb * MEGABYTE, zone), **options)


@click.command("import-disqus")
@_FILE
@_options
@with_appcontext
def import_disqus(file: Path, max_mb: int, **options: Any) -> None:
    """Import the comments of a Disqus export."""
    _import(lambda: disqus.read(file, max_mb * MEGABYTE), **options)


@click.command("import-isso")
@_FILE
@_options
@with_appcontext
def import_isso(file: Path, max_mb: int, **options: Any) -> None:
    """Import the comments of an Isso database."""
    _import(lambda: isso.read(file, max_mb * MEGABYTE), **options)


def _import(
    read: Callable[[], Export],
    *,
    dry_run: bool,
    map_file: Path | None,
    source: str,
    everything: bool,
) -> None:
    with working() as shared:
        terms = _terms(shared, map_file)
        export = read()
        export.name = source
        done = bring(shared.database, export, terms, dry=dry_run)
        most = 10**9 if everything else report.MOST
        for line in report.lines(done, most):
            click.echo(line)
        if not dry_run and not publish_now(shared):
            click.echo("Not all pages could be written yet; the worker tries again.", err=True)


def _terms(shared: Handbill, map_file: Path | None) -> Terms:
    manifest = shared.site.live().manifest
    places = Places(manifest)
    if map_file is not None:
        places.given = read_map(map_file, places)
    lang = str(manifest.site["lang"])
    return Terms(places, lang, shared.secret, shared.now(), _progress)


def _progress(what: str, count: int) -> None:
    if count and count % 1000 == 0:
        click.echo(f"{count:,} comments {what} …", err=True)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(
            f'"{name}" is no time zone: write it like Europe/London', param_hint="--timezone"
        ) from None


@click.command("import-jsonl")
@_FILE
@click.option("--max-mb", default=500, show_default=True, type=click.IntRange(1))
@with_appcontext
def import_jsonl(file: Path, max_mb: int) -> None:
    """Put everything of an export (JSON Lines) into an empty database."""
    with working() as shared:
        size = max_mb * MEGABYTE
        count = restoring.restore(shared.database, file, size, shared.now(), shared.secret)
        click.echo(f"{count:,} rows came back. Moderators need a new link: `moderators reset`.")
        if shared.site.has_live():
            with shared.site.lock():
                fail_for(publishing.publish_all(shared.database, shared.site.live()).failed)


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "wxr", "public"]),
    default="jsonl",
    show_default=True,
    help="Everything; for WordPress; or a folder of what everybody can read.",
)
@click.option("--out", type=click.Path(path_type=Path), help="A file, or for public a folder.")
@with_appcontext
def export(form: str, out: Path | None) -> None:
    """Write all comments to a file, or to the terminal if none is given."""
    with working() as shared:
        if form == "public":
            if out is None:
                raise click.UsageError("--format public needs a folder: --out FOLDER")
            count = flat.write(shared.database, shared.site.live().manifest, out)
            click.echo(f"{count} thread{'s' * (count != 1)} written to {out}.", err=True)
            return
        _write(_lines(shared, form), out)


def _lines(shared: Handbill, form: str) -> Iterator[bytes]:
    if form == "jsonl":
        return exporting.lines(shared.database, shared.now())
    manifest = shared.site.live().manifest
    found = wxr_out.lines(shared.database, manifest, shared.now())
    return (f"{line}\n".encode("utf-8", "replace") for line in found)


def _write(lines: Iterator[bytes], out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.writelines(lines)
        return
    try:
        # It holds e-mail addresses: nobody else on this machine may read it, not even meanwhile.
        handle, beside = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
        with os.fdopen(handle, "wb") as file:
            file.writelines(lines)
        Path(beside).replace(out)
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}") from error
    click.echo(f"Written to {out}.", err=True)


COMMANDS = (import_wxr, import_disqus, import_isso, import_jsonl, export)
