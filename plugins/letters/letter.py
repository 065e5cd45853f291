"""What a letter is, once compiled: plain values that every output is made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

KINDS = ("letter", "email", "call", "petition", "tweet", "mixed")
WRITTEN = ("letter", "email", "mixed")  # the others may be a call or a petition alone
STATES = ("auto", "draft", "open", "closed", "won", "superseded")
CHOICES = ("all", "one", "any")
CHANNELS = ("email", "post", "copy", "form", "phone")
FIELD_TYPES = ("line", "lines", "postcode", "place", "choice")
ASKS = ("report", "share", "petition", "donate")
OUTCOMES = ("answered", "acknowledged", "refused", "promised", "none")
PERMISSIONS = ("full", "extract", "summary")

Day = date  # where a field of this name would hide the type


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody in a public office to whom a letter can go."""

    id: str
    name: str
    role: str
    organisation: str
    salutation: str
    closing: str
    postal: tuple[str, ...]
    country: str
    email: str
    contact_form: str = ""
    phone: str = ""
    source: str = ""
    verified: date | None = None
    until: date | None = None
    preferred: str = ""
    faulty: bool = False  # a way to reach it is given, and cannot be
    line: int = 0

    @property
    def title(self) -> str:
        """What to call the target in a sentence: by name if there is one, else by office."""
        return self.name or self.role

    def channels(self) -> tuple[str, ...]:
        """Return the ways to reach the target, the preferred one first."""
        ways = {
            "email": self.email,
            "post": self.postal,
            "form": self.contact_form,
            "phone": self.phone,
        }
        found = [name for name, address in ways.items() if address]
        return tuple(sorted(found, key=lambda name: name != self.preferred))


@dataclass(frozen=True, slots=True)
class Helpline:
    """Somebody to ring, as content/data/helplines.toml has it."""

    id: str
    name: str
    phone: str
    what: str
    source: str
    verified: date
    run_by: str = ""
    text: str = ""
    hours: str = ""
    languages: str = ""
    cost: str = ""
    confidential: str = ""
    url: str = ""
    region: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Blank:
    """A place in a text that the writer, or her browser, fills in.

    :ivar name: of the field or prompt; of prompts with `prompt-` before it, so that both are one
        set of names.
    :ivar label: what the reader sees while it is empty.
    :ivar fallback: stands there if she leaves it empty; "" if nothing does.
    """

    name: str
    label: str
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A place in a text that depends on the target alone: `name`, `role` or `salutation`."""

    name: str


Piece = str | Blank | Given
Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a line break that the author wants is a `\\n` in its pieces."""

    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `first` is the number of its first item, or None if it has bullets."""

    first: int | None
    items: tuple[Pieces, ...]

    def marked(self) -> Iterator[tuple[str, Pieces]]:
        """Return each item with what stands before it: `1.` or `-`."""
        for number, pieces in enumerate(self.items, self.first or 0):
            yield ("-" if self.first is None else f"{number}."), pieces


Block = Paragraph | Items


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a writer fills in; its value never leaves her browser."""

    name: str
    label: str
    type: str = "line"
    required: bool = False
    longest: int = 200
    hint: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question that invites a sentence of the writer's own."""

    name: str
    question: str


@dataclass(frozen=True, slots=True)
class Point:
    """A short fact for those who write their own letter, and where it is from."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a target answered, as an author noted it in the letter's header."""

    date: date
    target: Target
    outcome: str
    permission: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """That the letter was changed after it came out: its `text` or its `deadline`."""

    date: date
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class PetitionLink:
    """A petition that somebody else runs."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter as its author wrote it, checked."""

    path: str  # below content/
    title: str
    slug: str
    lang: str
    date: datetime
    kind: str = "letter"
    state: str = "auto"
    targets: tuple[Target, ...] = ()
    choose: str = "all"
    copies_to: tuple[Target, ...] = ()
    subject: Pieces = ()
    ask: str = ""
    own_salutation: str = ""
    own_closing: str = ""
    own_channels: tuple[str, ...] = ()
    body: tuple[Block, ...] = ()
    intro: str = ""  # Markdown
    fields: tuple[Field, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    samples: Mapping[str, str] = field(default_factory=dict)
    points: tuple[Point, ...] = ()
    deadline: datetime | None = None
    deadline_reason: str = ""
    post_by: Day | None = None
    timezone: str = "UTC"
    goal: int | None = None
    goal_unit: str = ""
    goal_bump: int = 0
    counter: bool = True
    petitions: tuple[PetitionLink, ...] = ()
    related_post: str = ""
    audience: str = ""
    share_text: str = ""
    share_after: tuple[str, ...] = ASKS
    call_script: tuple[Block, ...] = ()
    chaser: str = ""
    chase_after: int = 14
    replies: tuple[Reply, ...] = ()
    changes: tuple[Change, ...] = ()
    outcome: str = ""
    outcome_date: Day | None = None
    successor: str = ""
    content_note: str = ""
    helplines: tuple[Helpline, ...] = ()
    sensitive: bool = False
    exit: str = ""
    postal_layout: str = "uk"

    @property
    def goes_out(self) -> bool:
        """Say whether there is anything to send or to say; of a petition alone there is not."""
        return bool(self.body or self.call_script)

    def salutation(self, target: Target) -> str:
        """Return how the letter begins, without the comma after it."""
        return self.own_salutation or target.salutation

    def closing(self, target: Target) -> str:
        """Return how the letter ends, without the comma after it."""
        return self.own_closing or target.closing

    def channels(self, target: Target) -> tuple[str, ...]:
        """Return the ways in which this letter is sent to a target; copying is always one."""
        possible = target.channels()
        wanted = [name for name in possible if name in self.own_channels or not self.own_channels]
        return (*wanted, "copy")
