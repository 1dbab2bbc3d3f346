"""What is built and committed: nothing fetched from elsewhere, nothing that belongs to GOV.UK alone, and it collects."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

STATIC = Path(settings.BASE_DIR) / "static"
FRONTEND = Path(settings.BASE_DIR) / "frontend"


def test_the_styles_name_no_foreign_font_and_fetch_nothing() -> None:
    css = {file.name: file.read_text() for file in STATIC.rglob("*.css")}
    assert "govuk.css" in css
    for name, text in css.items():
        assert "GDS Transport" not in text, name
        assert "@font-face" not in text, name
        assert not re.search(r"url\((?!['\"]?data:)", text), name
        assert "@import" not in text, name
        assert not re.search(r"https?://[\w.-]+\w", text), name


def test_nothing_of_the_crown_is_shipped() -> None:
    names = [file.name.lower() for file in STATIC.rglob("*") if file.is_file()]
    assert not [name for name in names if "crest" in name or "crown" in name or name.endswith((".map", ".woff", ".woff2"))]
    assert "crown" not in (STATIC / "vendor/govuk.css").read_text()


def test_scripts_carry_no_source_maps() -> None:
    for file in STATIC.rglob("*.js"):
        assert "sourceMappingURL" not in file.read_text(), file.name


def test_the_lock_file_names_no_host_of_a_registry() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    versions = (STATIC / "vendor/VERSIONS.txt").read_text()
    for name in ("govuk-frontend", "htmx.org"):
        assert f"{name} {lock['packages'][f'node_modules/{name}']['version']}" in versions


def test_everything_collects_under_hashed_names(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.STATIC_ROOT = tmp_path  # type: ignore[attr-defined]
    settings.STORAGES = {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert {"vendor/govuk.css", "vendor/htmx.js", "css/look.css", "js/app.js", "img/icon.svg"} <= set(manifest)
