"""The paths of CAMT.052/.053/.054, versions 1 to 13, for what cash application needs."""

from __future__ import annotations

from encaisse.intake.adapters.camt.paths import Kind, table

_Facts = dict[str, tuple[Kind, tuple[str, ...]]]


def _texts(**paths: str | tuple[str, ...]) -> _Facts:
    return {
        key: (Kind.TEXT, (path,) if isinstance(path, str) else path) for key, path in paths.items()
    }


def _party(key: str, role: str) -> _Facts:
    """Until version 7 a party stands under its role; from 8 on under Pty, or Agt for a bank."""
    one, account = f"RltdPties/{role}", f"RltdPties/{role}Acct/Id"
    bank, agent = f"{one}/Agt/FinInstnId", f"RltdAgts/{role}Agt/FinInstnId"
    identifiers = tuple(
        f"{one}/{wrapper}Id/{kind}/Othr/Id"
        for wrapper in ("", "Pty/")
        for kind in ("OrgId", "PrvtId")
    )
    paths: dict[str, str | tuple[str, ...]] = {
        f"{key}_name": (f"{one}/Nm", f"{one}/Pty/Nm", f"{bank}/Nm"),
        f"{key}_iban": f"{account}/IBAN",
        f"{key}_number": tuple(
            f"{account}/{kind}" for kind in ("Othr/Id", "PrtryAcct/Id", "BBAN", "UPIC")
        ),
        f"{key}_bic": (f"{agent}/BICFI", f"{agent}/BIC", f"{bank}/BICFI"),
        f"{key}_ultimate": (f"RltdPties/Ultmt{role}/Nm", f"RltdPties/Ultmt{role}/Pty/Nm"),
        f"{key}_identifier": identifiers,
    }
    return _texts(**paths)


_CODE = _texts(
    domain="BkTxCd/Domn/Cd",
    family="BkTxCd/Domn/Fmly/Cd",
    subfamily="BkTxCd/Domn/Fmly/SubFmlyCd",
    own_code="BkTxCd/Prtry/Cd",
)

DETAIL = table(
    {
        **_CODE,
        **_texts(
            end_to_end_id="Refs/EndToEndId",
            mandate_id="Refs/MndtId",
            bank_reference="Refs/AcctSvcrRef",
            MsgId="Refs/MsgId",
            PmtInfId="Refs/PmtInfId",
            InstrId="Refs/InstrId",
            TxId="Refs/TxId",
            UETR="Refs/UETR",
            ChqNb="Refs/ChqNb",
            ClrSysRef="Refs/ClrSysRef",
            direction="CdtDbtInd",
            rate=tuple(
                f"AmtDtls/{kind}/CcyXchg/XchgRate" for kind in ("InstdAmt", "TxAmt", "CntrValAmt")
            ),
            additional="AddtlTxInf",
            Purp=("Purp/Cd", "Purp/Prtry"),
        ),
        **_party("debtor", "Dbtr"),
        **_party("creditor", "Cdtr"),
        "amount": (Kind.AMOUNT, ("Amt",)),
        "transferred": (Kind.AMOUNT, ("AmtDtls/TxAmt/Amt",)),
        "countervalue": (Kind.AMOUNT, ("AmtDtls/CntrValAmt/Amt",)),
        "instructed": (Kind.AMOUNT, ("AmtDtls/InstdAmt/Amt",)),
        "unstructured": (Kind.TEXTS, ("RmtInf/Ustrd",)),
        "structured": (Kind.TREES, ("RmtInf/Strd",)),
        "returned": (Kind.TREES, ("RtrInf",)),
        "charges": (Kind.TREES, ("Chrgs",)),
    }
)
"""What stands in a ``TxDtls``."""

ENTRY = table(
    {
        **_CODE,
        **_texts(
            direction="CdtDbtInd",
            reversal="RvslInd",
            status=("Sts", "Sts/Cd"),
            booked=("BookgDt/Dt", "BookgDt/DtTm"),
            valued=("ValDt/Dt", "ValDt/DtTm"),
            bank_reference="AcctSvcrRef",
            entry_reference="NtryRef",
            batch_payment=("NtryDtls/Btch/PmtInfId", "Btch/PmtInfId"),
            batch_message=("NtryDtls/Btch/MsgId", "Btch/MsgId"),
            batch_count=("NtryDtls/Btch/NbOfTxs", "Btch/NbOfTxs"),
            additional="AddtlNtryInf",
        ),
        "amount": (Kind.AMOUNT, ("Amt",)),
        "charges": (Kind.TREES, ("Chrgs",)),
    }
)
"""What stands in a ``Ntry`` beside its details."""

STATEMENT = table(
    {
        **_texts(
            identifier="Id",
            created="CreDtTm",
            iban="Acct/Id/IBAN",
            number=("Acct/Id/Othr/Id", "Acct/Id/PrtryAcct/Id", "Acct/Id/BBAN", "Acct/Id/UPIC"),
            currency="Acct/Ccy",
        ),
        "balances": (Kind.TREES, ("Bal",)),
    }
)
"""What stands in a ``Stmt``, ``Rpt`` or ``Ntfctn`` beside its entries."""
