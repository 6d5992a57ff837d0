"""A stack under test: `./rialto up` in a folder of its own, on ports of its own."""
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORTS = {"gateway": 50050, "engine": 50051, "ledger": 50052, "risk": 50053, "pms": 50054, "charts": 50055, "custody": 50056}
METRICS_PORTS = {"gateway": 9400, "engine": 9401, "ledger": 9402, "risk": 9403, "pms": 9404, "charts": 9405,
                 "custody": 9406}
HTTP_PORTS = {"custody": 8081}
PROVIDER_PORT = 8082  # Of a custody provider that a test starts.


def build_preset():
    return Path(os.environ.get("RIALTO_BUILD_DIRECTORY", "build/release")).name


def need_grpcurl(test):
    if "RIALTO_GRPCURL" not in os.environ:
        test.skipTest("RIALTO_GRPCURL is not set: grpcurl could not be built here")


def recorded(test, name):
    """A file of the recorded market data, or a skip."""
    folder = os.environ.get("RIALTO_DATA")
    if folder is None or not (Path(folder) / name).exists():
        test.skipTest(f"no {name} in RIALTO_DATA ({folder}): recorded market data is not in the repository")
    return str(Path(folder) / name)


def _take_offset():
    """An offset at which all of a stack's ports are free, and the lock that keeps other tests from it while it is open.

    Above the ports that the system gives to outgoing connections (up to 60999): while a service is dead, a client
    that tries again may be given just its port, connect to itself, and keep the service from starting. In steps that
    let no service's port at one offset be another's at another one.
    """
    offsets = range(11000, 15000, 50)
    start = os.getpid() % len(offsets)
    for offset in (*offsets[start:], *offsets[:start]):
        lock = open(f"/tmp/rialto-test-ports-{offset}.lock", "w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for port in [*PORTS.values(), *METRICS_PORTS.values(), *HTTP_PORTS.values(), PROVIDER_PORT]:
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port + offset))
            return offset, lock
        except OSError:
            lock.close()
    raise RuntimeError("no free ports")


class Venue:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="rialto-system-", dir="/tmp"))
        self.folder.chmod(0o755)  # PostgreSQL's own user must get in.
        self.var = self.folder / "var"
        self.offset, self._ports_lock = _take_offset()

    def address(self, service):
        return f"127.0.0.1:{PORTS[service] + self.offset}"

    def metrics(self, service):
        url = f"http://127.0.0.1:{METRICS_PORTS[service] + self.offset}/metrics"
        return subprocess.run(["curl", "-sf", url], capture_output=True, text=True, check=True).stdout

    def flags(self):
        return ["--var", str(self.var), "--port-offset", str(self.offset), "--build-preset", build_preset()]

    def rialto(self, command, *arguments, check=True, timeout=600):
        """./rialto COMMAND for this stack."""
        result = subprocess.run([str(ROOT / "rialto"), command, *self.flags(), *arguments], cwd=ROOT,
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, check=False)
        if check and result.returncode != 0:
            raise AssertionError(f"rialto {command} {arguments}: exit {result.returncode}\n{result.stdout}\n{result.stderr}")
        return result

    def up(self):
        return self.rialto("up")

    def down(self):
        self.rialto("down", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def pid(self, service):
        rows = json.loads(self.rialto("status", "--json", check=False).stdout)["services"]
        return next(row["pid"] for row in rows if row["service"] == service)

    def kill(self, service):
        """kill -9; the supervisor starts it again."""
        pid = self.pid(service)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

    def grpcurl(self, service, method, request, check=True):
        """The answer, or with check=False what grpcurl printed as the error."""
        result = subprocess.run([os.environ["RIALTO_GRPCURL"], "-plaintext", "-d", json.dumps(request),
                                 self.address(service), method],
                                capture_output=True, text=True, timeout=30, check=False)
        if check:
            if result.returncode != 0:
                raise AssertionError(f"{method} {request}: {result.stderr}")
            return json.loads(result.stdout)
        return result.stdout + result.stderr

    def sql(self, query):
        url = f"postgresql:///rialto?host={self.var}/run/postgres&user=rialto"
        return subprocess.run(["psql", "-XAtq", url, "-c", query], capture_output=True, text=True, check=True).stdout.strip()

    def define_market(self):
        """USD, BTC, BTC-USD; alice 1001 and bob 1002 with 100,000 USD and 10 BTC each."""
        admin, accounts = "rialto.engine.v1.AdminService/", "rialto.engine.v1.AccountService/"
        self.grpcurl("engine", admin + "CreateAsset", {"symbol": "USD", "scale": 2})
        self.grpcurl("engine", admin + "CreateAsset", {"symbol": "BTC", "scale": 8})
        self.grpcurl("engine", admin + "CreateInstrument", {"instrument": {
            "symbol": "BTC-USD", "base_asset": "BTC", "quote_asset": "USD", "tick_size": "0.01",
            "lot_size": "0.00000001", "quantity_min": "0.0001", "quantity_max": "1000",
            "maker_fee_ppm": 1000, "taker_fee_ppm": 2000}})
        for account, name in ((1001, "alice"), (1002, "bob")):
            self.grpcurl("engine", accounts + "OpenAccount", {"name": name})
            for asset, amount in (("USD", "100000"), ("BTC", "10")):
                self.grpcurl("engine", accounts + "Deposit", {
                    "transaction_id": f"{name}-{asset}", "account_id": account, "asset": asset, "amount": amount})

    def order(self, client_order_id, side, price, quantity, **changes):
        form = {"account_id": 1001 if side == "BUY" else 1002, "client_order_id": client_order_id,
                "instrument": "BTC-USD", "side": f"ORDER_SIDE_{side}", "type": "ORDER_TYPE_LIMIT",
                "price": price, "quantity": quantity}
        form.update(changes)
        return {"order": {key: value for key, value in form.items() if value is not None}}

    def verify(self):
        """The report of `rialto verify`; fails the test unless all is equal."""
        report = json.loads(self.rialto("verify", "--json").stdout)
        assert report["accounts_different"] == 0 and report["engine_sequence"] == report["ledger_sequence"], report
        assert all(float(amount) == 0 for amount in report["conservation"].values()), report
        return report


class VenueTest(unittest.TestCase):
    """One stack for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        cls.venue = Venue()
        cls.addClassCleanup(cls.venue.down)
        cls.venue.up()
