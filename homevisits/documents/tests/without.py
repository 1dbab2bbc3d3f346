"""A machine without Pango, as the process that makes PDFs sees it."""

from pathlib import Path

import pytest

from homevisits.documents import render


def without_pango(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let every process that is started from now on, in this test, fail to load the library."""
    (folder / "weasyprint.py").write_text("raise OSError('cannot load library')\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setattr(render, "_POOL", render._Pool())
