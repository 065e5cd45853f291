"""What is kept of a person, for her to see."""

from __future__ import annotations

import json

from comments_api import confirmations, decisions, identities, notes, privacy
from comments_api.mail import outbox
from comments_api.models import Block, Complaint, Revision, Status, Subscription
from comments_api.privacy import Whose
from tests.factories import make_comment, make_moderator, make_reply

EMAIL = "bob@example.org"


def test_it_holds_all_that_she_wrote_whatever_became_of_it(session, now):
    kept = set(Status) - {Status.WITHDRAWN}  # a tombstone knows nobody
    for status in Status:
        make_comment(session, now, status, author_email=EMAIL)
    make_comment(session, now, author_email="carol@example.org")

    found = privacy.export_of(session, Whose(email="BOB@example.org"), now)

    assert {one["status"] for one in found["comments"]} == kept
    assert {one["author_email"] for one in found["comments"]} == {EMAIL}


def test_it_is_plain_json(session, now):
    comment = make_comment(session, now, author_email=EMAIL)
    said = {"source": "before", "rendered": "before", "created": now}
    session.add_all(
        [
            Revision(comment_id=comment.id, number=1, author_name="Bob", **said),
            Subscription(email=EMAIL, scope="posts", lang="en", created=now),
            Complaint(comment_id=comment.id, reason="spam", words="x", email=EMAIL, created=now),
            Block(field="email", value=EMAIL, outcome="spam", note="", created=now),
        ]
    )
    session.flush()

    found = json.loads(json.dumps(privacy.export_of(session, Whose(email=EMAIL), now)))

    assert found["comments"][0]["earlier_contents"] == ["before"]
    assert [one["scope"] for one in found["subscriptions"]] == ["posts"]
    assert [one["reason"] for one in found["complaints"]] == ["spam"]
    assert found["blocks"] == [{"email": EMAIL, "outcome": "spam", "until": None}]


def test_a_known_person_sees_what_she_wrote_without_an_address(session, now):
    identity = identities.introduce(session, "hash", "village", "42", EMAIL, "Bob", now)
    comment = make_comment(session, now)
    comment.identity_id = identity.id
    session.flush()

    found = privacy.export_of(session, Whose(identity_id=identity.id), now)

    assert [one["id"] for one in found["comments"]] == [comment.id]
    assert [one["known_by"] for one in found["identities"]] == ["village"]


def test_a_browser_sees_what_was_written_in_it(session, now):
    comment = make_comment(session, now)
    comment.reader = "hash"
    session.flush()

    assert privacy.comments_of(session, Whose(readers=["hash"])) == [comment]


def test_nobody_has_nothing(session, now):
    make_comment(session, now)  # without an address, as most are

    found = privacy.export_of(session, Whose(email=" "), now)

    assert (found["comments"], found["identities"], found["subscriptions"]) == ([], [], [])


def test_the_operator_sees_what_moderators_and_rules_noted_of_her(session, now):
    alice = make_moderator(session, now)
    comment = make_comment(session, now, Status.PENDING, author_email=EMAIL, content="First text.")
    comment.reasons = ["held-words:first"]
    notes.add(session, comment.id, "She is a troll.", alice.id, now)
    decisions.decide(session, comment.id, "spam", comment.version, alice.id, now)

    [found] = privacy.all_of(session, Whose(email=EMAIL), now)["comments"]

    assert found["content"] == "First text."
    assert found["held_for"] == ["held-words:first"]
    assert [one["text"] for one in found["notes"]] == ["She is a troll."]
    assert [(one["action"], one["to"]) for one in found["decisions"]] == [
        ("arrive", "pending"),
        ("spam", "spam"),
    ]
    assert found["before_last_decision"]["comment"]["status"] == "pending"
    assert found["marked_as_answer"] is None


def test_the_operator_sees_that_she_brought_an_answer(session, now):
    comment = make_comment(session, now, Status.PENDING, author_email=EMAIL)
    make_reply(session, now, comment=comment)

    [found] = privacy.all_of(session, Whose(email=EMAIL), now)["comments"]

    assert found["marked_as_answer"]["text"] == "The mayor writes: *yes*."


def test_the_operator_sees_every_block_that_she_falls_under(session, now):
    identity = identities.introduce(session, "hash", "village", "42", EMAIL, "Bob", now)
    comment = make_comment(session, now, author_name="Bob Marley", author_email=EMAIL)
    comment.address_block = "192.0.2.0/24"
    hers = {
        "name": "bob marley",
        "email": EMAIL,
        "domain": "example.org",
        "address": "192.0.2.0/24",
        "identity": str(identity.id),
    }
    others = {"name": "carol", "domain": "example.com", "identity": str(identity.id + 1)}
    for field, value in [*hers.items(), *others.items()]:
        session.add(Block(field=field, value=value, outcome="spam", note="Rude.", created=now))
    session.flush()

    found = privacy.all_of(session, Whose(email=EMAIL), now)["blocks"]

    assert {one["field"]: one["value"] for one in found} == hers
    assert {one["note"] for one in found} == {"Rude."}


def test_the_operator_sees_mail_that_waits_without_its_secrets(session, now):
    confirmations.ask(session, EMAIL, "en", now, network="net")
    outbox.put(session, outbox.Kind.CONFIRM, now, recipient="carol@example.org")

    found = privacy.all_of(session, Whose(email=EMAIL), now)

    assert [one["kind"] for one in found["mails"]] == ["confirm"]
    assert [one["used"] for one in found["confirmations"]] == [None]
    assert "token" not in json.dumps(found)


def test_nobody_else_is_named(session, now):
    alice = make_moderator(session, now)
    comment = make_comment(session, now, author_email=EMAIL)
    said = {"comment_id": comment.id, "words": "Mallory lies.", "email": "carol@example.org"}
    session.add(Complaint(reason="legal", created=now, **said))
    notes.add(session, comment.id, "Seen.", alice.id, now)

    found = json.dumps(privacy.all_of(session, Whose(email=EMAIL), now)).lower()

    assert "alice" not in found
    assert "mallory" not in found
    assert "carol" not in found


def test_her_own_browser_is_not_shown_what_moderators_told_each_other(session, now):
    alice = make_moderator(session, now)
    comment = make_comment(session, now, author_email=EMAIL)
    notes.add(session, comment.id, "She is a troll.", alice.id, now)

    assert "troll" not in json.dumps(privacy.export_of(session, Whose(email=EMAIL), now))
