"""Who may do what: the table of the documents, and every address of the moderators' side."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from comments_api.models import Role
from tests.conftest import ON_SQLITE
from tests.http.staff import working
from tests.http.test_headers import part_of

pytestmark = ON_SQLITE

DOCUMENT = Path(__file__).parents[2] / "docs" / "moderators.md"
ROLES = [role.value for role in Role]

# What each row of the table means to the server.
ROWS = {
    "decide on comments, reply, mark answers": ("POST", "/moderate/comments/1/approve"),
    "answer public comments on her own posts": ("GET", "/moderate/own-posts"),
    "read the record and what waits in the mail": ("GET", "/moderate/record"),
    "words, blocks, trial runs": ("POST", "/moderate/rules/links"),
    "hold or close the whole site": ("POST", "/moderate/rules/switches"),
    "export the record": ("GET", "/moderate/record.csv"),
    "invite and remove people, change roles": ("GET", "/moderate/people"),
    "own password, sessions, second factor, mail": ("GET", "/moderate/me"),
}
# Before anybody is signed in, and with a link of a mail that is its own permission.
AT_THE_DOOR = frozenset({"signing_in", "forgotten", "mail_decisions"})
OPEN = frozenset({"second_factor.ask", "second_factor.submit"})
FOR_AUTHORS_TOO = frozenset({"account_page", "own_posts", "proving", "second_factor"})
OWNERS_ONLY = frozenset({"people_page"})
OWNERS_ALONE = frozenset({"record_page.export"})


def routes(app):
    """Return endpoint, method and address of everything on the moderators' side."""
    found = []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/moderate") or is_at_the_door(rule.endpoint):
            continue
        with app.test_request_context():
            path = rule.build({name: part_of(rule, name) for name in rule.arguments})[1]
        methods = sorted(rule.methods & {"GET", "POST"})
        found += [(rule.endpoint, method, path) for method in methods]
    return found


def is_at_the_door(endpoint):
    """Say whether nobody needs to be signed in for it."""
    return endpoint in OPEN or endpoint.partition(".")[0] in AT_THE_DOOR


def allowed(endpoint, role):
    """Say whether a role may use an endpoint."""
    part = endpoint.partition(".")[0]
    if part in FOR_AUTHORS_TOO:
        return True
    if part in OWNERS_ONLY or endpoint in OWNERS_ALONE:
        return role == Role.OWNER
    return role != Role.AUTHOR


def ask(browser, method, path):
    """Ask as a page of the site does, with an empty form."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    form = "application/x-www-form-urlencoded" if method == "POST" else None
    return browser.open(path, method=method, headers=headers, content_type=form)


def is_refused(answer):
    """Say whether an answer tells that the role is not enough."""
    return answer.status_code == 403 and "Your role does not let you" in answer.text


def table():
    """Return what the document says: for each row, what each role may."""
    text = DOCUMENT.read_text(encoding="utf-8").partition("## Who may do what")[2]
    lines = re.findall(r"^\| (.+?) \| (yes|no) \| (yes|no) \| (yes|no) \|$", text, re.MULTILINE)
    return {what: dict(zip(ROLES, said, strict=True)) for what, *said in lines}


@pytest.mark.parametrize("role", ROLES)
def test_the_table_of_the_documents_is_what_the_server_does(app, database, now, role):
    browser = working(app, database, now, "Alice", Role(role))

    does = {
        what: "no" if is_refused(ask(browser, *request)) else "yes"
        for what, request in ROWS.items()
    }

    assert does == {what: roles[role] for what, roles in table().items()}


@pytest.mark.parametrize("role", ROLES)
def test_every_address_asks_for_the_role(app, database, now, role, letter):
    found = routes(app)
    wrong = []

    for endpoint, method, path in found:
        browser = working(app, database, now, "Alice", Role(role))
        answer = ask(browser, method, path)
        home = role == Role.AUTHOR and (method, path) == ("GET", "/moderate/")
        right = answer.status_code == 303 if home else True
        if not right or (not home and is_refused(answer) is allowed(endpoint, role)):
            wrong.append((endpoint, method, answer.status_code))

    assert len(found) > 30
    assert wrong == []


def test_every_address_asks_whom_nobody_knows_to_sign_in(app, bob, letter):
    sent_elsewhere = [
        (endpoint, method)
        for endpoint, method, path in routes(app)
        if not ask(bob, method, path).headers.get("Location", "").startswith("/moderate/sign-in")
    ]

    assert sent_elsewhere == []


def test_a_refusal_is_the_same_whether_the_comment_is_there(app, database, now, comment):
    author = working(app, database, now, "Carol", Role.AUTHOR)
    number = comment()

    there, nowhere = author.decide(number, "approve"), author.decide(4711, "approve")

    assert there.status_code == nowhere.status_code == 403
    assert there.data == nowhere.data


def test_the_menu_shows_what_the_role_lets_her_do(app, database, now):
    pages = {
        role: working(app, database, now, role.title(), Role(role)).get("/moderate/me").text
        for role in ROLES
    }

    links = {
        role: {path for path in ("people", "rules", "own-posts") if f'/moderate/{path}"' in page}
        for role, page in pages.items()
    }

    assert links == {"owner": {"people", "rules"}, "moderator": {"rules"}, "author": {"own-posts"}}
