"""Erasing a person: nothing that leads to her stays anywhere, and she does not come back."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import comments, decisions, erasure, identities
from comments_api.mail import outbox
from comments_api.models import (
    Block,
    Change,
    Comment,
    Complaint,
    Confirmation,
    Decision,
    DirtyRegion,
    Edit,
    ErasedPerson,
    Identity,
    KnownBrowser,
    Memento,
    Model,
    Note,
    Outbox,
    Revision,
    Status,
    Subscription,
)
from comments_api.privacy import Whose, comments_of
from tests.conftest import ON_POSTGRESQL
from tests.factories import make_arrival, make_comment, make_moderator, make_reply

EMAIL = "bob.marley@example.org"
SECRET = "3fa1c07be2d94658a0b1c2d3e4f56789"
TEXT = "I live above the bakery."


def erase(session, now, *, with_text=False, email=EMAIL):
    return erasure.erase_person(
        session, Whose(email=email), now, with_text=with_text, secret=SECRET
    )


@pytest.fixture
def bobs(session, now):
    """A comment of Bob's with all that can hang on one."""
    comment = make_comment(
        session,
        now,
        author_name="Bob Marley",
        author_email=EMAIL,
        author_url="https://bob.example/",
        content=TEXT,
    )
    comment.reader, comment.address_block = "hash of a cookie", "192.0.2.0/24"
    comment.reasons = ["held-words:bakery", "new-commenter"]
    identity = identities.introduce(session, "hash", "email", EMAIL, EMAIL, "Bob Marley", now)
    comment.identity_id = identity.id
    said = {"source": TEXT, "rendered": TEXT, "created": now}
    session.add_all(
        [
            Edit(comment_id=comment.id, renderer="1", **said),
            Revision(comment_id=comment.id, number=1, author_name="Bob Marley", **said),
            Subscription(
                email=EMAIL, scope="replies", comment_id=comment.id, lang="en", created=now
            ),
            Subscription(email=EMAIL.title(), scope="posts", lang="en", created=now),
            Confirmation(token_hash="x", email=EMAIL, lang="en", created=now, expires=now),
            Complaint(comment_id=comment.id, reason="legal", words=TEXT, email=EMAIL, created=now),
            Note(comment_id=comment.id, text="Bob Marley told me on the phone.", created=now),
        ]
    )
    said = {"comment": {"author_name": "Bob Marley", "source": TEXT}}
    session.execute(sa.update(Memento).values(before=said))
    outbox.put(session, outbox.Kind.CONFIRM, now, recipient=EMAIL, payload={"token": "t"})
    session.flush()
    return comment


def everything(session):
    """Return all that the database holds, as one text."""
    session.flush()
    return "\n".join(
        str(tuple(row)) for table in Model.metadata.sorted_tables for row in
        session.execute(sa.select(table))
    )  # fmt: skip


def of_the_campaign(session, now):
    """Return a comment that Alice wrote while she was signed in."""
    alice = make_moderator(session, now)
    arrival = make_arrival(moderator=alice, author_name="Alice", author_email=EMAIL)
    comment = comments.submit(session, arrival, now)
    comment.status = Status.APPROVED.value
    return comment


@pytest.mark.parametrize("with_text", [True, False])
def test_nothing_that_leads_to_a_person_is_left_in_any_table(session, now, bobs, with_text):
    erase(session, now, with_text=with_text)

    found = everything(session).lower()
    for trace in ("bob marley", "bob.marley", "bob.example", "192.0.2", "hash of a cookie"):
        assert trace not in found
    assert (TEXT.lower() in found) is not with_text


def test_it_says_what_it_erased(session, now, bobs):
    done = erase(session, now)

    assert done == erasure.Erased(comments=1, subscriptions=2, mails=1, complaints=1)


def test_the_text_stays_under_no_name_unless_she_wants_it_gone(session, now, bobs):
    erase(session, now)

    assert (bobs.author_name, bobs.source, bobs.status) == ("Anonymous", TEXT, Status.APPROVED)


