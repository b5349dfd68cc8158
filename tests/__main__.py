"""Run the tests of this folder on copies of a database, and tell of each in a line of JSON; bin/test reads these."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from tests import real_odoo


class Telling(unittest.TestResult):
    """Tells each event as it happens."""

    def _tell(self, event: str, test: object, detail: str = "") -> None:
        *_package, name, method = str(getattr(test, "id", lambda: str(test))()).rsplit(".", 2)
        line = {"event": event, "test": f"{name}.{method}", "detail": detail}
        print(json.dumps(line), file=real_odoo.REPORT, flush=True)

    def startTest(self, test):
        super().startTest(test)
        self._began = time.monotonic()
        self._tell("start", test)

    def stopTest(self, test):
        super().stopTest(test)
        self._tell("stop", test, f"{time.monotonic() - self._began:.1f} s")

    def addError(self, test, err):
        super().addError(test, err)
        self._tell("fail", test, self.errors[-1][1])

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._tell("fail", test, self.failures[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self._tell("fail", test, f"{subtest}\n{self._exc_info_to_string(err, test)}")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._tell("skip", test, reason)


def chosen(suite: unittest.TestSuite, names: list[str]) -> unittest.TestSuite:
    """The tests that are named as Class or Class.method; all of them without names."""
    found = unittest.TestSuite()
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            found.addTests(chosen(test, names))
        else:
            *_package, name, method = test.id().rsplit(".", 2)
            if not names or name in names or f"{name}.{method}" in names:
                found.addTest(test)
    return found


def main() -> int:
    # A request to end is to tidy up first.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    real_odoo.set_up(json.loads(os.environ[real_odoo.VARIABLE]))
    folder = Path(__file__).parent
    suite = unittest.TestLoader().discover(str(folder), top_level_dir=str(folder.parent))
    result = Telling()
    try:
        chosen(suite, sys.argv[1:]).run(result)
    finally:
        for world in list(real_odoo.World.there):
            world.end()
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
