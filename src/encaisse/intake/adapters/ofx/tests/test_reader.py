"""OFX: our own samples, SGML and XML, and the real files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from encaisse.intake.adapters.ofx.reader import read, recognise
from encaisse.intake.adapters.tests.bank_fixtures import (
    codes,
    errors,
    fixtures,
    lines_of,
    needs_fixtures,
)
from encaisse.kernel.money import Money

SAMPLES = Path(__file__).resolve().parents[1] / "samples"


def test_sgml_in_windows_1252_with_comma_amounts() -> None:
    reading = read((SAMPLES / "compte_sgml.ofx").read_bytes())
    assert not reading.problems
    assert reading.encoding == "cp1252"
    [statement] = reading.statements
    assert statement.account == "FR7630004008120001012345640"
    assert statement.closing is not None
    assert statement.closing.amount == Money(1388140, "EUR")
    paid, cheques, fees = statement.lines
    assert paid.amount == Money(125430, "EUR")
    assert paid.booking_date == date(2026, 11, 2)
    assert paid.text == "VIR ATELIERS BRÉVAL FA2026-0412 < FA2026-0418 & AVOIR"
    assert (cheques.amount, cheques.value_date) == (Money(64000, "EUR"), date(2026, 11, 5))
    assert cheques.text == "REMISE CHEQUES"
    assert fees.amount == Money(-1290, "EUR")


def test_xml_with_two_accounts() -> None:
    reading = read((SAMPLES / "deux_comptes.xml.ofx").read_bytes())
    assert not reading.problems
    assert [(one.account, one.currency) for one in reading.statements] == [
        ("BREVBANK/111", "EUR"),
        ("222", "JPY"),
    ]
    euros, yen = lines_of(reading)
    assert (euros.counterparty_name, euros.text) == ("Nuage & Fils", "Nuage & Fils Facture <12>")
    assert yen.amount == Money(5000, "JPY")


def test_investments_are_recognised_and_refused_by_name() -> None:
    content = (SAMPLES / "placements.ofx").read_bytes()
    assert recognise(content)
    assert codes(read(content)) == {"ofx_investment_statement"}


@pytest.mark.parametrize("written", ["", "$120", "1.234,56", "1 2 3 x", "--1", "1e9"])
def test_what_is_no_amount_is_an_error(written: str) -> None:
    content = (SAMPLES / "compte_sgml.ofx").read_bytes().replace(b"1254,30", written.encode())
    assert errors(read(content)) == {"amount_unreadable"}


def test_a_truncated_file_is_an_error() -> None:
    content = (SAMPLES / "compte_sgml.ofx").read_bytes()
    assert "ofx_not_closed" in errors(read(content[:-40]))


def test_deep_nesting_is_refused() -> None:
    deep = b"OFXHEADER:100\n<OFX>" + b"<A>" * 500 + b"</A>" * 500 + b"</OFX>"
    assert errors(read(deep)) == {"xml_too_deep"}


INVESTMENTS = {
    "fidelity-savings.ofx",
    "fidelity.ofx",
    "investment_401k.ofx",
    "investment_medium.ofx",
    "td_ameritrade.ofx",
    "tiaacref.ofx",
    "vanguard.ofx",
    "vanguard401k.ofx",
}
REFUSED = {
    "account_listing_aggregation.ofx": {"no_statement"},
    "bank_small.ofx": {"no_statement"},
    "signon_success.ofx": {"no_statement"},
    "signon_success_no_message.ofx": {"no_statement"},
    "signon_fail.ofx": {"ofx_bank_refused"},
    "error_message.ofx": {"ofx_bank_refused"},
    "date_missing.ofx": {"date_missing", "date_unreadable"},
    "decimal_error.ofx": {"amount_unreadable", "date_unreadable"},
    "empty_balance.ofx": {"balance_unreadable"},
}
READ = {  # account, currency, balance told, movements
    "anzcc.ofx": [("1234123412341234", "AUD", -12345, 1)],
    "bank_medium.ofx": [("160000100/00/12300000012345678", "CAD", 38234, 3)],
    "checking.ofx": [("5472369148/1452687~7", "USD", 10099, 3)],
    "multiple_accounts.ofx": [("123/00/9100", "USD", 11100, 0), ("123/00/9200", "USD", 22200, 0)],
    "multiple_accounts2.ofx": [("123/00/9100", "USD", 11100, 0), ("123/00/9200", "USD", 22200, 0)],
    "ofx-v102-empty-tags.ofx": [("NPBS/12345678", "AUD", None, 1)],
    "suncorp.ofx": [("SUNCORP/123456789", "AUD", 123412, 1)],
}


@needs_fixtures
@pytest.mark.parametrize(
    "path", fixtures("ofx/ofxparse", "*.ofx", "fail_nice/*.ofx"), ids=lambda path: path.name
)
def test_real_files(path: Path) -> None:
    content = path.read_bytes()
    assert recognise(content)
    reading = read(content)
    if path.name in INVESTMENTS:
        assert codes(reading) == {"ofx_investment_statement"}
    elif path.name in REFUSED:
        assert codes(reading) == REFUSED[path.name]
    else:
        assert not reading.problems
        assert [
            (
                one.account,
                one.currency,
                one.closing.amount.minor if one.closing else None,
                len(one.lines),
            )
            for one in reading.statements
        ] == READ[path.name]
