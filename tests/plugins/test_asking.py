import shutil
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from plugins.asking import ask
from plugins.letters import compiler
from plugins.letters.compiler import Place
from plugins.letters.problems import Level, Mode
from tests.site.building import CONTENT


@pytest.fixture
def content(tmp_path):
    shutil.copytree(CONTENT / "data", tmp_path / "data")
    return tmp_path


@pytest.fixture
def answer(content):
    """Answers the questions for a letter or a post, one line for each."""

    def answered(kind, *lines):
        arguments = [kind, "--no-preview", "--content", str(content)]
        return CliRunner().invoke(ask, arguments, input="\n".join(lines) + "\n")

    return answered


def errors(content):
    campaign = compiler.compile(Place(content, "Europe/London", "en"), datetime.now(UTC))
    return [p for p in campaign.problems.said(Mode()) if p.level is Level.ERROR]


def test_a_new_letter_is_a_draft_without_a_mistake(answer, content):
    done = answer("letter", "Keep it", "", "chair", "Will you keep it?", "", "", "n")

    text = (content / "letters" / "keep-it.md").read_text(encoding="utf-8")
    assert done.exit_code == 0, done.output
    assert "Action_state: draft\nTargets: chair\nSubject: Keep it\n" in text
    assert "Deadline" not in text
    assert errors(content) == []


def test_a_letter_can_go_to_somebody_new(answer, content):
    done = answer(
        *("letter", "Keep it", "", "new", "Head of Libraries"),
        *("", "1 High St, Leeds, LS1 1AA", "", "", 'The "City" Council', ""),
        *("https://example.org/people", "Will you keep it?", "", "2030-01-31", "The vote", "y", ""),
    )

    book = (content / "data" / "targets.toml").read_text(encoding="utf-8")
    text = (content / "letters" / "keep-it.md").read_text(encoding="utf-8")
    assert done.exit_code == 0, done.output
    assert 'id = "head-of-libraries"' in book
    assert r'organisation = "The \"City\" Council"' in book
    assert "Targets: head-of-libraries\n" in text
    assert "Deadline: 2030-01-31\nDeadline_reason: The vote\n" in text
    assert "Sensitive: yes\nHelplines: listeners\n" in text
    assert errors(content) == []


def test_an_answer_that_cannot_be_is_asked_for_again(answer, content):
    done = answer(
        *("letter", "Keep it", "Not A Name", "keep-it", "chair", "Will you?", ""),
        *("31.1.2030", "2030-01-31", "The vote", "n"),
    )

    assert '"Not A Name" may hold only a-z, 0-9 and hyphens' in done.output
    assert '"31.1.2030" is no date: write it like 2026-12-12' in done.output
    assert errors(content) == []


def test_nothing_is_written_when_somebody_gives_up(answer, content):
    before = (content / "data" / "targets.toml").read_bytes()

    done = answer("letter", "Keep it", "", "new", "Head of Libraries", "a@example.org")

    assert done.exit_code == 1
    assert "Aborted" in done.output
    assert not (content / "letters").exists()
    assert (content / "data" / "targets.toml").read_bytes() == before


def test_no_file_is_written_over(answer, content):
    answer("letter", "Keep it", "", "chair", "Will you keep it?", "", "", "n")
    before = (content / "letters" / "keep-it.md").read_bytes()

    done = answer("letter", "Keep it", "", "keep-it-2", "chair", "Will you?", "", "", "n")

    assert "letters/keep-it.md is there already; choose another name" in done.output
    assert (content / "letters" / "keep-it.md").read_bytes() == before
    assert (content / "letters" / "keep-it-2.md").is_file()


def test_a_new_post_is_a_draft_tied_to_its_letter(answer, content):
    answer("letter", "Keep it", "", "chair", "Will you keep it?", "", "", "n")

    done = answer("post", "The vote is near", "", "keep-it", "It says why.", "", "vote", "n")

    text = (content / "posts" / "the-vote-is-near.md").read_text(encoding="utf-8")
    assert done.exit_code == 0, done.output
    assert "Status: draft\n" in text
    assert "Letter: keep-it\n" in text
    assert errors(content) == []
