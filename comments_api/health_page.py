"""How the site is, for moderators as a page and for operators as a command; it tells no secrets."""

from __future__ import annotations

import click
from flask import Blueprint, Response
from flask.cli import with_appcontext

from comments_api import doctor
from comments_api.application import handbill
from comments_api.doctor import Patient
from comments_api.findings import Finding, Level
from comments_api.responses import language
from comments_api.staff import page, signed_in

bp = Blueprint("health_page", __name__, url_prefix="/moderate")

_SIGNS = {Level.BAD: "!!", Level.LOOK: " ?", Level.WELL: "ok"}


@bp.get("/health")
@signed_in
def show() -> Response:
    """Answer what works, what does not, and what to do about it."""
    found = _findings(language())
    return page("health.html", findings=found, well=doctor.is_well(found))


@click.command("doctor")
@with_appcontext
def command() -> None:
    """Say what works, what does not, and what to do about it; exit 1 if something does not."""
    found = _findings("en")
    for one in found:
        click.echo(f"{_SIGNS[one.level]}  {one.about}: {one.words}")
    if not doctor.is_well(found):
        raise SystemExit(1)


def _findings(lang: str) -> list[Finding]:
    shared = handbill()
    return doctor.examine(
        Patient(shared.database, shared.site, shared.settings, shared.now(), lang)
    )
