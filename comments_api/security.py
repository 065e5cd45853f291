"""What every answer carries, and which requests may change something. Edges only."""

from __future__ import annotations

from functools import cache

from flask import Flask, Request, Response, current_app, request

from comments_api import masking
from comments_api.settings import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# A comment from a saved copy of a page is refused too, but its text is given back in our own form.
CHECKED_LATER = frozenset({"readers.submit", "edit_form.save", "complaint_form.save"})

# A mail program ends mail with one click: the signature in the link is all that it needs.
FROM_ANYWHERE = frozenset({"follow.end"})


class CrossSite(Exception):
    """Raised if a request that would change something does not come from the site itself."""


def policy(*, https: bool, api: bool = False) -> str:
    """Return the content security policy of pages, or of answers that are no page."""
    if api:
        return "default-src 'none'; frame-ancestors 'none'; sandbox"
    rules = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    # On plain http (this machine only) the browser would look for https and find nothing.
    return "; ".join(rules + ["upgrade-insecure-requests"] * https)


def is_same_site(req: Request, settings: Settings) -> bool:
    """Say whether a request comes from a page of the site.

    Browsers send Sec-Fetch-Site and no page can forge it; an older one sends Origin. A page that
    was saved to disk has the origin `null`, and a request with neither header comes from no page.
    """
    fetch_site = req.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    return req.headers.get("Origin") in _origins(settings)


def _origins(settings: Settings) -> set[str]:
    if not settings.loopback:
        return {settings.site_url}
    port = settings.site_url.rpartition(":")[2]
    return {settings.site_url, f"http://localhost:{port}", f"http://127.0.0.1:{port}"}


def refuse_cross_site() -> None:
    """Refuse a change that another site asks for.

    :raise CrossSite: if the request does not come from a page of the site.
    """
    if request.method in SAFE or request.endpoint in {None, *CHECKED_LATER, *FROM_ANYWHERE}:
        return
    demand_same_site()


def demand_same_site() -> None:
    """Go on only if the request comes from a page of the site.

    :raise CrossSite: if not.
    """
    if not is_same_site(request, current_app.extensions["handbill"].settings):
        raise CrossSite


def protect(response: Response) -> Response:
    """Add the headers that every answer carries, and those of its kind."""
    settings: Settings = current_app.extensions["handbill"].settings
    path = request.path
    kind = {
        "https": settings.https,
        "api": path.startswith("/api/") and response.mimetype != "text/html",
        "closed": path.startswith("/moderate"),
        "secret": masking.is_secret(path),
    }
    for name, value in _headers(**kind):
        if name not in response.headers:
            response.headers[name] = value
    return response


@cache
def _headers(*, https: bool, api: bool, closed: bool, secret: bool) -> list[tuple[str, str]]:
    headers = [
        ("Content-Security-Policy", policy(https=https, api=api)),
        ("X-Content-Type-Options", "nosniff"),
        # With `no-referrer` browsers would send `Origin: null`, and no form could be sent. An
        # address that is a secret is told to nobody, not even to us: our own server writes a log.
        ("Referrer-Policy", "strict-origin" if secret else "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("X-Frame-Options", "DENY"),
        ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
        ("Cache-Control", "no-store" if closed or secret else "no-cache"),
    ]
    if https:
        headers.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))
    return headers


def install(app: Flask) -> None:
    """Put every request and answer of an application under these rules."""
    masking.install()
    app.before_request(refuse_cross_site)
    app.after_request(protect)
