"""The Flask application put together, and what its requests share. No views here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Blueprint, Flask, current_app

from comments_api import settings as settings_module
from comments_api.db import Database
from comments_api.drafts import BODY_LIMIT
from comments_api.ledgers import Ledgers
from comments_api.mail.office import Office
from comments_api.mail.office import office as mail_office
from comments_api.oidc import Providers
from comments_api.rules import Numbers, Rulebook
from comments_api.settings import Settings
from comments_api.shell import Shells
from comments_api.sites import FolderSite
from comments_api.threads import Threads
from comments_api.waits import UsualWait


@dataclass
class Handbill:
    """What the requests of one process share."""

    settings: Settings
    secret: str
    database: Database
    site: FolderSite
    threads: Threads
    ledgers: Ledgers
    office: Office | None  # none where no mail is sent
    providers: Providers
    waits: UsualWait
    shells: Shells = field(default_factory=Shells)
    rules: Rulebook = field(default_factory=Rulebook)

    def now(self) -> datetime:
        """Return the time; tests put another clock here."""
        return datetime.now(UTC)


def handbill() -> Handbill:
    """Return what the requests of the current application share."""
    shared: Handbill = current_app.extensions["handbill"]
    return shared


def build(settings: Settings | None = None) -> Flask:
    """Return the application.

    :raise BadSetting: if a setting is unknown, missing or makes no sense.
    """
    app = frame()
    app.extensions["handbill"] = shared(settings or settings_module.load())
    return app


def shared(settings: Settings) -> Handbill:
    """Return what the requests of an application share, as its settings say.

    :raise BadSetting: if a setting makes no sense.
    """
    database = Database(settings.database_url)
    secret = settings_module.secret(settings)
    return Handbill(
        settings=settings,
        secret=secret,
        database=database,
        site=FolderSite(settings.site),
        threads=Threads(database),
        ledgers=Ledgers(database),
        office=mail_office(settings, secret),
        providers=Providers(settings.oidc_providers),
        waits=UsualWait(database),
        rules=_rulebook(settings),
    )


def frame() -> Flask:
    """Return the application without what its requests share: it is the same for all settings."""
    from comments_api import cli, responses, security

    app = Flask(__name__, static_folder=None, template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY_LIMIT
    app.url_map.strict_slashes = False
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    security.install(app)
    responses.install(app)
    cli.install(app)
    return app


def _blueprints() -> list[Blueprint]:
    """Return all edges; imported here, since each of them asks for `handbill`."""
    from comments_api import (
        account_page,
        complaint_form,
        confirming,
        deciding,
        edit_form,
        follow,
        forgotten,
        health,
        health_page,
        letters,
        mail_decisions,
        mailroom,
        me,
        moderation,
        numbers_page,
        one_comment,
        openapi,
        own_posts,
        people_page,
        providers,
        proving,
        readers,
        record_page,
        rewrite_form,
        rules_page,
        second_factor,
        signing_in,
        together,
    )

    return [
        *(readers.bp, letters.bp, openapi.bp, health.bp),
        *(one_comment.bp, edit_form.bp, complaint_form.bp),
        *(me.bp, confirming.bp, providers.bp, follow.bp),
        *(moderation.bp, deciding.bp, together.bp, rewrite_form.bp),
        *(people_page.bp, account_page.bp, own_posts.bp),
        *(signing_in.bp, second_factor.bp, forgotten.bp, proving.bp),
        *(rules_page.bp, record_page.bp, numbers_page.bp, health_page.bp),
        *(mailroom.bp, mail_decisions.bp),
    ]


def _rulebook(settings: Settings) -> Rulebook:
    """Return the rules as the settings have them.

    :raise BadSetting: if a list of words cannot be read; with file and line.
    """
    numbers = Numbers(
        max_links=settings.max_links,
        trust_after=settings.trust_after,
        record_percent=settings.record_percent,
        record_days=settings.record_days,
        repeat_minutes=settings.repeat_minutes,
        fastest_seconds=settings.fastest_seconds,
    )
    book = Rulebook(numbers, settings.protected_names, settings.words)
    book.file_entries()
    return book
