"""The operator's commands about the people who work on the site."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import orm

from comments_api import moderators, people
from comments_api.cli import link_of, working
from comments_api.errors import LastOwner
from comments_api.models import Moderator, Role

group = AppGroup("moderators", help="The people who work on the site.")

ROLES = click.Choice([role.value for role in Role])
LAST = "This is the last owner. Make somebody else one first: moderators role EMAIL owner"


@group.command("add")
@click.argument("name")
@click.argument("email")
@click.option("--role", type=ROLES, default="moderator")
def add(name: str, email: str, role: str) -> None:
    """Add a person, and print a link to sign in with, once."""
    with working() as shared, shared.database.session() as session:
        person = moderators.add(session, name, email, Role(role), shared.now())
        click.echo(link_of(shared, moderators.new_link(session, person, shared.now())))


@group.command("list")
def list_() -> None:
    """List everybody who ever moderated."""
    with working() as shared, shared.database.session() as session:
        for person in moderators.every(session):
            state = "" if person.active else "  (removed)"
            click.echo(f"{person.email}  {person.role}  {person.name}{state}")


@group.command("remove")
@click.argument("email")
def remove(email: str) -> None:
    """Take a person's rights and end her sessions; her decisions stay in the record."""
    with working() as shared, shared.database.session() as session:
        person = _known(session, email)
        try:
            if person.active:
                people.remove(session, person.id, None, shared.now())
        except LastOwner:
            raise click.ClickException(LAST) from None
    click.echo(f"{email} can no longer sign in.")


@group.command("role")
@click.argument("email")
@click.argument("role", type=ROLES)
def change_role(email: str, role: str) -> None:
    """Change what a person may do; she has to sign in again."""
    with working() as shared, shared.database.session() as session:
        person = _known(session, email)
        if not person.active:
            raise click.ClickException(f"{email} was removed; see `moderators reset`.")
        try:
            people.change_role(session, person.id, role, None, shared.now())
        except LastOwner:
            raise click.ClickException(LAST) from None
    click.echo(f"{email} is {role} now.")


@group.command("reset")
@click.argument("email")
@click.option("--second-factor", is_flag=True, help="Take off her second factor too.")
def reset(email: str, second_factor: bool) -> None:
    """Print a new link to sign in with, once, for somebody who forgot her password."""
    with working() as shared, shared.database.session() as session:
        person = _known(session, email)
        person.active = True
        if second_factor:
            people.take_off_factor(session, person.id, None, shared.now())
        click.echo(link_of(shared, moderators.new_link(session, person, shared.now())))


def _known(session: orm.Session, email: str) -> Moderator:
    person = moderators.find(session, email)
    if person is None:
        raise click.ClickException(f"{email} is no moderator; see `moderators list`.")
    return person
