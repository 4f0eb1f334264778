"""What `import ivrkit` gives, and what it leaves alone."""

from __future__ import annotations

import json
import subprocess
import sys

import ivrkit

LOOK = """
import json, os, sys, threading, warnings
before = set(os.listdir("/proc/self/fd"))
warnings.simplefilter("error")
import ivrkit
import gevent._hub_local, gevent.monkey
from ivrkit.errors import IvrkitError
cpu = os.times()
print(json.dumps({
    "patched": sorted(gevent.monkey.saved),
    "hub": gevent._hub_local.get_hub_if_exists() is not None,
    "threads": threading.active_count(),
    "open": sorted(set(os.listdir("/proc/self/fd")) - before),
    "seconds": cpu.user + cpu.system,
    "missing": [name for name in ivrkit.__all__ if not hasattr(ivrkit, name)],
    "errors": [
        name for name in ivrkit.__all__ if name.endswith("Error") and IvrkitError not in getattr(ivrkit, name).mro()
    ],
}))
"""


def looked() -> dict[str, object]:
    """A fresh Python that has imported ivrkit and nothing else."""
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True, timeout=30)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_importing_patches_and_opens_nothing() -> None:
    found = looked()
    assert (found["patched"], found["hub"], found["threads"], found["open"]) == ([], False, 1, [])


def test_everything_that_is_promised_is_there() -> None:
    found = looked()
    assert (found["missing"], found["errors"]) == ([], [])
    assert len(ivrkit.__all__) == len(set(ivrkit.__all__))


def test_no_public_name_is_that_of_a_module() -> None:
    modules = {name.removeprefix("ivrkit.") for name in sys.modules if name.startswith("ivrkit.")}
    assert not modules & set(ivrkit.__all__)


def test_importing_is_quick() -> None:
    """The seconds are of CPU: those of the wall belong to everything else that runs on the machine."""
    assert min(float(str(looked()["seconds"])) for _ in range(3)) < 0.7
