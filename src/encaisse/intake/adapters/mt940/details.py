"""Field 86 in its three dialects (German ?20, SWIFT /EREF/, free text), and field NS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from encaisse.intake.adapters.mt940.fields import Field
from encaisse.intake.core.bank_text import squeeze

_GERMAN = re.compile(r"\s*(\d{3})([?>^|~#@])(?=\d\d)")
_PURPOSE = re.compile(
    r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|OAMT|COAM|PURP|MDAT|RREF)\+"
)
_PURPOSE_WIDTH = 27
_GERMAN_RETURNS = frozenset(("108", "109", "111", "159", "181", "184"))
_SWIFT = re.compile(
    r"/(EREF|ORDP|NAME|REMI|BENM|RTRN|MREF|MARF|PREF|IREF|CSID|ISDT|TRTP|IBAN|BIC|ADDR|CNTP|"
    r"PURP|ULTD|ULTC|ULTB|ID|CHGS|OCMT|EXCH|UREF|RREF|PHON|URTR|SVCL|OAMT|NRTX|CREF)/"
)
_CODED_WIDTH = 64  # Dutch banks break coded details one character early
_ROLES = frozenset(("ORDP", "BENM", "ULTD", "ULTC", "ULTB"))
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_NOT_PROVIDED = "NOTPROVIDED"


@dataclass(slots=True)
class Details:
    """What the details of one movement tell."""

    text: str = ""
    debtor: str = ""  # the ordering party, where the bank says which side it is
    creditor: str = ""
    counterparty: str = ""  # the other side, where the bank only tells that one
    account: str = ""
    bic: str = ""
    ultimate: str = ""
    end_to_end_id: str = ""
    mandate_id: str = ""
    is_return: bool = False
    return_reason: str = ""
    extra: tuple[tuple[str, str], ...] = ()


def details_of(fields: Iterable[Field]) -> Details:
    """The details of a movement: its fields 86 and NS, some banks repeat them."""
    found = [one for one in fields if one.tag == "86"]
    notes = [one for one in fields if one.tag == "NS"]
    details = _from_86(found) if found else Details()
    for note in notes:
        _add_notes(note, details)
    if details.end_to_end_id.upper() == _NOT_PROVIDED:
        details.end_to_end_id = ""
    return details


def _from_86(fields: list[Field]) -> Details:
    first = fields[0].glued()
    german = _GERMAN.match(first)
    if german:
        return _german(german[1], german[2], first[german.end() - 1 :])
    text = " ".join(one.joined() for one in fields)
    if _SWIFT.search(text):
        return _swift(" ".join(one.joined(_CODED_WIDTH) for one in fields))
    return Details(text=squeeze(text))


def _german(code: str, mark: str, text: str) -> Details:
    """``166?00GUTSCHRIFT?20EREF+…?32NAME``: subfields of two digits, purpose in 20-29 and 60-69."""
    told: dict[str, str] = {}
    pieces = re.split(f"{re.escape(mark)}(\\d\\d)", text)
    for key, value in zip(pieces[1::2], pieces[2::2], strict=True):
        told[key] = told.get(key, "") + value
    lead, facts = _purpose(_run_on(told.pop(f"2{one}", "") for one in range(10)))
    rest, more = _purpose(_run_on(told.pop(f"6{one}", "") for one in range(10)))
    facts = {**more, **facts}
    posting = squeeze(told.get("00"))
    is_return = code in _GERMAN_RETURNS
    account = facts.pop("IBAN", "") or "".join(told.pop("31", "").split())
    extra = {
        "transaction_code": code,
        "posting_text": posting,
        "prima_nota": told.pop("10", ""),
        "key_extension": told.pop("34", ""),
    }
    details = Details(
        text=squeeze(f"{lead} {facts.pop('SVWZ', '')} {rest}") or posting,
        counterparty=squeeze(_run_on((told.pop("32", ""), told.pop("33", "")))),
        account=account,
        bic=facts.pop("BIC", "") or squeeze(told.pop("30", "")),
        ultimate=facts.pop("ABWA", "") or facts.pop("ABWE", ""),
        end_to_end_id=facts.pop("EREF", ""),
        mandate_id=facts.pop("MREF", ""),
        is_return=is_return,
        return_reason=squeeze(extra["key_extension"]) if is_return else "",
    )
    told.pop("00", None)
    details.extra = _facts(extra, facts, {f"?{key}": value for key, value in told.items()})
    return details


def _run_on(pieces: Iterable[str]) -> str:
    """Subfields as one text: a full one is cut in the middle of a word, a shorter one ends."""
    text = ""
    for piece in pieces:
        text += piece if len(piece) >= _PURPOSE_WIDTH else f"{piece} "
    return text


def _purpose(text: str) -> tuple[str, dict[str, str]]:
    """What stands before the first keyword, and what the keywords tell."""
    pieces = _PURPOSE.split(text)
    facts: dict[str, str] = {}
    for key, value in zip(pieces[1::2], pieces[2::2], strict=True):
        facts[key] = squeeze(f"{facts.get(key, '')} {value}")
    return squeeze(pieces[0]), facts


def _swift(text: str) -> Details:
    """``/EREF/…/ORDP//NAME/…/REMI/…``: a name belongs to the party named before it."""
    pieces = _SWIFT.split(text)
    facts: dict[str, str] = {}
    role = ""
    for key, value in zip(pieces[1::2], pieces[2::2], strict=True):
        told = squeeze(value.strip("/ "))
        if key in _ROLES:
            role = key
            if not told:
                continue
        place = f"{role}/{key}" if role and key in ("NAME", "ID", "ADDR", "IBAN", "BIC") else key
        facts[place] = squeeze(f"{facts.get(place, '')} {told}")
    if "CNTP" in facts:
        _read_cntp(facts)
    remittance = facts.pop("REMI", "")
    for wrapper in ("USTD//", "STRD/CUR/", "STRD//"):
        remittance = remittance.removeprefix(wrapper)
    reason = facts.pop("RTRN", None)
    ultimate = (facts.pop(f"{role}/NAME", "") or facts.pop(role, "") for role in ("ULTD", "ULTC"))
    details = Details(
        text=squeeze(f"{pieces[0]} {remittance}"),
        debtor=facts.pop("ORDP/NAME", "") or facts.pop("ORDP", ""),
        creditor=facts.pop("BENM/NAME", "") or facts.pop("BENM", ""),
        counterparty=facts.pop("NAME", ""),
        account=_iban(facts),
        bic=facts.pop("BIC", "") or facts.pop("ORDP/BIC", "") or facts.pop("BENM/BIC", ""),
        ultimate=next(filter(None, ultimate), ""),
        end_to_end_id=facts.pop("EREF", ""),
        mandate_id=facts.pop("MREF", "") or facts.pop("MARF", ""),
        is_return=reason is not None,
        return_reason=reason or "",
    )
    details.extra = _facts(facts)
    return details


