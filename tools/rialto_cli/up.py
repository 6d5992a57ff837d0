"""`./rialto up`: from a bare machine to a stack that serves; a no-op when it already does."""
import os
import shutil
import time

from rialto_cli import build, health, orphans, packages, ports, postgres
from rialto_cli import supervisor as supervisors
from rialto_cli.places import make_private
from rialto_cli.say import Refusal, answer, note, table
from rialto_cli.services import BINARIES, SERVICE_NAMES, make_custody_secret
from rialto_cli.stack import BAD_STATES, Stack, last_lines, only_one_command, reason, write_record

LOG_LINES_SHOWN = 15
IDLE_STATES = ("STOPPED", "EXITED", "FATAL")


def run(settings):
    stack = Stack(settings)
    with only_one_command(stack):
        if stack.unfinished_restore.exists():
            raise Refusal(f"a restore did not finish ({stack.unfinished_restore}): repeat it, with --replace.\n"
                          "  Database and journal may be of different times until then")
        door = stack.door
        running = door.is_running()
        if not running:
            orphans.stop(stack.var)
        up_now = door.names_in(("STARTING", "RUNNING", "BACKOFF")) if running else set()
        ports.refuse_taken(settings, [name for name in SERVICE_NAMES if name not in up_now])
        packages.ensure(packages.wanted(for_tests=False))
        build.build(settings.build_preset, targets=BINARIES)
        changed = _start(stack, running)
        _wait_until_serving(stack)
    _report(stack, changed)


def _start(stack, running):
    """Starts what does not run, restarts what was built anew; returns what it did, [] for nothing."""
    settings = stack.settings
    cluster = None
    if not settings.database_url:
        cluster = postgres.cluster_in(postgres.home_of(stack.var), stack.run)
    url = settings.database_url or cluster.url
    _write_conf(stack, running, cluster, url)
    for folder in (stack.var / "log", stack.var / "engine"):
        folder.mkdir(parents=True, exist_ok=True)
    make_custody_secret(stack.var)
    changed = []
    if not running:
        note("starting the services")
        environment = dict(os.environ, RIALTO_DATABASE_URL=url)
        environment[supervisors.STACK_MARK] = str(stack.var)
        supervisors.launch(stack.conf, stack.run, environment)
        write_record(stack)
        changed.append("supervisord")
    door = stack.door
    if cluster is not None and _start_if_idle(door, "postgres"):
        changed.append("postgres")
    postgres.wait_until_answers(url, settings.timeout_seconds, lambda: not _is_bad(door, "postgres", cluster))
    _stop_stale(door, settings.binary_directory)
    return changed + [name for name in SERVICE_NAMES if _start_if_idle(door, name)]


def _is_bad(door, name, cluster):
    return cluster is not None and door.processes()[name]["statename"] in ("FATAL", "EXITED")


def _write_conf(stack, running, cluster, url):
    make_private(stack.run, 0o711 if postgres.server_user() else 0o700)
    text = supervisors.render(stack.settings, stack.run, cluster and cluster.server_command(),
                              postgres.server_user(), url)
    if running:
        if not stack.conf.exists() or stack.conf.read_text(encoding="utf-8") != text:
            raise Refusal("the stack runs with other settings (ports, preset, database or flags differ).\n"
                          "  Run `./rialto down`, then `./rialto up`. `./rialto status` shows what runs.")
        return
    stack.conf.parent.mkdir(parents=True, exist_ok=True)
    stack.conf.write_text(text, encoding="utf-8")


def _start_if_idle(door, name):
    if door.processes()[name]["statename"] not in IDLE_STATES:
        return False
    door.start(name)
    return True


def _stop_stale(door, binary_directory):
    stale = [name for name in SERVICE_NAMES if _is_stale(door, binary_directory, name)]
    if not stale:
        return
    note(f"restarting what was built anew: {', '.join(stale)}")
    door.stop_soon(stale)
    while door.names_in(("RUNNING", "STARTING", "STOPPING")) & set(stale):
        time.sleep(0.05)  # Ends: supervisord kills what outlives its stopwaitsecs.


def _is_stale(door, binary_directory, name):
    """True when the process runs a file that a build has replaced since."""
    process = door.processes()[name]
    if process["statename"] not in ("STARTING", "RUNNING"):
        return False
    try:
        return not os.path.samefile(f"/proc/{process['pid']}/exe", binary_directory / f"rialto_{name}")
    except OSError:
        return False  # It died in between; the wait will see it.


def _wait_until_serving(stack):
    """Returns when every service is SERVING; refuses with its log when one dies or the time is up."""
    deadline = time.monotonic() + stack.settings.timeout_seconds
    waiting = list(SERVICE_NAMES)
    while True:
        processes = stack.door.processes()
        for name in SERVICE_NAMES:
            if processes[name]["statename"] in BAD_STATES:
                raise Refusal(_death(stack, processes[name]))
        # RUNNING as well: the one that answers at an address must be ours.
        asked = health.serving(stack.settings, [name for name in waiting
                                                if processes[name]["statename"] == "RUNNING"])
        waiting = [name for name in waiting if not asked.get(name)]
        if not waiting:
            return
        if time.monotonic() > deadline:
            logs = "\n".join(_log_of(stack, name) for name in waiting)
            raise Refusal(f"not SERVING after {stack.settings.timeout_seconds} s: {', '.join(waiting)}\n{logs}")
        time.sleep(0.2)


def _death(stack, process):
    name = process["name"]
    return (f"{name} does not run: {reason(stack, process)}\n{_log_of(stack, name)}\n"
            f"  The rest is left as it is: `./rialto status` shows it, `./rialto down` stops it.")


def _log_of(stack, name):
    path = stack.log(name)
    lines = last_lines(path, LOG_LINES_SHOWN) or ["(empty)"]
    return f"  last lines of {path}:\n" + "\n".join(f"    {line}" for line in lines)


def _report(stack, changed):
    settings = stack.settings
    if not changed:
        answer("rialto is already up; nothing to do.")
    answer(table(("SERVICE", "GRPC", "METRICS"),
                 [(name, settings.address(name), f"http://{settings.metrics_address(name)}/metrics")
                  for name in SERVICE_NAMES]))
    for name in settings.http_ports:
        answer(f"HTTP:  http://{settings.http_address(name)} ({name})")
    answer()
    grpcurl = "grpcurl" if shutil.which("grpcurl") else "./rialto grpcurl"
    answer(f"Try:   {grpcurl} -plaintext {settings.address('gateway')} list")
    if not settings.database_url:
        cluster_socket = stack.run / "postgres"
        answer(f"SQL:   psql 'postgresql:///rialto?host={cluster_socket}&user=rialto'")
    answer(f"Logs:  ./rialto logs [service] -f      (files in {stack.var / 'log'})")
    answer("Stop:  ./rialto down")

