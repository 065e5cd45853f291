"""The environment that draws readers' words: times, and templates that change."""

from datetime import UTC, datetime

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
