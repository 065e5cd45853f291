"""The description of the readers' endpoints, true enough to test against: /api/openapi.json."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from comments_api import openapi_comments, openapi_follow
from comments_api.drafts import LONGEST, REQUIRED
from comments_api.models import CommentKind, Outcome, Permission
from comments_api.responses import json_answer

bp = Blueprint("openapi", __name__)

PROBLEM = {"$ref": "#/components/schemas/Problem"}
THREAD = {
    "name": "thread",
    "in": "path",
    "required": True,
    "description": "The key of a thread, as the pages have it.",
    "schema": {"type": "string", "minLength": 1, "pattern": "^[a-z0-9][a-z0-9-]{0,190}$"},
}
LETTER = {
    "name": "slug",
    "in": "path",
    "required": True,
    "description": "The last part of a letter's address.",
    "schema": {"type": "string", "minLength": 1, "pattern": "^[a-z0-9][a-z0-9-]{0,190}$"},
}
LANG = {
    "name": "lang",
    "in": "query",
    "description": "The language of the answer; by default what Accept-Language asks for.",
    "schema": {"type": "string"},
}
WORDS = {
    "author_name": "Shown. Any name.",
    "author_email": "Never shown.",
    "author_url": "Begins with https:// or http://; the name links to it.",
    "content": "Markdown: paragraphs, emphasis, links, quotes, lists, code. No HTML.",
}


@bp.get("/api/openapi.json")
def describe() -> Response:
    """Answer the description."""
    return json_answer(document())


def document() -> dict[str, Any]:
    """Return the description of the API as OpenAPI 3.1 has it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Handbill comments",
            "version": "1",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "paths": {
            "/api/threads/{thread}": {"get": _show()},
            "/api/threads/{thread}/comments": {"post": _submit()},
            "/api/threads/{thread}/mine": {"get": _mine()},
            **openapi_comments.paths(LANG, _problems),
            **openapi_follow.paths(LANG, _problems),
            "/api/letters/{slug}": {"get": _show_letter()},
            "/api/letters/{slug}/sent": {"post": _report()},
            "/api/me/export": {"get": _export()},
            "/api/health/alive": {"get": _health("Whether the process answers.", {})},
            "/api/health/ready": {
                "get": _health("Whether comments are taken and published.", {"503": _said("Not.")})
            },
        },
        "components": {"schemas": _schemas()},
    }


def _show() -> dict[str, Any]:
    return _shown("showThread", "The public comments of a thread.", THREAD, "Thread")


def _show_letter() -> dict[str, Any]:
    return _shown("showLetter", "What has become of a letter.", LETTER, "Letter")


def _shown(name: str, summary: str, parameter: dict[str, Any], schema: str) -> dict[str, Any]:
    both = {
        "application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}},
        "text/html": {"schema": {"type": "string", "description": "The region of the page."}},
    }
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [
            parameter,
            LANG,
            {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}},
        ],
        "responses": {
            "200": {
                "description": "As the pages have it.",
                "headers": {"ETag": {"schema": {"type": "string"}}},
                "content": both,
            },
            "304": {"description": "It is still what the ETag names."},
            **_problems(404, 503),
        },
    }


def _report() -> dict[str, Any]:
    nothing = {"type": "object", "additionalProperties": False}
    return {
        "operationId": "reportSent",
        "summary": "Say that one sent a letter. Must come from the site's own origin.",
        "description": "Adds one to a number of the day. Nothing is kept of whoever says so.",
        "parameters": [LETTER, LANG],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": nothing}},
        },
        "responses": {
            "201": {
                "description": "Counted.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Sent"}}},
            },
            **_problems(400, 403, 404, 413, 415, 422, 429, 503),
        },
    }


def _submit() -> dict[str, Any]:
    draft = {"schema": {"$ref": "#/components/schemas/Draft"}}
    return {
        "operationId": "submitComment",
        "summary": "Send a comment. Must come from the site's own origin.",
        "parameters": [
            THREAD,
            LANG,
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "Sent again within a day, it answers the first result.",
                "schema": {"type": "string", "maxLength": 200},
            },
        ],
        "requestBody": {"required": True, "content": {"application/json": draft}},
        "responses": {
            "201": {
                "description": "Stored; `status` says whether it waits for a moderator.",
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Comment"}}
                },
            },
            **_problems(400, 403, 404, 409, 413, 415, 422, 429, 503),
        },
    }


def _mine() -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["comments"],
        "properties": {
            "comments": {"type": "array", "items": {"$ref": "#/components/schemas/Comment"}}
        },
    }
    return {
        "operationId": "showMine",
        "summary": "The reader's own comments that wait or can still be changed, by her cookie.",
        "parameters": [THREAD, LANG],
        "responses": {
            "200": {
                "description": "They may be none.",
                "content": {"application/json": {"schema": schema}, "text/html": {}},
            },
            **_problems(404, 503),
        },
    }


def _export() -> dict[str, Any]:
    lists = ("identities", "comments", "subscriptions", "complaints")
    schema = {
        "type": "object",
        "required": ["made", *lists],
        "properties": {
            "made": {"type": "string"},
            **{name: {"type": "array", "items": {"type": "object"}} for name in lists},
        },
        "additionalProperties": False,
    }
    return {
        "operationId": "exportMine",
        "summary": "All that is kept of whoever uses the browser, by her cookies.",
        "responses": {
            "200": {
                "description": "It may be nothing.",
                "content": {"application/json": {"schema": schema}},
            },
            **_problems(503),
        },
    }


def _health(summary: str, more: dict[str, Any]) -> dict[str, Any]:
    return {"summary": summary, "responses": {"200": _said("Well."), **more}}


