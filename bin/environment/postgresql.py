"""The database server: the user's own, or a private one in the cache folder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from .console import SetUpError, explain, run
from .paths import building, is_root
from .system_packages import postgresql_programs

SYSTEM_USER = "postgres"
ROLE = "odoo"
PORT = "5432"
LONGEST_SOCKET_PATH = 107


@dataclass(frozen=True)
class PostgreSQL:
    """A running database server; ``settings`` are the environment variables that lead a client to it."""

    settings: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        """This process's environment variables with no others on PostgreSQL than those of this server."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return others | self.settings | {"LC_ALL": "C.UTF-8"}

    def query(self, statement: str, database: str = "postgres") -> str:
        """Run one statement and return what it answers; SetUpError when the server refuses."""
        result = subprocess.run(
            ["psql", "--no-psqlrc", "--no-password", "--quiet", "-At", "--command", statement, database],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            reason = (result.stderr.strip().splitlines() or ["it does not answer"])[0]
            raise SetUpError(
                f"PostgreSQL ({self.settings.get('PGHOST', 'local')}) refuses with '{reason}'; "
                "mend that, or check PGHOST, PGPORT, PGUSER, PGPASSWORD and DATABASE_URL."
            )
        return result.stdout.strip()

    def exists(self, database: str) -> bool:
        return self.query(f"SELECT 1 FROM pg_database WHERE datname = {literal(database)}") == "1"

    def names_that_begin_with(self, text: str) -> list[str]:
        """The databases whose names begin with a text."""
        return self.query(f"SELECT datname FROM pg_database WHERE starts_with(datname, {literal(text)})").splitlines()

    def note(self, database: str) -> str:
        """What ``set_note`` left with a database, or an empty text."""
        return self.query(
            f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = {literal(database)}"
        )

    def set_note(self, database: str, text: str) -> None:
        self.query(f"COMMENT ON DATABASE {identifier(database)} IS {literal(text)}")

    def rename(self, database: str, new_name: str) -> None:
        self.query(f"ALTER DATABASE {identifier(database)} RENAME TO {identifier(new_name)}")

    def copy(self, database: str, new: str) -> None:
        self.query(f"CREATE DATABASE {identifier(new)} TEMPLATE {identifier(database)}")

    def drop(self, database: str) -> None:
        """Drop a database, whoever is still connected to it, if it exists."""
        # Not WITH (FORCE): that is refused while PostgreSQL itself is tidying up in a database that was just filled.
        self.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = {literal(database)} AND usename = current_user"
        )
        self.query(f"DROP DATABASE IF EXISTS {identifier(database)}")


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def own_server() -> PostgreSQL | None:
    """The server that DATABASE_URL or PGHOST names, if either is set."""
    settings = {name: value for name, value in os.environ.items() if name.startswith("PG") and name != "PGDATABASE"}
    if url := os.environ.get("DATABASE_URL"):
        try:
            parts = urlsplit(url)
            found = {
                "PGHOST": parts.hostname,
                "PGPORT": str(parts.port or ""),
                "PGUSER": parts.username,
                "PGPASSWORD": parts.password,
            }
        except ValueError:
            parts, found = None, {}
        if not parts or parts.scheme not in ("postgres", "postgresql") or not found["PGHOST"]:
            raise SetUpError("DATABASE_URL is not like postgresql://USER:PASSWORD@HOST:PORT; correct or unset it.")
        settings |= {name: unquote(value) for name, value in found.items() if value}
    if not settings.get("PGHOST"):
        return None
    if settings.get("PGUSER") == "postgres":
        raise SetUpError("Odoo refuses to work as the database user 'postgres'; let PGUSER name another with CREATEDB.")
    server = PostgreSQL(settings)
    version = int(server.query("SHOW server_version_num"))
    if version < 150000:
        raise SetUpError(
            f"PostgreSQL 15 or later is needed and {settings['PGHOST']} runs {version // 10000}; use another."
        )
    return server


def private_server(cache: Path) -> PostgreSQL:
    """The private server, made when it is not there yet and started when it does not run."""
    cluster = Cluster(cache / "postgresql")
    cluster.make()
    if not _answers(cluster.server):
        cluster.start()
    return cluster.server


