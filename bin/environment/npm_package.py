"""Single files out of packages for JavaScript, from the registry that this machine's npm is set to."""

from __future__ import annotations

import hashlib
import tarfile
import tempfile
from pathlib import Path

from .console import SetUpError, run
from .paths import building

# Checks in a browser whether people with a disability can use a page.
AXE_PACKAGE = "axe-core@4.14.1"
AXE_FILE = "axe.min.js"
AXE_DIGEST = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"


def axe_folder(cache: Path) -> Path:
    return cache / AXE_PACKAGE


def axe(cache: Path) -> Path:
    """The program of axe-core, in the cache. Raises SetUpError when what is downloaded is not that."""
    target = axe_folder(cache)
    if not target.exists():
        with building(target, megabytes=10) as folder:
            content = file_of_package("Downloading the checker of accessibility", AXE_PACKAGE, AXE_FILE)
            if hashlib.sha256(content).hexdigest() != AXE_DIGEST:
                raise SetUpError(f"{AXE_PACKAGE} is not what it was; look into that before you change its digest.")
            (folder / AXE_FILE).write_bytes(content)
    return target / AXE_FILE


def file_of_package(title: str, package: str, file: str) -> bytes:
    """Download a package, and return one file of it."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", package, "--fetch-retries=1", f"--cache={folder}/cache"]
        run(title, command, cwd=folder)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            return archive.extractfile(f"package/{file}").read()
