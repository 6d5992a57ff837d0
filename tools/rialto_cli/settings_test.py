"""Settings: defaults, then the file, then flags; what is wrong is named."""
import tempfile
import unittest
from pathlib import Path

from rialto_cli.main import parser
from rialto_cli.say import Refusal
from rialto_cli.services import SERVICE_NAMES, command, custody_secret, make_custody_secret
from rialto_cli.settings import ROOT, load


def settings(*flags, file="", environment=None):
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "rialto.conf"
        path.write_text(file, encoding="utf-8")
        return load(parser().parse_args(["up", "--config", str(path), *flags]), environment or {})


class SettingsTest(unittest.TestCase):
    def refuses(self, pattern, *flags, file=""):
        with self.assertRaisesRegex(Refusal, pattern):
            settings(*flags, file=file)

    def test_defaults_are_the_ports_of_the_design(self):
        found = settings()
        self.assertEqual({"gateway": 50050, "engine": 50051, "ledger": 50052, "risk": 50053, "pms": 50054,
                          "charts": 50055, "custody": 50056}, found.ports)
        self.assertEqual({"gateway": 9400, "engine": 9401, "ledger": 9402, "risk": 9403, "pms": 9404,
                          "charts": 9405, "custody": 9406}, found.metrics_ports)
        self.assertEqual({"custody": 8081}, found.http_ports)
        self.assertEqual((ROOT / "var", "release", ""), (found.var, found.build_preset, found.database_url))

    def test_file_overrides_defaults_and_flags_override_the_file(self):
        file = "[engine]\nport = 7001\nmetrics_port = 7002\n[stack]\ntimeout_seconds = 5\n"
        found = settings("--engine-port", "8001", file=file)
        self.assertEqual((8001, 7002, 5), (found.ports["engine"], found.metrics_ports["engine"],
                                           found.timeout_seconds))

    def test_offset_moves_every_port(self):
        moved = settings("--port-offset", "1000")
        plain = settings()
        for name in SERVICE_NAMES:
            self.assertEqual(plain.ports[name] + 1000, moved.ports[name])
            self.assertEqual(plain.metrics_ports[name] + 1000, moved.metrics_ports[name])

    def test_custody_is_told_its_provider_its_limits_and_its_door(self):
        file = "[custody]\nhttp_port = 9000\nprovider = 10.0.0.1:99\none_operator_up_to = USD=10000 BTC=0.5\n"
        arguments = command(settings("--port-offset", "1", file=file), "custody")
        for flag, value in (("--http-listen", "127.0.0.1:9001"), ("--provider", "10.0.0.1:99"),
                            ("--ledger", "127.0.0.1:50053")):
            self.assertEqual(value, arguments[arguments.index(flag) + 1])
        self.assertEqual(["--one-operator-up-to", "USD=10000", "--one-operator-up-to", "BTC=0.5"], arguments[-4:])
        self.refuses(r"unknown key 'http_port' in \[risk\]", file="[risk]\nhttp_port = 1\n")

    def test_the_secret_is_made_once_and_for_its_owner_only(self):
        with tempfile.TemporaryDirectory() as directory:
            make_custody_secret(Path(directory))
            path = custody_secret(Path(directory))
            self.assertEqual(0o600, path.stat().st_mode & 0o777)
            first = path.read_text(encoding="ascii")
            self.assertEqual(64, len(first.strip()))
            make_custody_secret(Path(directory))
            self.assertEqual(first, path.read_text(encoding="ascii"))

    def test_the_example_file_is_the_defaults(self):
        example = (ROOT / "rialto.conf.example").read_text(encoding="utf-8")
        self.assertEqual(settings(), settings(file=example))

    def test_a_flag_folder_is_relative_to_the_caller_and_a_file_folder_to_the_repository(self):
        self.assertEqual(Path.cwd() / "other", settings("--var", "other").var)
        self.assertEqual(ROOT / "other", settings(file="[stack]\nvar = other\n").var)

    def test_the_database_of_the_environment_is_used(self):
        self.assertEqual("postgresql://db/x",
                         settings(environment={"RIALTO_DATABASE_URL": "postgresql://db/x"}).database_url)

    def test_refuses_what_it_does_not_know_by_name(self):
        self.refuses(r"unknown section \[enigne\]", file="[enigne]\nport = 1\n")
        self.refuses("unknown key 'prot' in \\[engine\\]", file="[engine]\nprot = 1\n")
        self.refuses("engine port is not a number: 'x'", file="[engine]\nport = x\n")
        self.refuses("rialto.conf", file="port = 1\n")
        self.refuses("build preset is 'fast'", file="[stack]\nbuild_preset = fast\n")

    def test_refuses_ports_out_of_range_and_ports_set_twice(self):
        self.refuses("engine port is 0", "--engine-port", "0")
        self.refuses("gateway port with offset is 80050|with offset is", "--port-offset", "30000")
        self.refuses("port 50052 is set twice: engine port and ledger port", "--engine-port", "50052")
        self.refuses("port 9402 is set twice", "--engine-port", "9402")

    def test_a_file_that_was_asked_for_must_exist(self):
        with self.assertRaisesRegex(Refusal, "/no/such/file: no such configuration file"):
            load(parser().parse_args(["up", "--config", "/no/such/file"]), {})

    def test_every_service_is_told_its_own_addresses_and_the_engine_s(self):
        found = settings("--port-offset", "1")
        for name in SERVICE_NAMES:
            arguments = command(found, name)
            self.assertEqual(found.address(name), arguments[arguments.index("--listen") + 1])
            self.assertEqual(found.metrics_address(name), arguments[arguments.index("--metrics-listen") + 1])
            if name != "engine":
                self.assertEqual("127.0.0.1:50052", arguments[arguments.index("--engine") + 1])


if __name__ == "__main__":
    unittest.main()
