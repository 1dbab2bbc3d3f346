"""Static files with their fingerprint in the name, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Fingerprinted(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it comes without types
    """As whitenoise does it; a file that was never collected keeps its plain name instead of breaking the page that asks for it."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """The name with its fingerprint, or the plain one."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