@dataclass(frozen=True)
class Cluster:
    """A database server of our own, with its data and its socket in one folder."""

    home: Path

    @property
    def server(self) -> PostgreSQL:
        return PostgreSQL({"PGHOST": str(self.home), "PGPORT": PORT, "PGUSER": ROLE})

    @property
    def administrator(self) -> PostgreSQL:
        """The same server for whoever may do anything there."""
        return PostgreSQL(self.server.settings | {"PGUSER": "postgres"})

    @property
    def _data(self) -> Path:
        return self.home / "data"

    def make(self) -> None:
        """Make the server, if it is not there yet."""
        self._make_home()
        if not self._data.exists():
            _make_cluster(self._data)

    def make_replica(self, primary: Cluster) -> None:
        """Make this server one that follows another, which runs."""
        self._make_home()
        source = ["--host", primary.home, "--port", PORT, "--username", "postgres", "--checkpoint", "fast"]
        run(
            "Copying the PostgreSQL that will be followed",
            [_programs_of(primary._data) / "pg_basebackup", *source, "--write-recovery-conf", "-D", self._data],
            **_server_user(),
        )

    def start(self, **settings: str) -> None:
        """Start the server, with settings of its own."""
        _start(self._data, self.home, settings)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server, if it runs; ``immediate`` is as when its machine fails."""
        if (self._data / "postmaster.pid").exists():
            control = [_programs_of(self._data) / "pg_ctl", "-D", self._data, "-w", "-m", mode, "stop"]
            run("Stopping a PostgreSQL", control, **_server_user())

    def _make_home(self) -> None:
        if len(str(self.home / f".s.PGSQL.{PORT}")) > LONGEST_SOCKET_PATH:
            raise SetUpError(
                f"The path {self.home} is too long for a PostgreSQL socket; "
                "let BUURTBEMIDDELING_CACHE name a shorter one."
            )
        self.home.mkdir(mode=0o700, exist_ok=True)
        if is_root():
            # PostgreSQL refuses to run as root.
            shutil.chown(self.home, SYSTEM_USER, SYSTEM_USER)
            _require_reachable(self.home)


def _server_user() -> dict[str, Any]:
    """Options for subprocess that make a command run as the user who may run the server."""
    options: dict[str, Any] = {"cwd": "/"}
    if is_root():
        options |= {"user": SYSTEM_USER, "group": pwd.getpwnam(SYSTEM_USER).pw_gid, "extra_groups": []}
    return options


def _require_reachable(home: Path) -> None:
    if subprocess.run(["test", "-w", home], check=False, **_server_user()).returncode:
        raise SetUpError(
            f"PostgreSQL does not run as root and its user '{SYSTEM_USER}' cannot reach {home}; "
            "let BUURTBEMIDDELING_CACHE name a folder that other users may enter."
        )


def _make_cluster(data: Path) -> None:
    programs = postgresql_programs()
    with building(data, megabytes=500) as folder:
        folder.chmod(0o700)
        if is_root():
            shutil.chown(folder, SYSTEM_USER, SYSTEM_USER)
        title = "Making a private PostgreSQL"
        run(
            title,
            # "trust" is safe here: nobody but the server's user and root can enter the folder with the socket.
            [programs / "initdb", "-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
            **_server_user(),
        )
        result = subprocess.run(
            [programs / "postgres", "--single", "-D", folder, "postgres"],
            input=f"CREATE ROLE {ROLE} LOGIN CREATEDB",
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **_server_user(),
        )
        if result.returncode:
            raise SetUpError(explain(title, result.stdout))


def _answers(server: PostgreSQL) -> bool:
    try:
        server.query("SELECT 1")
    except SetUpError:
        return False
    return True


def _start(data: Path, home: Path, more: dict[str, str]) -> None:
    _clear_stale_locks(data, home)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home),
        "port": PORT,
        # What a crash may lose here are the last moments of a demonstration.
        "synchronous_commit": "off",
        "max_connections": "200",
    } | more
    # pg_ctl hands these to a shell, hence the quotes.
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    control = [_programs_of(data) / "pg_ctl", "-D", data, "-l", home / "server.log", "-w", "-t", "120", "-o", options]
    run("Starting the private PostgreSQL", [*control, "start"], **_server_user())


def _programs_of(data: Path) -> Path:
    """The programs of the version that made the data; a newer one cannot read them."""
    version = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    programs = Path(f"/usr/lib/postgresql/{version}/bin")
    if not programs.exists():
        raise SetUpError(
            f"The private database was made by PostgreSQL {version}, which is no longer installed; "
            f"install postgresql-{version}, or remove {data} to start anew."
        )
    return programs


def _clear_stale_locks(data: Path, home: Path) -> None:
    """Remove what a server left that ended with the machine, when another process has its number by now."""
    lock = data / "postmaster.pid"
    try:
        number = lock.read_text(encoding="utf-8").splitlines()[0]
        command = Path(f"/proc/{number}/cmdline").read_bytes()
    except (OSError, IndexError):
        return
    if str(data).encode() not in command:
        lock.unlink()
        (home / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
