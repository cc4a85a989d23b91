"""Every text of the pages stands in both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from django.utils import translation
from django.utils.translation import gettext, pgettext

from encaisse.web import catalogues

PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w*\}")


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_nothing_is_left_untranslated(language: str) -> None:
    missing = catalogues.untranslated(language)
    assert not missing, "run `python -m encaisse.web.catalogues update`, then translate:\n" + (
        "\n".join(missing[:20])
    )


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_translations_keep_the_placeholders(language: str) -> None:
    for entry in catalogues.catalogue(language):
        if not entry.id:
            continue
        assert _placeholders(entry.id) == _placeholders(entry.string), entry.id


def _placeholders(text: str | Sequence[str] | None) -> set[str]:
    return set(PLACEHOLDER.findall("".join(text or ())))


def test_templates_and_sources_are_both_read() -> None:
    places = {where for _text, _context, where in catalogues.messages()}
    assert "web/templates/web/page.html" in places
    assert "web/templatetags/web.py" in places


def test_no_french_source_is_another_catalogues_english() -> None:
    """Django and allauth translate their own English: a word of ours must not be one of theirs."""
    clashes = []
    with translation.override("fr"):
        for text, context, where in catalogues.messages():
            one = text[0] if isinstance(text, tuple) else text
            said = pgettext(context, one) if context else gettext(one)
            if said != one:
                clashes.append(f"{where}: {one} → {said}")
    assert not clashes
