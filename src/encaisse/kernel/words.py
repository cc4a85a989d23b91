"""Amounts, dates and rates as people of a language write them (CLDR, through Babel).

French takes a narrow no-break space between thousands and a no-break space before the sign of
the currency: ``1 234,56 €``. For machines use `Money.plain` and ISO dates instead.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from encaisse.kernel.money import Money

DEFAULTS = {"en": "en_GB", "fr": "fr_FR"}
"""A plain language is written as in the country the creditor most likely writes from."""


@cache
def locale_of(language: str) -> Locale:
    """The CLDR locale of a language tag (``fr``, ``de_CH``, ``pt-BR``); English if unknown."""
    tag = DEFAULTS.get(language, language).replace("-", "_")
    try:
        return Locale.parse(tag)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def amount_text(money: Money, language: str) -> str:
    """An amount with its currency: ``1 234,56 €``, ``€1,234.56``."""
    locale = locale_of(language)
    return format_currency(money.decimal, money.currency, locale=locale)


def number_text(value: Decimal | int, language: str) -> str:
    """A number with its own decimals, grouped as the language does."""
    decimals = max(0, -int(Decimal(value).as_tuple().exponent))
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=locale_of(language))


def percent_text(percent: Decimal, language: str) -> str:
    """A rate given in per cent: ``12,40 %`` in French, ``12.40%`` in English."""
    gap = "%" if locale_of(language).language == "en" else "\u00a0%"
    return number_text(percent, language) + gap


def date_text(day: date, language: str, *, style: str = "long") -> str:
    """A civil date; style `long` (``22 novembre 2026``) or `short` (``22/11/2026``)."""
    locale = locale_of(language)
    if style == "short" and locale.language in {"fr", "en"} and locale.territory != "US":
        return format_date(day, format="dd/MM/yyyy", locale=locale)
    text = format_date(day, format=style, locale=locale)
    is_first = locale.language == "fr" and day.day == 1 and style == "long"
    return text.replace("1 ", "1er ", 1) if is_first else text