def test_with_its_text_a_comment_becomes_a_tombstone_that_keeps_nothing(session, now, bobs):
    erase(session, now, with_text=True)

    assert (bobs.author_name, bobs.source, bobs.rendered, bobs.said) == ("", "", "", None)
    assert bobs.status == Status.WITHDRAWN


def test_a_letters_answer_that_it_brought_goes_with_its_text(session, now):
    comment = make_reply(session, now, comment=make_comment(session, now, author_email=EMAIL))

    erase(session, now, with_text=True)

    assert comment.kind == "comment"
    assert "The mayor writes" not in everything(session)


def test_capitals_do_not_hide_a_persons_comments(session, now):
    comment = make_comment(session, now, author_email=EMAIL.upper())

    assert erase(session, now).comments == 1
    assert comment.author_email == ""


def test_it_leaves_everybody_else_alone(session, now, bobs):
    other = make_comment(session, now, author_name="Carol", author_email="carol@example.org")

    erase(session, now, with_text=True)

    assert (other.author_name, other.author_email) == ("Carol", "carol@example.org")


def test_what_the_campaign_wrote_stays(session, now):
    comment = of_the_campaign(session, now)

    assert erase(session, now, with_text=True).comments == 0
    assert (comment.author_name, comment.status) == ("Alice", Status.APPROVED)
    assert comment.source


def test_who_works_on_the_site_and_also_reads_it_is_erased_as_a_reader(session, now):
    comment = of_the_campaign(session, now)
    known = identities.introduce(session, "hash", "email", EMAIL, EMAIL, "Alice", now)
    comment.identity_id, comment.reader = known.id, "hash of a cookie"
    session.flush()

    erase(session, now)

    assert session.scalars(sa.select(Identity.id)).all() == []
    session.refresh(comment)
    kept = (comment.identity_id, comment.reader, comment.author_email)
    assert kept == (None, None, "")
    assert EMAIL not in everything(session)


def test_what_the_campaign_wrote_in_her_browser_no_longer_leads_to_it(session, now):
    comment = of_the_campaign(session, now)
    comment.reader = "hash of a cookie"
    session.flush()

    whose = Whose(readers=["hash of a cookie"])
    erasure.erase_person(session, whose, now, with_text=True, secret=SECRET)

    assert (comment.reader, comment.status) == (None, Status.APPROVED)


def test_an_import_takes_the_name_off_nothing_that_the_campaign_wrote(session, now):
    erase(session, now)
    comment = of_the_campaign(session, now - timedelta(days=1))

    assert erasure.apply_erasures(session, now, SECRET) == 0
    assert comment.author_name == "Alice"


def test_pages_that_showed_it_are_dirty(session, now, bobs):
    session.execute(sa.delete(DirtyRegion))

    erase(session, now)

    assert "thread" in set(session.scalars(sa.select(DirtyRegion.kind)))


@ON_POSTGRESQL
@pytest.mark.timeout(60)
def test_who_is_erased_while_a_moderator_approves_goes_off_the_page_too(database, now):
    with database.session() as session:
        number = make_comment(session, now, Status.PENDING, author_email=EMAIL).id
        alice = make_moderator(session, now).id

    with database.session() as session:
        assert [one.version for one in comments_of(session, Whose(email=EMAIL))] == [1]
        with database.session() as colleague:
            decisions.decide(colleague, number, "approve", 1, alice, now)
            colleague.execute(sa.delete(DirtyRegion))  # published meanwhile
        erase(session, now)

    with database.session() as session:
        comment = session.get_one(Comment, number)
        assert (comment.status, comment.version) == (Status.APPROVED, 3)
        assert session.scalars(sa.select(DirtyRegion)).all() != []


def test_a_held_comment_changes_no_page(session, now):
    make_comment(session, now, Status.PENDING, author_email=EMAIL)

    erase(session, now)

    assert session.scalars(sa.select(DirtyRegion.id)).all() == []


