"""Whether a file is of the site whose name it has, by the dates of what came before.

A blog that moved says its new address, and each of its comments would come a second time. Isso's
database says no address, and comments of a second one would be taken for those of the first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.errors import ImportTrouble
from comments_api.models import Comment, Imported
from comments_api.transfer.foreign import Export, Foreign

_WIDEST = timedelta(hours=26)  # between the clocks of two zones,
_STEP = timedelta(minutes=15)  # which differ by whole steps

_MOVED = (
    "{count:,} of these comments came before from {source}. If it is the same site, say so: "
    "{remedy}. Nothing was imported."
)
_OTHERS = (
    "{count:,} comments of {source} have the numbers of others that came before. If it is another "
    "site, or a database that began anew, give it a name: --source NAME. Nothing was imported."
)


def compare(
    session: orm.Session, export: Export, found: Sequence[Foreign], known: Container[str]
) -> list[str]:
    """Return the ids of known comments that are others than those that came before.

    :param known: ids of all that came under the export's name, even if it is gone since.
    :raise ImportTrouble: if the file came before under another name, or its name is another's.
    """
    dates = {one.id: one.date for one in found if one.date}
    same, others = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for source, id_, created in session.execute(_came(export.system)):
        if id_ in dates:
            (same if _is_same(dates[id_], created) else others)[source].add(id_)
    own = export.source
    if len(others[own]) > len(same[own]):
        raise ImportTrouble(_OTHERS.format(count=len(others[own]), source=own))
    for source in same.keys() - {own}:
        twice = {id_ for id_ in same[source] if id_ not in known}
        if len(twice) > len(others[source]):
            remedy = _remedy(source.removeprefix(export.system).removeprefix(":"))
            raise ImportTrouble(_MOVED.format(count=len(twice), source=source, remedy=remedy))
    return [one.id for one in found if one.id in others[own]]


def _came(system: str) -> sa.Select[str, str, datetime]:
    """Select whatever came from a system, under any name, and is still here."""
    named = Imported.source.startswith(f"{system}:", autoescape=True)
    return (
        sa.select(Imported.source, Imported.foreign_id, Comment.created)
        .join(Comment, Comment.id == Imported.comment_id)
        .where(sa.or_(Imported.source == system, named))
    )


def _is_same(one: datetime, other: datetime) -> bool:
    """Say whether two times are the same, or were read off clocks in two zones."""
    apart = abs(one - other)
    return apart <= _WIDEST and not apart % _STEP


def _remedy(name: str) -> str:
    return f"--source {name}" if name else "leave --source out"
