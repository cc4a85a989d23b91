"""What a company may choose: each setting with its default, its kind and what it means.

``docs/reference/company-settings.md`` is written from this list.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from encaisse.teams.actor import Unknown
from encaisse.teams.models import Company


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `read` turns what a person types into the value, or raises ValueError."""

    key: str
    default: Any
    read: Callable[[str], Any]
    meaning: str


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError(f"{low}…{high}")
        return number

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(" | ".join(choices))
        return text

    return read


def _flag(text: str) -> bool:
    if text.lower() not in {"true", "false", "1", "0", "yes", "no", "oui", "non"}:
        raise ValueError("true | false")
    return text.lower() in {"true", "1", "yes", "oui"}


def _object(text: str) -> Any:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("JSON {…}")
    return found


SETTINGS = (
    Setting("smtp_url", "", str, "smtp://user:password@host:port of the company's mail server"),
    Setting("mail_from", "", str, "sender of messages; default: the company's e-mail"),
    Setting("reply_to", "", str, "where answers go"),
    Setting("ledger_days", 7, _whole(1, 365), "days after which a silent ledger is stale"),
    Setting("bank_days", 2, _whole(1, 60), "working days after which a silent bank is stale"),
    Setting(
        "ledger_rules", "ledger_date", _one_of("ledger_date", "bank_journal_date"),
        "until when the ledger rules the balance: its last date, or that of its bank journal",
    ),
    Setting("contact_gap", 5, _whole(1, 90), "least calendar days between two contacts"),
    Setting("minimum_balance", 1500, _whole(0, 10**9), "least claim of a customer, minor units"),
    Setting("contract_rate", "", str, "late-payment rate of the contracts, % a year; empty: law"),
    Setting("eom_method", "A", _one_of("A", "B"), "how «days end of month» is computed"),
    Setting("day_by_itself", False, _flag, "the worker runs the day at 8:35, Monday to Friday"),
    Setting("match_limit", 0, _whole(0, 10**12), "never apply more by machine; 0: no limit"),
    Setting("treasury", {}, _object, "ledger bank accounts and their IBANs, as JSON"),
)  # fmt: skip
_BY_KEY = {one.key: one for one in SETTINGS}


def setting(company: Company, key: str) -> Any:
    """What the company chose, or the default."""
    return company.settings.get(key, _BY_KEY[key].default)


def read_setting(key: str, text: str) -> Any:
    """The value that a person means. Unknown (`unknown_setting`, `wrong_setting`)."""
    if key not in _BY_KEY:
        raise Unknown("unknown_setting", key=key, known=", ".join(_BY_KEY))
    try:
        return _BY_KEY[key].read(text)
    except ValueError as error:
        raise Unknown("wrong_setting", key=key, value=text, allowed=error) from error
