"""The part of the description that is about following by e-mail; the whole of it: openapi.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from comments_api.mail.wishes import CHOICES, PACES, SCOPES

Part = dict[str, Any]
Problems = Callable[..., Part]

TOKEN = {
    "name": "token",
    "in": "path",
    "required": True,
    "description": "The last part of a link in a mail.",
    "schema": {"type": "string", "minLength": 1, "pattern": "^[A-Za-z0-9_-]+$"},
}
THREAD = {
    "name": "thread",
    "in": "query",
    "description": "The key of a thread; without one, it is about new posts and letters.",
    "schema": {"type": "string"},
}
PAGE = {"description": "A page for people.", "content": {"text/html": {}}}
# Beside a comment.
FOLLOW = {
    "enum": [*CHOICES, None],
    "description": "What she wants mail about: answers to it, or all that is written there.",
}


def paths(lang: Part, problems: Problems) -> Part:
    """Return how one follows by e-mail, and ends it.

    :param lang: the parameter that names the language of the answer.
    :param problems: describes the errors of these statuses.
    """
    return {
        "/api/follow": {
            "get": {
                "operationId": "showFollowForm",
                "summary": "The page to follow a thread, or what is new.",
                "parameters": [THREAD, lang],
                "responses": {"200": PAGE, **problems(403, 503)},
            },
            "post": {**_ask(problems), "parameters": [lang]},
        },
        "/api/follow/end/{token}": {
            "get": {
                "operationId": "showEnd",
                "summary": "The page that says what a link in a mail ends. It changes nothing.",
                "parameters": [TOKEN, lang],
                "responses": {"200": PAGE, **problems(404, 410, 503)},
            },
            "post": {**_end(problems), "parameters": [TOKEN, lang]},
        },
    }


def schemas() -> Part:
    """Return what is sent to follow something."""
    wish = {
        "type": "object",
        "required": ["email"],
        "properties": {
            "email": {"type": "string", "minLength": 3, "maxLength": 254},
            "scope": {"enum": [*(scope.value for scope in SCOPES), None]},
            "thread": {"type": ["string", "null"], "description": "Its key, of scope `thread`."},
            "pace": {"enum": [*(pace.value for pace in PACES), None]},
            "lang": {"type": ["string", "null"], "description": "Of the mails."},
        },
        "additionalProperties": False,
    }
    return {"Wish": wish}


def _ask(problems: Problems) -> Part:
    asked = {
        "type": "object",
        "required": ["state", "message"],
        "properties": {
            "state": {
                "enum": ["asked", "following"],
                "description": "`following` if the browser showed that the address is hers.",
            },
            "message": {"type": "string", "description": "What to do now, for the person."},
        },
        "additionalProperties": False,
    }
    wish = {"schema": {"$ref": "#/components/schemas/Wish"}}
    return {
        "operationId": "follow",
        "summary": "Ask for mail. Must come from the site's own origin.",
        "description": "A link is sent to the address. Nothing else is, before it is pressed.",
        "requestBody": {"required": True, "content": {"application/json": wish}},
        "responses": {
            "202": {
                "description": "The same whether the address is known or not.",
                "content": {"application/json": {"schema": asked}},
            },
            **problems(400, 403, 404, 413, 415, 422, 429, 503),
        },
    }


def _end(problems: Problems) -> Part:
    ended = {
        "type": "object",
        "required": ["ended"],
        "properties": {"ended": {"const": True}},
        "additionalProperties": False,
    }
    return {
        "operationId": "endMail",
        "summary": "End what a link in a mail is about. May come from anywhere, again and again.",
        "responses": {
            "200": {
                "description": "It has ended.",
                "content": {"application/json": {"schema": ended}, "text/html": {}},
            },
            **problems(404, 410, 413, 503),
        },
    }
