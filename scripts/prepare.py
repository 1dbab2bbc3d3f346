"""Make the virtual environment and install what a requirements file names: `prepare.py requirements.txt`.

Runs before anything is installed, so: standard library only, and readable by an old Python far enough to say so.
A stamp in the environment remembers what was installed; a second run then takes a fraction of a second.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PANGO = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"]


def main():
    """Prepare the environment; exit with one sentence when that is not possible."""
    if sys.version_info < (3, 11):
        stop(
            "Home Visits needs Python 3.11 or later; this one is %s. Install it, or name one: make run PYTHON=python3.12"
            % sys.version.split()[0]
        )
    requirements = ROOT / sys.argv[1]
    make_environment()
    install(requirements)
    look_for_pango()


def stop(sentence):
    """Say why it cannot go on, and end."""
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


def make_environment():
    """Make `.venv` unless there is one that works."""
    if works([str(PYTHON), "-m", "pip", "--version"]):
        return
    if not works([sys.executable, "-c", "import ensurepip, venv"]):
        package = "python%d.%d-venv" % sys.version_info[:2]
        if not apt_install([package]):
            stop("Python's venv module is not complete here. Install it, then start again: sudo apt-get install %s" % package)
    print("Making the virtual environment in .venv")
    clear = [] if VENV.is_symlink() else ["--clear"]
    if subprocess.run([sys.executable, "-m", "venv"] + clear + [str(VENV)]).returncode:
        stop("The virtual environment could not be made in .venv; what is above says why.")


def install(requirements):
    """Install what `requirements` pins, unless the stamp says that just that is there."""
    wanted = digest(requirements)
    stamp = VENV / ("installed-" + requirements.stem)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing what %s names; the first time takes a few minutes" % requirements.name)
    command = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "-r", str(requirements)]
    if subprocess.run(command).returncode:
        stop("The packages could not be installed: is there a connection to the package index? What is above says more.")
    stamp.write_text(wanted)


def digest(requirements):
    """A fingerprint of the requirements, of the files they include, and of the Python they are installed for."""
    seen = sys.version.encode()
    for file in sorted(ROOT.glob("requirements*.txt")):
        if file == requirements or requirements.name != "requirements.txt":
            seen += file.read_bytes()
    return hashlib.sha256(seen).hexdigest()


def look_for_pango():
    """PDF documents need Pango and HarfBuzz from the system. Without them everything else runs, so this never stops a start."""
    stamp = VENV / "found-pango"
    if stamp.exists() or works([str(PYTHON), "-c", "import weasyprint"]):
        stamp.touch()
        return
    if sys.platform == "darwin":
        print("PDF documents need Pango. Install it when you want them: brew install pango")
    elif apt_install(PANGO) and works([str(PYTHON), "-c", "import weasyprint"]):
        stamp.touch()
    else:
        print("PDF documents need Pango. Install it when you want them: sudo apt-get install %s" % " ".join(PANGO))


def apt_install(packages):
    """Install Debian packages when this account may without being asked for a password; whether it did."""
    if not shutil.which("apt-get"):
        return False
    if os.geteuid() == 0:
        prefix = []
    elif works(["sudo", "-n", "true"]):
        prefix = ["sudo", "-n"]
    else:
        return False
    print("Installing " + " ".join(packages))
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends"] + packages):
        if subprocess.run(prefix + ["apt-get"] + step, env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            return False
    return True


def works(command):
    """Whether the command can be run and ends well."""
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    main()
