"""The part of the description that is about one comment; the whole of it: openapi.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from comments_api.complaints import LONGEST_WORDS, REASONS
from comments_api.drafts import LONGEST

Part = dict[str, Any]
Problems = Callable[..., Part]

COMMENT = {
    "name": "comment",
    "in": "path",
    "required": True,
    "description": "The number of a comment.",
    "schema": {"type": "integer", "minimum": 1},
}
PAGE = {"description": "A page for people.", "content": {"text/html": {}}}
LEFT = {"application/json": {"schema": {"$ref": "#/components/schemas/Comment"}}}


def paths(lang: Part, problems: Problems) -> Part:
    """Return what can be asked of one comment.

    :param lang: the parameter that names the language of the answer.
    :param problems: describes the errors of these statuses.
    """
    parameters = [COMMENT, lang]
    here = "/api/comments/{comment}"
    return {
        here: {"get": {**_show(problems), "parameters": parameters}},
        f"{here}/edit": {
            "get": _form(
                "showEditForm", "The page to edit it.", parameters, problems(403, 404, 503)
            ),
            "post": {**_edit(problems), "parameters": parameters},
        },
        f"{here}/withdraw": {
            "get": _form("askWithdraw", "The page that asks.", parameters, problems(403, 404, 503)),
            "post": {**_withdraw(problems), "parameters": parameters},
        },
        f"{here}/report": {
            "get": _form(
                "showReportForm", "The page to report it.", parameters, problems(404, 503)
            ),
            "post": {**_report(problems), "parameters": parameters},
        },
    }


def schemas() -> Part:
    """Return what is sent about one comment."""
    return {"Edit": _new_text(), "Complaint": _complaint()}


def _form(name: str, summary: str, parameters: list[Part], problems: Part) -> Part:
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters,
        "responses": {"200": PAGE, **problems},
    }


def _show(problems: Problems) -> Part:
    return {
        "operationId": "showComment",
        "summary": "The way to where a comment stands.",
        "responses": {
            "303": {
                "description": "Its page; for its author, where she sees that it waits.",
                "headers": {"Location": {"schema": {"type": "string"}}},
                "content": {"text/html": {}},
            },
            **problems(404, 503),
        },
    }


def _edit(problems: Problems) -> Part:
    return {
        "operationId": "editComment",
        "summary": "Edit one's own comment, for some minutes.",
        "description": "The rules judge it as a new one; what is public stays so until they pass.",
        "requestBody": _body("Edit"),
        "responses": {
            "200": {"description": "Stored; `message` says whether it waits.", "content": LEFT},
            **problems(400, 403, 404, 409, 413, 415, 422, 429, 503),
        },
    }


def _withdraw(problems: Problems) -> Part:
    nothing = {"schema": {"type": "object", "additionalProperties": False}}
    return {
        "operationId": "withdrawComment",
        "summary": "Take one's own comment away, for some minutes, with all that leads to oneself.",
        "requestBody": {"required": True, "content": {"application/json": nothing}},
        "responses": {
            "200": {"description": "What is left of it.", "content": LEFT},
            **problems(400, 403, 404, 413, 415, 422, 503),
        },
    }


def _report(problems: Problems) -> Part:
    thanks = {
        "type": "object",
        "required": ["message"],
        "properties": {"message": {"type": "string"}},
        "additionalProperties": False,
    }
    return {
        "operationId": "reportComment",
        "summary": "Ask the moderators to look at a public comment.",
        "requestBody": _body("Complaint"),
        "responses": {
            "201": {"description": "Stored.", "content": {"application/json": {"schema": thanks}}},
            **problems(400, 403, 404, 413, 415, 422, 429, 503),
        },
    }


def _body(schema: str) -> Part:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"required": True, "content": content}


def _new_text() -> Part:
    return {
        "type": "object",
        "required": ["content"],
        "properties": {
            "content": {"type": "string", "minLength": 1, "maxLength": LONGEST["content"]},
            "as_it_is": {
                "type": ["boolean", "null"],
                "description": "Store it, though a rule holds it for what could be mended.",
            },
        },
        "additionalProperties": False,
    }


def _complaint() -> Part:
    return {
        "type": "object",
        "required": ["reason"],
        "properties": {
            "reason": {
                "enum": list(REASONS),
                "description": "`legal` is a notice under the law; it needs `words` and `email`.",
            },
            "words": {"type": ["string", "null"], "maxLength": LONGEST_WORDS},
            "email": {"type": ["string", "null"], "maxLength": LONGEST["author_email"]},
        },
        "additionalProperties": False,
    }
