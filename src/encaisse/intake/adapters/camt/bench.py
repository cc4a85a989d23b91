"""How fast a large CAMT.053 is read: ``python -m encaisse.intake.adapters.camt.bench [entries]``.

62,000 entries make a file of 50 MB, as a large company gets in a year from one bank account.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from encaisse.intake.adapters.camt.reader import read

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
<BkToCstmrStmt><GrpHdr><MsgId>BENCH</MsgId><CreDtTm>2026-03-02T22:00:00</CreDtTm></GrpHdr><Stmt>
<Id>BENCH-1</Id><CreDtTm>2026-03-02T22:00:00</CreDtTm>
<Acct><Id><IBAN>FR7630004008120001012345640</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt>\
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{closing}</Amt>\
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>
"""
_ENTRY = """<Ntry><NtryRef>{number}</NtryRef><Amt Ccy="EUR">{amount}</Amt>\
<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-02</Dt></BookgDt>\
<ValDt><Dt>2026-03-02</Dt></ValDt><AcctSvcrRef>REF{number:012d}</AcctSvcrRef><BkTxCd><Domn>\
<Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls>\
<TxDtls><Refs><EndToEndId>E2E{number}</EndToEndId></Refs><Amt Ccy="EUR">{amount}</Amt>\
<RltdPties><Dbtr><Pty><Nm>CLIENT NUMERO {number}</Nm><PstlAdr><TwnNm>LYON</TwnNm>\
<Ctry>FR</Ctry></PstlAdr></Pty></Dbtr><DbtrAcct><Id><IBAN>FR7630006000011234567890189</IBAN>\
</Id></DbtrAcct></RltdPties><RltdAgts><DbtrAgt><FinInstnId><BICFI>AGRIFRPPXXX</BICFI>\
</FinInstnId></DbtrAgt></RltdAgts><RmtInf><Ustrd>FACTURE FA{number:08d}</Ustrd></RmtInf>\
</TxDtls></NtryDtls></Ntry>
"""


def statement_of(entries: int) -> bytes:
    """A statement of that many transfers received, which adds up."""
    parts = [_HEAD.format(closing=_amount(entries * (entries + 1) // 2 * 125))]
    parts += [
        _ENTRY.format(number=number, amount=_amount(number * 125))
        for number in range(1, entries + 1)
    ]
    return "".join((*parts, "</Stmt></BkToCstmrStmt></Document>\n")).encode()


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def main(entries: int = 62_000) -> None:
    """Write the file, read it five times, tell the best time and the memory."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "statement.xml"
        path.write_bytes(statement_of(entries))
        content = path.read_bytes()
    before = _memory()
    times, worked = [], []
    for _ in range(5):
        start, busy = perf_counter(), process_time()
        reading = read(content)
        times.append(perf_counter() - start)
        worked.append(process_time() - busy)
    lines = sum(len(statement.lines) for statement in reading.statements)
    assert not reading.problems
    print(
        f"{len(content) / 1e6:.1f} MB, {lines} lines: {min(times):.2f} s at best "
        f"({min(worked):.2f} s of processor), {max(times):.2f} s at worst; "
        f"{_memory():.0f} MB at most ({before:.0f} MB to write it)"
    )


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
