"""The customers' file, as a company would export it from its sales software."""

from __future__ import annotations

import csv
import io

from encaisse.demo.core.records import Customer, World

HEADER = (
    "client", "nom", "siren", "email", "telephone", "adresse", "langue", "segment", "groupe",
    "iban", "conditions",
)  # fmt: skip


def write(world: World) -> bytes:
    """CSV with semicolons, UTF-8 with a byte order mark, as Excel writes it in France."""
    page = io.StringIO()
    rows = csv.writer(page, delimiter=";", lineterminator="\r\n")
    rows.writerow(HEADER)
    for one in world.customers:
        rows.writerow(
            (
                one.code,
                one.name,
                one.siren,
                one.email,
                one.phone,
                ", ".join(one.address),
                one.language,
                one.segment,
                one.head,
                _iban(one),
                one.terms,
            )
        )
    return page.getvalue().encode("utf-8-sig")


def _iban(customer: Customer) -> str:
    if not customer.files_iban:
        return ""
    told = ";".join(customer.ibans)
    if customer.mistyped_iban:
        return told[:-1] + str((int(told[-1]) + 1) % 10)
    return told
