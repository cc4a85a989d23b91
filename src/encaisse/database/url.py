"""Which database the program uses: ``DATABASE_URL`` if set, else the embedded one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

import psycopg
from psycopg import conninfo

from encaisse.database import cluster
from encaisse.database.location import home_folder
from encaisse.database.refusals import DatabaseRefusal

ENGINE = "encaisse.database.backend"
EMBEDDED = "EMBEDDED_IN"
"""Key of the settings that makes `encaisse.database.backend` start the server when it connects."""


def django_database() -> dict[str, Any]:
    """The `default` entry of Django's DATABASES. Reads the environment, starts nothing.

    The embedded server starts at the first connection, and again at the first one after a crash.
    """
    external = os.environ.get("DATABASE_URL")
    own = settings_of_url(external) if external else _embedded(home_folder())
    return {
        "ENGINE": ENGINE,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        **own,
    }


def database_url() -> str:
    """A libpq URI for tools that connect by themselves; starts the embedded server if needed."""
    return os.environ.get("DATABASE_URL") or cluster.ensure_running(home_folder()).url


def is_external() -> bool:
    """Whether ``DATABASE_URL`` names a server that we do not run ourselves."""
    return bool(os.environ.get("DATABASE_URL"))


def settings_of_url(url: str) -> dict[str, Any]:
    """Django's settings from a libpq URI; what Django has no name for goes to OPTIONS."""
    try:
        parts = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError as reason:
        raise DatabaseRefusal("database_url_unreadable", reason=reason) from reason
    if not url.startswith(("postgresql://", "postgres://")) or not parts.get("dbname"):
        raise DatabaseRefusal("database_url_unreadable", reason="postgresql://user@host/name")
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    names["port"] = "PORT"
    known = {names[key]: str(value) for key, value in parts.items() if key in names}
    others = {key: value for key, value in parts.items() if key not in names}
    return {**known, EMBEDDED: None, "OPTIONS": others}


def with_name(url: str, name: str) -> str:
    """The URI of another database of the same server."""
    return _joined(urlsplit(url)._replace(path=f"/{quote(name, safe='')}"))


def without_password(url: str) -> str:
    """The URI as it may be shown to people."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    place = f"{user.partition(':')[0]}@{host}" if user else host
    return _joined(parts._replace(netloc=place))


def _joined(parts: SplitResult) -> str:
    """As `urlunsplit`, but an empty host keeps its slashes."""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{parts.path}{query}"


def _embedded(home: Path) -> dict[str, Any]:
    return {"NAME": "encaisse", EMBEDDED: str(home), "OPTIONS": {}}
