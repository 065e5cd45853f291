"""Is the API alive, is it ready: for whatever watches over it. Says nothing about anybody."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Blueprint, Response

from comments_api import queue
from comments_api.application import handbill
from comments_api.errors import SiteTrouble
from comments_api.responses import json_answer

bp = Blueprint("health", __name__, url_prefix="/api/health")
LATE = timedelta(minutes=5)  # pages that wait longer than this mean that the worker is gone


@bp.get("/alive")
def alive() -> Response:
    """Answer that the process answers."""
    return json_answer({"alive": True})


@bp.get("/ready")
def ready() -> Response:
    """Answer whether readers can comment and decisions reach the pages.

    :raise 503: if not; says which part is not well.
    """
    shared = handbill()
    try:
        shared.site.live()
        with shared.database.reading() as session:
            waiting, since = queue.lag(session)
    except (sa.exc.DBAPIError, SiteTrouble) as error:
        part = "site" if isinstance(error, SiteTrouble) else "database"
        return json_answer({"ready": False, "trouble": part}, 503)
    late = since is not None and shared.now() - since > LATE
    content = {"ready": not late, "pages_waiting": waiting}
    return json_answer(content | ({"trouble": "publishing"} if late else {}), 503 if late else 200)
