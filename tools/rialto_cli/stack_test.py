"""The front door for real, in a small repository of its own: real supervisord, real PostgreSQL, real
build; only the services are stand-ins (testdata/stand_in.cpp). Runs beside any other stack."""
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from rialto_cli import ports
from rialto_cli.postgres import server_user
from rialto_cli.services import SERVICES
from rialto_cli.settings import ROOT

TESTDATA = Path(__file__).resolve().parent / "testdata"


def free_offset():
    """Ports above Linux's ephemeral range, so that nobody gets one in between."""
    while True:
        offset = random.randrange(11000, 15400)
        if all(ports.is_free(port + offset) for service in SERVICES
               for port in (service.port, service.metrics_port, service.http_port)):
            return offset


def make_repository(directory):
    (directory / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "rialto", directory)
    shutil.copy(ROOT / "CMakePresets.json", directory)
    shutil.copytree(ROOT / "tools" / "rialto_cli", directory / "tools" / "rialto_cli")
    shutil.copytree(ROOT / "tools" / "buf", directory / "tools" / "buf",
                    ignore=shutil.ignore_patterns("node_modules"))
    # The pinned tools are the same everywhere: built once, not once per test.
    (ROOT / "build" / "tools").mkdir(parents=True, exist_ok=True)
    (directory / "build").mkdir()
    (directory / "build" / "tools").symlink_to(ROOT / "build" / "tools")
    shutil.copy(TESTDATA / "stand_in.cpp", directory)
    shutil.copy(TESTDATA / "stand_in.txt", directory / "CMakeLists.txt")


class Repository:
    """A repository in a folder of its own, and its front door."""

    def __init__(self, mode):
        self.directory = Path(tempfile.mkdtemp(prefix="rialto-door-", dir="/tmp"))
        self.directory.chmod(mode)
        make_repository(self.directory)
        self.offset = free_offset()
        self.bin = self.directory / "build" / "release" / "bin"

    def rialto(self, *arguments, url=None):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RIALTO_")}
        if url is not None:
            environment["RIALTO_DATABASE_URL"] = url
        return subprocess.run([str(self.directory / "rialto"), *arguments], env=environment, cwd="/",
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240, check=False)

    def up(self, *arguments, **options):
        return self.rialto("up", "--port-offset", str(self.offset), *arguments, **options)

    def status(self):
        return json.loads(self.rialto("status", "--json").stdout)

    def pid(self, service):
        return {row["service"]: row["pid"] for row in self.status()["services"]}[service]

    def remove(self):
        self.rialto("down")
        home = self.directory / "var" / "postgres"
        if home.is_symlink():
            shutil.rmtree(home.resolve().parent)
        shutil.rmtree(self.directory)


