"""The operator's commands, `flask --app comments_api …`: each calls a verb and says what came."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from comments_api import (
    building,
    clock,
    demo,
    manifest,
    moderators,
    publishing,
    retention,
    schema,
    serving,
    settings,
)
from comments_api.application import Handbill, handbill
from comments_api.errors import HandbillError
from comments_api.mail.sending import Postman
from comments_api.worker import Worker


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn the errors of the core into one sentence and exit status 1."""
    try:
        yield
    except HandbillError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def working() -> Iterator[Handbill]:
    """Give what commands share, once the tables are known to fit; errors are said plainly."""
    shared = handbill()
    with said_plainly():
        schema.check(shared.database)
        yield shared


db = AppGroup("db", help="The database.")


@db.command("upgrade")
def upgrade() -> None:
    """Make the tables, or bring them to this version."""
    with said_plainly():
        schema.upgrade(handbill().database)
    click.echo("The database is up to date.")


@click.command("publish-all")
@with_appcontext
def publish_all() -> None:
    """Make every live page show what the database says."""
    with working() as shared, shared.site.lock():
        report = publishing.publish_all(shared.database, shared.site.live())
    click.echo(f"{len(report.written)} files changed.")
    fail_for(report.failed)


@click.command("go-live")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def go_live(folder: Path) -> None:
    """Make a build the live site, with every decision on its pages."""
    with working() as shared:
        declared = manifest.read(folder / manifest.NAME)
        retention.refuse_false(declared.site.get("keeps", {}), shared.settings)
        report = publishing.go_live(shared.database, shared.site, folder, shared.now())
    click.echo(f"Live: {shared.site.live().folder} ({len(report.written)} files spliced).")


@click.command("publish")
@click.option("--conf", default="publishconf.py", show_default=True)
@click.option("--accept-stale", is_flag=True, help="Publish what is out of date, on the record.")
@with_appcontext
def publish(conf: str, accept_stale: bool) -> None:
    """Build the site and make it live; if the build fails, what is live stays as it was."""
    with working() as shared:
        built = building.build(shared.site, conf, accept_stale=accept_stale)
        _warn(built)
        publishing.go_live(shared.database, shared.site, built.folder, shared.now())
    accepted = shared.site.live().manifest.site.get("accepted_stale", [])
    for line in accepted:
        click.echo(f"Accepted, and noted in the manifest: {line}")
    click.echo(f"Live: {shared.site.live().folder}")
    _say_drafts(shared)


@click.command("verify")
@with_appcontext
def verify() -> None:
    """Compare every live page with the database; exit 1 if one differs."""
    with working() as shared, shared.site.lock():
        wrong = publishing.verify(shared.database, shared.site.live())
    fail_for(wrong)
    click.echo("Every page shows what the database says.")


@click.command("worker")
@click.option("--with-parent", is_flag=True, help="End when the process that started it ends.")
@with_appcontext
def work(with_parent: bool) -> None:
    """Retry pages, send mail, move the clock, forget what must not stay; until told to end."""
    with working() as shared:
        postman = Postman(shared.database, shared.office) if shared.office else None
        worker = Worker(shared.database, shared.site, shared.settings, postman)
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    if with_parent:
        threading.Thread(target=_stop_with_parent, args=[worker], daemon=True).start()
    worker.run(shared.now)


@click.command("demo")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--conf", default="pelicanconf.py", show_default=True)
@click.option("--show", default="", help="A page to name, and to open in the browser.")
def run_demo(port: int, conf: str, show: str) -> None:
    """Set up and serve the site, its comments and moderation on this machine."""
    os.environ.setdefault("COMMENTS_SITE_URL", f"http://127.0.0.1:{port}")
    from comments_api.devsite import create_demo

    with said_plainly():
        serving.refuse_taken(port)
        app = create_demo()
        with app.app_context():
            link = _set_up(handbill(), conf)
            handbill().database.close()
        serving.run(port, ready=lambda: _announce(link, show))


def _set_up(shared: Handbill, conf: str) -> str:
    """Bring database and site up to date, and return the secret of a sign-in link."""
    click.echo("Bringing the database up to date …")
    schema.upgrade(shared.database)
    click.echo("Building the site …")
    built = building.build(shared.site, conf)
    _warn(built)
    publishing.go_live(shared.database, shared.site, built.folder, shared.now())
    sample = settings.ROOT / "content" / "data" / "comments.toml"
    live = shared.site.live().manifest
    if count := demo.seed(shared.database, live, sample, shared.now()):
        click.echo(f"Filled the empty database with {count} sample comments.")
    clock.tick(shared.database, live, shared.now())
    publishing.publish(shared.database, shared.site, shared.now())
    _say_drafts(shared)
    with shared.database.session() as session:
        person = demo.moderator(session, shared.now())
        return link_of(shared, moderators.new_link(session, person, shared.now()))


def _say_drafts(shared: Handbill) -> None:
    """Name the addresses of drafts, which nobody else can know."""
    for page in shared.site.live().manifest.site.get("drafts", []):
        click.echo(f"Draft: {shared.settings.site_url}{page}")


def _warn(built: building.Built) -> None:
    for line in built.warnings:
        click.echo(line, err=True)


def _announce(link: str, page: str = "") -> None:
    site = os.environ["COMMENTS_SITE_URL"]
    click.echo(f"\n  The site      {site}/")
    click.echo(f"  Moderation    {link}")
    click.echo("                (the link signs you in once; start again for a new one)")
    if page:
        click.echo(f"  Your draft    {site}/{page}")
        if sys.stdout.isatty():
            click.launch(f"{site}/{page}")
    click.echo("\nCtrl-C ends it.")


def _stop_with_parent(worker: Worker) -> None:
    parent = os.getppid()
    while not worker.stopping.wait(1.0):
        if os.getppid() != parent:
            worker.stop()


def link_of(shared: Handbill, token: str) -> str:
    """Return a link that signs somebody in, once."""
    return f"{shared.settings.site_url}/moderate/enter/{token}"


def fail_for(wrong: dict[str, str]) -> None:
    """Name the pages that are wrong, and end with status 1 if there are any."""
    for path, reason in wrong.items():
        click.echo(f"{path}: {reason}", err=True)
    if wrong:
        raise SystemExit(1)


def install(app: Flask) -> None:
    """Add the commands to an application."""
    from comments_api import health_page, people_commands, privacy_commands, transfer_commands

    commands: list[Any] = [
        *(privacy_commands.export_person, privacy_commands.erase_person),
        *transfer_commands.COMMANDS,
        health_page.command,
        *(db, people_commands.group, publish, publish_all, go_live, verify, work, run_demo),
    ]
    for command in commands:
        app.cli.add_command(command)
