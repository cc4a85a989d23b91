"""The payload of an EPC QR code (EPC069-12, version 002): a SEPA credit transfer to scan."""

from __future__ import annotations

from encaisse.kernel.money import Money
from encaisse.kernel.references import iban_read, rf_read

HIGHEST = 99_999_999_999
"""999,999,999.99 EUR, the most the standard carries."""


def epc_payload(
    name: str, iban: str, amount: Money, *, reference: str = "", text: str = "", bic: str = ""
) -> str | None:
    """The text of the code, or None where the standard allows none.

    It carries euros only, above zero, to a valid IBAN. A valid RF number goes into the
    structured field; anything else into the text of at most 140 characters (never both).
    """
    valid = iban_read(iban)
    if valid is None or not name.strip() or amount.currency != "EUR":
        return None
    if not 0 < amount.minor <= HIGHEST:
        return None
    compact = "".join(reference.split())
    structured = compact if rf_read(compact) else ""
    free = "" if structured else " ".join((text or reference).split())[:140]
    fields = (
        "BCD", "002", "1", "SCT", bic.strip(), " ".join(name.split())[:70], valid,
        f"EUR{amount.plain}", "", structured, free,
    )  # fmt: skip
    return "\n".join(fields).rstrip("\n")
