"""Record 16: a movement, its sign by type code, its funds type, references and text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from encaisse.intake.adapters.bai2.records import Record
from encaisse.intake.core.bank import BankLineRecord
from encaisse.intake.core.bank_text import banking_date, century, exact_date, squeeze
from encaisse.intake.core.findings import Findings
from encaisse.kernel.money import Money

NON_MONETARY = "890"
RETURNS = frozenset(
    (
        *("252", "255", "257", "258", "261", "266", "268"),  # money of ours that came back
        *("552", "555", "557", "558", "561", "566", "568"),  # money received that goes back
    )
)
_PIVOT = 80
_AMOUNT = re.compile(r"([+-]?)(\d{1,18})", re.ASCII)
_KEYED = re.compile(r"(EREF|REMI|CREF|DBNM|CRNM|DACT|CACT|DBIC|CBIC|DABA|CABA|IDNM|CHKN):\s*(.*)")


@dataclass(frozen=True, slots=True)
class Booked:
    """What the group and the account tell for all their movements."""

    day: date
    currency: str


def signed(written: str) -> int | None:
    """Minor units as written, with an optional sign; an empty amount is none."""
    found = _AMOUNT.fullmatch(written.strip())
    if found is None:
        return None
    return -int(found[2]) if found[1] == "-" else int(found[2])


def day(written: str) -> date | None:
    """A date YYMMDD; years from 80 on are of the 1900s."""
    parts = _day_parts(written)
    return exact_date(*parts) if parts else None


def _day_parts(written: str) -> tuple[int, int, int] | None:
    if len(written) != 6 or not (written.isascii() and written.isdigit()):
        return None
    return century(int(written[:2]), _PIVOT), int(written[2:4]), int(written[4:6])


def direction(code: str) -> int | None:
    """+1 for a credit, -1 for a debit, None for a code that moves no money or is not known."""
    if not (len(code) == 3 and code.isascii() and code.isdigit()):
        return None
    number = int(code)
    if 100 <= number <= 399 or 720 <= number <= 759 or 920 <= number <= 959:
        return 1
    if 400 <= number <= 699 or 760 <= number <= 799 or 960 <= number <= 999:
        return -1
    return None


def funds_length(fields: list[str], place: int) -> int:
    """How many fields the funds type at this place takes, itself included."""
    kind = fields[place].strip().upper() if place < len(fields) else ""
    if kind == "S":
        return 4
    if kind == "V":
        return 3
    if kind == "D" and place + 1 < len(fields):
        count = fields[place + 1].strip()
        if count.isascii() and count.isdigit() and len(count) < 4:
            return 2 + 2 * int(count)
    return 1


def line_of(record: Record, booked: Booked, findings: Findings) -> BankLineRecord | None:
    """The line of a record 16; None for a mere message, or with an error noted."""
    head, text = _parts(record)
    code = head[0] if head else ""
    sign = direction(code)
    if code == NON_MONETARY:
        findings.warning(record.line, "bai2_message", text=squeeze(text)[:200])
        return None
    if sign is None:
        findings.error(record.line, "bai2_type_unknown", type=code[:10])
        return None
    minor = signed(head[1]) if len(head) > 1 else None
    if minor is None or minor < 0:
        findings.error(record.line, "amount_unreadable", amount=head[1][:40] if head[1:] else "")
        return None
    length = funds_length(head, 2)
    references = head[2 + length :]
    bank, customer = (*references, "", "")[:2]
    told = dict(_keyed(record))
    is_return = code in RETURNS
    side = "D" if sign > 0 else "C"  # who sends this money, even when it is a return
    name = told.pop("DBNM" if side == "D" else "CRNM", "")
    extra = [("customer_reference", customer), ("funds_type", head[2] if head[2:] else "")]
    return BankLineRecord(
        line=record.line,
        booking_date=booked.day,
        amount=Money(sign * minor, booked.currency),
        value_date=_value_date(head, record, findings),
        text=squeeze(text),
        counterparty_name=name,
        counterparty_account=told.pop(f"{side}ACT", "").replace(" ", ""),
        counterparty_bic=told.pop(f"{side}BIC", ""),
        end_to_end_id=told.pop("EREF", ""),
        bank_reference=bank,
        bank_code=code,
        is_return=is_return,
        extra=tuple((key, value) for key, value in (*extra, *told.items()) if value),
    )


def _parts(record: Record) -> tuple[list[str], str]:
    """The fields before the text, and the text, in which a comma or slash is just a mark."""
    whole = record.pieces[0].rstrip().removesuffix("/")
    fields = [part.strip() for part in whole.split(",")]
    fixed = 2 + funds_length(fields, 2) + 2
    text = whole.split(",", fixed)[fixed] if len(fields) > fixed else ""
    more = (piece.rstrip().removesuffix("/") for piece in record.pieces[1:])
    if len(fields) < fixed and len(record.pieces) > 1:  # continued before the text begins
        fields = record.fields()
        return fields[: 2 + funds_length(fields, 2) + 2], ",".join(
            fields[2 + funds_length(fields, 2) + 2 :]
        )
    return fields[:fixed], " ".join((text, *more))


def _keyed(record: Record) -> Iterator[tuple[str, str]]:
    """``88,EREF: …``: some banks continue a movement by one named fact a line."""
    for piece in record.pieces[1:]:
        found = _KEYED.fullmatch(piece.strip().removesuffix("/"))
        if found and found[2].strip():
            yield found[1], squeeze(found[2])


def _value_date(head: list[str], record: Record, findings: Findings) -> date | None:
    if len(head) < 4 or head[2].upper() != "V" or not head[3]:
        return None
    parts = _day_parts(head[3])
    near = banking_date(*parts) if parts else None
    if near is None:
        findings.error(record.line, "date_unreadable", date=head[3][:20])
        return None
    if not near[1]:
        findings.warning(record.line, "value_date_clamped", told=head[3], read=near[0])
    return near[0]
