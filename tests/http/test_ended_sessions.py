"""A session that ended while somebody wrote: her words come back, her secrets never do."""

from __future__ import annotations

import pytest

from tests.conftest import ON_SQLITE
from tests.http.reading import parse, said, words
from tests.http.staff import PASSWORD

pytestmark = ON_SQLITE

LIST = "casino*\nfree prize"


@pytest.mark.parametrize("name", ["held", "spam"])
@pytest.mark.parametrize("do", ["save", "try"])
def test_a_list_of_words_is_given_back(alice, watch, name, do):
    watch.forward(minutes=61)

    answer = alice.post(f"/moderate/rules/words/{name}", data={"text": LIST, "do": do})

    assert answer.status_code == 403
    assert "You are not signed in any more" in said(answer)
    [field] = parse(answer.text).iter("textarea")
    assert "".join(field.itertext()).strip() == LIST
    assert "/moderate/sign-in" in {a.get("href") for a in parse(answer.text).iter("a")}


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("password", ("current", "password")),
        ("me/second-factor/on", ("code",)),
        ("me/second-factor", ("proof",)),
        ("prove", ("proof",)),
        ("people/1/role", ("proof",)),
        ("comments/1/delete", ("proof",)),
    ],
)
def test_no_password_and_no_code_is_ever_given_back(alice, watch, path, names):
    watch.forward(minutes=61)
    secrets = dict.fromkeys(names, PASSWORD)

    alone = alice.post(f"/moderate/{path}", data=secrets)
    beside = alice.post(f"/moderate/{path}", data={**secrets, "content": "My words."})

    assert alone.headers["Location"] == "/moderate/sign-in"
    assert "My words." in words(parse(beside.text))
    assert PASSWORD not in alone.text + beside.text
