"""The Python packages that Odoo and the checks need, in a virtual environment of their own."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from .console import run
from .paths import CHECKOUT, building

REQUIREMENTS = CHECKOUT / "bin" / "requirements.txt"


def python_environment(cache: Path) -> Path:
    """The interpreter of an environment that holds exactly what the requirements file names."""
    key = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    target = cache / f"python-{key}"
    if not target.exists():
        with building(target, megabytes=600) as folder:
            run("Making a Python environment", [sys.executable, "-m", "venv", folder])
            run(
                "Installing Python packages",
                [
                    *(folder / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check"),
                    *("--no-input", "--retries", "2", "--requirement", REQUIREMENTS),
                ],
                detail=lambda line: (
                    " ".join(line.split()[:2]) if line.startswith(("Collecting", "Building", "Installing")) else None
                ),
            )
    return target / "bin" / "python"
