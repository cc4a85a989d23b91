"""Keep files for ever. The only module that writes the archive."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.db import connection, transaction

from encaisse.archive.models import Document, path_of
from encaisse.audit.core import chain
from encaisse.teams.actor import Actor
from encaisse.teams.models import Company

_CHAIN_LOCK = 0x61726368  # "arch"


@transaction.atomic
def store(content: bytes, media_type: str, *, name: str, company: Company, actor: Actor) -> str:
    """Archive the bytes and return their SHA-256 in hex. The same bytes twice are kept once."""
    digest = hashlib.sha256(content).hexdigest()
    _write(path_of(digest), content)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_CHAIN_LOCK, company.pk])
    documents = Document.objects.filter(company=company)
    if documents.filter(sha256=digest).exists():
        return digest
    last = documents.order_by("-id").values_list("chain", flat=True)
    document = Document(
        company=company,
        sha256=digest,
        media_type=media_type,
        name=name[:255],
        size=len(content),
        stored_at=actor.at,
    )
    document.chain = chain.link(bytes(last[0]) if last else b"", *document.sealed)
    document.save(force_insert=True)
    return digest


def _write(path: Path, content: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with fresh.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)  # whole or not at all
