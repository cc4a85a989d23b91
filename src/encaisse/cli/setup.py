"""Companies, users and settings from the command line."""

from __future__ import annotations

import re

import click
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings as django_settings
from django.urls import reverse

from encaisse.cli.session import Session
from encaisse.kernel.references import iban_read, siren_read
from encaisse.teams import services as teams
from encaisse.teams.actor import Unknown
from encaisse.teams.models import User
from encaisse.teams.permissions import Role
from encaisse.teams.settings import SETTINGS, setting


@click.command()
@click.option("--code", required=True, help="Short code of the company, used everywhere.")
@click.option("--name", required=True, help="Name as it stands on letters.")
@click.option("--siren", default="")
@click.option("--iban", "ibans", multiple=True, help="May repeat.")
@click.option("--country", default="FR", show_default=True)
@click.option("--currency", default="EUR", show_default=True)
@click.pass_obj
def init(
    session: Session,
    code: str,
    name: str,
    siren: str,
    ibans: tuple[str, ...],
    country: str,
    currency: str,
) -> None:
    """Make a company."""
    if not re.fullmatch(r"[-\w]{1,40}", code):
        raise Unknown("wrong_code", code=code)
    if siren and siren_read(siren) is None:
        raise Unknown("wrong_siren", siren=siren)
    session.open()
    company = teams.create_company(
        teams.CompanyFacts(
            code=code,
            name=name,
            siren=siren_read(siren) or "",
            country=country.upper(),
            currency=currency.upper(),
            ibans=[_iban(one) for one in ibans],
        ),
        actor=session.actor,
    )
    document = {
        "company": {
            "code": company.code, "name": company.name, "siren": company.siren,
            "country": company.country, "currency": company.currency, "ibans": company.ibans,
        }
    }  # fmt: skip
    session.answer(document, lambda: f"{company.code} · {company.name}")


def _iban(text: str) -> str:
    found = iban_read(text)
    if found is None:
        raise Unknown("wrong_iban", iban=text)
    return found


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--password", default="", help="Otherwise the person chooses one by the link.")
@click.pass_obj
def user_add(session: Session, email: str, role: str, password: str) -> None:
    """Give a person a role; a new one gets a link, good once, to choose a password."""
    company = session.writing()
    person = teams.add_user(
        email, Role(role), company=company, actor=session.actor, password=password or None
    )
    link = "" if person.has_usable_password() else _link_of(person)
    document = {"email": person.email, "role": role, "link": link or None}
    session.answer({"user": document}, f"{person.email} {role} {link}".rstrip)


def _link_of(person: User) -> str:
    """Where a new person chooses a password: works until one is chosen."""
    key = default_token_generator.make_token(person)
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(person), "key": key},
    )
    origin = next(iter(django_settings.CSRF_TRUSTED_ORIGINS), "http://127.0.0.1:8000")
    return f"{origin}{path}"


@click.group()
def settings() -> None:
    """What the company chose."""


@settings.command("list")
@click.pass_obj
def settings_list(session: Session) -> None:
    """Every setting with its value."""
    company = session.company()
    rows = [
        {"key": one.key, "value": setting(company, one.key), "default": one.default,
         "meaning": one.meaning}
        for one in SETTINGS
    ]  # fmt: skip
    session.answer(
        {"settings": rows}, lambda: "\n".join(f"{row['key']} = {row['value']}" for row in rows)
    )


@settings.command("set")
@click.argument("key")
@click.argument("value")
@click.pass_obj
def settings_set(session: Session, key: str, value: str) -> None:
    """Choose a setting."""
    chosen = teams.set_setting(session.writing(), key, value, actor=session.actor)
    session.answer({"key": key, "value": chosen}, lambda: f"{key} = {chosen}")


COMMANDS = (init, user, settings)