def test_the_record_says_that_it_was_erased_and_nothing_else(session, now, bobs):
    erase(session, now)

    line = session.scalars(sa.select(Decision).order_by(Decision.id.desc())).first()
    assert (line.action, line.comment_id, line.reasons) == ("erase", bobs.id, [])


def test_a_decision_that_was_begun_before_is_stale_after(session, now, bobs):
    before = bobs.version

    erase(session, now)

    assert bobs.version > before


def test_her_browsers_are_no_longer_known(session, now, bobs):
    erase(session, now)

    assert session.scalars(sa.select(Identity.id)).all() == []
    assert session.scalars(sa.select(KnownBrowser.reader)).all() == []


def test_a_block_of_her_identity_goes_with_it_and_all_others_stay(session, now, bobs):
    rest = {"outcome": "spam", "created": now}
    values = {"identity": str(bobs.identity_id), "email": EMAIL, "name": str(bobs.identity_id)}
    blocks = [Block(field=field, value=value, **rest) for field, value in values.items()]
    session.add_all(blocks)
    session.flush()

    erase(session, now)

    assert set(session.scalars(sa.select(Block.field))) == {"email", "name"}
    # Every process must learn of it, and the record says it without her name.
    assert session.scalars(sa.select(Change.what)).all() == [f"unblock:identity:{blocks[0].id}"]


def test_no_mail_that_waited_is_sent(session, now, bobs):
    erase(session, now)

    assert session.scalars(sa.select(Outbox).where(Outbox.recipient != "")).all() == []


@pytest.mark.parametrize("with_text", [True, False])
def test_whoever_a_backup_brings_back_is_erased_again(session, now, bobs, with_text):
    erase(session, now, with_text=with_text)
    bobs.author_name, bobs.author_email, bobs.source = "Bob Marley", EMAIL, TEXT
    bobs.fingerprint, bobs.status = "as it was", Status.APPROVED.value
    session.flush()

    assert erasure.apply_erasures(session, now, SECRET) == 1

    assert "bob marley" not in everything(session).lower()
    assert (bobs.source == "") is with_text


def test_a_backup_brings_back_nobody_by_another_comment_of_hers(session, now):
    erase(session, now)
    older = make_comment(session, now - timedelta(days=1), author_email=EMAIL.title())

    assert erasure.apply_erasures(session, now, SECRET) == 1
    assert older.author_email == ""


def test_what_she_writes_after_it_is_hers_again(session, now):
    erase(session, now)
    later = make_comment(session, now + timedelta(days=1), author_email=EMAIL)

    assert erasure.apply_erasures(session, now, SECRET) == 0
    assert later.author_email == EMAIL


def test_erased_again_she_is_kept_out_with_what_she_wrote_between(session, now):
    erase(session, now)
    erase(session, now + timedelta(days=10))
    between = make_comment(session, now + timedelta(days=5), author_email=EMAIL)

    assert erasure.apply_erasures(session, now + timedelta(days=11), SECRET) == 1
    assert between.author_email == ""


def test_erasing_twice_changes_nothing_more(session, now, bobs):
    erase(session, now)
    version = bobs.version

    assert erase(session, now).comments == 0
    assert erasure.apply_erasures(session, now, SECRET) == 0
    assert bobs.version == version


def test_of_an_erased_person_only_a_keyed_hash_is_remembered(session, now, bobs):
    erase(session, now)

    hashes = session.scalars(sa.select(ErasedPerson.email_hash)).all()
    assert [len(one) for one in hashes] == [64]


def test_one_comment_can_be_erased_alone(session, now, bobs):
    other = make_comment(session, now, author_email=EMAIL)

    erasure.erase_comment(session, bobs, now, with_text=True)

    assert (bobs.source, other.author_email) == ("", EMAIL)
    assert session.get(Comment, other.id) is other
