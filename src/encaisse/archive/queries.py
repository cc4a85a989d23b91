"""Read the archive."""

from __future__ import annotations

import hashlib

from encaisse.archive.models import Document, path_of
from encaisse.audit.core import chain
from encaisse.kernel.checks import Check
from encaisse.teams.models import Company


def content(sha256: str, *, company: Company) -> bytes:
    """The archived bytes; `Document.DoesNotExist` when the company has no such document."""
    Document.objects.get(company=company, sha256=sha256)
    return path_of(sha256).read_bytes()


def checks(company: Company) -> list[Check]:
    """The hash chain, and the bytes of every document against their hash."""
    previous, count = b"", 0
    for document in Document.objects.filter(company=company).order_by("id").iterator():
        if bytes(document.chain) != chain.link(previous, *document.sealed):
            return [Check("archive_chain", False, f"document {document.pk} breaks the chain")]
        path = path_of(document.sha256)
        if not path.exists():
            return [Check("archive_chain", False, f"{document.name} is missing from the folder")]
        if hashlib.sha256(path.read_bytes()).hexdigest() != document.sha256:
            return [Check("archive_chain", False, f"{document.name} was changed on the disk")]
        previous, count = bytes(document.chain), count + 1
    return [Check("archive_chain", True, f"{count} documents")]
