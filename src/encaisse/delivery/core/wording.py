"""The words of each message: one file per purpose and language, a closed set of variables.

A file (``wording/<language>/<purpose>.toml``) has a `subject`, a `heading`, paragraphs `before`
and `after` the table, and the words of `closing`. In a text

* ``{total}`` is a variable of `Facts`; an unknown name is refused when the file is read;
* ``[the invoice is|the invoices are]`` takes the first for one item, the second otherwise;
* ``*important*`` is set in bold;
* a paragraph whose variable is empty is left out whole.

A file's `version` is the hash of its bytes and is stored with every message, so that a later
edit never changes what was sent.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources

from encaisse.delivery.core.records import Purpose

LANGUAGES = ("fr", "en")


class BadWording(ValueError):
    """A file of words has an unknown variable, or a part is missing."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Every variable there is, as text for people; empty when it does not apply."""

    customer: str = ""
    contact: str = ""
    creditor: str = ""
    day: str = ""
    reference: str = ""
    count: str = ""
    total: str = ""
    oldest_days: str = ""
    next_due: str = ""
    deadline: str = ""
    earlier_on: str = ""
    earlier_of: str = ""
    rate: str = ""
    interest: str = ""
    indemnity: str = ""
    claim: str = ""
    paid: str = ""
    reach: str = ""
    late_terms: str = ""
    creditor_identity: str = ""
    customer_identity: str = ""


NAMES = frozenset(field.name for field in fields(Facts))


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one weight."""

    text: str
    bold: bool = False


Paragraph = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """One file of words, as read."""

    purpose: Purpose
    language: str
    version: str
    subject: str
    heading: str
    greeting: str
    greeting_contact: str
    greeting_letter: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    closing_email: str
    closing_letter: str

    def render(self, facts: Facts, *, many: bool) -> Words:
        """The words for these facts; `many` chooses the plural."""
        values = {name: getattr(facts, name) for name in NAMES}
        greeting = self.greeting_contact if facts.contact else self.greeting

        def one(template: str) -> str:
            return plain(_paragraph(template, values, many=many))

        def several(templates: tuple[str, ...]) -> tuple[Paragraph, ...]:
            kept = (text for text in templates if all(values[n] for n in variables(text)))
            return tuple(_paragraph(text, values, many=many) for text in kept)

        return Words(
            subject=one(self.subject),
            heading=one(self.heading),
            greeting=one(greeting),
            greeting_letter=one(self.greeting_letter),
            before=several(self.before),
            after=several(self.after),
            closing_email=one(self.closing_email),
            closing_letter=one(self.closing_letter),
            version=self.version,
        )


@dataclass(frozen=True, slots=True)
class Words:
    """What one message says around its table."""

    subject: str
    heading: str
    greeting: str
    greeting_letter: str
    before: tuple[Paragraph, ...]
    after: tuple[Paragraph, ...]
    closing_email: str
    closing_letter: str
    version: str


def plain(paragraph: Paragraph) -> str:
    """The text without its weights."""
    return "".join(run.text for run in paragraph)


def variables(template: str) -> frozenset[str]:
    """The names a text uses."""
    return frozenset(re.findall(r"\{([a-z_]+)\}", template))


@cache
def shipped(purpose: Purpose, language: str) -> Wording:
    """The words we ship; a language we do not write falls back to English."""
    spoken = language if language in LANGUAGES else "en"
    page = resources.files("encaisse.delivery") / "wording" / spoken / f"{purpose}.toml"
    return read(purpose, spoken, page.read_bytes())


def read(purpose: Purpose, language: str, content: bytes) -> Wording:
    """Words out of a file's bytes. BadWording tells what is wrong with it."""
    try:
        page: Mapping[str, object] = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadWording(f"{purpose}: {error}") from error
    single = {name: _text(page, name) for name in _SINGLE}
    several = {name: _paragraphs(page, name) for name in ("before", "after")}
    for text in (*single.values(), *several["before"], *several["after"]):
        if unknown := variables(text) - NAMES:
            raise BadWording(f"{purpose}: unknown variable {', '.join(sorted(unknown))}")
        if re.search(r"[{}]", re.sub(r"\{[a-z_]+\}", "", text)):
            raise BadWording(f"{purpose}: a brace that is no variable in {text!r}")
    return Wording(
        purpose=purpose,
        language=language,
        version=hashlib.sha256(content).hexdigest()[:16],
        before=several["before"],
        after=several["after"],
        **single,
    )


_SINGLE = (
    "subject", "heading", "greeting", "greeting_contact", "greeting_letter", "closing_email",
    "closing_letter",
)  # fmt: skip


def _text(page: Mapping[str, object], name: str) -> str:
    value = page.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadWording(f"{name} is missing or no text")
    return value.strip()


def _paragraphs(page: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = page.get(name)
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise BadWording(f"{name} must be a list of paragraphs")
    return tuple(value)


def _paragraph(template: str, values: Mapping[str, str], *, many: bool) -> Paragraph:
    """Plurals first, then weights, then values: a customer's name is never read as a mark."""
    chosen = re.sub(
        r"\[([^\[\]|]*)\|([^\[\]|]*)\]", lambda found: found[2 if many else 1], template
    )
    runs = []
    for number, stretch in enumerate(chosen.split("*")):
        text = re.sub(r"\{([a-z_]+)\}", lambda found: values[found[1]], stretch)
        if text:
            runs.append(Run(text, bold=number % 2 == 1))
    return tuple(runs)
