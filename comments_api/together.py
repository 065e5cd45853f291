"""What is decided of many comments at once, of a whole thread or list; and undoing any of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from comments_api import (
    batches,
    bodies,
    bulk,
    closing,
    decisions,
    desk,
    marks,
    publisher,
    rejecting,
    removing,
    told,
    undoing,
)
from comments_api.application import handbill
from comments_api.bulk import Bulk
from comments_api.deciding import version
from comments_api.errors import (
    ImpossibleDecision,
    StaleDecision,
    UnknownComment,
    UnknownThread,
)
from comments_api.proving import proved
from comments_api.responses import language, see_other
from comments_api.staff import manifest, page, person, signed_in
from comments_api.translation import translations

bp = Blueprint("together", __name__, url_prefix="/moderate")

_CHOICE = re.compile(r"([0-9]{1,18}):([0-9]{1,18})")


@bp.post("/bulk")
@signed_in
def decide_all() -> Response:
    """Carry out one decision on all chosen comments; those that changed meanwhile are left.

    :raise 400: if the form is not understood.
    """
    shared, values = handbill(), bodies.many_and_fields(request, "comment", desk.MOST)
    action, chosen = str(values.get("action", "")), _chosen(values)
    reason = str(values.get("reason", "")) if action == rejecting.ACTION else None
    if action not in {*decisions.ACTIONS, *marks.ACTIONS} or not chosen:
        return desk.back(desk.came_from(values), did="none")
    if reason is not None and reason not in rejecting.REASONS:
        return desk.back(desk.came_from(values), did="no-reason")
    batch = decisions.new_batch()
    how = (action, chosen, person().id, shared.now(), batch)
    with shared.database.session() as session:
        if action in marks.ACTIONS:
            made = bulk.mark_all(session, *how)
        else:
            codes = [rejecting.code(reason)] if reason else []
            made = bulk.decide_all(session, *how, codes=codes)
    publisher.publish_now(shared)
    return told.done_with_all(values, action, made.done, _left(made, action, values), made.batch)


@bp.post("/undo/<batch>")
@signed_in
def undo(batch: str) -> Response:
    """Make all comments of a batch what they were before it, or none; publish.

    :raise 409: if something else was decided since, or nothing is kept of it any more; says of
        which comments.
    """
    shared, values = handbill(), bodies.fields(request, frozenset())
    new = decisions.new_batch()
    if not batches.is_name(batch):
        unknown = ImpossibleDecision("nothing was ever decided under this name")
        return told.not_done(values, unknown)
    try:
        with shared.database.session() as session:
            found = undoing.undo(session, batch, person().id, shared.now(), new_batch=new)
            ids = [comment.id for comment in found]
    except (StaleDecision, ImpossibleDecision) as error:
        with shared.database.reading() as session:
            again = undoing.repeated(session, batch, person().id)
            ids = batches.of(session, again, person().id) if again else []
            left = undoing.in_the_way(session, batch)
        if again is None:
            return told.not_done(values, error, left=left)
        new = again
    publisher.publish_now(shared)
    if values.get("tab") == "record":
        return see_other("/moderate/record?did=undo")
    return told.done_with_all(values, "undo", ids, batch=new)


# -- for ever ---------------------------------------------------------------------------------


@bp.post(f"/comments/<int(max={2**63 - 1}):comment_id>/delete")
@signed_in
@proved
def delete(comment_id: int) -> Response:
    """Ask whether a comment is to be deleted for ever; asked again, delete it.

    :raise 404: if there is no such comment.
    :raise 409: if it was decided meanwhile, or is neither spam nor trash.
    """
    shared, values = handbill(), bodies.fields(request, frozenset())
    _ = translations(language()).gettext
    if not _sure(values):
        fields = [(name, str(values.get(name, ""))) for name in ("version", "list")]
        return _ask(values, fields, _("The comment is deleted for ever."), _("Delete it for ever"))
    about = (comment_id, version(values), person().id, shared.now())
    try:
        with shared.database.session() as session:
            removing.delete_for_ever(session, *about)
    except (UnknownComment, StaleDecision, ImpossibleDecision) as error:
        return told.refused(comment_id, "delete", error, values)
    publisher.publish_now(shared)
    return desk.back(desk.came_from(values), did="delete")


@bp.post("/bulk/delete")
@signed_in
@proved
def delete_all() -> Response:
    """Ask whether the chosen comments are to be deleted for ever; asked again, delete them."""
    shared, values = handbill(), bodies.many_and_fields(request, "comment", desk.MOST)
    words = translations(language())
    chosen = _chosen(values)
    if not chosen:
        return desk.back(desk.came_from(values), did="none")
    if not _sure(values):
        fields = [("list", str(values.get("list", "")))]
        fields += [("comment", f"{number}:{version}") for number, version in chosen]
        sentence = words.ngettext(
            "%(num)d comment is deleted for ever.",
            "%(num)d comments are deleted for ever.",
            len(chosen),
        )
        what = sentence % {"num": len(chosen)}
        return _ask(values, fields, what, words.gettext("Delete them for ever"))
    with shared.database.session() as session:
        made = removing.delete_all(session, chosen, person().id, shared.now())
    publisher.publish_now(shared)
    left = ",".join(str(one.id) for one in made.left)
    return desk.back(desk.came_from(values), did="delete", count=len(made.done), left=left)


@bp.post("/empty/<any(spam, trash):status>")
@signed_in
@proved
def empty(status: str) -> Response:
    """Ask whether all spam or trash is to be deleted for ever; asked again, delete it."""
    shared, values = handbill(), bodies.fields(request, frozenset())
    _ = translations(language()).gettext
    if not _sure(values):
        what = {
            "spam": _("All spam is deleted for ever."),
            "trash": _("All that is in the trash is deleted for ever."),
        }[status]
        values = {**values, "tab": status}
        return _ask(values, [], what, _("Delete all of it for ever"))
    removing.empty_all(shared.database, status, person().id, shared.now())
    publisher.publish_now(shared)
    return see_other(f"/moderate/{status}?did=empty")


def _sure(values: Mapping[str, Any]) -> bool:
    return values.get("sure") == "yes"


def _ask(
    values: Mapping[str, Any], fields: list[tuple[str, str]], what: str, button: str
) -> Response:
    """Return the second question, whose button sends the form again."""
    wanted = desk.came_from(values)
    about: dict[str, Any] = {"action": request.path, "fields": fields, "what": what}
    return page("sure.html", wanted=wanted, button=button, **about)


# -- threads ----------------------------------------------------------------------------------


@bp.post("/threads/<thread>/<any(close, open):action>")
@signed_in
def close_or_open(thread: str, action: str) -> Response:
    """Let nobody comment in a thread any more, or again; publish.

    :raise 404: if there is no such thread.
    """
    shared, values = handbill(), bodies.fields(request, frozenset())
    if thread not in manifest().threads:
        raise UnknownThread(thread)
    verb = {"close": closing.close, "open": closing.reopen}[action]
    with shared.database.session() as session:
        verb(session, thread, person().id, shared.now())
    publisher.publish_now(shared)
    return desk.back(desk.came_from(values), did=action)


def _chosen(values: Mapping[str, Any]) -> list[tuple[int, int]]:
    """Return the numbers of the chosen comments with the versions that were shown."""
    found = (_CHOICE.fullmatch(one) for one in values["comment"])
    return list({int(one[1]): (int(one[1]), int(one[2])) for one in found if one}.values())


def _left(made: Bulk, action: str, values: Mapping[str, Any]) -> dict[int, told.Trouble]:
    return {one.id: told.trouble(one.error, action, values) for one in made.left}
