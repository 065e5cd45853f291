"""The built site, served beside the API from one origin: for development and the demonstration.

In public, nginx or Caddy serve the files; the headers they must send are the same (deploy/).
"""

from __future__ import annotations

import hashlib
import mimetypes
from io import BytesIO
from pathlib import Path

from flask import Blueprint, Flask, Response, redirect, request, send_file
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from comments_api import create_app
from comments_api.application import handbill

bp = Blueprint("devsite", __name__)
# Whatever the machine's own tables say, so that every machine serves the same.
TYPES = {".xml": "application/atom+xml", ".svg": "image/svg+xml", ".js": "text/javascript"}


@bp.get("/")
@bp.get("/<path:path>")
def serve(path: str = "") -> Response:
    """Answer a file of the live site; a folder answers its index.html.

    :raise 404: if there is none; with the site's own page.
    """
    web = handbill().site.live().web
    target = _target(web, path)
    if target is None:
        return _not_found(web)
    if target.name == "index.html" and path and not request.path.endswith("/"):
        answer = redirect(f"{request.path}/", code=301)
        assert isinstance(answer, Response)
        return answer
    return _file(target, forever=path.startswith("theme/"))


def _target(web: Path, path: str) -> Path | None:
    joined = safe_join(str(web), path)
    if joined is None or any(part.startswith(".") for part in Path(path).parts):
        return None
    target = Path(joined)
    try:
        target = target / "index.html" if target.is_dir() else target
        return target if target.is_file() else None
    except OSError:  # a name that is too long for any file
        return None


def _file(target: Path, *, forever: bool) -> Response:
    guessed = mimetypes.guess_type(target.name)[0] or "application/octet-stream"
    mimetype = TYPES.get(target.suffix, guessed)
    if target.name == "sitemap.xml":
        mimetype = "application/xml"
    # Read at once: a reader who goes away in the middle leaves no file open.
    content = target.read_bytes()
    answer = send_file(
        BytesIO(content),
        mimetype=mimetype,
        etag=hashlib.sha256(content).hexdigest()[:16],
        last_modified=target.stat().st_mtime,
    )
    answer.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if forever else "no-cache"
    )
    return answer


def _not_found(web: Path) -> Response:
    page = web / "404.html"
    if not page.is_file():
        raise NotFound
    return Response(page.read_bytes(), 404, mimetype="text/html")


def create_demo() -> Flask:
    """Return the application with the built site in front of it."""
    app = create_app()
    app.register_blueprint(bp)
    return app
