"""Is the API alive, is it ready: for whatever watches over it. Says nothing about anybody."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response

from comments_api import publishing
from comments_api.application import handbill
from comments_api.errors import SiteTrouble
from comments_api.mail import waiting
from comments_api.responses import json_answer

bp = Blueprint("health", __name__, url_prefix="/api/health")


@bp.get("/alive")
def alive() -> Response:
    """Answer that the process answers."""
    return json_answer({"alive": True})


@bp.get("/ready")
def ready() -> Response:
    """Answer whether readers can comment, decisions reach the pages, and mail its server.

    :raise 503: if not; says which part is not well.
    """
    shared = handbill()
    try:
        shared.site.live()
        with shared.database.reading() as session:
            pages, since = publishing.lag(session)
            unsent = shared.settings.mails and waiting.is_late(session, shared.now())
    except (sa.exc.DBAPIError, SiteTrouble) as error:
        part = "site" if isinstance(error, SiteTrouble) else "database"
        return json_answer({"ready": False, "trouble": part}, 503)
    late = since is not None and shared.now() - since > publishing.LATE
    content = {
        "ready": not (late or unsent),
        "pages_waiting": pages,
        "mail": "on" if shared.settings.mails else "off",
    }
    if late or unsent:
        content["trouble"] = "publishing" if late else "mail"
    return json_answer(content, 200 if content["ready"] else 503)
