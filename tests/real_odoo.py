"""Real Odoo servers on a copy of the test database: to start, to talk to as a browser does, and to kill."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import psycopg2
import requests
from environment.odoo import Odoo
from environment.odoo_source import OdooSource
from environment.postgresql import PostgreSQL, identifier
from lxml import html
from psycopg2 import sql

# In which bin/test says on what to run.
VARIABLE = "BUURTBEMIDDELING_TESTS"
PASSWORD = "voorbeeld"
# The tests tell what they find here; what Odoo or a library prints goes to the errors.
REPORT = sys.stdout
# Seconds that a slow machine gets for what a quick one does in one.
PATIENCE = 180
# Odoo writes these beside the work that it does: which devices sign in, what a job has done so far, and what
# browsers are to be shown.
BESIDE = ("res_device_log", "ir_cron", "ir_cron_trigger", "ir_cron_progress", "bus_bus")

odoo: Odoo
template: str


def set_up(settings: dict[str, Any]) -> None:
    """Take over from bin/test on what to run."""
    global odoo, template
    odoo = Odoo(
        OdooSource(Path(settings["source"])),
        Path(settings["python"]),
        PostgreSQL(settings["server"]),
        Path(settings["cache"]),
    )
    template = settings["database"]


def wait_for(condition: Callable[[], Any], what: str, pause: float = 0.02) -> Any:
    """Wait until a condition holds, and return what it gave."""
    end = time.monotonic() + PATIENCE
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"After {PATIENCE} seconds still waiting for {what}")
        time.sleep(pause)
    return value


class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is given; it can stop just before it says that it has a message."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.holds_answer = False
        super().__init__(("127.0.0.1", 0), _MailHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]


class _MailHandler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        # Whoever was killed neither speaks nor listens.
        with suppress(ConnectionError):
            self._converse()

    def _converse(self) -> None:
        self.say("220 test")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"DATA":
                self.say("354 go on")
                lines = []
                while (text := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(text.decode(errors="replace"))
                self.server.messages.append("".join(lines))
                while self.server.holds_answer:
                    time.sleep(0.02)
            elif command == b"QUIT":
                self.say("221 bye")
                return
            self.say("250 test")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Server:
    """One Odoo: a process with threads, or with ``--workers`` one that starts others."""

    def __init__(self, world: World, *arguments: str) -> None:
        with socket.socket() as probe, socket.socket() as probe_for_bus:
            for one in (probe, probe_for_bus):
                one.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
            port_of_bus = probe_for_bus.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._world = world
        command = world.odoo.server_command(
            world.database,
            *("--http-port", str(self.port), "--gevent-port", str(port_of_bus), "--max-cron-threads", "0"),
            *("--smtp", "127.0.0.1", "--smtp-port", str(world.mailbox.port)),
            *("--limit-time-cpu", "3600", "--limit-time-real", "3600", "--limit-time-real-cron", "3600"),
            *arguments,
        )
        self.log = world.folder / f"odoo-{self.port}.log"
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                # It ends with this program, however that ends.
                ["setpriv", "--pdeathsig", "KILL", *command],
                env=world.odoo.environment,
                cwd=world.odoo.source.root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # What is killed is all of it.
                start_new_session=True,
            )

    def wait(self) -> Server:
        """Wait until it serves the database."""

        def serves() -> bool:
            if self._process.poll() is not None:
                raise AssertionError(f"Odoo ended by itself:\n{self.log.read_text()[-3000:]}")
            try:
                return requests.get(f"{self.address}/web/login", timeout=PATIENCE).ok
            except requests.ConnectionError:
                return False

        wait_for(serves, "Odoo to serve")
        return self

    @property
    def _workers(self) -> list[int]:
        main = self._process.pid
        return list(map(int, Path(f"/proc/{main}/task/{main}/children").read_text(encoding="ascii").split()))

    @contextmanager
    def longest_file(self, size: int) -> Iterator[None]:
        """Let no file that workers write become longer within the block: as on a full disk, more is an error."""
        before = {worker: resource.prlimit(worker, resource.RLIMIT_FSIZE) for worker in self._workers}
        try:
            for worker in before:
                resource.prlimit(worker, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
            yield
        finally:
            for worker, limits in before.items():
                resource.prlimit(worker, resource.RLIMIT_FSIZE, limits)

    def kill_workers(self) -> None:
        """End all that work as a loss of power would: they cannot do anything more.

        There are no others in their place until ``start_workers``.
        """
        self._process.send_signal(signal.SIGSTOP)
        for worker in self._workers:
            os.kill(worker, signal.SIGKILL)

    def start_workers(self) -> None:
        """Let others come, once the database has noticed that the ones that were killed are no more."""
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End all of it at once."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


class World:
    """A copy of the test database with files of its own, and the servers on it."""

    # Those that are to be ended yet, also when the tests are interrupted.
    there: ClassVar[list[World]] = []

    def __init__(self, name: str) -> None:
        self.there.append(self)
        self.folder = Path(tempfile.mkdtemp(prefix="buurtbemiddeling-"))
        self.odoo = replace(odoo, cache=self.folder)
        self.database = f"{template}-{name}"
        self.mailbox = Mailbox()
        self.servers: list[Server] = []

    def copy(self) -> World:
        """Copy the test database and its files."""
        self._copy_database()
        if odoo.filestore(template).exists():
            shutil.copytree(odoo.filestore(template), self.odoo.filestore(self.database))
        # Only what a test does itself may send e-mail or run.
        self.execute("UPDATE mail_mail SET state = 'cancel' WHERE state = 'outgoing'")
        self.execute("UPDATE ir_cron SET active = false")
        self.execute("DELETE FROM ir_cron_trigger")
        return self

    def _copy_database(self) -> None:
        self.odoo.drop(self.database)
        self.odoo.server.query(
            f"CREATE DATABASE {identifier(self.database)} TEMPLATE {identifier(template)} STRATEGY file_copy"
        )

    def _drop_database(self) -> None:
        self.odoo.drop(self.database)

    def serve(self, *arguments: str) -> Server:
        """Start a server; it is not there yet, see ``Server.wait``."""
        server = Server(self, *arguments)
        self.servers.append(server)
        return server

    def end(self) -> None:
        for server in self.servers:
            server.kill()
        self.mailbox.shutdown()
        self.mailbox.server_close()
        self._drop_database()
        shutil.rmtree(self.folder)
        self.there.remove(self)

    # ------------------------------------------------------------------
    # The database
    # ------------------------------------------------------------------
    def connect(self, database: str | None = None) -> Any:
        settings = self.odoo.server.settings
        connection = psycopg2.connect(
            dbname=database or self.database,
            **{
                name: settings[variable]
                for name, variable in (
                    ("host", "PGHOST"),
                    ("port", "PGPORT"),
                    ("user", "PGUSER"),
                    ("password", "PGPASSWORD"),
                )
                if settings.get(variable)
            },
        )
        connection.autocommit = True
        return connection

    def execute(self, statement: Any, *values: Any, database: str | None = None) -> list[tuple[Any, ...]]:
        """Run one statement, and return the rows that it gives."""
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def value(self, statement: str, *values: Any) -> Any:
        return self.execute(statement, *values)[0][0]

    def tables(self) -> list[str]:
        rows = self.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [name for (name,) in rows]

    def content(self) -> dict[str, tuple[int, str]]:
        """How many rows each table has, and a digest of them."""
        query = sql.SQL(" UNION ALL ").join(
            sql.SQL(
                "SELECT {}, count(*), coalesce(md5(string_agg(row, '' ORDER BY row)), '')"
                ' FROM (SELECT t::text COLLATE "C" AS row FROM {} t) rows'
            ).format(sql.Literal(table), sql.Identifier(table))
            for table in self.tables()
            if table not in BESIDE
        )
        return {table: (number, digest) for table, number, digest in self.execute(query)}

    @contextmanager
    def locked(self, table: str) -> Iterator[None]:
        """Let everybody who writes in a table wait, until the end of the block."""
        connection = self.connect()
        connection.autocommit = False
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(table)))
            yield
        finally:
            connection.close()

    def wait_until_blocked(self, number: int = 1, futures: list[Future[Any]] = ()) -> None:
        """Wait until so many requests wait for a lock."""

        def blocked() -> bool:
            for future in futures:
                if future.done():
                    raise AssertionError(f"It did not come to that lock: {future.result()}")
            query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
            return self.value(query, self.database) >= number

        wait_for(blocked, f"{number} to wait for a lock")

    def wait_until_idle(self) -> None:
        """Wait until the database has noticed that everybody who was at work is no more."""
        query = (
            "SELECT count(*) = 0 FROM pg_stat_activity"
            " WHERE datname = %s AND application_name LIKE 'odoo-%%' AND xact_start IS NOT NULL"
        )
        wait_for(lambda: self.value(query, self.database), "the end of all transactions")

    def files(self) -> set[str]:
        """The files on disk, without what Odoo notes for tidying up."""
        store = self.odoo.filestore(self.database)
        found = {str(path.relative_to(store)) for path in store.rglob("*") if path.is_file()}
        return {name for name in found if not name.startswith("checklist/")}

    # ------------------------------------------------------------------
    # Jobs
    # ------------------------------------------------------------------
    def start_job(self, xmlid: str) -> int:
        """Let a server that runs jobs begin with one; return its id."""
        module, name = xmlid.split(".")
        (job,) = self.execute("SELECT res_id FROM ir_model_data WHERE module = %s AND name = %s", module, name)[0]
        self.execute("UPDATE ir_cron SET nextcall = now() - interval '1 minute', active = true WHERE id = %s", job)

        def begun() -> bool:
            # A server that just came does not listen yet.
            self.execute("SELECT pg_notify('cron_trigger', %s)", self.database, database="postgres")
            due = "SELECT id FROM ir_cron WHERE id = %s AND nextcall <= now() FOR UPDATE SKIP LOCKED"
            return not self.execute(due, job)

        wait_for(begun, f"the beginning of the job {xmlid}", pause=0.2)
        return job

    def run_job(self, xmlid: str) -> None:
        """Let a server run a job to its end."""
        job = self.start_job(xmlid)
        wait_for(lambda: self.value("SELECT nextcall > now() FROM ir_cron WHERE id = %s", job), f"the job {xmlid}")
        self.execute("UPDATE ir_cron SET active = false WHERE id = %s", job)


class Client:
    """Somebody with a browser."""

    def __init__(self, server: Server, login: str | None = None) -> None:
        self.server = server
        self.session = requests.Session()
        if login:
            values = {"db": server._world.database, "login": login, "password": PASSWORD}
            assert self.rpc("/web/session/authenticate", **values)["uid"], login

    def rpc(self, path: str, **parameters: Any) -> Any:
        body = {"jsonrpc": "2.0", "method": "call", "params": parameters}
        answer = self.session.post(f"{self.server.address}{path}", json=body, timeout=PATIENCE).json()
        if "error" in answer:
            raise RefusalError(answer["error"]["data"]["message"])
        return answer["result"]

    def call(self, model: str, method: str, *arguments: Any, **keywords: Any) -> Any:
        """Call a method of a model as the web client does."""
        return self.rpc("/web/dataset/call_kw", model=model, method=method, args=arguments, kwargs=keywords)

    def form(self, path: str, **values: str) -> dict[str, str]:
        """Open a page with a form, and return what it is sent with: its own hidden fields, and some values."""
        answer = self.session.get(f"{self.server.address}{path}", timeout=PATIENCE)
        answer.raise_for_status()
        hidden = html.fromstring(answer.text).xpath("//form[.//input[@name='ticket']]//input[@type='hidden']")
        return {field.get("name"): field.get("value") or "" for field in hidden} | values

    def send(self, path: str, form: dict[str, str]) -> requests.Response:
        """Send a form; not go on to another page."""
        return self.session.post(f"{self.server.address}{path}", data=form, timeout=PATIENCE, allow_redirects=False)


class RefusalError(Exception):
    """What Odoo answers instead of doing it."""


@cache
def shared_world() -> World:
    """The copy that most tests share, with one server; whatever one of them leaves is there for the next."""
    world = World("shared").copy()
    world.serve("--workers", "3", "--max-cron-threads", "1").wait()
    return world


class RealOdooCase(unittest.TestCase):
    """Tests with real servers."""

    world: World
    pool: ClassVar[ThreadPoolExecutor] = ThreadPoolExecutor(8)

    @classmethod
    def setUpClass(cls) -> None:
        cls.world = cls.make_world()
        # What the tests before left, or what is in the demo data, is no e-mail that these expect.
        cls.world.execute("UPDATE mail_mail SET state = 'cancel' WHERE state = 'outgoing'")
        cls.world.execute("UPDATE buurtbemiddeling_case SET is_to_be_announced = false WHERE is_to_be_announced")

    @classmethod
    def make_world(cls) -> World:
        return shared_world()

    @property
    def server(self) -> Server:
        return self.world.servers[0]

    def count(self, table: str, condition: str = "true") -> int:
        return self.world.value(f"SELECT count(*) FROM {identifier(table)} WHERE {condition}")
