import json
import re
import shutil

import pytest

from plugins.letters.generator import draft_token
from plugins.letters.problems import BadContent
from tests.site.building import CONTENT, build

LETTER = (CONTENT / "letters" / "write-to-the-chair.md").read_text(encoding="utf-8")
REMINDER = (CONTENT / "letters" / "remind-the-chair.md").read_text(encoding="utf-8")


@pytest.fixture
def make(tmp_path):
    """Builds a site of one letter, whose text a test may change."""

    def made(old="", new="", letter=LETTER, **settings):
        content = tmp_path / "content"
        for folder in ("letters", "posts", "data"):
            (content / folder).mkdir(parents=True)
        for name in ("targets.toml", "helplines.toml"):
            (content / "data" / name).write_bytes((CONTENT / "data" / name).read_bytes())
        assert old in letter
        text = letter.replace(old, new, 1).replace("Chaser: remind-the-chair\n", "")
        (content / "letters" / "a.md").write_text(text, encoding="utf-8")
        return build(tmp_path / "made", content=content, **settings)

    return made


def below(build, slug="write-to-the-chair"):
    """Return the files of a letter, by their path below its own."""
    root = build.web / "letters" / slug
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_a_letter_has_its_page_with_both_parts(make):
    page = make().read("letters/write-to-the-chair/index.html").decode()

    assert page.index("An introduction.") < page.index("I ask you to vote yes.")
    assert "---letter---" not in page
    assert "Dear Sam Chair" in page
    assert "1 High Street" in page


def test_a_letter_without_a_divider_is_all_letter(make):
    made = make("---letter---\n", "")

    assert "An introduction." in made.read("letters/write-to-the-chair/letter.txt").decode()


def test_a_letter_to_one_target_has_each_file_once(make):
    assert below(make()) == {
        *("index.html", "print/index.html", "done/index.html"),
        *("letter.txt", "letter.pdf", "letter.json", "deadline.ics"),
    }


def test_who_may_choose_a_target_gets_files_for_each(make):
    made = make(letter=REMINDER)

    assert {"chair/letter.txt", "chair/letter.pdf", "paper/letter.pdf", "letter.pdf"} <= below(
        made, "remind-the-chair"
    )
    alone = made.read("letters/remind-the-chair/paper/letter.txt").decode()
    both = made.read("letters/remind-the-chair/letter.txt").decode()
    assert "Dear Editor," in alone
    assert "Dear Sam Chair," not in alone
    assert "Dear Editor," in both
    assert "Dear Sam Chair," in both


def test_two_builds_make_the_same_files(make, tmp_path):
    one = make()
    other = build(tmp_path / "again", content=tmp_path / "content")

    for name in sorted(below(one)):
        path = f"letters/write-to-the-chair/{name}"
        assert one.read(path) == other.read(path), name


def test_the_json_of_a_letter_names_things_as_others_do(make):
    found = json.loads(make().read("letters/write-to-the-chair/letter.json"))

    assert found["title"] == "Write to the chair"
    assert found["targets"][0]["email_addresses"] == [{"address": "chair@example.org"}]
    assert found["messages"][0]["body"].startswith("Dear Sam Chair,\n\nI ask you to vote yes.")


def test_a_mistake_stops_the_build_with_all_of_them(make, tmp_path):
    with pytest.raises(BadContent) as caught:
        make("Targets: chair", "Targets: chiar\nAction_state: lost\nReply: x")

    lines = str(caught.value).strip().splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "ERROR letters/a.md:7",
        "ERROR letters/a.md:8",
        "ERROR letters/a.md:9",
    ]
    assert 'targets: "chiar" is not in data/targets.toml (did you mean "chair"?)' in lines[0]
    assert not (tmp_path / "made" / "web").exists()


def test_a_draft_has_an_address_that_nobody_can_guess(make):
    made = make("Targets: chair", "Action_state: draft\nTargets: chair")

    (token,) = [path.parent.name for path in (made.web / "drafts").glob("*/index.html")]
    assert not (made.web / "letters" / "write-to-the-chair").exists()
    assert re.fullmatch(r"[0-9a-f]{24}", token)
    assert token == draft_token("letter", "en", "write-to-the-chair")  # as `inv new-letter` says
    html = (made.web / "drafts" / token / "index.html").read_text()
    assert 'name="robots" content="noindex"' in html
    assert "<!--live send" not in html  # it is shown, and is not live
    assert 'id="send"' in html
    for path in made.web.rglob("*.html"):
        if "drafts" not in path.parts:
            assert token not in path.read_text(), path
    assert token not in (made.web / "sitemap.xml").read_text()


def test_nothing_that_is_published_speaks_of_a_draft(tmp_path):
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    for name in ("posts/draft-post", "letters/draft-letter"):
        draft = {"posts/draft-post": "Status: draft", "letters/draft-letter": "Action_state: draft"}
        text = LETTER if name.startswith("letters") else "Title: A draft\nDate: 2026-11-06\n\nText."
        text = text.replace("Title:", f"{draft[name]}\nSlug: same-slug\nTitle:", 1)
        text = text.replace("Slug: write-to-the-chair\n", "").replace(
            "Chaser: remind-the-chair\n", ""
        )
        (content / f"{name}.md").write_text(text, encoding="utf-8")
    paper = content / "letters" / "ask-the-paper.md"
    header = "Chaser: same-slug\nAction_state: superseded\nSuccessor: same-slug\nSlug:"
    paper.write_text(
        paper.read_text().replace("Slug:", header, 1).replace("the-answer", "same-slug")
    )
    post = content / "posts" / "the-vote.md"
    post.write_text(
        post.read_text(encoding="utf-8").replace("Slug:", "Letter: same-slug\nSlug:", 1)
    )

    made = build(tmp_path / "made", content=content)

    drafts = [path for path in (made.web / "drafts").iterdir() if (path / "index.html").exists()]
    assert len(drafts) == 3  # two of one slug, and none in the other's place
    for path in made.web.rglob("*"):
        if path.is_file() and "drafts" not in path.parts:
            for draft in drafts:
                assert draft.name.encode() not in path.read_bytes(), path
    for draft in drafts:
        html = (draft / "index.html").read_text(encoding="utf-8")
        assert 'name="robots" content="noindex"' in html
        assert 'rel="canonical"' not in html
        assert sorted(made.manifest.site["drafts"]) == sorted(f"/drafts/{d.name}/" for d in drafts)


def test_a_sensitive_letter_is_all_safe_at_once(make):
    made = make(letter=REMINDER)

    for name in ("", "print/", "done/"):
        html = made.read(f"letters/remind-the-chair/{name}index.html").decode()
        assert "Exit this page" in html, name
        assert "01632 960002" in html, name
        title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)[1]
        assert "Remind" not in title, name
        assert "Noticeboard" in title, name


def test_a_petition_is_a_link_with_what_was_last_heard(make):
    made = make(
        "Targets: chair", "Petition: Our petition | https://p.example.org/1\nTargets: chair"
    )

    page = made.read("letters/write-to-the-chair/index.html").decode()
    assert 'href="https://p.example.org/1"' in page
    assert "Our petition" in page
