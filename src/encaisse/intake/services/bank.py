"""Hand what a bank file says to the cash room."""

from __future__ import annotations

from datetime import date

from encaisse.cash.core.statements import Movement, Statement
from encaisse.cash.services.statements import book_statements
from encaisse.intake.core.bank import (
    BankLineRecord,
    BankReading,
    StatementKind,
    StatementRecord,
)
from encaisse.kernel.problems import warning
from encaisse.kernel.references import iban_read
from encaisse.ledger.core.extract import TakenOver
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company


def take_bank(
    reading: BankReading, *, name: str, company: Company, today: date, actor: Actor
) -> TakenOver:
    """Book the booked movements of a file, each once.

    Interim reports are read and shown, never booked: the bank may repeat or withdraw them.
    """
    booked = [one for one in reading.statements if one.kind is not StatementKind.INTERIM]
    interim = len(reading.statements) - len(booked)
    done = book_statements(
        [_statement(one) for one in booked],
        company=company,
        source_file=name,
        today=today,
        actor=actor,
    )
    problems = (warning(None, "interim_not_booked", count=interim),) if interim else ()
    pending = sum(line.is_pending for one in booked for line in one.lines)
    if pending:
        problems = (*problems, warning(None, "pending_not_booked", count=pending))
    if done.notified:
        problems = (*problems, warning(None, "notified_not_booked", count=done.notified))
    counts = {"statements": done.statements, "bank_lines": done.lines, "known": done.known}
    return TakenOver(counts, {}, {}, problems)


def _statement(record: StatementRecord) -> Statement:
    opening, closing = record.opening, record.closing
    return Statement(
        account=record.account,
        currency=record.currency,
        movements=tuple(_movement(line) for line in record.lines if not line.is_pending),
        identifier=record.identifier,
        opening_date=opening.at if opening else None,
        opening=opening.amount.minor if opening else None,
        closing_date=closing.at if closing else None,
        closing=closing.amount.minor if closing else None,
        is_notification=record.kind is StatementKind.NOTIFICATION,
    )


def _movement(line: BankLineRecord) -> Movement:
    return Movement(
        booking_date=line.booking_date,
        amount=line.amount.minor,
        value_date=line.value_date,
        text=line.text,
        structured=line.references,
        counterparty_name=line.counterparty_name or line.ultimate_name,
        counterparty_iban=iban_read(line.counterparty_account) or "",
        end_to_end_id=line.end_to_end_id,
        mandate_id=line.mandate_id,
        bank_reference=line.bank_reference,
        bank_code=line.bank_code,
        is_return=line.is_return,
        return_reason=line.return_reason,
        details=_details(line),
    )


def _details(line: BankLineRecord) -> dict[str, str]:
    """Whatever else the bank told, as text."""
    told = {
        "counterparty_account": line.counterparty_account,
        "counterparty_bic": line.counterparty_bic,
        "ultimate_name": line.ultimate_name,
        "charges": str(line.charges or ""),
        "original_amount": str(line.original_amount or ""),
        "exchange_rate": str(line.exchange_rate or ""),
        "batch": line.batch,
        **dict(line.extra),
    }
    return {tag: text for tag, text in told.items() if text}
