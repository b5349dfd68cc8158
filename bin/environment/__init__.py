"""All the set-up that bin/serve and bin/test share: from a bare Debian machine to an Odoo 19 that runs the add-on."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from . import npm_package, odoo_source, postgresql
from .console import SetUpError
from .odoo import Odoo
from .paths import ADDON, CHECKOUT, exclusive
from .python_environment import python_environment
from .system_packages import require_system_packages

HELP_ON_ENVIRONMENT = """\
environment variables:
  BUURTBEMIDDELING_CACHE  folder for all that is downloaded or made (default: /var/cache/buurtbemiddeling
                          for root, else ~/.cache/buurtbemiddeling)
  ODOO_SOURCE             folder with an unpacked Odoo 19 (default: an installed one, else Debian's package)
  DATABASE_URL or PGHOST, PGPORT, PGUSER, PGPASSWORD
                          a PostgreSQL server to use (default: a private one in the cache folder)

The private PostgreSQL listens on a socket in the cache folder alone. It goes on running when the command
has ended, so that the next start is quick; 'pg_ctl stop' with its folder (postgresql/data in the cache) ends it.
"""


def set_up(cache: Path, browser: bool) -> Odoo:
    """Make sure that all that Odoo needs is there and running. Raises SetUpError when that cannot be."""
    if not (CHECKOUT / ADDON / "__manifest__.py").exists():
        raise SetUpError(f"The add-on is not in {CHECKOUT / ADDON}; check the project out anew.")
    with exclusive(cache, "set-up", waiting="Waiting for another set-up to finish ..."):
        source = odoo_source.local_odoo()
        require_system_packages(
            private_database=not (os.environ.get("PGHOST") or os.environ.get("DATABASE_URL")),
            npm=(not source and not odoo_source.debian_odoo_folder(cache).exists())
            or (browser and not npm_package.axe_folder(cache).exists()),
            browser=browser,
        )
        source = source or odoo_source.debian_odoo(cache)
        python = python_environment(cache)
        server = postgresql.own_server() or postgresql.private_server(cache)
        axe = npm_package.axe(cache) if browser else None
    return Odoo(source, python, server, cache, axe)


def command(main: Callable[[], int]) -> None:
    """Run a command's main function; end with its status, or with one sentence when something foreseeable is wrong."""
    # A polite request to end, as from a service manager, is to tidy up just as Control-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main())
    except SetUpError as error:
        print(f"\n{error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted; the next run goes on from here.", file=sys.stderr)
        sys.exit(130)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print("\nThe disk is full; free some space and run it again.", file=sys.stderr)
    sys.exit(1)
