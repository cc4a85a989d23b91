"""Where pages find scripts and styles: under hashed names once collected, else as built."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class AssetStorage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed names that browsers keep for ever.

    Before ``collectstatic`` has run (tests, a checkout) a file keeps its plain name, so that pages
    work; whitenoise finds it in the package.
    """

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """The hashed name, or the plain one of a file that was not collected."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
