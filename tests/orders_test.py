"""Every kind of order through the public door, and what risk, ledger and the books make of it."""
import time

from venue import VenueTest, need_grpcurl

ORDERS = "rialto.gateway.v1.OrderService/"
RISK = "rialto.risk.v1.RiskService/"


class OrdersTest(VenueTest):
    def setUp(self):
        need_grpcurl(self)
        if not self.defined:
            self.venue.define_market()
            type(self).defined = True

    defined = False

    def call(self, method, request):
        return self.venue.grpcurl("gateway", ORDERS + method, request)

    def place(self, *arguments, **changes):
        """The accepted order; fails when it was refused."""
        answer = self.call("PlaceOrder", self.venue.order(*arguments, **changes))
        self.assertIn("accepted", answer, answer)
        return answer["accepted"]

    def refusal(self, *arguments, **changes):
        answer = self.call("PlaceOrder", self.venue.order(*arguments, **changes))
        self.assertIn("rejected", answer, answer)
        return answer["rejected"]["message"]

    def open_orders(self, account):
        orders = self.call("ListOpenOrders", {"account_id": account}).get("orders", [])
        return {order["client_order_id"]: order for order in orders}

    def depth(self):
        answer = self.venue.grpcurl("gateway", "rialto.gateway.v1.MarketDataService/GetDepth",
                                    {"instrument": "BTC-USD"})
        return ([(level["price"], level["quantity"]) for level in answer.get("bids", [])],
                [(level["price"], level["quantity"]) for level in answer.get("asks", [])])

    def eventually(self, expected, read):
        """Followers are a moment behind: polls, then compares."""
        give_up = time.monotonic() + 20
        while read() != expected and time.monotonic() < give_up:
            time.sleep(0.05)
        self.assertEqual(read(), expected)

    def tearDown(self):
        for account in (1001, 1002):
            self.call("MassCancelOrders", {"account_id": account})
        self.venue.verify()

    def test_a_stop_waits_fires_on_a_trade_and_takes(self):
        self.place("stop-bid", "BUY", "100.00", "1")
        self.place("stop-bid-2", "BUY", "95.00", "1")
        stop = self.place("stop", "SELL", None, "0.5", type="ORDER_TYPE_STOP", trigger_price="100.00")
        self.assertEqual(stop["status"], "ORDER_STATUS_PENDING")
        self.assertEqual(self.open_orders(1002)["stop"]["trigger_price"], "100.00")
        self.place("stop-taker", "SELL", "100.00", "0.6")
        self.assertNotIn("stop", self.open_orders(1002))
        # 0.4 at 100 were left for the stop, and 0.1 at 95: within its collar of 10 %.
        self.eventually(([("95.00", "0.90000000")], []), self.depth)

    def test_of_an_oco_the_trade_of_one_ends_the_other(self):
        answer = self.call("PlaceOrderList", {"kind": "LIST_KIND_OCO", "orders": [
            self.venue.order("oco-profit", "SELL", "110.00", "1")["order"],
            self.venue.order("oco-stop", "SELL", "89.00", "1", type="ORDER_TYPE_STOP_LIMIT", trigger_price="90.00",
                             trigger_source="TRIGGER_SOURCE_MARK")["order"]]})
        self.assertEqual(len(answer["order_ids"]), 2)
        self.assertEqual(set(self.open_orders(1002)), {"oco-profit", "oco-stop"})
        taken = self.place("oco-taker", "BUY", "110.00", "0.3")
        self.assertEqual(taken["status"], "ORDER_STATUS_FILLED")
        self.assertEqual(set(self.open_orders(1002)), {"oco-profit"})

    def test_amending_up_moves_to_the_end_and_may_trade(self):
        self.place("amend-first", "BUY", "80.00", "1")
        self.place("amend-second", "BUY", "80.00", "1")
        self.call("AmendOrder", {"account_id": 1001, "client_order_id": "amend-first", "instrument": "BTC-USD",
                                 "quantity": "1.5"})
        self.place("amend-taker", "SELL", "80.00", "1")
        self.assertEqual(set(self.open_orders(1001)), {"amend-first"})
        self.place("amend-ask", "SELL", "81.00", "0.5")
        amended = self.call("AmendOrder", {"account_id": 1001, "client_order_id": "amend-first",
                                           "instrument": "BTC-USD", "price": "81.00"})["amended"]
        self.assertEqual(amended["executed_quantity"], "0.50000000")
        self.eventually(([("81.00", "1.00000000")], []), self.depth)

    def test_an_iceberg_shows_a_part_at_a_time(self):
        self.place("iceberg", "SELL", "120.00", "1", display_quantity="0.3")
        self.eventually(([], [("120.00", "0.30000000")]), self.depth)
        self.place("iceberg-taker", "BUY", "120.00", "0.8")
        self.eventually(([], [("120.00", "0.10000000")]), self.depth)

    def test_a_batch_a_validation_and_a_mass_cancel(self):
        answer = self.call("BatchPlaceOrders", {"orders": [
            self.venue.order("batch-1", "BUY", "70.00", "1", tag="grid")["order"],
            self.venue.order("batch-2", "BUY", "69.00", "9999999")["order"],
            self.venue.order("batch-3", "BUY", "68.00", "1", tag="grid")["order"]]})
        self.assertEqual(["accepted" in decision for decision in answer["decisions"]], [True, False, True])
        before = self.call("ListOpenOrders", {"account_id": 1001})
        validated = self.call("PlaceOrder", {**self.venue.order("never", "BUY", "67.00", "1"), "validate_only": True})
        self.assertTrue(validated["validated_only"])
        self.assertEqual(self.call("ListOpenOrders", {"account_id": 1001}), before)

        def exposure():
            return self.venue.grpcurl("risk", RISK + "GetExposure",
                                      {"account_id": 1001, "instrument": "BTC-USD"})["buy"]

        self.eventually({"order_count": "2", "quantity": "2.00000000", "notional": "138.00"}, exposure)
        self.assertEqual(self.call("MassCancelOrders", {"account_id": 1001, "tag": "grid"})["canceled_orders"], "2")
        self.eventually({"quantity": "0.00000000", "notional": "0.00"}, exposure)

    def test_the_kill_switch_stops_and_cancels_until_it_is_released(self):
        self.place("halt-bid", "BUY", "60.00", "1")
        halted = self.venue.grpcurl("risk", RISK + "HaltTrading", {"account_id": 1001, "reason": "test"})
        self.assertEqual(halted["canceled_orders"], "1")
        self.assertEqual(self.refusal("halt-bid-2", "BUY", "60.00", "1"), "TRADING_HALTED")
        self.place("halt-ask", "SELL", "130.00", "0.1")  # Somebody else's.
        self.eventually("TRADING_STATE_HALTED", lambda: self.venue.grpcurl(
            "risk", RISK + "GetTradingState", {"account_id": 1001})["state"])
        self.venue.grpcurl("risk", RISK + "SetTradingState",
                           {"account_id": 1001, "state": "TRADING_STATE_ACTIVE", "reason": "test over"})
        self.place("halt-bid-3", "BUY", "60.00", "1")
        self.assertEqual(self.venue.sql("SELECT kind, reason, outcome FROM risk.changes ORDER BY change_id"),
                         "halt|test|set\ntrading_state|test over|set")

    def transfer(self, transaction_id, kind="SINGLE", service="gateway", **fields):
        form = {"transaction_id": transaction_id, "kind": f"TRANSFER_KIND_{kind}", **fields}
        return self.venue.grpcurl(service, f"rialto.{service}.v1.AccountService/Transfer", {"transfer": form})

    def usd(self, account):
        balances = self.venue.grpcurl("engine", "rialto.engine.v1.AccountService/ListBalances",
                                      {"account_id": account})["balances"]
        return next((b["available"], b["held"]) for b in balances if b["asset"] == "USD")

    def test_money_is_held_posted_in_part_expires_and_is_moved_back(self):
        before, other = self.usd(1001), self.usd(1002)
        users = {"debit_account_id": 1001, "credit_account_id": 1002, "asset": "USD"}
        held = self.transfer("hold-1", "PENDING", **users, amount="10.00", reference="rent")
        self.assertEqual(held["accepted"]["debit_balance"]["held"], "10.00")
        posted = self.transfer("post-1", "POST", **users, amount="4.00", target_transaction_id="hold-1")
        self.assertEqual(posted["accepted"]["amount"], "4.00")
        again = self.transfer("post-1", "POST", **users, amount="4.00", target_transaction_id="hold-1")
        self.assertEqual((again["sequence"], again["repeated_request"]), (posted["sequence"], True))
        void = self.transfer("void-1", "VOID", **users, target_transaction_id="hold-1")
        self.assertEqual(void["rejected"]["message"], "PENDING_ALREADY_POSTED")
        # On a venue where nothing else happens.
        short = self.transfer("hold-2", "PENDING", **users, amount="7.00", timeout_ms=300)
        self.assertIn("expire_time", short["accepted"])

        def state():
            return self.venue.grpcurl("engine", "rialto.engine.v1.AccountService/GetTransfer",
                                      {"transaction_id": "hold-2"})["transfer"]["state"]

        self.eventually("TRANSFER_STATE_EXPIRED", state)
        self.assertEqual(self.transfer("void-2", "VOID", **users, target_transaction_id="hold-2")["rejected"]["message"],
                         "PENDING_EXPIRED")
        refused = self.venue.grpcurl("gateway", "rialto.gateway.v1.AccountService/Transfer", {"transfer": {
            "transaction_id": "x", "debit_account_id": 1001, "credit_account_id": 1, "asset": "USD", "amount": "1"}},
            check=False)
        self.assertIn("UNKNOWN_ACCOUNT: need two users' accounts, have 1", refused)
        self.transfer("reverse-1", "REVERSE", service="engine", target_transaction_id="post-1")
        self.assertEqual((self.usd(1001), self.usd(1002)), (before, other))

    def test_a_withdrawal_is_held_and_settled_and_linked_transfers_are_all_made_or_none(self):
        before = self.usd(1001)
        outside = {"debit_account_id": 1001, "credit_account_id": 1, "asset": "USD"}
        self.transfer("withdrawal", "PENDING", service="engine", **outside, amount="50.00")
        self.transfer("settle", "POST", service="engine", target_transaction_id="withdrawal")
        self.transfer("back", service="engine", debit_account_id=1, credit_account_id=1001, asset="USD", amount="50")
        self.assertEqual(self.usd(1001), before)
        link = "rialto.engine.v1.AccountService/LinkTransfers"
        users = {"debit_account_id": 1001, "credit_account_id": 1002, "asset": "USD"}
        answer = self.venue.grpcurl("engine", link, {"transfers": [
            {"transaction_id": "link-1", **users, "amount": "5"},
            {"transaction_id": "link-2", **users, "amount": "99999999"}]})
        self.assertEqual([one["rejected"]["reason"] for one in answer["refused"]],
                         ["REJECT_REASON_LINKED_FAILED", "REJECT_REASON_INSUFFICIENT_FUNDS"])
        self.assertEqual(self.usd(1001), before)
        answer = self.venue.grpcurl("engine", link, {"transfers": [
            {"transaction_id": "link-3", **users, "amount": "5"},
            {"transaction_id": "link-4", "kind": "TRANSFER_KIND_REVERSE", "target_transaction_id": "link-3"}]})
        self.assertTrue(answer["accepted"])
        self.assertEqual(self.usd(1001), before)

    def test_refusals_name_what_is_wrong(self):
        self.place("refuse-ask", "SELL", "140.00", "1")
        self.assertEqual(self.refusal("refuse-1", "BUY", "141.00", "1", post_only=True),
                         "WOULD_TAKE: the best opposite price is 140.00 USD, the order's is 141.00 USD")
        self.assertRegex(self.refusal("refuse-2", "BUY", "100.00", "1", not_after="2020-01-01T00:00:00Z"),
                         r"^REQUEST_EXPIRED: was good until 2020-01-01T00:00:00Z, taken up at 20")
        self.assertRegex(self.refusal("refuse-3", "BUY", "100.00", "1", time_in_force="TIME_IN_FORCE_GTD",
                                      expire_time="2020-01-01T00:00:00Z"),
                         r"^EXPIRE_TIME_PASSED: expire_time is 2020-01-01T00:00:00Z, now it is 20")
        admin = "rialto.engine.v1.AdminService/SetInstrumentState"
        self.venue.grpcurl("engine", admin, {"instrument": "BTC-USD", "state": "INSTRUMENT_STATE_CANCEL_ONLY"})
        self.addCleanup(self.venue.grpcurl, "engine", admin,
                        {"instrument": "BTC-USD", "state": "INSTRUMENT_STATE_TRADING"})
        self.assertEqual(self.refusal("refuse-4", "BUY", "100.00", "1"),
                         "INSTRUMENT_STATE: the instrument is CANCEL_ONLY")
