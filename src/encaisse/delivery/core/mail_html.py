"""The HTML part of an e-mail: tables and style attributes, which every mail program shows.

No image, no script, no remote resource: nothing tells us that the message was read, and
nothing is blocked. All values are escaped here.
"""

from __future__ import annotations

from html import escape
from typing import Any

from encaisse.delivery.core.pages import Page

FONT = "font-family:Inter,Segoe UI,Helvetica,Arial,sans-serif;"
SOFT = "color:#5b6875;"
CELL = "padding:7px 6px;border-bottom:1px solid #d5dbe1;white-space:nowrap;"
NUMBER = "text-align:right;font-variant-numeric:tabular-nums;"
TABLE = 'role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"'


def mail_html(page: Page) -> str:
    """The whole message as one HTML document."""
    accent = escape(page["accent"])
    inner = "".join(
        [
            _paragraph(escape(page["mail_greeting"])),
            *(_prose(runs) for runs in page["before"]),
            *(_items(section, accent) for section in page["sections"]),
            _charges(page["charges"]),
            _payment(page["payment"], accent),
            _portal(page["portal"], accent),
            *(_prose(runs) for runs in page["after"]),
            _paragraph(escape(page["mail_closing"])),
            _signature(page),
        ]
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(page["lang"])}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light">'
        f"<title>{escape(page['subject'])}</title></head>"
        f'<body style="margin:0;padding:0;background:#f4f6f8;{FONT}">'
        f'<table {TABLE} style="background:#f4f6f8;"><tr>'
        '<td align="center" style="padding:24px 12px;">'
        '<table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0" '
        'style="width:100%;max-width:640px;background:#ffffff;border-radius:8px;'
        f'border-top:4px solid {accent};"><tr><td style="padding:28px 32px 24px;{FONT}'
        'font-size:15px;line-height:1.55;color:#16202a;">'
        '<div style="font-size:17px;font-weight:700;padding-bottom:18px;">'
        f"{escape(page['sender'][0])}</div>{inner}</td></tr></table>"
        f'<div style="max-width:640px;padding:14px 32px;font-size:12px;{SOFT}{FONT}">'
        f"{escape(page['footer'])}</div></td></tr></table></body></html>\n"
    )


def _paragraph(inner: str) -> str:
    return f'<p style="margin:0 0 14px;">{inner}</p>'


def _prose(runs: list[list[Any]]) -> str:
    parts = (f"<strong>{escape(t)}</strong>" if bold else escape(t) for t, bold in runs)
    return _paragraph("".join(parts))


def _items(section: Page, accent: str) -> str:
    late = section["has_lateness"]
    wanted = (0, 1, 2, 3, 4) if late else (0, 1, 2, 4)
    head = "".join(_head(section["columns"][n], is_first=n == 0) for n in wanted)
    rows = "".join(_row(row, accent, late=late) for row in section["rows"])
    total = (
        f'<tr><td colspan="{len(wanted) - 1}" style="padding:10px 6px;font-weight:700;">'
        f'{escape(section["total_label"])}</td><td style="padding:10px 6px;font-weight:700;'
        f'white-space:nowrap;{NUMBER}">{escape(section["total"])}</td></tr>'
    )
    return (
        f'<table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:6px 0 20px;'
        f'font-size:14px;border-bottom:2px solid #16202a;"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}{total}</tbody></table>"
    )


def _head(name: str, *, is_first: bool) -> str:
    side = "text-align:left;" if is_first else "text-align:right;"
    return (
        f'<th scope="col" style="padding:6px;font-size:12px;font-weight:600;{SOFT}{side}'
        f'border-bottom:2px solid #16202a;">{escape(name)}</th>'
    )


def _row(row: Page, accent: str, *, late: bool) -> str:
    tone = SOFT if row["credit"] else ""
    mark = f"color:{accent};font-weight:600;" if row["is_late"] else SOFT
    note = ""
    if row["note"]:
        note = f'<br><span style="font-size:12px;{SOFT}">{escape(row["note"])}</span>'
    cells = [
        f'<td style="{CELL}{tone}font-weight:500;white-space:normal;">{escape(row["name"])}</td>',
        f'<td style="{CELL}{tone}{NUMBER}">{escape(row["issued"])}</td>',
        f'<td style="{CELL}{tone}{NUMBER}">{escape(row["due"])}</td>',
        f'<td style="{CELL}{NUMBER}{mark}">{escape(row["late"])}</td>' if late else "",
        f'<td style="{CELL}{tone}{NUMBER}">{escape(row["amount"])}{note}</td>',
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _charges(charges: Page | None) -> str:
    if charges is None:
        return ""
    weight = "700" if charges["is_claimed"] else "600"
    rows = "".join(
        f'<tr><td style="{CELL}white-space:normal;">{escape(name)}</td>'
        f'<td style="{CELL}{NUMBER}{SOFT}">{escape(detail)}</td>'
        f'<td style="{CELL}{NUMBER}">{escape(amount)}</td></tr>'
        for name, detail, amount in charges["rows"]
    )
    name, amount = charges["total"]
    return (
        f'<div style="font-size:13px;font-weight:600;{SOFT}">{escape(charges["title"])}</div>'
        f'<table width="100%" cellpadding="0" cellspacing="0" border="0" '
        f'style="margin:2px 0 20px;font-size:14px;">{rows}<tr><td colspan="2" '
        f'style="padding:8px 6px;font-weight:{weight};">{escape(name)}</td>'
        f'<td style="padding:8px 6px;font-weight:{weight};white-space:nowrap;{NUMBER}">'
        f"{escape(amount)}</td></tr></table>"
    )


def _payment(payment: Page | None, accent: str) -> str:
    if payment is None:
        return ""
    rows = "".join(
        f'<tr><td style="padding:2px 16px 2px 0;white-space:nowrap;{SOFT}">{escape(name)}</td>'
        f'<td style="padding:2px 0;font-weight:600;">{escape(value)}</td></tr>'
        for name, value in payment["rows"]
    )
    return (
        f'<table {TABLE} style="background:#f4f6f8;border-radius:6px;margin:0 0 20px;"><tr>'
        f'<td style="padding:14px 18px;"><div style="font-weight:700;color:{accent};'
        f'padding-bottom:6px;">{escape(payment["title"])}</div>'
        f'<table cellpadding="0" cellspacing="0" border="0" style="font-size:14px;">{rows}</table>'
        "</td></tr></table>"
    )


def _portal(portal: list[str] | None, accent: str) -> str:
    if not portal:
        return ""
    name, address = portal
    return (
        f'<p style="margin:0 0 20px;"><a href="{escape(address)}" style="display:inline-block;'
        f"padding:10px 18px;background:{accent};color:#ffffff;border-radius:6px;font-weight:600;"
        f'text-decoration:none;">{escape(name)}</a></p>'
    )


def _signature(page: Page) -> str:
    name, role = page["signature"]
    lines = [f'<strong style="font-weight:600;">{escape(name)}</strong>']
    lines += [escape(line) for line in (role, *page["reach"]) if line]
    return f'<p style="margin:0;">{"<br>".join(lines)}</p>'
