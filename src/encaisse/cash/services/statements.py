"""Book what the banks tell: every movement once, and none dropped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from encaisse.audit import services as audit
from encaisse.cash.core.statements import Keyed, Statement, keyed
from encaisse.cash.models import BankAccount, BankLine, BankStatement, LineState
from encaisse.cash.services.locking import one_at_a_time
from encaisse.database.columns import copy_in, next_ids
from encaisse.ledger.services import feeds
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company
from encaisse.teams.permissions import Permission


@dataclass(frozen=True, slots=True)
class Booked:
    """How many lines were new, how many had been told before, and how many a notification
    told of an account whose statements book them."""

    statements: int
    lines: int
    known: int
    notified: int = 0


@transaction.atomic
def book_statements(
    statements: Sequence[Statement],
    *,
    company: Company,
    source_file: str,
    today: date,
    actor: Actor,
) -> Booked:
    """Book the movements of one file. The same or an overlapping file again adds nothing.

    Movements that nothing tells apart are counted within the file: two told before and three now
    make one more. Notifications are money only for an account without statements: money counts
    once.
    """
    actor.require(Permission.INTAKE_UPLOAD, company)
    one_at_a_time(company)
    by_account: dict[tuple[str, str], list[Statement]] = {}
    for statement in statements:
        by_account.setdefault((statement.account, statement.currency), []).append(statement)
    lines = known = notified = 0
    for (identifier, currency), told in by_account.items():
        bank_account, _ = BankAccount.objects.get_or_create(
            company=company, identifier=identifier[:64], currency=currency
        )
        chosen, skipped = _money(told, bank_account)
        new, old = _book(chosen, bank_account, source_file)
        lines, known, notified = lines + new, known + old, notified + skipped
        feeds.heard(
            company, kind="bank", name=identifier, covers_until=_last_day(told), today=today
        )
    audit.record(
        "cash.statements_booked", actor=actor, company=company, subject=source_file,
        statements=len(statements), lines=lines, known=known, notified=notified,
    )  # fmt: skip
    return Booked(len(statements), lines, known, notified)


def _money(told: Sequence[Statement], bank_account: BankAccount) -> tuple[list[Statement], int]:
    """The statements to book, and how many notified movements a statement books instead.

    The first statement of an account sets aside what notifications alone had told before.
    """
    statements = [one for one in told if not one.is_notification]
    if statements:
        waiting = BankLine.objects.filter(bank_account=bank_account, is_notified=True, state="open")
        waiting.update(state=LineState.ASIDE)
    if not statements and not _has_statements(bank_account):
        return list(told), 0
    return statements, sum(len(one.movements) for one in told if one.is_notification)


def _has_statements(bank_account: BankAccount) -> bool:
    lines = BankLine.objects.filter(bank_account=bank_account, is_notified=False)
    return lines.exists()


def _last_day(told: Sequence[Statement]) -> date | None:
    days = [one.closing_date for one in told if one.closing_date is not None]
    days += [movement.booking_date for one in told for movement in one.movements]
    return max(days, default=None)


def _book(told: Sequence[Statement], bank_account: BankAccount, source: str) -> tuple[int, int]:
    movements = keyed(movement for one in told for movement in one.movements)
    is_notified = any(one.is_notification for one in told)
    ids = _ids(bank_account, movements)
    if not is_notified:
        _confirm(list(ids.values()))
    fresh = [one for one in movements if (one.key, one.occurrence) not in ids]
    new = next_ids(connection, "cash_bankline", len(fresh)).to_list()
    rows = [
        _line(line, one, bank_account, is_notified=is_notified)
        for line, one in zip(new, fresh, strict=True)
    ]
    copy_in(connection, "cash_bankline", _COLUMNS, rows)
    ids |= {(one.key, one.occurrence): line for line, one in zip(new, fresh, strict=True)}
    place = 0
    for statement in told:
        part = movements[place : place + len(statement.movements)]
        place += len(part)
        _keep(statement, [ids[one.key, one.occurrence] for one in part], bank_account, source)
    return len(fresh), len(movements) - len(fresh)


def _confirm(lines: list[int]) -> None:
    """A statement tells what a notification told: it is booked, and money again."""
    notified = BankLine.objects.filter(pk__in=lines, is_notified=True)
    notified.filter(state=LineState.ASIDE).update(state=LineState.OPEN)
    notified.update(is_notified=False)


def _ids(bank_account: BankAccount, movements: Sequence[Keyed]) -> dict[tuple[str, int], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, occurrence, id FROM cash_bankline"
            " WHERE bank_account_id = %s AND key = ANY (%s)",
            [bank_account.pk, list({one.key for one in movements})],
        )
        return {(key, occurrence): line for key, occurrence, line in cursor.fetchall()}


_COLUMNS = (
    "id", "company_id", "bank_account_id", "key", "occurrence", "booking_date", "value_date",
    "currency", "amount", "text", "structured", "counterparty_name", "counterparty_iban",
    "end_to_end_id", "mandate_id", "bank_reference", "bank_code", "is_return", "return_reason",
    "details", "is_notified", "state",
)  # fmt: skip


def _line(
    line: int, one: Keyed, bank_account: BankAccount, *, is_notified: bool
) -> tuple[object, ...]:
    told = one.movement
    return (
        line, bank_account.company_id, bank_account.pk, one.key, one.occurrence,
        told.booking_date, told.value_date, bank_account.currency, told.amount, told.text,
        list(told.structured), told.counterparty_name[:200], told.counterparty_iban[:34],
        told.end_to_end_id[:140], told.mandate_id[:140], told.bank_reference[:140],
        told.bank_code[:60], told.is_return, told.return_reason[:60],
        json.dumps(dict(told.details)), is_notified, LineState.OPEN.value,
    )  # fmt: skip


def _keep(statement: Statement, lines: list[int], bank_account: BankAccount, source: str) -> None:
    """Remember the statement with its balances, once."""
    BankStatement.objects.get_or_create(
        company_id=bank_account.company_id,
        bank_account=bank_account,
        identifier=statement.identifier[:64],
        opening_date=statement.opening_date,
        opening=statement.opening,
        closing_date=statement.closing_date,
        closing=statement.closing,
        lines=lines,
        defaults={"source_file": source[:255]},
    )
