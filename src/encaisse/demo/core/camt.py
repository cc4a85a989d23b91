"""Bank statements as camt.053.001.08 (ISO 20022), the way French banks fill them in."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from encaisse.demo.core import numbers
from encaisse.demo.core.naming import ascii_upper
from encaisse.demo.core.periods import Statement
from encaisse.demo.core.records import CURRENCY, Company, Movement, Receipt

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
CODES = {
    "transfer": ("RCDT", "ESCT"), "instant": ("RRCT", "ESCT"), "debit": ("IDDT", "ESDD"),
    "cheque": ("RCHQ", "ORCQ"), "card": ("MCRD", "POSP"), "refund": ("ICDT", "ESCT"),
    "returned": ("IDDT", "UPDD"), "supplier": ("ICDT", "ESCT"), "payroll": ("ICDT", "SALA"),
    "social": ("RDDT", "ESDD"), "tax": ("RDDT", "BBDD"), "rent": ("RDDT", "ESDD"),
    "loan": ("MDOP", "OTHR"), "fee": ("MDOP", "CHRG"), "internal": ("RCDT", "BOOK"),
}  # fmt: skip
"""Kind of movement → family and sub-family of the bank transaction code."""
TEXTS = {
    "transfer": "VIR SEPA RECU", "instant": "VIR INST RECU", "refund": "VIR SEPA EMIS",
    "supplier": "VIR SEPA EMIS", "payroll": "VIR SEPA EMIS", "internal": "VIR INTERNE",
}  # fmt: skip


def name(statement: Statement) -> str:
    """File name: account, last day."""
    return f"CAMT053_{statement.account.iban[-8:]}_{statement.last:%Y%m%d}.xml"


def write(company: Company, statement: Statement) -> bytes:
    """One statement as one file, UTF-8."""
    return "\n".join(_lines(company, statement)).encode()


def _lines(company: Company, one: Statement) -> Iterator[str]:
    identifier = f"{one.account.iban[-11:]}-{one.last:%Y}-{one.number:03d}"
    created = f"{one.last:%Y-%m-%d}T21:30:00+01:00"
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<Document xmlns="{NAMESPACE}">'
    yield "<BkToCstmrStmt>"
    yield f"<GrpHdr><MsgId>{identifier}</MsgId><CreDtTm>{created}</CreDtTm></GrpHdr>"
    yield f"<Stmt><Id>{identifier}</Id><ElctrncSeqNb>{one.number}</ElctrncSeqNb>"
    yield f"<CreDtTm>{created}</CreDtTm>"
    yield (
        f"<FrToDt><FrDtTm>{one.first}T00:00:00+01:00</FrDtTm>"
        f"<ToDtTm>{one.last}T23:59:59+01:00</ToDtTm></FrToDt>"
    )
    yield (
        f"<Acct><Id><IBAN>{one.account.iban}</IBAN></Id><Ccy>{CURRENCY}</Ccy>"
        f"<Ownr><Nm>{escape(ascii_upper(company.name))}</Nm></Ownr>"
        f"<Svcr><FinInstnId><BICFI>{numbers.bic(one.account.iban)}</BICFI></FinInstnId></Svcr></Acct>"
    )
    yield _balance("OPBD", one.opening, str(one.first))
    yield _balance("CLBD", one.closing, str(one.last))
    for movement in one.movements:
        yield from _entry(movement)
    yield "</Stmt></BkToCstmrStmt></Document>\n"


def _balance(code: str, cents: int, day: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(cents)}"
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _amount(cents: int) -> str:
    side = "CRDT" if cents >= 0 else "DBIT"
    whole, part = divmod(abs(cents), 100)
    return f'<Amt Ccy="{CURRENCY}">{whole}.{part:02d}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


def _entry(one: Movement) -> Iterator[str]:
    family, sub = CODES[one.kind]
    if one.amount < 0 and one.kind == "internal":
        family = "ICDT"
    if one.kind == "returned" and one.details and one.details[0].method == "cheque":
        family, sub = "RCHQ", "UPCQ"
    yield f"<Ntry><NtryRef>{one.key}</NtryRef>{_amount(one.amount)}<Sts><Cd>BOOK</Cd></Sts>"
    yield f"<BookgDt><Dt>{one.booked}</Dt></BookgDt><ValDt><Dt>{one.valued}</Dt></ValDt>"
    yield f"<AcctSvcrRef>{one.key}</AcctSvcrRef>"
    yield (
        f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly>"
        "</Domn></BkTxCd>"
    )
    yield "<NtryDtls>"
    if len(one.details) > 1 or one.kind in ("debit", "cheque", "card"):
        yield f"<Btch><NbOfTxs>{len(one.details)}</NbOfTxs></Btch>"
    if one.kind == "card":
        refs = f"<Refs><AcctSvcrRef>{one.key}</AcctSvcrRef></Refs>"
        yield f"<TxDtls>{refs}{_amount(one.amount)}</TxDtls>"
    else:
        for position, receipt in enumerate(one.details, start=1):
            yield from _detail(one, receipt, position)
        if not one.details:
            yield from _other(one)
    lead = TEXTS.get(one.kind)
    party = one.details[0].paid_by if one.details else one.party
    shown = f"{lead} {ascii_upper(party)}" if lead else one.text
    yield f"</NtryDtls><AddtlNtryInf>{escape(shown)}</AddtlNtryInf></Ntry>"


def _detail(one: Movement, receipt: Receipt, position: int) -> Iterator[str]:
    reference = one.key if len(one.details) == 1 else f"{one.key}-{position}"
    end_to_end = escape(receipt.end_to_end or "NOTPROVIDED")
    mandate = f"<MndtId>RUM{receipt.payer}</MndtId>" if receipt.method == "debit" else ""
    cheque = f"<ChqNb>{receipt.text[-7:]}</ChqNb>" if receipt.method == "cheque" else ""
    yield (
        f"<TxDtls><Refs><AcctSvcrRef>{reference}</AcctSvcrRef><EndToEndId>{end_to_end}</EndToEndId>"
        f"{mandate}{cheque}</Refs>{_amount(receipt.cash)}"
    )
    yield _parties(receipt, outgoing=one.kind == "refund")
    if receipt.reference:
        yield (
            "<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>ISO</Issr></Tp>"
            f"<Ref>{receipt.reference}</Ref></CdtrRefInf></Strd></RmtInf>"
        )
    elif receipt.text and receipt.method != "cheque":
        yield f"<RmtInf><Ustrd>{escape(receipt.text)}</Ustrd></RmtInf>"
    if receipt.returns and receipt.method == "debit":
        yield f"<RtrInf><Rsn><Cd>{receipt.returned}</Cd></Rsn></RtrInf>"
    yield "</TxDtls>"


def _parties(receipt: Receipt, *, outgoing: bool) -> str:
    """The other side: the debtor of what came in, the creditor of what went out."""
    if not receipt.paid_by:
        return ""
    side = "Cdtr" if outgoing else "Dbtr"
    ultimate = ""
    if receipt.ultimate and not outgoing:
        ultimate = f"<UltmtDbtr><Pty><Nm>{escape(receipt.ultimate)}</Nm></Pty></UltmtDbtr>"
    return (
        f"<RltdPties><{side}><Pty><Nm>{escape(receipt.paid_by)}</Nm></Pty></{side}>"
        f"<{side}Acct><Id><IBAN>{receipt.iban}</IBAN></Id></{side}Acct>{ultimate}</RltdPties>"
        f"<RltdAgts><{side}Agt><FinInstnId><BICFI>{numbers.bic(receipt.iban)}</BICFI></FinInstnId>"
        f"</{side}Agt></RltdAgts>"
    )


def _other(one: Movement) -> Iterator[str]:
    side = "Cdtr" if one.amount < 0 else "Dbtr"
    party = escape(ascii_upper(one.party))
    yield f"<TxDtls><Refs><AcctSvcrRef>{one.key}</AcctSvcrRef></Refs>{_amount(one.amount)}"
    yield f"<RltdPties><{side}><Pty><Nm>{party}</Nm></Pty></{side}></RltdPties>"
    yield f"<RmtInf><Ustrd>{escape(one.text)}</Ustrd></RmtInf></TxDtls>"
