"""The words of the pages: which there are, which are translated, and the form Django reads.

French stands in the sources and templates; English in ``locale/en/LC_MESSAGES/django.po``. No
system gettext is needed: Babel reads the sources, and compiles what Django loads.

    python -m encaisse.web.catalogues update    add new messages, drop what is gone

A test compares the sources with the catalogue (``web/tests/test_catalogues.py``).
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCES = Path(__file__).resolve().parent.parent
LOCALE = Path(__file__).resolve().parent / "locale"
TRANSLATED = ("en",)
KEYWORDS = ("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy",
            "pgettext", "pgettext_lazy", "npgettext")  # fmt: skip

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""A date that does not change: only words make a difference between two versions."""

Text = str | tuple[str, ...]
Found = tuple[Text, str | None, str]
"""A message (or its singular and plural), its context, and where it stands."""


def messages() -> Iterator[Found]:
    """Every translatable text of every Python file and template of the program."""
    for path in sorted(SOURCES.rglob("*.py")):
        if "tests" not in path.parts and "migrations" not in path.parts:
            yield from _of_source(path.read_text(encoding="utf-8"), path)
    for path in sorted(SOURCES.rglob("templates/**/*.*")):
        if path.suffix in {".html", ".txt"}:
            yield from _of_source(_as_python(path), path)


def _as_python(path: Path) -> str:
    """A template with only its translatable texts left, as calls of gettext."""
    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return "\n".join(line.lstrip() for line in text.splitlines())


def _of_source(text: str, path: Path) -> Iterator[Found]:
    where = path.relative_to(SOURCES).as_posix()
    source = io.BytesIO(text.encode())
    for _line, function, found, _comments in extract_python(
        source, dict.fromkeys(KEYWORDS), [], {"encoding": "utf-8"}
    ):
        parts = found if isinstance(found, list | tuple) else (found,)
        texts = [str(one) for one in parts if one]
        if not texts:
            continue
        context = texts.pop(0) if "pgettext" in str(function) else None
        plural = str(function).startswith(("ngettext", "npgettext"))
        yield (tuple(texts[:2]) if plural else texts[0]), context, where


def catalogue(language: str) -> Catalog:
    """The catalogue as it stands in the repository; empty when there is none yet."""
    path = _po(language)
    if not path.exists():
        return Catalog(locale=language, domain="django", charset="utf-8", fuzzy=False)
    with path.open("rb") as source:
        return read_po(source, locale=language, domain="django")


def untranslated(language: str) -> list[str]:
    """What the sources say and the catalogue does not, each with a place; empty when complete."""
    known = catalogue(language)
    missing = []
    for text, context, where in messages():
        entry = known.get(text[0] if isinstance(text, tuple) else text, context)
        said = entry.string if entry else ""
        complete = all(said) if isinstance(said, tuple | list) else bool(said)
        if (
            not entry
            or entry.fuzzy
            or not complete
            or (isinstance(text, tuple) != entry.pluralizable)
        ):
            missing.append(f"{where}: {text}")
    return missing


def update() -> None:
    """Write the catalogues again: new messages empty, translations kept, the rest dropped."""
    for language in TRANSLATED:
        known = catalogue(language)
        fresh = Catalog(
            locale=language, domain="django", charset="utf-8", fuzzy=False,
            project="Encaisse", version="1", creation_date=EPOCH, revision_date=EPOCH,
            msgid_bugs_address="-", last_translator="-", language_team="-",
        )  # fmt: skip
        fresh.header_comment = "# Words of the pages. French stands in the sources."
        for text, context, where in messages():
            old = known.get(text[0] if isinstance(text, tuple) else text, context)
            kept = old and old.pluralizable == isinstance(text, tuple)
            fresh.add(text, old.string if old and kept else None, [(where, 0)], context=context)
        path = _po(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as target:
            write_po(target, fresh, width=100, sort_output=True, include_lineno=False)


def compile_stale(into: Path) -> None:
    """Compile each catalogue whose compiled form in this folder is missing or older.

    The folder is one of LOCALE_PATHS, in the data folder: the program itself may stand where it
    must not write.
    """
    for language in TRANSLATED:
        source, target = _po(language), into / language / "LC_MESSAGES" / "django.mo"
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = target.with_suffix(f".{os.getpid()}")  # several programs may start at once
        with fresh.open("wb") as out:
            write_mo(out, catalogue(language))
        fresh.replace(target)


def _po(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def main(arguments: list[str]) -> int:
    """Bring the catalogues up to date with `update`; always list what is not translated."""
    if arguments[:1] == ["update"]:
        update()
    missing = [line for language in TRANSLATED for line in untranslated(language)]
    sys.stdout.write("".join(f"{_plain(line)}\n" for line in missing))
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
