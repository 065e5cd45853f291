"""What the API answers about a page of people in danger is as careful as that page."""

from __future__ import annotations

import re

import pytest

SENSITIVE, ORDINARY = "letter-remind-the-chair", "post-the-vote"


def title(answer):
    return re.search("<title>(.*?)</title>", answer.text, re.DOTALL)[1]


@pytest.mark.parametrize("path", ["thanks", "form", "form?reply=99"])
def test_pages_of_a_sensitive_thread_have_the_way_out(bob, path):
    careful = bob.get(f"/api/threads/{SENSITIVE}/{path}", headers={"Accept": "text/html"})
    other = bob.get(f"/api/threads/{ORDINARY}/{path}", headers={"Accept": "text/html"})

    assert "data-exit" in careful.text
    assert "01632 960002" in careful.text
    assert "Noticeboard" in title(careful)
    assert "chair" not in title(careful)
    assert "data-exit" not in other.text


def test_so_does_what_a_form_answers(bob):
    preview = bob.send(SENSITIVE, do="preview")
    refused = bob.report("remind-the-chair", headers={"Sec-Fetch-Site": "cross-site"})

    assert (preview.status_code, refused.status_code) == (200, 403)
    for answer in (preview, refused):
        assert "data-exit" in answer.text
        assert "Noticeboard" in title(answer)
