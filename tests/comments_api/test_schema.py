import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from comments_api import schema, search_tables
from comments_api.db import Database
from comments_api.errors import DatabaseTrouble
from comments_api.models import (
    Block,
    Comment,
    Complaint,
    Decision,
    Identity,
    Model,
    Status,
    Subscription,
)
from tests.factories import make_comment


def stamp(database, version):
    with database.session() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = :v"), {"v": version})


def test_the_migrations_make_the_tables_of_the_models(database):
    with database.snapshot() as connection:
        opts = {"compare_type": True, "include_object": search_tables.is_no_part_of_it}
        context = MigrationContext.configure(connection, opts=opts)

        assert compare_metadata(context, Model.metadata) == []


@pytest.mark.parametrize("model", [Block, Comment, Complaint, Identity, Subscription])
def test_a_number_that_is_kept_elsewhere_is_never_given_again(session, now, model):
    comment = make_comment(session, now)
    make = {
        Block: lambda: Block(field="name", value="x", outcome="spam", created=now),
        Comment: lambda: make_comment(session, now),
        Complaint: lambda: Complaint(comment_id=comment.id, reason="spam", created=now),
        Identity: lambda: Identity(issuer="email", subject="x", created=now, seen=now),
        Subscription: lambda: Subscription(email="b@x.org", scope="posts", lang="en", created=now),
    }
    numbers = []
    for _ in range(2):
        row = make[model]()
        session.add(row)
        session.flush()
        numbers.append(row.id)
        if model is Comment:
            session.execute(sa.delete(Comment).where(Comment.id == row.id))
        else:
            session.delete(row)
            session.flush()

    assert numbers[0] < numbers[1]


def test_upgrading_again_changes_nothing(database, now):
    with database.session() as session:
        comment = make_comment(session, now)

    schema.upgrade(database)

    schema.check(database)
    with database.session() as session:
        assert session.get_one(Comment, comment.id).status == Status.APPROVED
        assert session.scalars(sa.select(sa.func.count()).select_from(Decision)).one() == 2


def test_a_newer_database_is_refused_and_left_alone(database):
    stamp(database, "9999")

    for verb in (schema.upgrade, schema.check):
        with pytest.raises(DatabaseTrouble, match="newer than this program"):
            verb(database)


def test_an_empty_database_is_named_as_old(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/new.sqlite3")

    with pytest.raises(DatabaseTrouble, match="db upgrade"):
        schema.check(database)
    database.close()


@pytest.mark.parametrize("content", [b"", b"this is no database, but a text of some length" * 99])
def test_what_is_no_database_is_said_to_be_none(tmp_path, content):
    (tmp_path / "x.sqlite3").write_bytes(content)
    database = Database(f"sqlite:///{tmp_path}/x.sqlite3")

    with pytest.raises(DatabaseTrouble):
        schema.check(database)
    database.close()


def test_another_kind_of_database_is_refused():
    with pytest.raises(DatabaseTrouble, match="sqlite:///… or postgresql://…"):
        Database("mysql://localhost/handbill")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_upgrade_that_would_lose_a_reference_is_undone(database, now):
    with database.session() as session:
        comment = make_comment(session, now)
    with database.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            connection.exec_driver_sql("UPDATE comments SET parent_id = 4711")
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON")

    with pytest.raises(DatabaseTrouble, match="nothing was changed"):
        schema.upgrade(database)

    with pytest.raises(sa.exc.IntegrityError), database.session() as session:
        session.execute(sa.update(Comment).values(thread_id=4711))  # references are checked again
    with database.session() as session:
        assert session.get_one(Comment, comment.id).parent_id == 4711


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_written_comment_survives_a_crash(database):
    with database.snapshot() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()

    assert (mode, synchronous) in {("wal", 2), ("truncate", 3)}  # FULL, EXTRA