def _said(description: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "object"}}}
    return {"description": description, "content": content}


def _problems(*statuses: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": PROBLEM}, "text/html": {}, "text/plain": {}}
    return {
        str(status): {"description": "A problem; `title` says what to do.", "content": content}
        for status in statuses
    }


def _schemas() -> dict[str, Any]:
    return {
        "Draft": _draft(),
        "Comment": _comment(),
        "Thread": _thread(),
        "Letter": _letter(),
        "Reply": _reply(),
        "Sent": _sent(),
        "Problem": _problem(),
        **openapi_comments.schemas(),
        **openapi_follow.schemas(),
    }


def _draft() -> dict[str, Any]:
    fields: dict[str, Any] = {
        name: {"type": ["string", "null"], "maxLength": longest, "description": WORDS[name]}
        for name, longest in LONGEST.items()
    }
    for name in REQUIRED:
        fields[name] |= {"type": "string", "minLength": 1}
    fields["parent"] = {"type": ["integer", "null"], "minimum": 1, "description": "Replied to."}
    fields["follow"] = openapi_follow.FOLLOW
    fields["stamp"] = {
        "type": ["string", "null"],
        "description": "The header Comment-Stamp of an earlier answer, if there was one.",
    }
    fields["as_it_is"] = {
        "type": ["boolean", "null"],
        "description": "Store it, though a rule holds it for what could be mended.",
    }
    return {
        "type": "object",
        "required": list(REQUIRED),
        "properties": fields,
        "additionalProperties": False,
    }


def _comment() -> dict[str, Any]:
    return {
        "type": "object",
        "required": [
            "id", "parent", "author_name", "author_url", "date_gmt", "date_edited_gmt",
            "edited_by_moderator", "pinned", "highlighted", "content", "link", "status", "type",
            "campaign",
        ],
        "properties": {
            "id": {"type": "integer"},
            "parent": {"type": "integer", "description": "0 for none."},
            "author_name": {"type": "string"},
            "author_url": {"type": "string"},
            "date_gmt": {"type": "string"},
            "date_edited_gmt": {
                "type": ["string", "null"],
                "description": "When what is shown was last changed; null if never.",
            },
            "edited_by_moderator": {
                "type": "boolean",
                "description": "A moderator changed it last, not its author.",
            },
            "pinned": {"type": "boolean", "description": "It stands first in its thread."},
            "highlighted": {"type": "boolean", "description": "Moderators point readers to it."},
            "content": {
                "type": "object",
                "required": ["rendered"],
                "properties": {"rendered": {"type": "string", "description": "Safe HTML."}},
            },
            "link": {"type": "string", "format": "uri"},
            "status": {"enum": ["approved", "pending", "withdrawn", "spam", "trash"]},
            "type": {
                "enum": [kind.value for kind in CommentKind],
                "description": "`reply`: it brings an answer from a letter's target.",
            },
            "campaign": {"type": "boolean", "description": "The campaign itself speaks."},
            "message": {"type": "string", "description": "What becomes of it, for the person."},
            "editable_until": {
                "type": "string",
                "description": "Until then its author can edit and withdraw it (GMT); hers only.",
            },
        },
        "additionalProperties": False,
    }  # fmt: skip


def _thread() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["thread", "title", "link", "count", "state", "comments"],
        "properties": {
            "thread": {"type": "string"},
            "title": {"type": "string"},
            "link": {"type": "string", "format": "uri"},
            "count": {"type": "integer", "minimum": 0},
            "state": {"enum": ["open", "held", "closed", "full"]},
            "comments": {"type": "array", "items": {"$ref": "#/components/schemas/Comment"}},
        },
        "additionalProperties": False,
    }


def _letter() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["letter", "title", "link", "state", "sent", "goal", "replies"],
        "properties": {
            "letter": {"type": "string"},
            "title": {"type": "string"},
            "link": {"type": "string", "format": "uri"},
            "state": {"enum": ["open", "closed", "won", "superseded"]},
            "sent": {
                "type": ["integer", "null"],
                "minimum": 0,
                "description": "How many told us that they sent it; null if it does not count.",
            },
            "goal": {"type": ["integer", "null"], "description": "As it stands now."},
            "replies": {"type": "array", "items": {"$ref": "#/components/schemas/Reply"}},
        },
        "additionalProperties": False,
    }


def _reply() -> dict[str, Any]:
    return {
        "type": "object",
        "required": [
            "date", "target", "outcome", "permission", "content", "days_waited", "comment",
        ],
        "properties": {
            "date": {"type": "string", "format": "date"},
            "target": {
                "type": "object",
                "required": ["id", "title"],
                "properties": {"id": {"type": "string"}, "title": {"type": "string"}},
            },
            "outcome": {"enum": [outcome.value for outcome in Outcome]},
            "permission": {"enum": [permission.value for permission in Permission]},
            "content": {
                "type": "object",
                "required": ["rendered"],
                "properties": {"rendered": {"type": "string", "description": "Safe HTML."}},
            },
            "days_waited": {"type": "integer", "minimum": 0},
            "comment": {
                "type": ["integer", "null"],
                "description": "The comment that brought it; null if the author noted it.",
            },
        },
        "additionalProperties": False,
    }  # fmt: skip


def _sent() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["letter", "sent", "message"],
        "properties": {
            "letter": {"type": "string"},
            "sent": {"type": "integer", "minimum": 1},
            "message": {"type": "string", "description": "Thanks, for the person."},
        },
        "additionalProperties": False,
    }


def _problem() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", "title", "status", "errors"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "errors": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
