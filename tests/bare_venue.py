"""A stack of plain child processes, without a supervisor: killed and started again within milliseconds.

Ports, folders, database and command lines are those of `./rialto up`. Everything ends with the test.
"""
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from venue import HTTP_PORTS, METRICS_PORTS, PORTS, PROVIDER_PORT, ROOT, Venue, build_preset

sys.path.insert(0, str(ROOT / "tools"))
from rialto_cli import postgres, services  # noqa: E402  pylint: disable=wrong-import-position
from rialto_cli.settings import Settings  # noqa: E402  pylint: disable=wrong-import-position

ENDS_WITH_THE_TEST = ("setpriv", "--pdeathsig=KILL", "--")
FOLLOWERS = ("ledger", "risk", "pms", "charts")
NIGHTLY = os.environ.get("RIALTO_NIGHTLY") == "1"


def seeded(test):
    """A random source for the test; says how to repeat it."""
    seed = int(os.environ.get("RIALTO_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"seed {seed}; again: RIALTO_TEST_SEED={seed} ./rialto test --filter {type(test).__module__}"
          + (" --nightly" if NIGHTLY else ""), file=sys.stderr, flush=True)
    return random.Random(seed)


def quantile(values, share):
    """Nearest rank; 0 for nothing."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 1).__int__() - 1)] if ordered else 0


class BareVenue(Venue):
    def __init__(self, names=services.SERVICE_NAMES, engine_arguments=()):
        super().__init__()
        self.names = [name for name in services.SERVICE_NAMES if name in names]
        self.engine_arguments = list(engine_arguments)
        self.engine_prefix = []  # What the engine is run by: strace, prlimit.
        self.core_of = {}        # By service, "load" included: which core is its own; else any.
        self.settings = Settings(
            var=self.var, build_preset=build_preset(),
            ports={name: port + self.offset for name, port in PORTS.items()},
            metrics_ports={name: port + self.offset for name, port in METRICS_PORTS.items()},
            http_ports={name: port + self.offset for name, port in HTTP_PORTS.items()},
            custody_provider=f"127.0.0.1:{PROVIDER_PORT + self.offset}")
        self.log = self.var / "log"
        self.processes = {}
        self.cluster = None

    # The stack.

    def up(self):
        for folder in (self.log, self.var / "engine"):
            folder.mkdir(parents=True, exist_ok=True)
        services.make_custody_secret(self.var)
        if set(self.names) & {*FOLLOWERS, "custody"}:
            self.cluster = postgres.cluster_in(self.var / "postgres", self.var / "run")
            self.start_database()
        for name in self.names:
            self.start(name)
        self.wait_until_serving()

    def down(self):
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
        for process in self.processes.values():
            process.wait()
        subprocess.run(["rm", "-rf", str(self.folder)], check=False)

    def command(self, name):
        arguments = services.command(self.settings, name)
        return [*self.engine_prefix, *arguments, *self.engine_arguments] if name == "engine" else arguments

    def start(self, name):
        """Starts one service and does not wait for it."""
        environment = dict(os.environ)
        if self.cluster is not None:
            environment["RIALTO_DATABASE_URL"] = self.cluster.url
        self._run(name, [*self.pinned(name), *ENDS_WITH_THE_TEST, *self.command(name)], environment)

    def pinned(self, name):
        return ["taskset", "-c", str(self.core_of[name])] if name in self.core_of else []

    def start_database(self):
        options = ["--pdeathsig=INT"]
        if postgres.server_user() is not None:
            options += [f"--reuid={postgres.server_user()}", f"--regid={postgres.server_user()}", "--clear-groups"]
        command = [*self.pinned("postgres"), "setpriv", *options, "--", *services.YIELDING,
                   *self.cluster.server_command()]
        self._run("postgres", command, dict(os.environ))
        postgres.wait_until_answers(self.cluster.url, 60, lambda: self.is_alive("postgres"))

    def _run(self, name, command, environment):
        with open(self.log / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(  # pylint: disable=consider-using-with
                command, env=environment, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def is_alive(self, name):
        return self.processes[name].poll() is None

    def pid(self, service):
        return self.processes[service].pid

    def signal(self, name, number):
        self.processes[name].send_signal(number)

    def kill(self, service):
        """kill -9, and it is gone when this returns; returns when that was, in monotonic nanoseconds."""
        self.processes[service].kill()
        killed = time.monotonic_ns()
        self.processes[service].wait()
        return killed

    def stop(self, name, timeout=60):
        """In order; returns the exit code."""
        self.processes[name].terminate()
        return self.processes[name].wait(timeout)

    def is_serving(self, name):
        return subprocess.run([str(self.binary("rialto_tool")), "health", "--address", self.address(name)],
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False).returncode == 0

    def wait_until_serving(self, names=None, timeout=120):
        deadline = time.monotonic() + timeout
        for name in names or self.names:
            while not self.is_serving(name):
                if not self.is_alive(name):
                    raise AssertionError(f"{name} ended with {self.processes[name].returncode}:\n{self.log_tail(name)}")
                if time.monotonic() > deadline:
                    raise AssertionError(f"{name} does not serve after {timeout} s:\n{self.log_tail(name)}")
                time.sleep(0.02)

    # Looking at it.

    def binary(self, name):
        return self.settings.binary_directory / name

    def log_tail(self, name, lines=15):
        return "\n".join((self.log / f"{name}.log").read_text(errors="replace").splitlines()[-lines:])

    def rialto(self, command, *arguments, check=True, timeout=600):
        """A command of rialto_tool at this stack."""
        addresses = [part for name in {"verify": ("engine", "ledger"), "replay": ("gateway", "engine")}[command]
                     for part in (f"--{name}", self.address(name))]
        result = subprocess.run([str(self.binary("rialto_tool")), command, *arguments, *addresses],
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, check=False)
        if check and result.returncode != 0:
            raise AssertionError(f"{command} {arguments}: exit {result.returncode}\n{result.stdout}\n{result.stderr}")
        return result

    def metric(self, service, name):
        """The value of one metric, or 0 when there is none yet."""
        for line in self.metrics(service).splitlines():
            if line.rpartition(" ")[0] == name:
                return float(line.rpartition(" ")[2])
        return 0.0

    def rss_bytes(self, name):
        pages = int(Path(f"/proc/{self.pid(name)}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def engine_sequence(self):
        return int(self.metric("engine", "engine_last_sequence"))

    def wait_for_followers(self, timeout=120):
        """Until all followers are where the engine is; REQUIRES: no load."""
        deadline = time.monotonic() + timeout
        head = self.engine_sequence()
        for name in self.names:
            while name in FOLLOWERS and self.follower_sequence(name) < head:
                if time.monotonic() > deadline:
                    raise AssertionError(f"{name} is at {self.follower_sequence(name)}, the engine at {head}:\n"
                                         + self.log_tail(name))
                time.sleep(0.1)

    def follower_sequence(self, name):
        try:
            return int(self.metric(name, f"{name}_applied_sequence"))
        except subprocess.CalledProcessError:
            return -1  # It is starting.

    # Load.

    def load_command(self, *arguments):
        return [*self.pinned("load"), *ENDS_WITH_THE_TEST, str(self.binary("rialto_load")),
                "--gateway", self.address("gateway"), "--engine", self.address("engine"), "--json", *map(str, arguments)]

    def load(self, *arguments, timeout=600):
        """Runs a load to its end; its report."""
        return finished(self.start_load(*arguments), timeout)

    def set_up_load(self, *arguments):
        """What a load needs: instruments, funded accounts."""
        result = subprocess.run(self.load_command("--setup", "--setup-only", *arguments), stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, timeout=120, check=False)
        if result.returncode != 0:
            raise AssertionError(f"load --setup-only: exit {result.returncode}\n{result.stderr}")

    def start_load(self, *arguments):
        return subprocess.Popen(self.load_command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def audit(self, *files, may_know_more=False):
        """What was answered against history; fails the test unless they agree. `may_know_more`: the files are not all
        that was sent."""
        result = subprocess.run([str(self.binary("rialto_load")), "audit", *map(str, files),
                                 "--engine", self.address("engine")],
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False)
        report = json.loads(result.stdout or "{}")
        agrees = result.returncode == 0 or (
            may_know_more and report.get("violations") == report.get("never_sent") is not None)
        if not agrees:
            raise AssertionError(f"audit: exit {result.returncode}\n{result.stdout}{result.stderr}")
        return report


def finished(load, timeout=600):
    """The report of a load that was started, when it has ended."""
    output, errors = load.communicate(timeout=timeout)
    if load.returncode != 0:
        raise AssertionError(f"load: exit {load.returncode}\n{output}{errors}")
    return json.loads(output)


class Told:
    """What a load has been told so far: reads the file of --acked as it grows."""

    def __init__(self, path):
        self._path = Path(path)
        self._offset = 0

    def lines(self):
        """The fields of every line since the last call."""
        if not self._path.exists():
            return []
        with open(self._path, "rb") as file:
            file.seek(self._offset)
            text = file.read()
        text = text[:text.rfind(b"\n") + 1]
        self._offset += len(text)
        return [line.split(" ") for line in text.decode().splitlines()]

    def decisions(self):
        """(sent, received) of each decision since the last call, in monotonic nanoseconds."""
        return [(int(fields[6]), int(fields[7])) for fields in self.lines() if len(fields) == 8]

    def wait_for_one_sent_after(self, moment_ns, timeout):
        """When the first decision came on something sent after `moment_ns`."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            received = [received for sent, received in self.decisions() if sent > moment_ns]
            if received:
                return min(received)
            time.sleep(0.002)
        raise AssertionError(f"no decision within {timeout} s")

    def wait_for(self, what, is_it, timeout, still=lambda: True):
        """Whether there is a line, from now on, that is_it(fields); False when `still` ends first."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if any(is_it(fields) for fields in self.lines()):
                return True
            if not still():
                return False
            time.sleep(0.01)
        raise AssertionError(f"no {what} within {timeout} s")
