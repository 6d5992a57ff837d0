"""The small parts of the front door, each alone: ports, packages, places, supervisord.conf, hand-over."""
import argparse
import configparser
import os
import socket
import tempfile
import unittest
from xml.etree import ElementTree
from pathlib import Path

from rialto_cli import bench, curves, packages, places, ports, postgres, supervisor, tool
from rialto_cli.say import Refusal, table
from rialto_cli.services import SERVICE_NAMES
from rialto_cli.settings import load
from rialto_cli.stack import Stack, reason


def settings(**flags):
    return load(argparse.Namespace(config=os.devnull, **flags), {})


class PortsTest(unittest.TestCase):
    def test_a_taken_port_is_named_with_its_service_and_holder(self):
        with socket.socket() as holder:
            # As gRPC does: a second listener would get in beside it unseen.
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            port = holder.getsockname()[1]
            with self.assertRaisesRegex(Refusal, rf"port {port} \(risk gRPC\) is taken by .*\(pid {os.getpid()}\)"
                                                 r".*--risk-port"):
                ports.refuse_taken(settings(risk_port=port), ["risk"])

    def test_a_listener_on_all_addresses_takes_the_port_too(self):
        with socket.socket(socket.AF_INET) as holder:
            holder.bind(("0.0.0.0", 0))
            holder.listen()
            self.assertFalse(ports.is_free(holder.getsockname()[1]))

    def test_ports_of_services_that_run_already_are_not_looked_at(self):
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            ports.refuse_taken(settings(risk_port=holder.getsockname()[1]), [])


class BenchTest(unittest.TestCase):
    @staticmethod
    def arguments(kind, *words):
        parser = argparse.ArgumentParser()
        bench.add_flags(parser)
        return bench.arguments_for(kind, parser.parse_args([kind, *words]))

    def test_each_binary_gets_the_flags_it_knows(self):
        self.assertEqual(["--json", "--no-memory", "--rounds", "9"],
                         self.arguments("core", "--json", "--no-memory", "--rounds", "9"))
        self.assertEqual(["grpc", "--duration", "2.0", "--rate", "5000.0"],
                         self.arguments("grpc", "--duration", "2", "--rate", "5000", "--no-memory"))
        self.assertEqual(["--json"], self.arguments("recovery", "--json", "--filter", "x"))


class CurvesTest(unittest.TestCase):
    def test_each_size_that_grows_has_a_panel_with_its_points(self):
        rows = [{"name": f"{name}/{step}", "median": 200, "min": 190, "max": 230}
                for name in ("instruments", "resting_orders") for step in (10, 1_000, 10_000_000)]
        rows.append({"name": "memory/account", "median": 100, "min": 100, "max": 100})
        root = ElementTree.fromstring(curves.draw(rows))
        self.assertEqual(6, len(list(root.iter("{http://www.w3.org/2000/svg}circle"))))
        words = "".join(root.itertext())
        for word in ("instruments", "resting orders", "10M", "1k"):
            self.assertIn(word, words)
        self.assertNotIn("account", words)


class PackagesTest(unittest.TestCase):
    def test_only_installed_packages_count(self):
        listing = "git installed\ncmake not-installed\nccache config-files\n"
        self.assertEqual({"git"}, packages.installed_of(listing))

    def test_what_is_not_there_is_missing(self):
        self.assertEqual(["no-such-package-anywhere"], packages.missing(["dpkg", "no-such-package-anywhere"]))

    def test_tools_on_path_are_not_installed_again(self):
        self.assertNotIn("golang-go", packages.wanted(True, which=lambda name: "/usr/bin/" + name))
        without = packages.wanted(True, which=lambda name: None)
        self.assertLessEqual({"golang-go", "nodejs", "npm"}, set(without))

    def test_up_does_not_ask_for_what_only_tests_need(self):
        self.assertFalse({"golang-go", "npm", "clang-format-14"} & set(packages.wanted(False)))


