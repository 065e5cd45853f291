"""What comes from another system, or back from an export, is found by a search."""

from __future__ import annotations

import sqlalchemy as sa

from comments_api import searching
from comments_api.models import Comment
from comments_api.transfer import exporting
from comments_api.transfer.files import MEGABYTE
from comments_api.transfer.restoring import restore
from tests.conftest import ON_SQLITE
from tests.transfer.conftest import SECRET


def looked_in(database):
    """Return what a search looks in, and what it should."""
    with database.session() as session:
        found = session.scalars(sa.select(Comment).order_by(Comment.id)).all()
        return [one.folded for one in found], [searching.of(one) for one in found]


def test_every_imported_comment_is_found_as_it_stands_here(database, take_in):
    take_in()

    looks, should = looked_in(database)

    assert looks == should
    assert any(looks)


@ON_SQLITE
def test_an_export_does_not_say_it_and_a_restored_one_has_it(
    database, take_in, empty, tmp_path, now
):
    take_in()
    path = tmp_path / "export.jsonl"
    path.write_bytes(b"".join(exporting.lines(database, now)))

    restore(empty, path, MEGABYTE, now, SECRET)

    assert b'"folded"' not in path.read_bytes()
    looks, should = looked_in(empty)
    assert looks == should == looked_in(database)[0]
    assert any(looks)
