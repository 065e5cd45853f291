"""A letter in the reader's hands: filled in, copied, printed, sent; on a phone, without script."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTTextContainer

from comments_api import devsite
from plugins.letters.layouts import layouts
from tests.browser.small import serving
from tests.conftest import ON_SQLITE
from tests.http.conftest import declare, new_app, watch

__all__ = ["declare", "new_app", "watch"]  # fixtures
pytestmark = ON_SQLITE

LETTER = "/letters/write-to-the-chair/"
SENSITIVE = "/letters/remind-the-chair/"
SMALL = {"viewport": {"width": 320, "height": 640}}
OFF = {"java_script_enabled": False}
SECRET = "Zanzibar-Quagga"  # typed, and never to be seen in a request
MM = 72 / 25.4


@pytest.fixture
def small(new_app, watched):
    """The small site, served."""
    with serving(new_app(devsite.bp), watched.open) as running:
        yield running


def sent_by(page):
    """Note everything that the page sends from now on."""
    sent = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
    return sent


def mail_of(page, way=0):
    """Return address, subject and body of a mail link."""
    parts = urlsplit(page.locator("[data-mail]").nth(way).get_attribute("href"))
    fields = parse_qs(parts.query.replace("+", "%2B"), keep_blank_values=True)
    return unquote(parts.path), fields["subject"][0], fields["body"][0]


def kept(page):
    """Return what the browser keeps of the page."""
    return page.evaluate(
        "[...Object.values(localStorage), ...Object.values(sessionStorage)].join()"
    )


def no_sideways_scrolling(page):
    """Say whether all of the page can be reached by scrolling down."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", [LETTER, SENSITIVE])
def test_without_script_the_letter_is_whole(small, path):
    page = small.open(path, **OFF, **SMALL)

    assert no_sideways_scrolling(page)
    assert page.locator("[data-sheet]").first.is_visible()
    text = page.locator("[data-text]")
    assert text.is_visible()
    assert text.get_attribute("readonly") is not None
    address, subject, body = mail_of(page)
    assert address == "chair@example.org"
    assert subject
    assert body.replace("\r\n", "\n") == text.input_value()
    for name in ("PDF", "Text file", "Page to print"):
        link = page.get_by_role("link", name=name).first
        assert page.request.get(link.get_attribute("href")).ok, name
    assert (
        page.locator("[data-for]:visible, [data-copy]:visible, [data-nudge]:visible").count() == 0
    )


def test_without_script_places_to_fill_in_are_named(small):
    page = small.open(SENSITIVE, **OFF, **SMALL)

    assert "[Your town or village]" in page.locator("[data-sheet]").first.inner_text()
    assert "for years" in page.locator("[data-sheet]").first.inner_text()
    assert "Your town or village" in page.locator("[data-plain]").first.inner_text()


@pytest.mark.parametrize("options", [SMALL, SMALL | OFF], ids=["with script", "without"])
def test_who_sent_it_says_so_and_is_thanked(small, site, options):
    page = small.open(LETTER, **options)

    page.get_by_role("button", name="I sent it").click()
    page.wait_for_url(f"**{LETTER}done/")

    assert no_sideways_scrolling(page)
    assert "Thank you" in page.locator("main").inner_text()
    assert page.context.cookies() == []
    built = site.live().read(f"{LETTER.strip('/')}/index.html").decode()
    assert ">1<" in built.split('id="ledger"')[1].split("</section>")[0]


def test_what_is_typed_fills_letter_text_and_mail_and_nothing_else(small):
    page = small.open(SENSITIVE, **SMALL)
    sent = sent_by(page)

    page.locator("[data-for=place]").fill(SECRET)
    page.locator("[data-for=prompt-why]").fill(f"Because of {SECRET}.")

    assert SECRET in page.locator("[data-sheet]").first.inner_text()
    assert f"I live in {SECRET}." in page.locator("[data-text]").input_value()
    assert f"Because of {SECRET}." in mail_of(page)[2]
    page.get_by_role("button", name="I sent it").click()
    page.wait_for_url("**/done/")
    assert sent != []
    assert SECRET not in "".join(sent)
    assert SECRET not in page.url
    assert SECRET not in kept(page)


def test_the_untouched_text_is_what_the_files_say(small, site):
    page = small.open(LETTER)

    script = page.locator("[data-text]").input_value()

    # An address is only wanted of who wants an answer by post, so nobody sends its label.
    built = small.open(LETTER, **OFF).locator("[data-text]").input_value()
    assert script == built.removesuffix("\n[Your address]")
    assert script != built


def test_an_unanswered_question_is_left_out(small):
    page = small.open(SENSITIVE)

    text = page.locator("[data-text]").input_value()

    assert "In your own words" not in text
    assert "[Your town or village]" in text
    assert "\n\n\n" not in text


def test_copying_asks_once_for_a_sentence_of_ones_own(small):
    page = small.open(SENSITIVE, **SMALL)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name="Copy the letter").first
    button.click()

    nudge = page.locator("[data-nudge]")
    assert nudge.is_visible()
    nudge.get_by_role("button", name="Go on as it is").click()
    page.locator("[data-said]", has_text="copied").first.wait_for()

    assert not nudge.is_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("Dear Sam Chair,")
    button.click()
    assert not nudge.is_visible()


