"""The environment that draws readers' words: times, and templates that change."""

from datetime import UTC, datetime

import jinja2
import pytest

from comments_api import drawing

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_a_time_is_written_as_the_clocks_of_its_zone_show_it():
    template = drawing.environment("en").from_string("{{ moment|time }}")

    written = [
        template.render(moment=NOON, context={"timezone": zone})
        for zone in ("Europe/London", "Europe/Berlin", "Europe/London")
    ]

    assert written == ["12:00", "13:00", "12:00"]


def test_what_was_drawn_is_forgotten_when_templates_may_have_changed():
    before = drawing.environment("en")

    drawing.forget()

    assert drawing.environment("en") is not before


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A template of a group's own."""
    monkeypatch.setattr(drawing, "FOLDERS", (tmp_path, *drawing.FOLDERS))
    drawing.forget()
    yield tmp_path / "own.html"
    drawing.forget()


def test_a_template_that_changed_is_drawn_as_it_is_now(own):
    own.write_text("before")
    before = drawing.draw("own.html", "en")

    own.write_text("after")
    drawing.forget()

    assert (before, drawing.draw("own.html", "en")) == ("before", "after")


def test_a_template_that_stayed_as_it_is_is_compiled_once(own, monkeypatch):
    own.write_text("{{ words }}")
    drawing.draw("own.html", "en", words="one")
    drawing.forget()
    monkeypatch.delattr(jinja2.Environment, "compile")

    assert drawing.draw("own.html", "en", words="two") == "two"


def test_the_same_template_is_escaped_on_pages_and_not_in_mails(own):
    own.write_text("{{ words }}")

    drawn = [
        drawing.bare("en", escapes=escapes).get_template("own.html").render(words="a < b")
        for escapes in (True, False, True)
    ]

    assert drawn == ["a &lt; b", "a < b", "a &lt; b"]
