"""The room in Django's list: compiles the words of the pages when it starts."""

from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

from encaisse.web import catalogues


class WebConfig(AppConfig):
    """The page shell, components, charts and the words of all pages."""

    name = "encaisse.web"
    label = "web"

    def ready(self) -> None:
        """Compile changed catalogues; make the folder that ``collectstatic`` will fill."""
        catalogues.compile_stale(Path(settings.LOCALE_PATHS[0]))
        Path(settings.STATIC_ROOT or ".").mkdir(parents=True, exist_ok=True)
