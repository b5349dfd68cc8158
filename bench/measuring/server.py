"""Odoo with workers, as in production, and what it says of each request."""

from __future__ import annotations

import queue
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from environment.console import Progress, SetUpError
from environment.odoo import Odoo, OdooRun

# Odoo's own line for a request ends with the number of queries, the seconds in them, and the seconds in Python.
REQUEST = re.compile(r'"(?P<method>[A-Z]+) (?P<path>[^\s#]+)\S* HTTP/[\d.]+" (?P<status>\d+) \S+ (?P<queries>\d+) ')
SERIALISATION = "SERIALIZATION_FAILURE"
LONGEST_START = 120


@dataclass
class Meter:
    """Adds up the time and the queries of requests."""

    seconds: float = 0.0
    queries: int = 0

    def start_over(self) -> None:
        self.seconds, self.queries = 0.0, 0


@dataclass
class WorkingServer:
    """An Odoo at work; its own meter is for requests that are made one at a time, so that their queries can be told."""

    database: str
    port: int
    run: OdooRun
    requests: queue.Queue[tuple[str, int]] = field(default_factory=queue.Queue)
    errors: list[str] = field(default_factory=list)
    retries: int = 0
    meter: Meter = field(default_factory=Meter)

    def follow(self) -> None:
        """Read what Odoo logs, until it ends."""
        for line in self.run.lines():
            if line.logger.endswith("werkzeug") and (match := REQUEST.search(line.message)):
                self.requests.put((match["path"], int(match["queries"])))
            elif SERIALISATION in line.message:
                self.retries += 1
            # A statement that is refused for that reason is an error to the cursor, and is then done over.
            elif line.level in ("ERROR", "CRITICAL") and line.is_first and line.logger != "odoo.sql_db":
                self.errors.append(line.message)

    def queries(self, path: str) -> int:
        """How many queries the request that was just answered took."""
        while True:
            try:
                seen, queries = self.requests.get(timeout=10)
            except queue.Empty:
                raise SetUpError(f"Odoo's log has no line for {path}; look in its log.") from None
            if seen == path.partition("#")[0]:
                return queries

    def memory(self) -> dict[int, tuple[float, float]]:
        """The memory of each worker for HTTP, in MB: resident, and its share of what processes have together."""
        found = {}
        for number in children(self.run.pid):
            # A worker can end meanwhile, and the process that waits for messages to browsers does no requests.
            with suppress(FileNotFoundError, ProcessLookupError):
                if b"gevent" not in Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0"):
                    found[number] = (_megabytes(number, "Rss"), _megabytes(number, "Pss"))
        return found


def children(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # After the name, which may hold anything between its brackets: the state, and the parent.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(folder.name))
    return sorted(found)


def _megabytes(process: int, name: str) -> float:
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    return int(re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)[1]) / 1024


@contextmanager
def serving(odoo: Odoo, database: str, port: int, workers: int) -> Iterator[WorkingServer]:
    """An Odoo that serves a database with a number of workers, without scheduled jobs; it ends with the block."""
    arguments = (
        *("--workers", str(workers), "--max-cron-threads", "0"),
        *("--http-port", str(port), "--gevent-port", str(port + 1)),
    )
    log = odoo.cache / "log" / f"{database}.log"
    with odoo.running(database, log, *arguments) as run:
        server = WorkingServer(database, port, run)
        follower = threading.Thread(target=server.follow, daemon=True)
        follower.start()
        with Progress(f"Starting Odoo with {workers} workers"):
            _wait_until_ready(server, log)
        yield server


def _wait_until_ready(server: WorkingServer, log: Path) -> None:
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until and server.run.status is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{server.port}/web/health", timeout=30).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise SetUpError(f"Odoo does not answer on port {server.port}; the whole story is in {log}.")
