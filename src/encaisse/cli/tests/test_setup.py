"""A new person gets a link to choose a password, and it works once."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.test import Client

from encaisse.cli.setup import _link_of
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company
from encaisse.teams.permissions import Role
from encaisse.teams.services import add_user


def test_the_link_lets_a_new_person_choose_a_password_once(acme: Company, actor: Actor) -> None:
    person = add_user("new@example.org", Role.READER, company=acme, actor=actor)
    path = urlsplit(_link_of(person)).path
    client = Client()

    shown = client.get(path, follow=True)
    chosen = {"password1": "a-good-long-password", "password2": "a-good-long-password"}
    client.post(shown.redirect_chain[-1][0], chosen)

    person.refresh_from_db()
    assert person.check_password("a-good-long-password")
    assert b"password1" not in Client().get(path, follow=True).content
