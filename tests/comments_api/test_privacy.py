"""What is kept of a person, for her to see."""

from __future__ import annotations

import json

from comments_api import identities, privacy
from comments_api.models import Block, Complaint, Revision, Status, Subscription
from comments_api.privacy import Whose
from tests.factories import make_comment

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
