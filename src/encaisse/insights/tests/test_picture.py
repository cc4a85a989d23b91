"""The cockpit's picture is computed again when something happened, and only then."""

from __future__ import annotations

from datetime import date

from encaisse.audit import services as audit
from encaisse.insights.models import Picture
from encaisse.insights.services import keep_if_behind
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company

TODAY = date(2026, 11, 22)


def test_a_picture_follows_the_trail(acme: Company, actor: Actor) -> None:
    assert keep_if_behind(acme, today=TODAY, actor=actor)
    assert not keep_if_behind(acme, today=TODAY, actor=actor)

    audit.record("cash.matched", actor=actor, company=acme, subject="ACME")

    assert keep_if_behind(acme, today=TODAY, actor=actor)
    assert Picture.objects.filter(company=acme).count() == 1