class PlacesTest(unittest.TestCase):
    def test_sockets_live_under_var_when_the_path_is_short(self):
        self.assertEqual(Path("/srv/rialto/var/run"), places.run_directory(Path("/srv/rialto/var")))

    def test_sockets_of_a_deep_folder_have_a_short_path_all_the_same(self):
        deep = places.run_directory(Path("/" + "x" * 200))
        self.assertLess(len(str(deep / "postgres" / ".s.PGSQL.5432.lock")), 107)
        self.assertNotEqual(deep, places.run_directory(Path("/" + "x" * 201)))

    def test_a_stranger_s_file_in_the_place_is_refused(self):
        with tempfile.TemporaryDirectory() as directory:
            (Path(directory) / "link").symlink_to("/etc")
            with self.assertRaisesRegex(Refusal, "not a folder of this user"):
                places.make_private(Path(directory) / "link")


class SupervisorConfTest(unittest.TestCase):
    def rendered(self, **options):
        text = supervisor.render(settings(**options), Path("/run/x"), ["/bin/postgres", "-D", "/a b/100%"],
                                 "postgres", "postgresql://me:s3kr1t@db/x")
        parser = configparser.ConfigParser(interpolation=None)
        parser.read_string(text)
        return text, parser

    def test_has_every_service_and_no_secret(self):
        text, parser = self.rendered()
        for name in ("postgres", *SERVICE_NAMES):
            self.assertIn(f"program:{name}", parser)
        self.assertNotIn("s3kr1t", text)

    def test_arguments_are_quoted_for_supervisord(self):
        self.assertEqual("nice -n 10 /bin/postgres -D '/a b/100%%'", self.rendered()[1]["program:postgres"]["command"])

    def test_an_engine_whose_history_is_in_doubt_is_not_restarted(self):
        engine = self.rendered()[1]["program:engine"]
        self.assertEqual(("unexpected", "71,72,73"), (engine["autorestart"], engine["exitcodes"]))
        self.assertEqual("true", self.rendered()[1]["program:ledger"]["autorestart"])

    def test_another_database_is_another_configuration(self):
        one, other = (supervisor.render(settings(), Path("/run/x"), None, None, url) for url in ("a", "b"))
        self.assertNotEqual(one, other)
        self.assertNotIn("[program:postgres]", one)

    def test_a_path_that_supervisord_would_cut_is_refused(self):
        with self.assertRaisesRegex(Refusal, "a path with ;"):
            self.rendered(var="/tmp/a ;b")


class ReasonTest(unittest.TestCase):
    def test_an_end_by_a_signal_is_explained_and_so_is_the_journal_s(self):
        with tempfile.TemporaryDirectory() as var:
            stack = Stack(settings(var=var))
            for code, word, meaning in ((-1, "Bad exit code -1", "a CHECK failed"), (71, "", "the journal is corrupt")):
                process = {"name": "engine", "statename": "EXITED", "exitstatus": code, "spawnerr": word}
                self.assertIn(f"{word or 'exit code 71'}; {meaning}", reason(stack, process))


class ToolTest(unittest.TestCase):
    def test_gets_the_addresses_of_the_stack_and_everything_the_caller_said(self):
        self.assertEqual(["replay", "day.csv", "--json", "--gateway", "127.0.0.1:50050", "--engine",
                          "127.0.0.1:50051"],
                         tool.arguments_for(settings(), "replay", ["day.csv", "--json"]))

    def test_an_address_of_the_caller_wins(self):
        for spelled in (["--engine", "h:1"], ["--engine=h:1"]):
            self.assertEqual(["verify", *spelled, "--ledger", "127.0.0.1:50052"],
                             tool.arguments_for(settings(), "verify", spelled))


class PostgresTest(unittest.TestCase):
    def test_listens_on_no_network_address(self):
        cluster = postgres.Cluster(data=Path("/nowhere/data"), socket=Path("/nowhere/run"))
        self.assertIn("listen_addresses=", cluster.server_command())
        self.assertEqual("postgresql:///rialto?host=/nowhere/run&user=rialto", cluster.url)

    def test_only_a_throw_away_database_may_forget(self):
        cluster = postgres.Cluster(data=Path("/nowhere/data"), socket=Path("/nowhere/run"))
        self.assertNotIn("fsync=off", cluster.server_command())
        self.assertIn("fsync=off", cluster.server_command(durable=False))


class SayTest(unittest.TestCase):
    def test_table_columns_stand_below_each_other(self):
        self.assertEqual("A   B\nxx  y\nz", table(("A", "B"), [("xx", "y"), ("z", None)]))


if __name__ == "__main__":
    unittest.main()
