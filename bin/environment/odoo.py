"""Odoo as a process, and the databases that it works on."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from .console import Progress, SetUpError, child_process
from .odoo_source import OdooSource
from .paths import ADDON, CHECKOUT, require_space
from .postgresql import PostgreSQL

START = Path(__file__).with_name("program") / "start_odoo.py"
LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<message>.*)")
LOADING = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")
# Where the tests of the add-on look for the checker of accessibility.
AXE_VARIABLE = "BUURTBEMIDDELING_AXE"
SERIOUS = ("WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True)
class LogLine:
    """A line of Odoo's log; the further lines of one message share its level and logger."""

    level: str
    logger: str
    message: str
    is_first: bool


@dataclass(frozen=True)
class Odoo:
    """Everything that it takes to run Odoo with the add-on."""

    source: OdooSource
    python: Path
    server: PostgreSQL
    cache: Path
    # The checker of accessibility, for the tests in a browser.
    axe: Path | None = None
    # Folders with add-ons of others, to measure beside.
    more_addons: tuple[Path, ...] = ()

    def command(self, *arguments: str) -> list[str]:
        """A command of Odoo, with its files and add-ons; to be run in ``environment``, in the folder of the source."""
        addons = ",".join(map(str, [*self.source.addons, CHECKOUT, *self.more_addons]))
        name, *rest = arguments
        return [str(self.python), str(START), name, "--data-dir", str(self.data), "--addons-path", addons, *rest]

    def server_command(self, database: str, *arguments: str) -> list[str]:
        """The command of a server for one database."""
        return self.command(
            *("server", "--config", os.devnull, "--database", database),
            *("--db-filter", f"^{re.escape(database)}$", "--no-database-list"),
            *("--workers", "0", "--http-interface", "127.0.0.1"),
            *arguments,
        )

    @contextmanager
    def running(self, database: str, log: Path, *arguments: str) -> Iterator[OdooRun]:
        """Odoo at work on a database, with its output in ``log``; it ends with the block."""
        log.parent.mkdir(exist_ok=True)
        command = self.server_command(database, *arguments)
        with (
            log.open("w", encoding="utf-8") as file,
            child_process(command, env=self.environment, cwd=self.source.root) as process,
        ):
            yield OdooRun(process, file)

    def run_script(
        self,
        database: str,
        script: Path,
        variables: dict[str, str] | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> str:
        """Run a Python script with ``env`` of a database, and return what it printed.

        :param variables: what the script finds in its environment
        :param progress: is called with each line as soon as the script prints it
        """
        command = self.command(
            "shell", "--config", os.devnull, "--no-http", "--log-level", "error", "--database", database
        )
        printed: list[str] = []
        with script.open(encoding="utf-8") as source, tempfile.TemporaryFile("w+", encoding="utf-8") as complaints:
            with subprocess.Popen(
                command,
                env=self.environment | (variables or {}),
                cwd=self.source.root,
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
            ) as process:
                for line in process.stdout:
                    printed.append(line)
                    if progress:
                        progress(line.rstrip("\n"))
            if process.returncode:
                complaints.seek(0)
                reason = (complaints.read().strip().splitlines() or ["no word"])[-1]
                raise SetUpError(f"{script.name} failed with '{reason}'; mend that.")
        return "".join(printed)

    def create(self, database: str, demo: bool, modules: str = ADDON, language: str = "nl_NL") -> None:
        """Make a database with the add-on, in Dutch; it replaces one of that name, whole or not at all."""
        require_space(self.cache, 300)
        unfinished = f"{database}-unfinished"
        self.drop(unfinished)
        try:
            self._load(
                f"Installing the add-on in a new database '{database}'",
                unfinished,
                *("--init", modules, "--load-language", language, "--with-demo" if demo else "--without-demo"),
            )
            self.record(unfinished, demo)
            self.drop(database)
            self.rename(unfinished, database)
        except BaseException:
            self.drop(unfinished)
            raise

    def update(self, database: str) -> None:
        """Bring a database up to date with the add-on's files, if these have changed since the last time."""
        if self.note(database).get("addon") == addon_fingerprint():
            return
        self._load(f"Updating the add-on in the database '{database}'", database, "--update", ADDON)
        self.record(database, self.has_demo(database))

    def copy(self, database: str, new: str) -> None:
        """Make a new database with its files that is the same as another one, to which nobody is connected."""
        self.server.copy(database, new)
        if self.filestore(database).exists():
            shutil.copytree(self.filestore(database), self.filestore(new), dirs_exist_ok=True)

    def rename(self, database: str, new_name: str) -> None:
        """Give a database with its files another name."""
        if self.filestore(database).exists():
            self.filestore(database).rename(self.filestore(new_name))
        self.server.rename(database, new_name)

    def record(self, database: str, demo: bool, **more: str) -> None:
        """Note with a database that it is up to date with the add-on, whether it has demo data, and what more."""
        note = {**self.note(database), "addon": addon_fingerprint(), "demo": demo, **more}
        self.server.set_note(database, json.dumps(note))

    def has_demo(self, database: str) -> bool:
        return bool(self.note(database).get("demo"))

    def drop(self, database: str) -> None:
        """Remove a database with its files, if it exists."""
        self.server.drop(database)
        shutil.rmtree(self.filestore(database), ignore_errors=True)

    def note(self, database: str) -> dict[str, object]:
        """What was noted with a database."""
        try:
            return dict(json.loads(self.server.note(database) or "{}"))
        except ValueError:
            return {}

    def _load(self, title: str, database: str, *arguments: str) -> None:
        log = self.cache / "log" / f"{database}-setup.log"
        problems: list[str] = []
        arguments = ("--stop-after-init", "--no-http", *arguments)
        with Progress(title) as progress, self.running(database, log, *arguments) as run:
            for line in run.lines():
                if match := LOADING.match(line.message):
                    progress.detail = f"{match[2]} of {match[3]} modules, {match[1]}"
                if line.level in ("ERROR", "CRITICAL") and line.message.strip():
                    problems.append(line.message.strip())
        if run.status:
            reason = (problems or ["it ended without a word"])[-1]
            raise SetUpError(f"{title}: Odoo failed with '{reason}'; the whole story is in {log}.")

    @property
    def data(self) -> Path:
        return self.cache / "data"

    def filestore(self, database: str) -> Path:
        return self.data / "filestore" / database

    @property
    def environment(self) -> dict[str, str]:
        # Settings of other Odoos and Pythons on this machine would change what is served and tested.
        inherited = self.server.environment.items()
        clean = {name: value for name, value in inherited if not name.startswith(("ODOO", "PYTHON"))}
        return clean | {"PYTHONPATH": str(self.source.root)} | ({AXE_VARIABLE: str(self.axe)} if self.axe else {})


class OdooRun:
    """One run of Odoo."""

    def __init__(self, process: subprocess.Popen[str], log_file: TextIO) -> None:
        self._process = process
        self._log_file = log_file

    def lines(self) -> Iterator[LogLine]:
        """What Odoo logs, until it ends."""
        level, logger = "INFO", ""
        for text in self._process.stdout:
            self._log_file.write(text)
            self._log_file.flush()
            text = text.rstrip("\n")
            if match := LOG_LINE.match(text):
                level, logger = match["level"], match["logger"]
                yield LogLine(level, logger, match["message"], is_first=True)
            else:
                yield LogLine(level, logger, text, is_first=False)
        self._process.wait()

    def kill(self) -> None:
        """End it at once, as when its machine fails."""
        os.killpg(self._process.pid, signal.SIGKILL)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def status(self) -> int | None:
        return self._process.poll()


def addon_fingerprint() -> str:
    """A text that changes when the add-on's files do."""
    digest = hashlib.sha256()
    for path in sorted((CHECKOUT / ADDON).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(CHECKOUT)}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
