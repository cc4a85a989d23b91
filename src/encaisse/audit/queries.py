"""Read the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from encaisse.audit.core import chain
from encaisse.audit.models import Event
from encaisse.kernel.checks import Check

if TYPE_CHECKING:  # teams stand above: they record here what they do
    from encaisse.teams.models import Company


def latest(company: Company, *, limit: int = 50, subject: str = "") -> list[Event]:
    """The newest events first; of one subject when given."""
    events = Event.objects.filter(company=company)
    if subject:
        events = events.filter(subject=subject)
    return list(events.order_by("-id")[:limit])


def latest_number(company: Company) -> int:
    """The number of the newest event; 0 before the first."""
    newest = Event.objects.filter(company=company).order_by("-id").values_list("id", flat=True)
    return newest.first() or 0


def checks(company: Company) -> list[Check]:
    """The hash chain, recomputed from the first event on."""
    previous, count = b"", 0
    for event in Event.objects.filter(company=company).order_by("id").iterator(chunk_size=2000):
        if bytes(event.chain) != chain.link(previous, *event.sealed):
            return [Check("audit_chain", False, f"event {event.pk} does not follow its chain")]
        previous, count = bytes(event.chain), count + 1
    return [Check("audit_chain", True, f"{count} events")]
