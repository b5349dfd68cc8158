"""Where everything is, and how runs at the same time keep out of each other's way."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from .console import SetUpError

ADDON = "buurtbemiddeling_addon"
CHECKOUT = Path(__file__).resolve().parents[2]


def is_root() -> bool:
    return os.geteuid() == 0


def cache_folder() -> Path:
    """The folder outside the checkout that holds all that the set-up makes; it exists afterwards."""
    if chosen := os.environ.get("BUURTBEMIDDELING_CACHE"):
        cache = Path(chosen).absolute()
    elif is_root():
        # Not in root's home: the postgres user has to reach its data.
        cache = Path("/var/cache/buurtbemiddeling")
    else:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "buurtbemiddeling"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetUpError(
            f"The cache folder {cache} cannot be made ({error.strerror}); "
            "let BUURTBEMIDDELING_CACHE name a folder that you may write in."
        ) from None
    if not os.access(cache, os.W_OK | os.X_OK):
        raise SetUpError(
            f"You may not write in the cache folder {cache}; let BUURTBEMIDDELING_CACHE name one that you may write in."
        )
    return cache


def require_space(folder: Path, megabytes: int) -> None:
    """Raise SetUpError unless the disk has room for what is about to be made."""
    free = shutil.disk_usage(folder).free // 10**6
    if free < megabytes:
        raise SetUpError(
            f"The disk with {folder} has {free} MB free where {megabytes} MB are needed; "
            "free some space, or let BUURTBEMIDDELING_CACHE name a folder on another disk."
        )


@contextlib.contextmanager
def building(target: Path, megabytes: int) -> Iterator[Path]:
    """A folder to build in, which becomes ``target`` only when the block ends well.

    Raises SetUpError when the disk has no room for so many megabytes.
    """
    temporary = target.with_name(target.name + ".new")
    shutil.rmtree(temporary, ignore_errors=True)
    require_space(target.parent, megabytes)
    temporary.mkdir(parents=True)
    try:
        yield temporary
        temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextlib.contextmanager
def exclusive(cache: Path, name: str, waiting: str = "") -> Iterator[Path]:
    """Hold the lock of that name; yields its file.

    When somebody else holds it: say ``waiting`` and wait, or without that raise BlockingIOError.
    The lock ends with this process, however that ends.
    """
    folder = cache / "locks"
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.lock"
    while True:
        with file.open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES) or not waiting:
                    raise
                print(waiting, flush=True)
                fcntl.flock(handle, fcntl.LOCK_EX)
            # Who held it before may have removed the file: then the lock is on a file that nobody else opens.
            if not file.exists() or not os.path.samestat(os.fstat(handle.fileno()), file.stat()):
                continue
            yield file
            return
