"""Identifiers that look real, check out, and belong to nobody.

SIREN numbers begin with 000, and French bank codes with 999: neither block is given out.
"""

from __future__ import annotations

from random import Random

from stdnum import iban as ibans
from stdnum import luhn

from encaisse.kernel import references

BBAN = {
    "BE": "dddddddddddd",
    "CH": "99999dddddddddddd",
    "DE": "999ddddddddddddddd",
    "ES": "9999dddddddddddddddd",
    "FR": "999dddddddddddddddddddd",
    "GB": "ZZZZdddddddddddddd",
    "IT": "Z99999ddddddddddddddddd",
    "LU": "999ddddddddddddd",
    "NL": "ZZZZdddddddddd",
}
"""Shape of the national part: ``d`` is any digit, everything else stands for itself."""


def digits(chance: Random, count: int) -> str:
    """So many random digits."""
    return "".join(chance.choices("0123456789", k=count))


def siren(chance: Random) -> str:
    """A SIREN with a valid Luhn digit out of the block that nobody has."""
    body = "000" + str(chance.randint(1, 9)) + digits(chance, 4)
    return body + luhn.calc_check_digit(body)


def french_iban(bank: str, branch: str, holder: str) -> str:
    """IBAN of a French account: bank 5, branch 5, number 11 digits, with the key of the RIB."""
    made = references.rib_to_iban(bank, branch, holder)
    if made is None:
        raise ValueError("no such bank account can be")
    return made


def iban(chance: Random, country: str) -> str:
    """An IBAN of the country with valid check digits, at a bank that does not exist."""
    if country == "FR":
        return french_iban(f"999{chance.randint(10, 89)}", digits(chance, 5), digits(chance, 11))
    bban = "".join(digits(chance, 1) if sign == "d" else sign for sign in BBAN[country])
    if country == "BE":
        bban = f"{bban[:10]}{int(bban[:10]) % 97 or 97:02d}"
    return _with_check_digits(country, bban)


def bic(account: str) -> str:
    """A BIC for that account's invented bank."""
    country = account[:2]
    return f"ZZ{account[4:6] if account[4:6].isalpha() else 'XA'}{country}PPXXX"


def creditor_reference(text: str) -> str:
    """The ISO 11649 reference of a document number: ``FA20260042`` gives ``RF83FA20260042``."""
    return references.rf_make(text) or ""


def _with_check_digits(country: str, bban: str) -> str:
    return f"{country}{ibans.calc_check_digits(f'{country}00{bban}')}{bban}"
