"""The programs that come from the operating system's own packages."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

from .console import SetUpError, run
from .paths import is_root


def postgresql_programs() -> Path | None:
    """The folder with the newest PostgreSQL server's programs, if there is one of version 15 or later."""
    folders = [
        folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdigit() and int(folder.parent.name) >= 15 and (folder / "initdb").exists()
    ]
    return max(folders, key=lambda folder: int(folder.parent.name), default=None)


def require_system_packages(private_database: bool, npm: bool, browser: bool) -> None:
    """Install (as root) or name (in a SetUpError) the system packages that are missing."""
    wanted = {
        "wkhtmltopdf": shutil.which("wkhtmltopdf"),
        "fonts-dejavu-core": Path("/usr/share/fonts/truetype/dejavu").exists(),
        "python3-venv": importlib.util.find_spec("ensurepip"),
        "postgresql-client": shutil.which("psql"),
    }
    if private_database:
        wanted["postgresql"] = postgresql_programs()
    if npm:
        wanted["npm"] = shutil.which("npm")
    if browser:
        wanted["chromium"] = shutil.which("chromium") or shutil.which("google-chrome")
    missing = sorted(package for package, found in wanted.items() if not found)
    if not missing:
        return
    if not is_root() or not shutil.which("apt-get"):
        raise SetUpError(
            f"System packages are missing; install them as root with: "
            f"apt-get install --no-install-recommends {' '.join(missing)}"
        )
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    patience = ["-o", "DPkg::Lock::Timeout=300"]
    run("Refreshing the list of system packages", ["apt-get", *patience, "update"], env=environment)
    run(
        f"Installing system packages ({', '.join(missing)})",
        ["apt-get", *patience, "install", "-y", "--no-install-recommends", *missing],
        detail=lambda line: line.strip() if line.startswith(("Get:", "Unpacking", "Setting up")) else None,
        env=environment,
    )
