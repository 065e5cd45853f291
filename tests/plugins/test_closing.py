"""When comments close: as a post says, else as the site does."""

from __future__ import annotations

import shutil

import pytest

from tests.site.building import CONTENT, build

POST = """Title: A post
Date: 2026-10-20 23:30
Slug: a-post
Lang: en
{header}

Text.
"""


@pytest.fixture
def closes(tmp_path):
    """Builds a post of 20 October with a header, and says when its comments close."""

    def made(header="", **conf):
        folder = tmp_path / "content"
        (folder / "posts").mkdir(parents=True)
        shutil.copytree(CONTENT / "data", folder / "data")
        post = POST.format(header=header).replace("\n\n\n", "\n\n")
        (folder / "posts" / "a-post.md").write_text(post, encoding="utf-8")
        context = build(tmp_path / "made", content=folder, **conf).manifest.threads["post-a-post"]
        return context.context["closes"]

    return made


def test_comments_stay_open_if_nobody_says_anything(closes):
    assert closes() is None


def test_the_site_can_close_them_some_days_after_a_post_at_the_end_of_the_day(closes):
    # British clocks went back on the 25th.
    assert closes(COMMENTS_CLOSE_AFTER=14) == "2026-11-03T23:59:59Z"


@pytest.mark.parametrize(
    ("header", "when"),
    [
        ("Comments_close: 2026-12-05", "2026-12-05T23:59:59Z"),
        ("Comments_close: never", None),
        ("Comments_close: Never", None),
    ],
)
def test_what_a_post_says_counts_more(closes, header, when):
    assert closes(header, COMMENTS_CLOSE_AFTER=14) == when
