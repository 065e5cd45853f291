"""The import commands: what they say, what they change, and when they refuse."""

from __future__ import annotations

import pytest

from tests.conftest import ON_SQLITE
from tests.http.conftest import PAGE
from tests.transfer.conftest import FILES, WORDPRESS, dump

DISQUS = FILES / "disqus.xml"
MAP = "# The post with a number\n14\tpost-the-answer\n"


@pytest.fixture
def map_file(tmp_path):
    """A map for what has only a number."""
    path = tmp_path / "map.txt"
    path.write_text(MAP)
    return path


def test_a_dry_run_says_what_would_come_and_changes_nothing(run, database, site):
    before, page = dump(database), site.live().read(PAGE)

    result = run("import-wxr", str(WORDPRESS), "--dry-run")

    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "From wordpress:old.example.org: 28 comments read.",
        "27 comments would be imported: 17 approved, 6 pending, 2 spam, 2 trash.",
        "  2 of them are pingbacks and trackbacks.",
        '1 comment of the type "note" left out: no reader ever saw such.',
        '1 comment of the type "order_note" left out: no reader ever saw such.',
        "2 pages were found on the site.",
        "2 pages were not found, with 2 comments; nobody will see these. Give such a page "
        "`Formerly:` or a line in a map file (--map):",
        "  1  https://old.example.org/?p=14 (Ask the paper)",
        "  1  https://old.example.org/2012/05/%d0%bf%d0%b0%d1%80%d0%be%d0%bc/ (Gone — and missed)",
        "4 pages were not public, with 5 comments, which wait now:",
        "  2  https://old.example.org/2026/11/the-vote/ (Private), private",
        "  1  https://old.example.org/2026/11/the-vote/ (Password), password",
        "  1  https://old.example.org/?p=18 (Draft), draft",
        "  1  https://old.example.org/2026/11/the-vote/ (Trashed), trash",
        "5 comments became top level:",
        "  15: what it answers is not in the file",
        "  16: its parents go round in a circle",
        "  17: its parents go round in a circle",
        "  18: what it answers was written later",
        "  19: what it answers stands on another page",
        "1 comment cleaned:",
        "  7: its author's e-mail address was none; its website was no address",
        "1 comment left out:",
        "  1: the file has this id already",
        "Nothing was changed.",
    ]
    assert dump(database) == before
    assert site.live().read(PAGE) == page


def test_an_import_is_on_the_pages_at_once(run, site, map_file):
    result = run("import-wxr", str(WORDPRESS), "--map", str(map_file))

    assert result.exit_code == 0, result.output
    assert "27 comments imported: " in result.output
    assert "Nothing was changed" not in result.output
    assert b"I wrote to them." in site.live().read(PAGE)
    assert b"Matched by number." in site.live().read("2026/11/the-answer/index.html")
    assert run("verify").exit_code == 0


@ON_SQLITE
def test_again_it_adds_nothing_and_says_so(run):
    run("import-disqus", str(DISQUS))

    result = run("import-disqus", str(DISQUS))

    assert result.exit_code == 0
    assert "0 comments imported." in result.output
    assert "8 comments skipped: imported before, and left as they are now." in result.output


@ON_SQLITE
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import-wxr", "nowhere.xml"], "nowhere.xml: there is no such file"),
        (["import-wxr", str(FILES)], "is a folder, not a file"),
        (["import-wxr", str(DISQUS)], "it is XML, but no WordPress export"),
        (["import-disqus", str(WORDPRESS)], "it is XML, but no Disqus export"),
        (["import-isso", str(WORDPRESS)], "is no Isso database"),
        (["import-wxr", str(WORDPRESS), "--map", "nowhere.txt"], "nowhere.txt cannot be read"),
    ],
)
@pytest.mark.usefixtures("site")
def test_what_cannot_be_read_is_said_in_a_sentence(run, database, words, said):
    before = dump(database)

    result = run(*words)

    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output
    assert dump(database) == before


@ON_SQLITE
def test_a_zone_that_is_none_is_refused(run):
    result = run("import-wxr", str(WORDPRESS), "--timezone", "Europe/Atlantis")

    assert result.exit_code == 2
    assert '"Europe/Atlantis" is no time zone' in result.output


@ON_SQLITE
def test_a_large_file_needs_a_word_more(run, tmp_path):
    path = tmp_path / "large.xml"
    path.write_bytes(WORDPRESS.read_bytes() + b"\n" * 1024 * 1024)

    refused = run("import-wxr", str(path), "--max-mb", "1", "--dry-run")
    taken = run("import-wxr", str(path), "--max-mb", "2", "--dry-run")

    assert (refused.exit_code, taken.exit_code) == (1, 0)
    assert "add --max-mb 2" in refused.output


@ON_SQLITE
def test_long_lists_are_cut_unless_all_is_asked_for(run, tmp_path):
    path = tmp_path / "many.xml"
    lonely = WORDPRESS.read_text("utf-8").partition("\t\t<wp:comment><wp:comment_id>15<")[2]
    one = "<wp:comment><wp:comment_id>15<" + lonely.partition("</wp:comment>")[0] + "</wp:comment>"
    many = "".join(one.replace(">15<", f">{number}<") for number in range(1000, 1030))
    path.write_text(WORDPRESS.read_text("utf-8").replace("</item>", many + "</item>", 1), "utf-8")

    short = run("import-wxr", str(path), "--dry-run").output
    whole = run("import-wxr", str(path), "--dry-run", "--all").output

    assert "  … and 15 more (--all lists them)" in short
    assert "  1029: what it answers is not in the file" in whole
