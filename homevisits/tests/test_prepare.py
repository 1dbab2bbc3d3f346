"""Preparing a machine: what it lacks is one sentence, what it has is not installed twice."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings

SCRIPTS = settings.BASE_DIR / "scripts"


@pytest.fixture
def prepare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, working on a folder of its own."""
    spec = importlib.util.spec_from_file_location("prepare", SCRIPTS / "prepare.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", Path(sys.executable))
    (tmp_path / ".venv").mkdir()
    (tmp_path / "requirements.txt").write_text("Django==5.2.19\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\n")
    return module


def test_an_old_python_is_one_sentence(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(prepare.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit):
        prepare.main()
    assert "needs Python 3.11 or later" in capsys.readouterr().err


def test_the_script_can_be_read_by_an_old_python() -> None:
    compile((SCRIPTS / "prepare.py").read_text(), "prepare.py", "exec")
    import ast

    ast.parse((SCRIPTS / "prepare.py").read_text(), feature_version=(3, 6))


def test_without_venv_and_without_permission_it_names_the_package(
    prepare: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(prepare, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(prepare, "works", lambda command: False)
    monkeypatch.setattr(prepare.os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit):
        prepare.make_environment()
    assert f"sudo apt-get install python3.{sys.version_info[1]}-venv" in capsys.readouterr().err


def test_without_pango_the_start_goes_on(prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(prepare, "works", lambda command: False)
    monkeypatch.setattr(prepare.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(prepare.sys, "platform", "linux")
    prepare.look_for_pango()
    assert "sudo apt-get install libpango-1.0-0" in capsys.readouterr().out
    assert not (prepare.VENV / "found-pango").exists()


def test_what_is_installed_is_not_installed_again(prepare: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def run(command: list[str], **rest: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(prepare.subprocess, "run", run)
    for _ in range(2):
        prepare.install(tmp_path / "requirements.txt")
    assert len(asked) == 1
    (tmp_path / "requirements.txt").write_text("Django==5.2.20\n")
    prepare.install(tmp_path / "requirements.txt")
    assert len(asked) == 2
    before = prepare.digest(tmp_path / "requirements-dev.txt")
    (tmp_path / "requirements.txt").write_text("Django==5.2.21\n")
    assert prepare.digest(tmp_path / "requirements-dev.txt") != before


def test_the_newest_enough_python_is_found(tmp_path: Path) -> None:
    def fake(name: str, status: int) -> None:
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {status}\n")
        (tmp_path / name).chmod(0o755)

    def found() -> str:
        command = ["/bin/sh", str(SCRIPTS / "find-python")]
        ended = subprocess.run(command, env={"PATH": str(tmp_path)}, capture_output=True, text=True)
        return ended.stdout.strip()

    ended = subprocess.run(["/bin/sh", str(SCRIPTS / "find-python")], env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert ended.stdout == "false\n"
    assert "there is none" in ended.stderr
    fake("python3", 1)
    assert found() == "python3"
    fake("python3.12", 0)
    assert found() == "python3.12"
