"""Who writes and who is written to, out of the companies' and customers' own records."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from django.conf import settings

from encaisse.delivery.core.records import Addressee, Creditor, creditor
from encaisse.ledger.models import Contact, Customer
from encaisse.teams.models import Company
from encaisse.teams.settings import setting


def creditor_of(company: Company) -> Creditor:
    """The company as its letters name it."""
    return creditor(company.name, company.siren, company.ibans, company.profile)


def addressee_of(customer: Customer, contact: Contact | None = None) -> Addressee:
    """A customer as it is written to; the language falls back to the country's."""
    return Addressee(
        code=customer.code,
        name=customer.name,
        address=tuple(line.strip() for line in customer.address.splitlines() if line.strip()),
        contact=contact.name if contact else "",
        email=contact.email if contact else "",
        siren=customer.siren,
        language=customer.language or ("fr" if customer.country in FRENCH else "en"),
        country=customer.country,
    )


FRENCH = frozenset({"FR", "BE", "LU", "CH", "MC", "GP", "MQ", "GF", "RE", "YT", "MA", "TN", "DZ"})
"""Where a customer without a language is written to in French."""


def sender_of(company: Company) -> str:
    """The address messages come from: chosen, else the company's, else what the server suggests.

    Empty when there is no mail server either.
    """
    chosen = str(setting(company, "mail_from") or company.profile.get("email", ""))
    return chosen or assumed_sender_of(company)


def assumed_sender_of(company: Company) -> str:
    """The sender where none was chosen: the server's login where it is an address, else the
    company's code at the server's name. People should choose one (`encaisse day` says so)."""
    server = urlsplit(smtp_url_of(company))
    if not server.hostname:
        return ""
    login = unquote(server.username or "")
    if "@" in login:
        return login
    is_name = "." in server.hostname and not server.hostname.replace(".", "").isdecimal()
    return f"{company.code.lower()}@{server.hostname if is_name else 'localhost.localdomain'}"


def smtp_url_of(company: Company) -> str:
    """The mail server's URL; empty means the sink."""
    return str(setting(company, "smtp_url") or settings.SMTP_URL)
