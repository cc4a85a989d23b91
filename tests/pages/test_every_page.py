"""Every page of a company: open to those who may, shut to everybody else.

Alice owns Acme, Bob only reads, Charlie belongs to another organization.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from encaisse.teams.actor import Actor
from encaisse.teams.models import Company, User
from encaisse.teams.permissions import Role
from encaisse.teams.services import add_user

SAMPLES = {"code": "C1", "sha256": "0" * 64}
LISTS = ["", "customers/", "customers/?show=all", "items/", "items/?q=FA1", "bank/",
         "bank/?show=open", "bank/?show=all", "plans/", "imports/", "messages/", "settings/",
         "search?q=a"]  # fmt: skip


def _company_pages() -> Iterator[str]:
    for found in get_resolver().url_patterns:
        if isinstance(found, URLResolver) and str(found.pattern).startswith("c/"):
            yield from _below(found, "")


def _below(resolver: URLResolver, before: str) -> Iterator[str]:
    for found in resolver.url_patterns:
        if isinstance(found, URLResolver):
            yield from _below(found, before + str(found.pattern))
        elif isinstance(found, URLPattern):
            path = before + str(found.pattern)
            for name, converter in found.pattern.converters.items():
                value = SAMPLES.get(name, "1")
                path = path.replace(f"<{_kind(converter)}:{name}>", value)
            yield path


def _kind(converter: object) -> str:
    return type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")


PAGES = sorted(set(_company_pages()))


def _signed_in(company: Company, email: str, role: Role, actor: Actor) -> Client:
    user = add_user(email, role, company=company, actor=actor)
    return _client(user)


def _client(user: User) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


@pytest.fixture
def alice(acme: Company, actor: Actor) -> Client:
    return _signed_in(acme, "alice@acme.example", Role.OWNER, actor)


@pytest.fixture
def bob(acme: Company, actor: Actor) -> Client:
    return _signed_in(acme, "bob@acme.example", Role.READER, actor)


@pytest.fixture
def charlie(acme: Company, other: Company, actor: Actor) -> Client:
    from encaisse.database.row_security import acting_for

    with acting_for(other.organization_id):
        return _signed_in(other, "charlie@other.example", Role.OWNER, actor)


def test_the_pages_are_found() -> None:
    assert len(PAGES) > 20
    assert not [page for page in PAGES if "<" in page]


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_a_page_without_signing_in(acme: Company, page: str) -> None:
    for method in ("get", "post"):
        answer = getattr(Client(), method)(f"/c/{acme.code}/{page}")
        assert answer.status_code in {302, 405}
        assert answer.status_code == 405 or answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_finds_nothing(acme: Company, charlie: Client, page: str) -> None:
    for method in ("get", "post"):
        assert getattr(charlie, method)(f"/c/{acme.code}/{page}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_no_page_breaks_on_what_is_not_there(acme: Company, alice: Client, page: str) -> None:
    assert alice.get(f"/c/{acme.code}/{page}").status_code in {200, 302, 404, 405, 409}


@pytest.mark.parametrize("page", LISTS)
def test_an_empty_company_has_pages_that_say_so(acme: Company, alice: Client, page: str) -> None:
    answer = alice.get(f"/c/{acme.code}/{page}")
    assert answer.status_code == 200
    assert "style=" not in answer.content.decode().split("<main", 1)[-1]


@pytest.mark.parametrize("page", [page for page in PAGES if page.endswith(("run", "dispute"))])
def test_who_only_reads_changes_nothing(acme: Company, bob: Client, page: str) -> None:
    answer = bob.post(f"/c/{acme.code}/{page}")
    assert answer.status_code in {302, 403}
    said = [str(message) for message in answer.wsgi_request._messages]  # type: ignore[attr-defined]
    assert answer.status_code == 403 or "droit" in said[0]


def test_pages_forbid_inline_scripts_and_frames_elsewhere(acme: Company, alice: Client) -> None:
    policy = alice.get(f"/c/{acme.code}/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy


def test_the_language_and_theme_are_remembered(acme: Company, alice: Client) -> None:
    alice.post("/_/preferences", {"language": "en", "next": f"/c/{acme.code}/"})
    alice.post("/_/preferences", {"theme": "dark"})
    page = alice.get(f"/c/{acme.code}/customers/").content.decode()
    assert '<html lang="en" data-theme="dark">' in page
    assert "Customers" in page


def test_a_preference_never_leads_elsewhere(alice: Client) -> None:
    answer = alice.post("/_/preferences", {"language": "en", "next": "https://evil.example/"})
    assert answer["Location"] == "/"
