"""Every kind of bad input gets a clear error, and nothing is lost."""
import os
import socket
import subprocess
import tempfile
from pathlib import Path

from venue import ROOT, VenueTest, build_preset, need_grpcurl

PLACE = "rialto.gateway.v1.OrderService/PlaceOrder"


def without(field, request):
    return {"order": {key: value for key, value in request["order"].items() if key != field}}


class BadInputTest(VenueTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "RIALTO_GRPCURL" in os.environ:
            cls.venue.define_market()

    def setUp(self):
        need_grpcurl(self)

    def sequence(self):
        return int(self.venue.grpcurl("engine", "rialto.engine.v1.AdminService/GetServerInfo", {})["sequence"])

    def refuse(self, reason, service, method, request):
        """The call is malformed: an error with this reason first, and no command in the journal."""
        before = self.sequence()
        text = self.venue.grpcurl(service, method, request, check=False)
        self.assertIn("Code: InvalidArgument", text)
        self.assertIn(f"Message: {reason}", text)
        self.assertEqual(self.sequence(), before)

    def test_malformed_orders_never_become_commands(self):
        order = self.venue.order
        for reason, request in (
                ("UNKNOWN_INSTRUMENT", order("x", "BUY", "1", "1", instrument="DOGE-USD")),
                ("BAD_DECIMAL", order("x", "BUY", "abc", "1")),
                ("BAD_DECIMAL", order("x", "BUY", "1e3", "1")),
                ("BAD_PRECISION", order("x", "BUY", "1.001", "1")),
                ("BAD_PRECISION", order("x", "BUY", "1", "0.000000001")),
                ("INVALID_ORDER", order("x", "BUY", "1", "-1")),
                ("INVALID_ORDER", order("x", "BUY", "1", "0")),
                ("INVALID_ORDER", order("x", "BUY", "-1", "1")),
                ("OUT_OF_RANGE", order("x", "BUY", "99999999999999999999", "1")),
                ("BAD_ID", order("", "BUY", "1", "1")),
                ("BAD_ID", order("x" * 37, "BUY", "1", "1")),
                ("INVALID_ORDER", order("x", "BUY", None, "1")),
                ("INVALID_ORDER", order("x", "BUY", "1", "1", type="ORDER_TYPE_MARKET")),
                ("INVALID_ORDER", without("side", order("x", "BUY", "1", "1"))),
                ("INVALID_ORDER", without("type", order("x", "BUY", "1", "1"))),
        ):
            with self.subTest(reason=reason, request=request):
                self.refuse(reason, "gateway", PLACE, request)
                self.refuse(reason, "engine", PLACE.replace("gateway", "engine"), request)

    def test_malformed_transfers_never_become_commands(self):
        deposit = {"transaction_id": "t", "account_id": 1001, "asset": "USD", "amount": "1"}
        for reason, change in (("UNKNOWN_ASSET", {"asset": "EUR"}), ("BAD_PRECISION", {"amount": "0.001"}),
                               ("INVALID_AMOUNT", {"amount": "-1"}), ("INVALID_AMOUNT", {"amount": "0"}),
                               ("BAD_ID", {"transaction_id": "a b"}), ("BAD_DECIMAL", {"amount": ""})):
            for method in ("Deposit", "Withdraw"):
                with self.subTest(reason=reason, method=method):
                    self.refuse(reason, "engine", f"rialto.engine.v1.AccountService/{method}", {**deposit, **change})

    def test_off_tick_prices_are_named(self):
        admin = "rialto.engine.v1.AdminService/CreateInstrument"
        self.venue.grpcurl("engine", admin, {"instrument": {
            "symbol": "BTC-USD-WIDE", "base_asset": "BTC", "quote_asset": "USD", "tick_size": "0.25", "lot_size": "0.01",
            "quantity_min": "0.01", "quantity_max": "10"}})
        self.refuse("PRICE_OFF_TICK: price 1.10 is not a multiple of 0.25", "engine",
                    PLACE.replace("gateway", "engine"),
                    self.venue.order("x", "BUY", "1.10", "1", instrument="BTC-USD-WIDE"))

    def test_refusals_are_answers_with_numbers_and_stay_the_same(self):
        request = self.venue.order("too-much", "BUY", "20000", "10")
        answer = self.venue.grpcurl("gateway", PLACE, request)
        self.assertEqual(answer["rejected"]["message"],
                         "INSUFFICIENT_FUNDS: need 200400.00 USD, available 100000.00 USD")
        again = self.venue.grpcurl("gateway", PLACE, request)
        self.assertTrue(again.pop("repeated_request"))
        self.assertEqual(again, answer)
        other = self.venue.grpcurl("gateway", PLACE, self.venue.order("too-much", "BUY", "1", "1"))
        self.assertEqual(other["rejected"]["reason"], "REJECT_REASON_CLIENT_ORDER_ID_REUSED")

    def test_an_oversized_message_is_refused(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write('{"order": {"client_order_id": "' + "x" * (5 << 20) + '"}}')
            file.flush()
            with open(file.name, encoding="utf-8") as body:
                result = subprocess.run([os.environ["RIALTO_GRPCURL"], "-plaintext", "-d", "@",
                                         self.venue.address("gateway"), PLACE],
                                        stdin=body, capture_output=True, text=True, timeout=30, check=False)
        self.assertIn("Code: ResourceExhausted", result.stderr)
        self.venue.verify()

    def test_a_taken_port_is_named(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            result = subprocess.run([str(ROOT / "build" / build_preset() / "bin" / "rialto_gateway"),
                                     "--listen", f"127.0.0.1:{port}", "--metrics-listen", "127.0.0.1:0",
                                     "--engine", self.venue.address("engine")],
                                    capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"listen 127.0.0.1:{port}: address already in use", result.stderr)

    def test_bad_files_are_named_with_the_line(self):
        with tempfile.TemporaryDirectory() as folder:
            messages = Path(folder) / "X_2020-01-01_message_1.csv"
            messages.write_text("34200.1,1,1,100,1000000,1\n34200.2,1,2,abc,1000000,1\n", encoding="utf-8")
            book = Path(folder) / "X_2020-01-01_orderbook_1.csv"
            book.write_text("1000100,10,1000000,100\n1000100,10,1000000,200\n", encoding="utf-8")
            result = self.venue.rialto("replay", str(messages), str(book), check=False)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertIn(f"{messages.name}:2", result.stderr)
        self.assertIn("abc", result.stderr)

    def test_a_follower_whose_database_is_down_says_so_and_waits(self):
        process = subprocess.Popen([str(ROOT / "build" / build_preset() / "bin" / "rialto_ledger"),
                                    "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0",
                                    "--engine", self.venue.address("engine"),
                                    "--database-url", "postgresql:///nothing?host=/nonexistent"],
                                   stderr=subprocess.PIPE, text=True)
        try:
            for line in process.stderr:
                if "/nonexistent" in line and "connect" in line:
                    break
            else:
                self.fail("the ledger did not say that its database is down")
            self.assertIsNone(process.poll())
        finally:
            process.kill()
            process.communicate()
