import re
from datetime import UTC, datetime

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from comments_api import regions, translation
from comments_api.manifest import Region
from comments_api.settings import ROOT
from comments_api.translation import FOLDER, locale, translations

EXTRACT = ["pybabel", "-q", "extract", "-F", str(ROOT / "pyproject.toml"), "-k", "_mark"]
LANGUAGES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
FRENCH = FOLDER / "fr" / "LC_MESSAGES" / "messages.po"
# A name to fill in, a tag, an address: what a translation takes over as it is.
KEPT = re.compile(r"%\(\w+\)[sd]|<[^>]+>|https?://")
CONTEXT = {
    "timezone": "Europe/Paris", "mode": "held", "closes": None, "sensitive": True, "limit": 2000,
    "api": "/api/threads/post-x", "feed": "/x.xml", "policy_url": "/p/", "help_url": "/h/",
    "url": "/fr/x/", "title": "Le vote",
}  # fmt: skip


def catalogue(path):
    """Return the messages of a catalogue by their source, without those no longer in use."""
    with path.open("rb") as file:
        messages = read_po(file)
    return {one(message.id): message for message in messages if message.id}


def one(text):
    """Return a sentence, or the singular of one that counts."""
    return forms(text)[0]


def forms(text):
    return [text] if isinstance(text, str) else list(text)


def thread(lang):
    region = Region("thread", "post-x", lang, CONTEXT)
    return regions.render(region, regions.Talk(), datetime.now(UTC))


@pytest.fixture(scope="module")
def sentences(tmp_path_factory):
    """Every sentence that Babel finds in theme, API and moderation."""
    path = tmp_path_factory.mktemp("words") / "messages.pot"
    CommandLineInterface().run([*EXTRACT, "-o", str(path), str(ROOT)])
    return catalogue(path)


@pytest.mark.parametrize(
    "sentence",
    [
        "Write a comment",  # the theme
        "%(num)d comment",  # counted
        "Every comment has been read. Time for a cup of tea.",  # moderation
        "Comments closed on %(day)s.",  # in a block
        "There is no such comment.",  # marked now, said later
        "This must be text.",  # said in Python
    ],
)
def test_sentences_are_found_wherever_they_stand(sentences, sentence):
    assert sentence in sentences


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_translated(sentences, lang):
    known = catalogue(FOLDER / lang / "LC_MESSAGES" / "messages.po")

    unfinished = [source for source, message in known.items() if message.fuzzy]
    unfinished += [source for source, message in known.items() if not all(forms(message.string))]
    assert sorted(known) == sorted(sentences), "run `inv words`"
    assert not unfinished


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_translation_keeps_placeholders_and_tags(lang):
    for message in catalogue(FOLDER / lang / "LC_MESSAGES" / "messages.po").values():
        expected = [sorted(KEPT.findall(form)) for form in forms(message.id)]
        for form in forms(message.string):
            assert sorted(KEPT.findall(form)) in expected


def test_french_is_set_as_the_french_set_it():
    for message in catalogue(FRENCH).values():
        for form in forms(message.string):
            said = KEPT.sub("", form)
            assert not re.search(r" [?!;:»]|« |[^\W\d_][?!;:]|'", said), form


def test_a_catalogue_names_nobody_and_no_day():
    head = FRENCH.read_text(encoding="utf-8").partition("\n\n")[0]

    assert re.findall(r'^"([\w-]+): ', head, re.MULTILINE) == [
        *("Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms")
    ]


@pytest.mark.parametrize(
    ("number", "said"), [(0, "%(num)d commentaire"), (2, "%(num)d commentaires")]
)
def test_french_counts_none_as_one(number, said):
    assert translations("fr").ngettext("%(num)d comment", "%(num)d comments", number) == said


@pytest.mark.parametrize("lang", ["xx", "en", "../fr"])
def test_a_language_without_a_catalogue_is_english(lang):
    assert translations(lang).gettext("Write a comment") == "Write a comment"
    assert locale(lang).language == "en"


def test_a_thread_is_drawn_in_its_language():
    assert "Pas encore de commentaire" in thread("fr")
    assert "Écrire un commentaire" in thread("fr")
    assert "No comments yet" in thread("en")


def test_a_catalogue_is_read_again_only_if_it_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(translation, "FOLDER", tmp_path)
    catalogue = tmp_path / "xx" / "LC_MESSAGES" / "messages.po"
    catalogue.parent.mkdir(parents=True)

    found = []
    for said in ("Uno", "Uno", "Due"):
        catalogue.write_text(f'msgid "One"\nmsgstr "{said}"\n', encoding="utf-8")
        translations.cache_clear()
        found.append(translations("xx"))

    assert [one.gettext("One") for one in found] == ["Uno", "Uno", "Due"]
    assert found[0] is found[1]
