"""`inv check`: everything that is wrong with the content, in seconds and without building it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pelican.settings import read_settings

from comments_api.settings import ROOT
from plugins.letters import compiler
from plugins.letters.generator import now_of, place_of, press_of
from plugins.letters.problems import Level, Mode


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the content, print its problems and return 1 if the site could not be built."""
    parser = argparse.ArgumentParser(prog="inv check", description=__doc__)
    parser.add_argument("--strict", action="store_true", help="take warnings for errors")
    parser.add_argument("--publishing", action="store_true", help="as strict as `inv publish`")
    parser.add_argument("--content", type=Path, help="the folder, if it is not the site's own")
    parser.add_argument("--cache", type=Path, help="where finished PDFs are kept")
    chosen = parser.parse_args(arguments)
    given = {"PATH": chosen.content, "LETTERS_CACHE": chosen.cache}
    changes = {name: str(path) for name, path in given.items() if path}
    settings = read_settings(str(ROOT / "pelicanconf.py"), override=changes)
    mode = Mode(strict=chosen.strict, publishing=chosen.publishing)
    place = place_of(settings)
    campaign = compiler.compile(place, now_of(settings), press_of(settings))
    said = campaign.problems.said(mode)
    for problem in said:
        print(problem)
    errors = sum(problem.level is Level.ERROR for problem in said)
    print(_summary(len(campaign.letters), errors, len(said) - errors), file=sys.stderr)
    return 1 if errors else 0


def _summary(letters: int, errors: int, others: int) -> str:
    checked = f"{letters} letter{'s' * (letters != 1)} checked"
    if errors:
        return f"{checked}: {errors} error{'s' * (errors != 1)}, so the site cannot be built."
    return f"{checked}: nothing stops the build{', see above' if others else ''}."


if __name__ == "__main__":
    sys.exit(main())