def test_who_wrote_a_sentence_is_not_asked(small):
    page = small.open(SENSITIVE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-for=prompt-why]").fill("I wait, too.")

    page.get_by_role("button", name="Copy the letter").first.click()
    page.locator("[data-said]", has_text="copied").first.wait_for()

    assert not page.locator("[data-nudge]").is_visible()
    assert "I wait, too." in page.evaluate("navigator.clipboard.readText()")


def test_when_copying_is_refused_the_text_is_selected(small):
    page = small.open(LETTER)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()) }")

    page.get_by_role("button", name="Copy the letter").first.click()
    page.locator("[data-said]", has_text="selected").first.wait_for()

    assert page.evaluate("getSelection().toString() || document.activeElement.value.slice("
                         "document.activeElement.selectionStart,"
                         "document.activeElement.selectionEnd)").startswith("Dear Sam")  # fmt: skip


def test_a_letter_that_grows_too_long_is_copied_and_the_button_says_so(small):
    page = small.open(SENSITIVE)
    link = page.locator("[data-mail]").first
    before = link.inner_text()

    page.locator("[data-for=prompt-why]").fill("Many words. " * 200)

    assert link.inner_text() != before
    assert "opy" in link.inner_text()
    assert len(link.get_attribute("href")) <= 1800
    assert "paste" in mail_of(page)[2]


def test_kept_only_if_she_wants_it(small):
    page = small.open(LETTER)
    page.locator("[data-for=my_name]").fill(SECRET)
    assert SECRET not in kept(page)

    page.locator("[data-keep]").check()
    page.reload()

    assert page.locator("[data-for=my_name]").input_value() == SECRET
    page.get_by_role("button", name="Clear what I typed").click()
    assert SECRET not in kept(page)
    page.reload()
    assert page.locator("[data-for=my_name]").input_value() == ""


def test_on_a_sensitive_page_nobody_can_have_it_kept(small):
    page = small.open(SENSITIVE)

    assert page.locator("[data-keep]").count() == 0
    for field in page.locator("[data-for]").all():
        assert field.get_attribute("autocomplete") == "off"


@pytest.mark.parametrize("path", [LETTER, f"{LETTER}print/"])
def test_the_printed_address_lies_in_the_window(small, path):
    page = small.open(path)

    sheet = page.pdf(prefer_css_page_size=True, print_background=True)

    window = layouts()["uk"].window
    first = next(iter(extract_pages(io.BytesIO(sheet))))
    found = [
        line
        for box in first if isinstance(box, LTTextContainer)
        for line in box if "1 High Street" in line.get_text() or "TO1 1WN" in line.get_text()
    ]  # fmt: skip
    assert len(found) == 2
    for line in found:
        left, top = line.x0 / MM, (first.height - line.y1) / MM
        right, bottom = line.x1 / MM, (first.height - line.y0) / MM
        assert window.x < left < right < window.x + window.width
        assert window.y < top < bottom < window.y + window.height


def test_print_shows_the_letter_alone_and_filled_in(small):
    page = small.open(SENSITIVE)
    page.locator("[data-for=place]").fill(SECRET)

    page.emulate_media(media="print")

    assert SECRET in page.locator("[data-sheet]").first.inner_text()
    for part in (".masthead", ".footer", ".send", ".thread", "[data-fill]", ".exit"):
        for found in page.locator(part).all():
            assert not found.is_visible(), part


def test_who_may_choose_sees_the_letter_to_whom_she_chose(small):
    page = small.open(SENSITIVE)

    page.locator("[data-choose]").select_option("paper")

    sheet = page.locator("[data-sheet]").first.inner_text()
    assert "Dear Editor," in sheet
    assert "2 High Street" in sheet
    assert page.locator("[data-text]").input_value().startswith("Dear Editor,")


WAY_OUT = "https://www.bbc.co.uk/**"


@pytest.fixture
def gone():
    """Where the way out led; in tests nobody is there."""
    return []


@pytest.fixture
def alone(browser, small, gone):
    """A page of the small site that may lead away from it."""

    def away(route):
        gone.append(route.request.url)
        route.fulfill(body="gone", content_type="text/plain")

    context = browser.new_context(base_url=small.url)
    context.set_default_timeout(60_000)  # ms; on a machine that others share
    context.route(WAY_OUT, away)  # from the first request on, as `Watched.open` says
    page = context.new_page()
    page.goto(SENSITIVE)
    yield page
    context.close()


def test_the_exit_link_leaves_at_once(alone, gone):
    alone.locator("[data-exit]").last.click()
    alone.wait_for_url(WAY_OUT)

    assert gone == ["https://www.bbc.co.uk/weather"]


def test_shift_pressed_three_times_leaves(alone, gone):
    for _ in range(3):
        alone.keyboard.press("Shift")
    alone.wait_for_url(WAY_OUT)

    assert gone == ["https://www.bbc.co.uk/weather"]


def test_shift_in_a_combination_does_not_count(alone):
    for key in ("Shift", "Shift+a", "Shift", "Shift+Tab", "Shift"):
        alone.keyboard.press(key)

    assert alone.url.endswith(SENSITIVE)
    assert alone.locator(".leaving").count() == 0


def test_a_page_that_comes_back_is_not_covered(alone):
    alone.locator("[data-exit]").last.click()
    alone.wait_for_url(WAY_OUT)

    alone.go_back()

    assert alone.locator("h1").is_visible()
    assert alone.locator(".leaving").count() == 0


def test_an_ordinary_page_has_no_exit(small):
    page = small.open(LETTER)

    assert page.locator("[data-exit]").count() == 0
