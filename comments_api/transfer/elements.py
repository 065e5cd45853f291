"""Reading XML of unknown origin bit by bit: what is dangerous or broken is refused with its line.

No document type, no entity, no reference to another file and no inclusion is ever followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers import expat
from xml.parsers.expat import errors

from comments_api.errors import UnreadableExport
from comments_api.transfer import files

_CHUNK = 64 * 1024
_DEEPEST = 64
_INCLUSION = ("http://www.w3.org/2001/XInclude", "http://www.w3.org/2003/XInclude")
_CUT = {
    errors.codes[name]
    for name in (
        errors.XML_ERROR_NO_ELEMENTS,
        errors.XML_ERROR_UNCLOSED_TOKEN,
        errors.XML_ERROR_PARTIAL_CHAR,
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_SAID = {
    errors.codes[errors.XML_ERROR_INVALID_TOKEN]: (
        "a character stands here that cannot be in XML, or the file is in another encoding than it "
        "says"
    ),
    errors.codes[errors.XML_ERROR_UNDEFINED_ENTITY]: "an entity is used that XML does not know",
    errors.codes[errors.XML_ERROR_TAG_MISMATCH]: "an element ends that did not begin",
    errors.codes[errors.XML_ERROR_UNKNOWN_ENCODING]: "the file names an encoding that nobody knows",
    errors.codes[errors.XML_ERROR_INCORRECT_ENCODING]: (
        "the file is in another encoding than it says"
    ),
    errors.codes[errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]: "something follows after the end",
}


@dataclass(slots=True)
class Element:
    """What was wanted of an element.

    :ivar name: its path from the root, `rss/channel/item`.
    :ivar texts: the text of the elements in it, and their attributes (`thread@id`).
    """

    name: str
    line: int
    texts: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return a text without the white space around it; empty if there is none."""
        return self.texts.get(name, "").strip()


Wanted = Mapping[str, frozenset[str]]
Short = Callable[[str, str], str]


def stream(path: Path, wanted: Wanted, short: Short, max_bytes: int) -> Iterator[Element]:
    """Yield the wanted elements of a file as they end.

    :param wanted: for the path of an element, the paths below it whose text is wanted; with a `!`
        before it, it is yielded by itself too, at once.
    :param short: makes the name in these paths of a namespace and a local name.
    :raise UnreadableExport: if the file is broken, dangerous or no XML at all; says where.
    """
    found: list[Element] = []
    reader = _Reader(wanted, short, found.append)
    for chunk, last in files.chunks(path, max_bytes, _CHUNK):
        try:
            reader.parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise _refused(error, last) from None
        except (ValueError, LookupError) as error:  # an encoding that Python cannot read this way
            raise UnreadableExport(f"line 1: the file's encoding cannot be read: {error}") from None
        yield from found
        found.clear()


def _refused(error: expat.ExpatError, last: bool) -> UnreadableExport:
    if last and error.code in _CUT:
        return UnreadableExport(
            f"line {error.lineno}: the file ends in the middle; it was cut off, so get it again"
        )
    said = _SAID.get(error.code) or f"this is no XML ({expat.ErrorString(error.code)})"
    return UnreadableExport(f"line {error.lineno}, column {error.offset + 1}: {said}")


class _Reader:
    """Gathers the wanted elements while the parser goes through the file."""

    def __init__(self, wanted: Wanted, short: Short, found: Callable[[Element], None]) -> None:
        self._wanted = wanted
        self._short = short
        self._found = found
        self._names: list[str] = []
        self._open: list[tuple[int, Element]] = []
        self._text: list[str] | None = None
        self.parser = self._parser()

    def _parser(self) -> Any:
        made = expat.ParserCreate(namespace_separator=" ")
        made.buffer_text = True
        made.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        made.StartDoctypeDeclHandler = self._doctype
        made.EndDoctypeDeclHandler = self._end_doctype
        made.EntityDeclHandler = self._entity
        made.ExternalEntityRefHandler = self._external
        made.StartElementHandler = self._start
        made.EndElementHandler = self._end
        made.CharacterDataHandler = self._data
        return made

    def _refuse(self, said: str) -> NoReturn:
        raise UnreadableExport(f"line {self.parser.CurrentLineNumber}: {said}")

    def _doctype(self, _name: str, system: str | None, public: str | None, _inside: bool) -> None:
        if system or public:
            self._refuse(f'it refers to another file, "{system or public}": exports never do')

    def _end_doctype(self) -> None:
        self._refuse("it declares a document type (DOCTYPE): exports have none")

    def _entity(self, name: str, parameter: bool, *_: object) -> None:
        kind = "parameter entity" if parameter else "entity"
        self._refuse(f'it declares the {kind} "{name}": exports have none, and it can be a trap')

    def _external(self, _context: str, _base: str | None, system: str | None, *_: object) -> int:
        self._refuse(f'it refers to another file, "{system}": exports never do')

    def _start(self, raw: str, attributes: dict[str, str]) -> None:
        name = self._name(raw)
        self._names.append(name)
        if len(self._names) > _DEEPEST:
            self._refuse("elements stand too deep inside each other")
        if self._text is not None:
            self._refuse(f'"{name}" stands where there should be text only')
        path = "/".join(self._names)
        if path in self._wanted:
            element = Element(path, self.parser.CurrentLineNumber)
            element.texts |= self._attributes("", attributes)
            self._open.append((len(self._names), element))
        elif self._open:
            self._start_inside(attributes)

    def _start_inside(self, attributes: dict[str, str]) -> None:
        depth, element = self._open[-1]
        below = "/".join(self._names[depth:])
        if below in self._wanted[element.name]:
            self._text = []
            for name, value in self._attributes(below, attributes).items():
                element.texts.setdefault(name, value)

    def _attributes(self, below: str, attributes: dict[str, str]) -> dict[str, str]:
        return {f"{below}@{name.rpartition(' ')[2]}": text for name, text in attributes.items()}

    def _end(self, _raw: str) -> None:
        if self._open and self._open[-1][0] == len(self._names):
            self._found(self._open.pop()[1])
        elif self._text is not None:
            depth, element = self._open[-1]
            below = "/".join(self._names[depth:])
            element.texts.setdefault(below, "".join(self._text))
            if f"!{below}" in self._wanted[element.name]:  # wanted at once
                line = self.parser.CurrentLineNumber
                self._found(Element(f"{element.name}/{below}", line, element.texts))
        self._text = None
        self._names.pop()

    def _data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _name(self, raw: str) -> str:
        namespace, _, local = raw.rpartition(" ")
        if namespace in _INCLUSION:
            self._refuse(f"it includes another file (XInclude {local}): exports never do")
        return self._short(namespace, local)