class StackTest(unittest.TestCase):
    def setUp(self):
        self.repository = Repository(mode=0o755)
        self.addCleanup(self.repository.remove)

    def wait_for(self, condition):
        deadline = time.monotonic() + 30
        while not condition():
            self.assertLess(time.monotonic(), deadline, "never happened")
            time.sleep(0.1)

    def test_up_status_up_again_down_down_again(self):
        repository = self.repository
        self.assertEqual("rialto is already down; nothing to do.\n", repository.rialto("down").stdout)
        first = repository.up()
        self.assertEqual(0, first.returncode, first.stderr)
        self.assertIn(f"-plaintext 127.0.0.1:{50050 + repository.offset} list", first.stdout)
        self.assertIn("./rialto down", first.stdout)

        status = repository.status()
        self.assertTrue(status["up"])
        self.assertEqual(["postgres", "engine", "ledger", "risk", "pms", "charts", "custody", "gateway"],
                         [row["service"] for row in status["services"]])
        self.assertEqual({"RUNNING"}, {row["state"] for row in status["services"]})

        second = repository.up()
        self.assertEqual(0, second.returncode, second.stderr)
        self.assertIn("already up; nothing to do", second.stdout)
        self.assertEqual(status["services"][1]["pid"], repository.pid("engine"))

        other = repository.rialto("up", "--port-offset", str(repository.offset + 7))
        self.assertEqual(1, other.returncode)
        self.assertIn("runs with other settings", other.stderr)

        self.assertIn("serving address", repository.rialto("logs", "engine").stdout)
        self.assertIn("no service 'x'", repository.rialto("logs", "x").stderr)
        self.assertEqual("rialto is down.\n", repository.rialto("down").stdout)
        self.assertEqual(1, repository.rialto("status").returncode)
        self.assertEqual("rialto is already down; nothing to do.\n", repository.rialto("down").stdout)

    def test_what_dies_comes_back_and_what_was_built_anew_is_restarted(self):
        repository = self.repository
        self.assertEqual(0, repository.up().returncode)
        killed = repository.pid("engine")
        os.kill(killed, signal.SIGKILL)
        self.wait_for(lambda: repository.pid("engine") not in (None, killed))

        lists = repository.directory / "CMakeLists.txt"
        lists.write_text(lists.read_text(encoding="utf-8").replace('VERSION="1"', 'VERSION="2"'), encoding="utf-8")
        rebuilt = repository.up()
        self.assertEqual(0, rebuilt.returncode, rebuilt.stderr)
        self.assertIn("restarting what was built anew: engine, ledger", rebuilt.stderr)
        self.assertIn("version=2", repository.rialto("logs", "engine", "-n", "1").stdout)

    def test_a_killed_supervisor_leaves_nothing_that_stops_the_next_up(self):
        repository = self.repository
        self.assertEqual(0, repository.up().returncode)
        pidfile = repository.directory / "var" / "run" / "supervisord.pid"
        os.kill(int(pidfile.read_text(encoding="ascii")), signal.SIGKILL)
        self.wait_for(lambda: not repository.status()["up"])
        self.assertIn("Left behind without a supervisor", repository.rialto("status").stdout)
        self.assertEqual(0, repository.up().returncode)

    def test_an_engine_that_refuses_to_start_is_shown_with_its_reason(self):
        repository = self.repository
        self.assertEqual(0, repository.up().returncode)
        (repository.bin / "rialto_engine.exit").write_text("71", encoding="ascii")
        os.kill(repository.pid("engine"), signal.SIGKILL)
        self.wait_for(lambda: repository.pid("engine") is None)
        up = repository.up()
        self.assertEqual(1, up.returncode)
        self.assertIn("engine does not run", up.stderr)
        self.assertIn('msg="told to exit" code=71', up.stderr)
        self.assertIn("told to exit", repository.rialto("status").stdout)
        self.assertEqual("rialto is down.\n", repository.rialto("down").stdout)

    def test_a_taken_port_is_named_before_anything_is_started(self):
        repository = self.repository
        with socket.socket() as holder:
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            holder.bind(("127.0.0.1", 50053 + repository.offset))
            holder.listen()
            up = repository.up()
        self.assertEqual(1, up.returncode)
        self.assertIn(f"port {50053 + repository.offset} (risk gRPC) is taken by", up.stderr)
        self.assertFalse((repository.directory / "var" / "supervisor").exists())

    def test_a_database_that_does_not_answer_is_a_clear_refusal(self):
        up = self.repository.up("--timeout", "1", url="postgresql://127.0.0.1:1/nowhere")
        self.assertEqual(1, up.returncode)
        self.assertIn("the database does not answer", up.stderr)
        self.assertFalse((self.repository.directory / "var" / "postgres").exists())

    def test_the_test_command_has_a_database_and_ends_with_ctest_s_lines_and_status(self):
        good = self.repository.rialto("test", "--filter", "database")
        self.assertEqual(0, good.returncode, good.stdout + good.stderr)
        self.assertRegex(good.stdout, r"100% tests passed, 0 tests failed out of 1\n\nTotal Test time .*\n$")
        bad = self.repository.rialto("test")
        self.assertNotEqual(0, bad.returncode)
        self.assertIn("1 tests failed out of 2", bad.stdout)


@unittest.skipUnless(server_user(), "only root runs PostgreSQL as somebody else")
class ClosedFolderTest(unittest.TestCase):
    def test_up_in_a_folder_that_postgres_cannot_enter(self):
        repository = Repository(mode=0o700)
        self.addCleanup(repository.remove)
        up = repository.up()
        self.assertEqual(0, up.returncode, up.stderr)
        self.assertTrue((repository.directory / "var" / "postgres").is_symlink())
        self.assertIn("already up", repository.up().stdout)


if __name__ == "__main__":
    unittest.main()
