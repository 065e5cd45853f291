"""The Flask application put together, and what its requests share. No views here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Flask, current_app

from comments_api import settings as settings_module
from comments_api.db import Database
from comments_api.drafts import BODY_LIMIT
from comments_api.ledgers import Ledgers
from comments_api.settings import Settings
from comments_api.shell import Shells
from comments_api.sites import FolderSite
from comments_api.threads import Threads


@dataclass
class Handbill:
    """What the requests of one process share."""

    settings: Settings
    secret: str
    database: Database
    site: FolderSite
    threads: Threads
    ledgers: Ledgers
    shells: Shells = field(default_factory=Shells)

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
    from comments_api import (
        cli,
        health,
        letters,
        moderation,
        openapi,
        readers,
        responses,
        security,
        signing_in,
    )

    settings = settings or settings_module.load()
    app = Flask(__name__, static_folder=None, template_folder="templates")
    database = Database(settings.database_url)
    app.extensions["handbill"] = Handbill(
        settings=settings,
        secret=settings_module.secret(settings),
        database=database,
        site=FolderSite(settings.site),
        threads=Threads(database),
        ledgers=Ledgers(database),
    )
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY_LIMIT
    app.url_map.strict_slashes = False
    readers_own = (readers.bp, letters.bp, openapi.bp, health.bp)
    for blueprint in (*readers_own, moderation.bp, signing_in.bp):
        app.register_blueprint(blueprint)
    security.install(app)
    responses.install(app)
    cli.install(app)
    return app
