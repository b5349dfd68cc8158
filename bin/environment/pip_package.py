"""Odoo add-ons out of Python packages, from the registry that this machine's pip is set to."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .console import run
from .paths import building


def odoo_addons(cache: Path, python: Path, requirements: Path) -> Path:
    """The folder, in the cache, with the add-ons that a requirements file names with the digest of each.

    Raises SetUpError when one cannot be had, or is not what it was.
    """
    key = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    target = cache / f"addons-{key}"
    if not target.exists():
        with building(target, megabytes=50) as folder:
            run(
                "Downloading add-ons to measure beside",
                [
                    *(python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--retries", "2"),
                    *("--no-deps", "--require-hashes", "--target", folder, "--requirement", requirements),
                ],
            )
    return target / "odoo" / "addons"
