"""Reading a request's body: a form or JSON, UTF-8, of a sane size. What it means: drafts.py."""

from __future__ import annotations

import json
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.exceptions import UnsupportedMediaType

from comments_api.errors import HandbillError
from comments_api.text import showable

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
_MOST_FIELDS = 50


class Unreadable(HandbillError):
    """Raised if a body cannot be understood.

    :ivar why: `encoding`, `fields`, `json`, `object` or `twice`.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class UnknownFields(HandbillError):
    """Raised if a JSON object has fields that are not known.

    :ivar names: which ones.
    """

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def is_form(request: Request) -> bool:
    """Say whether the request was sent by a plain form."""
    return request.mimetype == FORM


def fields(request: Request, known: frozenset[str]) -> dict[str, Any]:
    """Return the fields of a form, or of a JSON object.

    Forms may have fields that are not known (browsers' extensions add some); JSON may not.

    :raise Unreadable: if it is not UTF-8, or no JSON object.
    :raise UnknownFields: if a JSON object has others than the known ones.
    :raise 413: if it is too large.
    :raise 415: if it is neither a form nor JSON, or in another encoding.
    """
    if request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType
    if is_form(request):
        return _form(request.get_data())
    if request.mimetype == JSON:
        return _json(request.get_data(), known)
    raise UnsupportedMediaType


def many_and_fields(request: Request, name: str, most: int) -> dict[str, Any]:
    """Return the fields of a form in which one field may stand many times: that one as a list.

    :raise Unreadable: if it is not UTF-8, or has too many fields.
    :raise 415: if it is no form.
    """
    if not is_form(request):
        raise UnsupportedMediaType
    body = request.get_data()
    if body.count(b"&") >= most + _MOST_FIELDS:
        raise Unreadable("fields")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise Unreadable("encoding") from error
    return {**dict(pairs), name: [value for key, value in pairs if key == name][:most]}


def salvage(request: Request) -> dict[str, Any]:
    """Return what can be read of a form that is not UTF-8, to show it to the person who sent it."""
    try:
        return _pairs(request.get_data().decode("ascii", "replace"), "replace")
    except ValueError:  # not even that: too many fields
        return {}


def _form(body: bytes) -> dict[str, Any]:
    if body.count(b"&") >= _MOST_FIELDS:
        raise Unreadable("fields")
    try:
        return _pairs(body.decode("ascii"), "strict")
    except ValueError as error:
        raise Unreadable("encoding") from error


def _pairs(body: str, errors: str) -> dict[str, Any]:
    return dict(parse_qsl(body, keep_blank_values=True, errors=errors, max_num_fields=_MOST_FIELDS))


def _json(body: bytes, known: frozenset[str]) -> dict[str, Any]:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable("encoding") from error
    try:
        found = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Unreadable("json") from error
    if not isinstance(found, dict):
        raise Unreadable("object")
    if strange := sorted(set(found) - known):
        raise UnknownFields([showable(name[:80]) for name in strange[:10]])
    return found


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
