"""The French account number (RIB) and the IBAN it stands in."""

from __future__ import annotations

from encaisse.intake.core.bank_text import squeeze

_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")


def french_iban(bank: str, branch: str, number: str) -> str:
    """The French IBAN of an account told by bank, branch and number; they alone when it is none.

    RIB key: 97 - (89 bank + 15 branch + 3 number) mod 97, letters read as A, J = 1, B, K, S = 2…
    """
    raw = f"{bank}{branch}{number}".upper()
    figures = raw.translate(_LETTERS)
    if len(raw) != 21 or not (raw.isascii() and figures.isdigit()):
        return squeeze(f"{bank} {branch} {number}")
    key = 97 - (89 * int(figures[:5]) + 15 * int(figures[5:10]) + 3 * int(figures[10:])) % 97
    basic = f"{raw}{key:02d}"
    spelled = "".join(str(int(mark, 36)) for mark in f"{basic}FR00")
    return f"FR{98 - int(spelled) % 97:02d}{basic}"
