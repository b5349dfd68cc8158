"""What the set-up shows while it works, and how it says that something is wrong."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

NO_NETWORK_SIGNS = (
    "Temporary failure resolving",
    "Could not resolve",
    "Could not connect",
    "Cannot initiate the connection",
    "Failed to establish a new connection",
    "Failed to resolve",
    "Name or service not known",
    "Network is unreachable",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
)


class SetUpError(Exception):
    """Something foreseeable is wrong; the message is one sentence that says what, and how to mend it."""


class Progress:
    """One step of the work: shows its title, and while it lasts how far it is.

    On a terminal one line is redrawn each second; elsewhere a line is written every ten seconds.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.detail = ""
        self._interactive = sys.stdout.isatty()
        self._started = time.monotonic()
        self._finished = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Progress:
        if self._interactive:
            self._redraw()
        else:
            print(f"{self.title} ...", flush=True)
        self._ticker.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._finished.set()
        self._ticker.join()
        if self._interactive:
            self._redraw("\n")

    def _tick(self) -> None:
        while not self._finished.wait(1 if self._interactive else 10):
            self._redraw()

    def _redraw(self, end: str = "") -> None:
        text = f"{self.title} ({time.monotonic() - self._started:.0f} s)"
        if self.detail:
            text += f": {self.detail}"
        print(f"\r\033[K{text[:110]}" if self._interactive else f"  {text}", end=end or self._line_end, flush=True)

    @property
    def _line_end(self) -> str:
        return "" if self._interactive else "\n"


def run(
    title: str,
    command: Sequence[object],
    detail: Callable[[str], str | None] | None = None,
    **options: Any,
) -> str:
    """Run a command as one step of the set-up, and return what it wrote.

    ``detail`` makes of a line of output what is shown of it. Raises SetUpError when the command fails.
    """
    lines: list[str] = []
    with Progress(title) as progress, child_process(command, **options) as process:
        for line in process.stdout:
            lines.append(line)
            if detail and (text := detail(line)):
                progress.detail = text
        process.wait()
    output = "".join(lines)
    if process.returncode:
        raise SetUpError(explain(title, output))
    return output


@contextlib.contextmanager
def child_process(command: Sequence[object], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A process with its output in a pipe; it is ended with the block, and at the latest with this program."""
    process = subprocess.Popen(
        # A command that goes on after this program was killed would still write where the next run builds.
        ["setpriv", "--pdeathsig", "TERM", *map(str, command)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        # Control-C reaches this program alone, which then ends the command in an orderly way.
        start_new_session=True,
        **options,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        process.stdout.close()


def explain(title: str, output: str) -> str:
    """One sentence on why a step failed, from what its command wrote."""
    if "No space left on device" in output or "ENOSPC" in output:
        return f"{title}: the disk is full; free some space, or let BUURTBEMIDDELING_CACHE name another disk's folder."
    if any(sign in output for sign in NO_NETWORK_SIGNS):
        return f"{title}: there is no network, or the server does not answer; connect this machine and run it again."
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("e:", "error", "npm err", "fatal", "dpkg-deb: error"))]
    reason = (errors or lines or ["it ended without a word"])[-1].rstrip(".")
    return f"{title}: this failed with the message '{reason}'; mend that and run it again."
