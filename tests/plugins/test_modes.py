import subprocess
import sys
from datetime import UTC, datetime

import pytest

from comments_api.settings import ROOT
from plugins.letters.problems import Level, Mode, Problem
from tests.plugins.broken import GOOD, LETTER, TARGETS, changed, compiled, said, write

ERROR, WARNING, INFO = Level
NORMAL, STRICT = Mode(), Mode(strict=True)
PUBLISHING, ACCEPTING = Mode(publishing=True), Mode(publishing=True, accept_stale=True)
IN_FIVE_YEARS = datetime(2031, 11, 21, 12, tzinfo=UTC)
CHECK = [sys.executable, "-m", "plugins.letters", "--content"]


@pytest.mark.parametrize(
    ("mode", "level", "clock", "becomes"),
    [
        (NORMAL, ERROR, False, ERROR),
        (NORMAL, WARNING, False, WARNING),
        (NORMAL, INFO, False, INFO),
        (NORMAL, ERROR, True, WARNING),
        (NORMAL, WARNING, True, WARNING),
        (STRICT, WARNING, False, ERROR),
        (STRICT, INFO, False, INFO),
        (STRICT, ERROR, True, WARNING),
        (STRICT, WARNING, True, WARNING),
        (PUBLISHING, WARNING, False, WARNING),
        (PUBLISHING, ERROR, True, ERROR),
        (PUBLISHING, WARNING, True, WARNING),
        (ACCEPTING, ERROR, False, ERROR),
        (ACCEPTING, ERROR, True, WARNING),
        (Mode(strict=True, publishing=True), WARNING, True, WARNING),
        (Mode(strict=True, publishing=True), ERROR, True, ERROR),
        (Mode(accept_stale=True), ERROR, True, WARNING),
    ],
)  # fmt: skip
def test_a_mode_decides_what_a_problem_is(mode, level, clock, becomes):
    assert mode.level(Problem("a.md", 1, "key", "text", level, clock)) is becomes


def levels(campaign, **mode):
    return {problem.level for problem in campaign.problems.said(Mode(**mode))}


@pytest.fixture
def forgotten(tmp_path):
    """A letter without a deadline, long after anybody looked at its target."""
    for path, text in GOOD.items():
        write(tmp_path / path, text)
    return compiled(tmp_path, now=IN_FIVE_YEARS)


def test_the_clock_breaks_no_build_of_the_sample():
    campaign = compiled(ROOT / "content", now=IN_FIVE_YEARS)

    assert WARNING in levels(campaign)
    assert ERROR not in levels(campaign) | levels(campaign, strict=True)


def test_the_clock_breaks_no_build_of_a_letter_that_asks(forgotten):
    assert levels(forgotten) == levels(forgotten, strict=True) == {WARNING}


def test_the_clock_stops_a_publication_unless_it_is_accepted(forgotten):
    assert ERROR in levels(forgotten, publishing=True)
    assert ERROR not in levels(forgotten, publishing=True, accept_stale=True)


def test_what_is_accepted_as_stale_can_be_put_on_record(forgotten):
    stops = [line for line in said(forgotten, publishing=True) if line.startswith("ERROR")]

    assert forgotten.problems.stale() == stops != []


def test_the_sample_has_no_problem_on_its_own_day():
    assert said(compiled(ROOT / "content"), strict=True, publishing=True) == []


@pytest.fixture
def check(tmp_path):
    """Writes the good files with changes, and runs the command over them."""

    def run(*options, **changes):
        for path, text in (GOOD | changes.get("files", {})).items():
            write(tmp_path / path, text)
        return subprocess.run(
            [*CHECK, str(tmp_path), *options], cwd=ROOT, capture_output=True, text=True, check=False
        )

    return run


def test_the_command_prints_all_problems_in_order_and_fails(check):
    broken = changed(GOOD[LETTER], ["Goal: 0", "Targets: chiar"], "*Now.*")

    ran = check(files={LETTER: broken})

    assert ran.returncode == 1
    assert [line for line in ran.stdout.splitlines() if line.startswith("ERROR")] == [
        'ERROR letters/vote.md:5: targets: "chiar" is not in data/targets.toml '
        '(did you mean "chair"?)',
        'ERROR letters/vote.md:8: goal: "0" is no whole number of at least 1',
        "ERROR letters/vote.md:10: emphasis does not survive as plain text: write it as a sentence",
    ]
    assert "1 letter checked: 3 errors, so the site cannot be built." in ran.stderr


def test_the_command_passes_what_only_the_clock_is_against_unless_publishing(check):
    files = {TARGETS: GOOD[TARGETS].replace("2026-11-01", "2020-11-01")}

    passed, stopped = check(files=files), check("--publishing", files=files)

    assert (passed.returncode, stopped.returncode) == (0, 1)
    assert passed.stdout.startswith("WARNING data/targets.toml:1: verified:")
    assert stopped.stdout.startswith("ERROR data/targets.toml:1: verified:")


def test_the_command_takes_warnings_for_errors_if_strict(check):
    files = {LETTER: changed(GOOD[LETTER], ["Field: town | Your town"])}

    assert check(files=files).returncode == 0
    assert check("--strict", files=files).returncode == 1
