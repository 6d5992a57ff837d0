"""`./rialto down`: stops everything of a stack, also when it is half started; a no-op when it is down."""
import shutil
import time

from rialto_cli import orphans
from rialto_cli.say import Refusal, answer, note
from rialto_cli.services import SERVICE_NAMES
from rialto_cli.stack import Stack, only_one_command

# More than the services' stopwaitsecs and the database's, one after the other.
STOP_SECONDS_MAX = 60


def run(settings):
    stack = Stack(settings)
    if not stack.var.exists():
        answer("rialto is already down; nothing to do.")
        return
    with only_one_command(stack):
        stopped = _shut_down(stack)
        stopped = bool(orphans.stop(stack.var)) or stopped
        stack.record.unlink(missing_ok=True)
        if stack.var not in stack.run.parents:
            shutil.rmtree(stack.run, ignore_errors=True)  # Nothing but sockets.
    answer("rialto is down." if stopped else "rialto is already down; nothing to do.")


def _shut_down(stack):
    door = stack.door
    if not door.is_running():
        return False
    note("stopping the services")
    deadline = time.monotonic() + STOP_SECONDS_MAX
    try:
        # All services at once; the shutdown then ends the database, which they use to the end.
        door.stop_soon(SERVICE_NAMES)
        while door.names_in(("RUNNING", "STARTING", "STOPPING")) - {"postgres"}:
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        door.shut_down()
    except OSError as error:
        raise Refusal(f"supervisord does not take the stop: {error}") from None
    while orphans.find(stack.var):
        if time.monotonic() > deadline:
            break  # What still runs is ended as an orphan.
        time.sleep(0.05)
    return True
