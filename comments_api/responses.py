"""From an exception to an answer, in one place: problem+json for programs, a page for people."""

from __future__ import annotations

import logging
from typing import Any

import orjson
import sqlalchemy as sa
from flask import Flask, Response, g, redirect, request
from werkzeug.exceptions import HTTPException

from comments_api import bodies
from comments_api.application import handbill
from comments_api.drawing import draw
from comments_api.errors import HandbillError, SiteTrouble
from comments_api.manifest import Manifest
from comments_api.problems import Problem, http_sentence, problem_of
from comments_api.representations import Representation
from comments_api.security import CrossSite
from comments_api.translation import translations

log = logging.getLogger(__name__)
RETRY = 10  # seconds


def json_answer(content: Any, status: int = 200, mimetype: str = "application/json") -> Response:
    """Return an answer in JSON."""
    return Response(orjson.dumps(content), status, mimetype=mimetype)


def page(
    title: str,
    body: str,
    status: int = 200,
    lang: str | None = None,
    *,
    sensitive: bool | None = None,
) -> Response:
    """Return a page of the site with the body in its hole.

    :param sensitive: it belongs to a page about people in danger; if None, its address says so.
    """
    shared = handbill()
    build = shared.site.live()
    care = _is_sensitive(build.manifest) if sensitive is None else sensitive
    text = shared.shells.fill(build, lang or language(), title, body, sensitive=care)
    return Response(text, status, mimetype="text/html")


def message(
    heading: str,
    sentence: str,
    link: tuple[str, str],
    status: int = 200,
    lang: str | None = None,
    *,
    sensitive: bool | None = None,
) -> Response:
    """Return a page that says one thing, with a way on."""
    lang = lang or language()
    body = draw("comments/message.html", lang, heading=heading, sentence=sentence, link=link)
    return page(heading, body, status, lang, sensitive=sensitive)


def unkept(answer: Response, wait: int | None = None) -> Response:
    """Let nobody keep an answer; say after how many seconds it is worth trying again."""
    answer.headers["Cache-Control"] = "no-store"
    if wait is not None:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _is_sensitive(manifest: Manifest) -> bool:
    """Say whether the request is about a thread or letter that is about people in danger."""
    named = request.view_args or {}
    letter = manifest.region("ledger", named.get("slug", ""), language())
    key = letter.context["thread"] if letter else named.get("thread", g.get("thread", ""))
    return manifest.is_sensitive(key)


def conditional(made: Representation, *, html: bool) -> Response:
    """Return a representation, or 304 if the client has it already."""
    known = request.if_none_match
    fresh = known.star_tag or known.contains_weak(made.etag.strip('"'))
    # A 304 renews the headers of what the browser keeps, so it carries the same ones.
    return Response(
        b"" if fresh else made.body,
        304 if fresh else 200,
        {"ETag": made.etag, "Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"},
        mimetype="text/html" if html else "application/json",
    )


def see_other(target: str) -> Response:
    """Send the browser on after a form."""
    answer = redirect(target, code=303)
    assert isinstance(answer, Response)
    return answer


def language() -> str:
    """Return the language to answer in: of the page, else of the browser, else the site's."""
    if "language" not in g:
        g.language = _language()
    found: str = g.language
    return found


def _language() -> str:
    try:
        site = handbill().site.live().manifest.site
    except SiteTrouble:
        return "en"
    languages: list[str] = site["languages"]
    asked = request.args.get("lang", "")
    if asked in languages or len(languages) == 1:
        return asked if asked in languages else languages[0]
    return str(request.accept_languages.best_match(languages, default=site["lang"]))


def wants_html() -> bool:
    """Say whether a person asks, with a browser, rather than a program."""
    order = ["application/json", "application/problem+json", "text/html"]
    if request.method == "POST" and bodies.is_form(request):
        order.reverse()
    if request.path.startswith("/moderate/"):
        order.reverse()
    return request.accept_mimetypes.best_match(order, default=order[0]) == "text/html"


def problem(error: Exception) -> Problem:
    """Return what to say of an error that a view expects."""
    found = problem_of(error, language())
    if found is None:
        raise error
    return found


def problem_answer(problem: Problem) -> Response:
    """Return a problem as JSON or as a page."""
    if wants_html():
        answer = _problem_page(problem)
    else:
        answer = json_answer(problem_json(problem), problem.status, "application/problem+json")
    return unkept(answer, problem.wait)


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return a problem as RFC 9457 writes it."""
    return {
        "type": f"/api/problems/{problem.name}",
        "title": problem.sentence,
        "status": problem.status,
        "errors": dict(problem.errors),
    }


def _problem_page(problem: Problem) -> Response:
    lang = language()
    heading = translations(lang).gettext("That did not work")
    try:
        return message(heading, problem.sentence, _way_on(lang, problem.name), problem.status)
    except (SiteTrouble, OSError):  # without a site there is no shell either
        return Response(problem.sentence + "\n", problem.status, mimetype="text/plain")


def _way_on(lang: str, name: str) -> tuple[str, str]:
    """Return where a person can go from an error page: the page she came from, if it is known."""
    _ = translations(lang).gettext
    if name == "too-late":
        return f"/api/me?lang={lang}", _("What we keep of you")
    named = request.view_args or {}
    manifest = handbill().site.live().manifest
    thread = manifest.threads.get(named.get("thread", ""))
    if thread is not None:
        return f"{thread.page(lang)[0]}#comment-form", _("Go to the page")
    if "thread" in g:  # of one comment that can be known
        return f"{manifest.threads[g.thread].page(lang)[0]}#thread", _("Go to the page")
    letter = manifest.region("ledger", named.get("slug", ""), lang)
    if letter is not None:
        return letter.context["url"], _("Go to the letter")
    if request.path.startswith("/moderate/"):
        return "/moderate/", _("Go to moderation")
    return "/", _("Go to the home page")


def _handbill_error(error: HandbillError | CrossSite) -> Response:
    problem = problem_of(error, language())
    if problem is None:
        raise error
    if problem.status >= 500:
        log.error("%s", error)
    return problem_answer(problem)


def _http_error(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]  # werkzeug's base class
    status = error.code
    answer = problem_answer(Problem(status, f"http-{status}", http_sentence(status, language())))
    allowed = getattr(error, "valid_methods", None)
    if status == 405 and allowed:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _database_error(error: sa.exc.DBAPIError) -> Response:
    log.error("database: %s", error.orig)
    problem = Problem(503, "database", http_sentence(503, language()), wait=RETRY)
    return problem_answer(problem)


def _any_error(error: Exception) -> Response:
    log.exception("unexpected: %s", type(error).__name__)
    return problem_answer(Problem(500, "unexpected", http_sentence(500, language())))


def install(app: Flask) -> None:
    """Answer every error of an application."""
    app.register_error_handler(HandbillError, _handbill_error)
    app.register_error_handler(CrossSite, _handbill_error)
    app.register_error_handler(HTTPException, _http_error)
    for kind in (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError):
        app.register_error_handler(kind, _database_error)
    app.register_error_handler(Exception, _any_error)
