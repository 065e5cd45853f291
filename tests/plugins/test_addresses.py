import pytest

from plugins.letters import addresses


@pytest.mark.parametrize(
    "value",
    [
        "chair@example.org",
        "sam.chair@example.org",
        "o'brien@example.org",
        "a+b&c@x.org",
        "a/b?c#d%e=f@x.org",
        "{chair}|*!$^`~@x.org",
        "1@2.co.uk",
        "müller@example.org",
        "chair@exämple.org",
        "chair@例え.jp",
        "c" * 242 + "@example.org",
    ],
    ids=lambda value: value[:20],
)
def test_an_address_that_can_be_is_right(value):
    assert addresses.wrong_email(value) == ""


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("", "needs exactly one @"),
        ("chair", "needs exactly one @"),
        ("@example.org", "needs exactly one @"),
        ("chair@", "needs exactly one @"),
        ("a@b@example.org", "needs exactly one @"),
        ("chair @example.org", "holds a space"),
        (" chair@example.org", "holds a space"),
        ("chair@example.org ", "holds a space"),
        ("a@x.org;b@x.org", 'holds ";"'),
        ("a@x.org,b@x.org", 'holds ","'),
        ("Sam<a@x.org>", 'holds "<"'),
        ("a@x.org>", 'holds ">"'),
        ("chair@example.org.", "ends with a dot"),
        (".chair@example.org", "a dot where none can be"),
        ("chair.@example.org", "a dot where none can be"),
        ("a..b@example.org", "a dot where none can be"),
        ("chair@example..org", "a dot where none can be"),
        ("chair@.example.org", "cannot be"),
        ("chair@localhost", "no complete domain"),
        ("chair@exa_mple.org", "cannot be"),
        ("chair@-example.org", "cannot be"),
        ("chair@example.org/", "cannot be"),
        (f"chair@{'e' * 64}.org", "cannot be"),
        ("c" * 243 + "@example.org", "has 255 characters"),
        ("chair\u200b@example.org", "U+200B"),
        ("chair@example.org\u200e", "U+200E"),
        ("\ufeffchair@example.org", "U+FEFF"),
        ("chair\u00a0@example.org", "U+00A0"),
        ("chair\u00ad@example.org", "U+00AD"),
        ("chair\u2028@example.org", "U+2028"),
        ("chair\n@example.org", "U+000A"),
        ("chair\U000e0041@example.org", "U+E0041"),
        ("mailto:chair@example.org", ":"),
        ('"chair"@example.org', '"'),
        ("chair(office)@example.org", "("),
        ("[chair]@example.org", "["),
        ("chair\\@example.org", "\\"),
    ],
    ids=ascii,
)
def test_an_address_that_cannot_be_breaks_a_rule_by_name(value, rule):
    assert rule in addresses.wrong_email(value)


@pytest.mark.parametrize("value", ["+442079460000", "+12025550100", "+3531234567"])
def test_a_telephone_number_has_its_country(value):
    assert addresses.wrong_phone(value) == ""


@pytest.mark.parametrize(
    "value",
    ["020 7946 0000", "02079460000", "00442079460000", "+44 20 7946 0000", "+0442079460000", "+44",
     "+4420794600001234", "tel:+442079460000", "+44207946000o", "+٤٤٢٠٧٩٤٦٠٠٠٠"],
)  # fmt: skip
def test_a_telephone_number_of_another_form_is_refused(value):
    assert f'"{value}" must be written with its country' in addresses.wrong_phone(value)


@pytest.mark.parametrize(
    "value", ["https://example.org", "https://example.org/a?b=c#d", "https://exämple.org/"]
)
def test_a_web_address_begins_with_https(value):
    assert addresses.wrong_https(value) == ""


@pytest.mark.parametrize(
    "value",
    ["http://example.org", "example.org", "https://", "https://example", "HTTPS//example.org",
     "https:// example.org", "https://example.org/a b", "javascript:alert(1)", "//example.org"],
)  # fmt: skip
def test_a_web_address_of_another_form_is_refused(value):
    assert "begins with https://" in addresses.wrong_https(value)


