"""Processes of a stack that outlived their supervisord (it was killed, not stopped)."""
import os
import signal
import time
from pathlib import Path

from rialto_cli.say import note
from rialto_cli.supervisor import STACK_MARK


def find(var):
    """pid -> name of every process that was started for the stack in `var`."""
    mark = os.fsencode(f"{STACK_MARK}={var}")
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found[int(process.name)] = (process / "comm").read_text().strip()
        except OSError:
            continue  # Gone, or another user's.
    return found


def _signal_all(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def _wait_gone(var, names_wanted, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(names_wanted(name) for name in find(var).values()):
            return True
        time.sleep(0.1)
    return False


def stop(var):
    """Ends them, the services before the database; returns their names."""
    found = find(var)
    if not found:
        return []
    for wanted, number in ((lambda name: name != "postgres", signal.SIGTERM),
                           (lambda name: True, signal.SIGINT)):
        _signal_all([pid for pid, name in find(var).items() if wanted(name)], number)
        if not _wait_gone(var, wanted, 15):
            _signal_all([pid for pid, name in find(var).items() if wanted(name)], signal.SIGKILL)
            _wait_gone(var, wanted, 5)
    names = sorted(set(found.values()))
    note(f"stopped processes without a supervisor: {', '.join(names)}")
    return names
