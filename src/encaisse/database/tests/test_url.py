"""Which database: from the environment, without starting anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from encaisse.database import cluster
from encaisse.database.refusals import DatabaseRefusal
from encaisse.database.url import (
    EMBEDDED,
    django_database,
    settings_of_url,
    with_name,
    without_password,
)

URLS: list[tuple[str, dict[str, Any]]] = [
    (
        "postgresql://ann:p%40ss%2F@db.example:5433/books?sslmode=require",
        {"USER": "ann", "PASSWORD": "p@ss/", "HOST": "db.example", "PORT": "5433", "NAME": "books",
         "OPTIONS": {"sslmode": "require"}},
    ),
    (
        "postgres:///books?host=%2Fvar%2Frun%2Fpostgresql",
        {"HOST": "/var/run/postgresql", "NAME": "books", "OPTIONS": {}},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("url", "expected"), URLS)
def test_a_url_becomes_settings(url: str, expected: dict[str, Any]) -> None:
    assert settings_of_url(url) == {**expected, EMBEDDED: None}


@pytest.mark.parametrize("url", ["mysql://x/y", "books", "postgresql://host", "postgresql://[", ""])
def test_what_is_no_such_url_is_refused(url: str) -> None:
    with pytest.raises(DatabaseRefusal) as refused:
        settings_of_url(url)
    assert refused.value.code == "database_url_unreadable"
    assert "postgresql://" in refused.value.hint


def test_another_database_of_the_same_server() -> None:
    url = "postgresql://ann:x@/books?host=%2Frun"
    assert settings_of_url(with_name(url, "other one"))["NAME"] == "other one"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ann:p%40ss@db.example:5433/books", "postgresql://ann@db.example:5433/books"),
        ("postgresql:///books?host=%2Frun", "postgresql:///books?host=%2Frun"),
    ],
)
def test_a_password_is_not_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown


def test_asking_for_the_settings_starts_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("ENCAISSE_HOME", str(folder / "home"))
    assert django_database()[EMBEDDED] == str(folder / "home")
    assert cluster.status(folder / "home").state == "absent"
    assert not (folder / "home").exists()
