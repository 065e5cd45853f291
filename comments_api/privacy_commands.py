"""The operator's commands for one person's data: see all of it, erase it."""

from __future__ import annotations

import click
import orjson
from flask.cli import with_appcontext

from comments_api import erasure, privacy, publishing
from comments_api.cli import fail_for, working
from comments_api.privacy import Whose


@click.command("export-person")
@click.argument("email")
@with_appcontext
def export_person(email: str) -> None:
    """Print what is kept of a person, as JSON; docs/privacy.md says what is not in it."""
    with working() as shared, shared.database.reading() as session:
        found = privacy.all_of(session, Whose(email=email), shared.now())
    click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())


@click.command("erase-person")
@click.argument("email")
@click.option("--with-text", is_flag=True, help="Her comments go too, not only her name.")
@click.option("--yes", is_flag=True, help="Do not ask: for scripts.")
@with_appcontext
def erase_person(email: str, with_text: bool, yes: bool) -> None:
    """Erase a person from the database and from every page and feed; there is no undo."""
    whose = Whose(email=email)
    with working() as shared:
        with shared.database.reading() as session:
            count = len(privacy.comments_of(session, whose))
        if not yes:
            kept = "with their texts" if with_text else "the texts stay, under no name"
            click.confirm(f"{email} wrote {count} comments ({kept}). Erase?", abort=True)
            click.confirm("This cannot be undone. Really erase?", abort=True)
        with shared.database.session() as session:
            done = erasure.erase_person(
                session, whose, shared.now(), with_text=with_text, secret=shared.secret
            )
        shared.database.settle()
        report = publishing.publish(shared.database, shared.site, shared.now())
    click.echo(
        f"Erased: {done.comments} comments, {done.subscriptions} subscriptions, "
        f"{done.mails} mails that waited, {done.complaints} complaints."
    )
    click.echo(f"{len(report.written)} files of the site changed. Older backups still hold it all:")
    click.echo("after putting one back, erase again.")
    fail_for(report.failed)