def _read_cntp(facts: dict[str, str]) -> None:
    """``/CNTP/IBAN/BIC/NAME/CITY``: the counterparty in one run."""
    parts = [squeeze(part) for part in facts.pop("CNTP").split("/")]
    for key, part in zip(("IBAN", "BIC", "NAME"), parts, strict=False):
        facts.setdefault(key, part)


def _iban(facts: dict[str, str]) -> str:
    found = (facts.pop(key, "") for key in ("IBAN", "ORDP/IBAN", "BENM/IBAN"))
    return next((iban.replace(" ", "") for iban in found if iban), "")


def _add_notes(note: Field, details: Details) -> None:
    """Lines of two digits and text: 01-14 purpose, 15-16 name, 17 posting text, 33/34 account."""
    told: dict[str, list[str]] = {}
    for line in note.lines:
        if line[:2].isdigit():
            told.setdefault(line[:2], []).append(line[2:])
        elif line.strip():
            told.setdefault("", []).append(line)
    facts = {key: squeeze(" ".join(lines)) for key, lines in told.items()}
    purpose = [facts.pop(f"{number:02d}", "") for number in range(1, 15)]
    name = squeeze(f"{facts.pop('15', '')} {facts.pop('16', '')}")
    details.text = squeeze(" ".join((details.text, *purpose, facts.pop("", ""))))
    details.counterparty = details.counterparty or name
    details.account = details.account or facts.pop("34", "")
    details.extra = (*details.extra, *_facts({f"NS{key}": text for key, text in facts.items()}))


def as_iban(text: str) -> str:
    """The text when it has the shape of an IBAN, else empty."""
    compact = "".join(text.split())
    return compact if _IBAN.fullmatch(compact) else ""


def _facts(*tables: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (key, squeeze(text)) for table in tables for key, text in table.items() if squeeze(text)
    )