@pytest.mark.parametrize(
    "postcode",
    ["SW1P 4DF", "M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 1HQ", "EC1A 1BB", "GIR 0AA",
     "BT1 5GS", "BF1 2AT"],
)  # fmt: skip
def test_each_form_of_postcode_is_known(postcode):
    assert addresses.wrong_postal(["1 High Street", "TOWNVILLE", postcode], "GB") == ""


@pytest.mark.parametrize(
    ("lines", "country", "says"),
    [
        (["1 High Street", "TOWNVILLE", "sw1p 4df"], "GB", "no postcode"),
        (["1 High Street", "TOWNVILLE", "SW1P4DF"], "GB", "no postcode"),
        (["1 High Street", "TOWNVILLE SW1P 4DF"], "GB", "no postcode"),
        (["SW1P 4DF", "TOWNVILLE"], "GB", "no postcode"),
        (["TN1 1AA"], "GB", "1 line, and 2 to 7"),
        (["a"] * 7 + ["TN1 1AA"], "GB", "has 8 lines"),
        (["1 High Street,", "TOWNVILLE", "TN1 1AA"], "GB", 'ends with ","'),
        (["1 High Street.", "TOWNVILLE", "TN1 1AA"], "GB", 'ends with "."'),
        (["1 High Street", "", "TN1 1AA"], "GB", "each line must be a line"),
        (["1 High Street\nTOWNVILLE", "TN1 1AA"], "GB", "each line must be a line"),
        (["1 High\u200b Street", "TN1 1AA"], "GB", "U+200B"),
    ],
)
def test_a_postal_address_that_cannot_be_is_refused_by_name(lines, country, says):
    assert says in addresses.wrong_postal(lines, country)


@pytest.mark.parametrize(
    ("lines", "country"),
    [
        (["1 rue du Port", "75001 PARIS"], "FR"),
        (["1 Main Street", "DUBLIN", "D02 AF30"], "IE"),
        (["Unter den Linden 1", "10117 Berlin"], "DE"),
        (["東京都千代田区1-1", "100-0001"], "JP"),
        (["خیابان جمهوری\u200cاسلامی", "تهران"], "IR"),  # the joiner is part of the spelling
    ],
    ids=["French", "Irish", "German", "Japanese", "Persian"],
)
def test_an_address_abroad_needs_no_postcode(lines, country):
    assert addresses.wrong_postal(lines, country) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to sue@example.org.", [("e-mail address", "sue@example.org")]),
        ("sue.o+x@mail.example.co.uk", [("e-mail address", "sue.o+x@mail.example.co.uk")]),
        ("ring 07700 900123 now", [("telephone number", "07700 900123")]),
        ("ring 07700-900-123", [("telephone number", "07700-900-123")]),
        ("ring (020) 7946 0000", [("telephone number", "020) 7946 0000")]),
        ("ring +44 (0)20 7946 0000", [("telephone number", "+44 (0)20 7946 0000")]),
        ("ring 07700\u00a0900123", [("telephone number", "07700\u00a0900123")]),
        ("at SW1A 1AA", [("postcode", "SW1A 1AA")]),
        ("at SW1A1AA.", [("postcode", "SW1A1AA")]),
        ("at SW1A\u00a01AA", [("postcode", "SW1A\u00a01AA")]),
        ("on 2026-12-12 at 17:00, 1,000,000 people", []),
        ("the Act of 2015, c. 30, section 45(1)", []),
        ("see https://example.org/a/07700900123", []),
        ("reference 2026/0123456789", []),
        ("0.5 per cent, 0 to 10", []),
        ("@handbill and #COP26 2AA", []),
    ],
)
def test_details_of_a_person_are_found_in_a_text(text, found):
    assert list(addresses.private(text)) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+442079460000", "020 7946 0000"),
        ("+442079460000", "+44 20 7946-0000"),
        ("+442079460000", "+44 (0)20 7946 0000"),
        ("+442079460000", "020) 7946 0000"),
        ("SW1A 1AA", "sw1a1aa"),
        ("Chair@Example.org", "chair@example.org"),
    ],
)
def test_two_ways_to_write_the_same_are_equal(one, other):
    assert addresses.squeezed(one) == addresses.squeezed(other)
