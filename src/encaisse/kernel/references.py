"""The numbers of the trade: invoice numbers as people retype them, RF, IBAN, SIREN, VAT.

All functions are total: a text that is no such number gives None or False, never an exception,
unless the docstring says otherwise.
"""

from __future__ import annotations

import re
import unicodedata

LA_POSTE = "356000000"
"""Its establishments follow another check than Luhn (INSEE)."""

IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27,
    "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32,
    "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19,
    "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24,
    "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31,
    "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23,
    "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}  # fmt: skip
"""Length of an IBAN by country (SWIFT IBAN registry)."""


def search_key(text: str) -> str:
    """The text as a search column keeps it: casefolded, accents stripped, blanks folded."""
    return " ".join(_strip_accents(text).casefold().split())


def tokens(text: str) -> tuple[str, ...]:
    """Runs of letters and digits, in capitals without accents, in their order.

    Whole tokens are what references are compared by: "12" is no part of "INV-0123".
    """
    return tuple(re.findall(r"[0-9A-Z]+", _strip_accents(text).upper()))


def number_key(number: str) -> str:
    """A document's number without separators and without leading zeros: ``FA-0042`` → ``FA42``.

    Zeros are leading at the start and after the letters the number starts with; zeros further
    inside belong to it (``FA2026-0042`` is ``FA20260042``, never ``FA202642``).
    """
    return re.sub(r"^([A-Z]*)0+(?=[0-9])", r"\1", "".join(tokens(number)))


def rf_make(reference: str) -> str | None:
    """An ISO 11649 creditor reference, ``FA20260042`` → ``RF83FA20260042``.

    Separators are left out; None when nothing or more than 21 characters remain.
    """
    body = "".join(tokens(reference))
    if not 1 <= len(body) <= 21:
        return None
    return f"RF{98 - _mod97(body + 'RF00'):02d}{body}"


def rf_read(text: str) -> str | None:
    """The reference inside a valid RF number, blanks allowed; None when it is not valid."""
    compact = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"RF[0-9]{2}[0-9A-Z]{1,21}", compact):
        return None
    return compact[4:] if _mod97(compact[4:] + compact[:4]) == 1 else None


def iban_read(text: str) -> str | None:
    """A valid IBAN without blanks, in capitals; None when length or check digits are wrong."""
    compact = re.sub(r"[\s.\-]", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}", compact):
        return None
    if IBAN_LENGTHS.get(compact[:2], len(compact)) != len(compact):
        return None
    return compact if _mod97(compact[4:] + compact[:4]) == 1 else None


def iban_format(iban: str) -> str:
    """The IBAN in groups of four, as it is printed."""
    compact = re.sub(r"\s", "", iban)
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def rib_key(bank: str, branch: str, number: str) -> str:
    """The two check digits of a French RIB. ValueError when the parts are not 5, 5 and 11 long."""
    if (len(bank), len(branch), len(number)) != (5, 5, 11):
        raise ValueError("a RIB has a bank of 5, a branch of 5 and a number of 11 characters")
    b, g, c = (int(_rib_digits(part)) for part in (bank, branch, number))
    return f"{97 - (89 * b + 15 * g + 3 * c) % 97:02d}"


def rib_to_iban(bank: str, branch: str, number: str, key: str | None = None) -> str | None:
    """The French IBAN of a RIB; None when a given key does not agree or a part is malformed."""
    parts = (bank.strip().upper(), branch.strip().upper(), number.strip().upper())
    try:
        computed = rib_key(*parts)
    except ValueError:
        return None
    if key is not None and key != computed:
        return None
    body = "".join(parts) + computed
    return f"FR{98 - _mod97(body + 'FR00'):02d}{body}"


def siren_read(text: str) -> str | None:
    """The nine digits of a valid SIREN; None otherwise."""
    digits = re.sub(r"[\s.\-]", "", text)
    return digits if re.fullmatch(r"[0-9]{9}", digits) and _luhn(digits) else None


def siret_read(text: str) -> str | None:
    """The fourteen digits of a valid SIRET; None otherwise.

    Establishments of La Poste: the sum of the digits is a multiple of five (INSEE).
    """
    digits = re.sub(r"[\s.\-]", "", text)
    if not re.fullmatch(r"[0-9]{14}", digits):
        return None
    if digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0:
        return digits
    return digits if _luhn(digits) else None


def french_vat(siren: str) -> str | None:
    """The French VAT number of a SIREN: ``FR`` + key (12 + 3 x (SIREN mod 97)) mod 97 + SIREN."""
    valid = siren_read(siren)
    return f"FR{(12 + 3 * (int(valid) % 97)) % 97:02d}{valid}" if valid else None


def french_vat_read(text: str) -> str | None:
    """A valid French VAT number with a numeric key, without blanks; None otherwise."""
    compact = re.sub(r"[\s.\-]", "", text).upper()
    if not re.fullmatch(r"FR[0-9]{11}", compact):
        return None
    return compact if french_vat(compact[4:]) == compact else None


def _strip_accents(text: str) -> str:
    """Letters without their marks; ligatures and ß in letters."""
    joined = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    spread = unicodedata.normalize("NFKD", joined.replace("ß", "ss"))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def _mod97(text: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in text)) % 97


def _luhn(digits: str) -> bool:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


def _rib_digits(part: str) -> str:
    """Letters as the RIB counts them: A, J are 1; B, K, S are 2; … I, R, Z are 9."""
    if not re.fullmatch(r"[0-9A-Z]+", part):
        raise ValueError(f"{part!r} has other characters than letters and digits")
    return part.translate(str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789"))
