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
        """Commands that the engine has decided; but those it sends itself, to let time pass."""
        lines = self.venue.metrics("engine").splitlines()
        return sum(float(line.split()[-1]) for line in lines
                   if line.startswith("engine_commands_total{") and 'type="tick"' not in line)

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

    def test_fields_that_do_not_go_with_the_type_are_named(self):
        def order(**changes):
            return self.venue.order("x", "SELL", changes.pop("price", None), changes.pop("quantity", "1"), **changes)

        for reason, request in (
                ("INVALID_ORDER: STOP needs trigger_price", order(type="ORDER_TYPE_STOP")),
                ("INVALID_ORDER: STOP takes no price", order(type="ORDER_TYPE_STOP", price="1", trigger_price="1")),
                ("INVALID_ORDER: STOP_LIMIT needs price", order(type="ORDER_TYPE_STOP_LIMIT", trigger_price="1")),
                ("INVALID_ORDER: LIMIT takes no trigger_price", order(price="1", trigger_price="1")),
                ("INVALID_ORDER: TRAILING_STOP takes trail_bips or trail_distance",
                 order(type="ORDER_TYPE_TRAILING_STOP")),
                ("INVALID_ORDER: PEGGED needs peg_reference", order(type="ORDER_TYPE_PEGGED", price="1")),
                ("INVALID_ORDER: expire_time goes with GTD", order(price="1", time_in_force="TIME_IN_FORCE_GTD")),
                ("INVALID_ORDER: display_quantity must be above 0", order(price="1", display_quantity="0")),
                ("BAD_PRECISION", order(type="ORDER_TYPE_STOP", trigger_price="1.001")),
                ("BAD_PRECISION", order(type="ORDER_TYPE_TRAILING_STOP", trail_bips="1.001")),
                ("BAD_ID", order(price="1", tag="a b")),
        ):
            with self.subTest(reason=reason):
                self.refuse(reason, "gateway", PLACE, request)
                self.refuse(reason, "engine", PLACE.replace("gateway", "engine"), request)

    def test_malformed_entries_refuse_the_whole_batch(self):
        good = self.venue.order("good", "SELL", "90000", "0.1")["order"]
        bad = self.venue.order("bad", "SELL", "1e3", "0.1")["order"]
        for service in ("gateway", "engine"):
            orders = f"rialto.{service}.v1.OrderService/"
            with self.subTest(service=service):
                self.refuse("BAD_DECIMAL: orders[1]: ", service, orders + "BatchPlaceOrders", {"orders": [good, bad]})
                self.refuse("BATCH_SIZE", service, orders + "BatchPlaceOrders", {"orders": []})
                self.refuse("INVALID_ORDER", service, orders + "PlaceOrderList",
                            {"kind": "LIST_KIND_OCO", "orders": [good]})
                self.refuse("BAD_ID: need an account_id", service, orders + "MassCancelOrders", {"tag": "x"})
                self.refuse("BAD_DURATION", service, orders + "CancelAllAfter",
                            {"account_id": 1001, "timeout_ms": -1})
                self.refuse("INVALID_ORDER", service, orders + "AmendOrder",
                            {"account_id": 1001, "order_id": 1, "instrument": "BTC-USD"})

    def test_malformed_transfers_never_become_commands(self):
        deposit = {"transaction_id": "t", "account_id": 1001, "asset": "USD", "amount": "1"}
        for reason, change in (("UNKNOWN_ASSET", {"asset": "EUR"}), ("BAD_PRECISION", {"amount": "0.001"}),
                               ("INVALID_AMOUNT", {"amount": "-1"}), ("INVALID_AMOUNT", {"amount": "0"}),
                               ("BAD_ID", {"transaction_id": "a b"}), ("BAD_DECIMAL", {"amount": ""})):
            for method in ("Deposit", "Withdraw"):
                with self.subTest(reason=reason, method=method):
                    self.refuse(reason, "engine", f"rialto.engine.v1.AccountService/{method}", {**deposit, **change})

    def test_malformed_transfers_between_accounts_never_become_commands(self):
        good = {"transaction_id": "t", "debit_account_id": 1001, "credit_account_id": 1002, "asset": "USD", "amount": "1"}
        for reason, change in (("UNKNOWN_ASSET", {"asset": "EUR"}), ("BAD_PRECISION", {"amount": "0.001"}),
                               ("INVALID_AMOUNT", {"amount": "0"}), ("BAD_ID", {"transaction_id": "a b"}),
                               ("INVALID_TRANSFER", {"credit_account_id": 1001}), ("INVALID_TRANSFER", {"timeout_ms": 1}),
                               ("BAD_DURATION", {"kind": "TRANSFER_KIND_PENDING", "timeout_ms": -1}),
                               ("INVALID_TRANSFER", {"kind": "TRANSFER_KIND_POST"}),
                               ("INVALID_TRANSFER", {"kind": "TRANSFER_KIND_DEPOSIT"})):
            for service in ("gateway", "engine"):
                with self.subTest(reason=reason, service=service):
                    self.refuse(reason, service, f"rialto.{service}.v1.AccountService/Transfer",
                                {"transfer": {**good, **change}})
        self.refuse("BAD_DECIMAL: transfers[1]: ", "engine", "rialto.engine.v1.AccountService/LinkTransfers",
                    {"transfers": [good, {**good, "amount": ""}]})

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
