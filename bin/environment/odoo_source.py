"""Where Odoo 19 comes from: ODOO_SOURCE, an importable odoo, or Debian's package."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .console import SetUpError, run
from .npm_package import file_of_package
from .paths import building

ODOO_PACKAGE = "odoo-19"
# Odoo's package links to the fonts and scripts of these. Its own dependency fonts-font-awesome has moved on
# to a later Font Awesome; the font that Odoo 19 uses is in the "legacy" package.
LINKED_PACKAGES = (
    "fonts-font-awesome-legacy",
    "fonts-montserrat",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
# Debian leaves this file of Odoo's web client out; without it each page of the back end logs an error.
SEGMENTATION_PACKAGE = "@mediapipe/selfie_segmentation@0.1.1675465747"
SEGMENTATION_FILE = "selfie_segmentation.js"
DEBIAN_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
PACKAGE_ROOT = Path("usr/lib/python3/dist-packages")


@dataclass(frozen=True)
class OdooSource:
    """An unpacked Odoo: ``root`` holds the Python package ``odoo``."""

    root: Path

    @property
    def addons(self) -> list[Path]:
        """The folders with Odoo's own add-ons: one in Debian's package, two in Odoo's repository."""
        inner, outer = self.root / "odoo" / "addons", self.root / "addons"
        return [inner] if (inner / "web" / "static").is_dir() else [outer, inner]

    def is_version_19(self) -> bool:
        """Whether this is Odoo 19 with its web client."""
        try:
            release = (self.root / "odoo" / "release.py").read_text(encoding="utf-8")
        except OSError:
            return False
        has_web_client = any((folder / "web" / "static").is_dir() for folder in self.addons)
        return bool(re.search(r"^version_info\s*=\s*\(19,", release, re.MULTILINE)) and has_web_client


def local_odoo() -> OdooSource | None:
    """The Odoo 19 that is on this machine already, if any; SetUpError if ODOO_SOURCE is not one."""
    if chosen := os.environ.get("ODOO_SOURCE"):
        source = OdooSource(Path(chosen).absolute())
        if not source.is_version_19():
            raise SetUpError(
                f"ODOO_SOURCE={chosen} is not an unpacked Odoo 19; "
                "let it name the folder that holds Odoo 19's folder 'odoo', or unset it."
            )
        return source
    if (spec := importlib.util.find_spec("odoo")) and spec.submodule_search_locations:
        source = OdooSource(Path(next(iter(spec.submodule_search_locations))).parent)
        if source.is_version_19():
            return source
    return None


def debian_odoo_folder(cache: Path) -> Path:
    return cache / "odoo-19"


def debian_odoo(cache: Path) -> OdooSource:
    """Odoo 19 from Debian's packages, unpacked in the cache."""
    target = debian_odoo_folder(cache)
    if not target.exists():
        with building(target, megabytes=2000) as folder:
            _unpack_debian_packages(folder)
            _add_segmentation_file(folder)
    return OdooSource(target / PACKAGE_ROOT)


def _unpack_debian_packages(folder: Path) -> None:
    """Download Odoo and what it links to with apt, apart from the system's own package state; unpack all of it."""
    downloads = folder / "download"
    for name in ("lists/partial", "archives/partial"):
        (downloads / name).mkdir(parents=True)
    (downloads / "status").touch()
    (downloads / "sources.list").write_text(f"deb {_debian_archive()} sid main\n", encoding="utf-8")
    apt = [
        "apt-get",
        *("-o", f"Dir::State={downloads}"),
        *("-o", f"Dir::State::status={downloads / 'status'}"),
        *("-o", f"Dir::Cache={downloads}"),
        *("-o", f"Dir::Etc::sourcelist={downloads / 'sources.list'}"),
        *("-o", "Dir::Etc::sourceparts=/dev/null"),
        *("-o", "Dir::Etc::preferencesparts=/dev/null"),
        *("-o", "APT::Update::Error-Mode=any"),
        *("-o", "APT::Sandbox::User="),
        *("-o", "APT::Status-Fd=1"),
    ]

    def percentage(line: str) -> str | None:
        match = re.match(r"dlstatus:\d+:(\d+)", line)
        return f"{match[1]} %" if match else None

    run("Downloading Debian's list of packages", [*apt, "update"], percentage)
    packages = [ODOO_PACKAGE, *LINKED_PACKAGES]
    run("Downloading Odoo 19 (130 MB)", [*apt, "download", *packages], percentage, cwd=downloads)
    archives = sorted(downloads.glob("*.deb"))
    for number, archive in enumerate(archives, start=1):
        name = archive.name.partition("_")[0]
        run(f"Unpacking {name} ({number} of {len(archives)})", ["dpkg-deb", "-x", archive, folder])
    shutil.rmtree(downloads)
    web = folder / PACKAGE_ROOT / "odoo" / "addons" / "web"
    if dangling := [path for path in web.rglob("*") if path.is_symlink() and not path.exists()]:
        raise SetUpError(
            f"Debian's packages have changed: {dangling[0].name} of Odoo's web client is in none of them; "
            "let ODOO_SOURCE name an unpacked Odoo 19 instead."
        )


def _debian_archive() -> str:
    """The Debian archive that this machine's own package sources name, as a source line has it."""
    release = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text(encoding="utf-8").splitlines() if "=" in line
    )
    codename = release.get("VERSION_CODENAME", "").strip('"')
    targets = ""
    if shutil.which("apt-get"):
        targets = subprocess.run(
            [
                *("apt-get", "indextargets", "--format", "$(REPO_URI)|$(ORIGIN)"),
                *("Created-By: Packages", "Component: main", f"Release: {codename}"),
            ],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
    archives = [line.split("|") for line in targets.splitlines()]
    # Before the machine's first "apt-get update" no archive has an origin yet: then the address must do.
    debian = [archive for archive in archives if archive[1] == "Debian"] or [
        archive for archive in archives if archive[0].rstrip("/").endswith("/debian")
    ]
    if not debian:
        raise SetUpError(
            "No Debian archive is among this machine's package sources, so Odoo cannot be downloaded; "
            "let ODOO_SOURCE name an unpacked Odoo 19."
        )
    address = debian[0][0]
    return f"[signed-by={DEBIAN_KEYRING}] {address}" if DEBIAN_KEYRING.exists() else address


def _add_segmentation_file(folder: Path) -> None:
    title = "Downloading a missing file of Odoo's web client"
    target = folder / PACKAGE_ROOT / "odoo/addons/mail/static/lib/selfie_segmentation" / SEGMENTATION_FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(file_of_package(title, SEGMENTATION_PACKAGE, SEGMENTATION_FILE))
