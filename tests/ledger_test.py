"""The ledger beside a real engine: reversals, balances of the past, what is found when somebody edits it, export."""
import os
import subprocess
import time
import unittest

from bare_venue import BareVenue

LEDGER = "rialto.ledger.v1.LedgerService/"
ACCOUNTS = "rialto.engine.v1.AccountService/"
EXTERNAL = 1
BUCKETS = 256  # Of accounts, in checkpoints.


class LedgerTest(unittest.TestCase):
    """One venue; every test has two accounts of its own, with 100,000 USD each."""

    @classmethod
    def setUpClass(cls):
        if "RIALTO_GRPCURL" not in os.environ:
            raise unittest.SkipTest("RIALTO_GRPCURL is not set: grpcurl could not be built here")
        cls.venue = BareVenue(names=("engine", "gateway", "ledger"))
        cls.addClassCleanup(cls.venue.down)
        cls.venue.up()
        cls.venue.define_market()

    def setUp(self):
        self.payer, self.payee = (self.open_account(f"{self._testMethodName[-30:]}-{number}") for number in (1, 2))

    def open_account(self, name):
        account = int(self.venue.grpcurl("engine", ACCOUNTS + "OpenAccount", {"name": name})["account_id"])
        self.venue.grpcurl("engine", ACCOUNTS + "Deposit", {
            "transaction_id": f"d{account}", "account_id": account, "asset": "USD", "amount": "100000"})
        return account

    def transfer(self, transaction_id, amount="10", kind="SINGLE", **form):
        """The engine's decision."""
        return self.venue.grpcurl("engine", ACCOUNTS + "Transfer", {"transfer": {
            "transaction_id": transaction_id, "kind": f"TRANSFER_KIND_{kind}", "debit_account_id": self.payer,
            "credit_account_id": self.payee, "asset": "USD", "amount": amount, **form}})

    def reverse(self, transaction_id, target, **request):
        return self.venue.grpcurl("ledger", LEDGER + "ReverseTransaction", {
            "transaction_id": transaction_id, "target_transaction_id": target, **request})

    def refusal(self, transaction_id, target):
        return self.reverse(transaction_id, target)["rejected"]["reason"].removeprefix("REJECT_REASON_")

    def transaction(self, transaction_id):
        self.venue.wait_for_followers()
        return self.venue.grpcurl("ledger", LEDGER + "GetTransaction", {"transaction_id": transaction_id})["transaction"]

    def balance_at(self, sequence):
        """(owned, available, held) of the payer in USD."""
        self.venue.wait_for_followers()
        told = self.venue.grpcurl("ledger", LEDGER + "GetBalanceAt", {
            "account_id": self.payer, "asset": "USD", "as_of_sequence": sequence})
        return told["owned"], told["available"], told["held"]

    def tool(self, *arguments, check=True):
        environment = {**os.environ, "RIALTO_DATABASE_URL": self.venue.cluster.url}
        return subprocess.run([str(self.venue.binary("rialto_ledger_tool")), *map(str, arguments)], env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=check).stdout

    def test_a_transaction_is_moved_back_by_a_new_one_and_only_once(self):
        paid = self.transfer("rent", "300", reference="may")
        before = self.transaction("rent")
        reversal = self.reverse("oops", "rent", reference="paid-twice")
        self.assertEqual("300.00", reversal["accepted"]["amount"])
        again = self.reverse("oops", "rent", reference="paid-twice")
        self.assertTrue(again["repeated_request"])
        self.assertEqual(reversal["sequence"], again["sequence"])

        made = self.transaction("oops")
        self.assertEqual(("ENTRY_KIND_REVERSAL", "rent", "paid-twice", reversal["sequence"]),
                         (made["type"], made["reverses"], made["reference"], made["sequence"]))
        after = self.transaction("rent")
        self.assertEqual([reversal["sequence"]], after.pop("reversed_by_sequences"))
        self.assertEqual(before, after)  # Nothing was edited.
        self.assertEqual("may", after["reference"])
        self.assertEqual("99700.00", self.balance_at(paid["sequence"])[0])
        self.assertEqual("100000.00", self.balance_at(reversal["sequence"])[0])
        self.assertIn("findings       0", self.tool("verify"))

    def test_what_can_not_be_reversed_is_refused_with_its_reason_for_ever(self):
        self.transfer("held", kind="PENDING")
        self.transfer("spent", "50")
        self.reverse("back", "spent")
        for identifier, target, reason in (("r1", "nothing", "UNKNOWN_TRANSFER"), ("r2", "held", "NOT_REVERSIBLE"),
                                           ("r3", "back", "NOT_REVERSIBLE"), ("r4", "spent", "ALREADY_REVERSED"),
                                           ("back", "held", "TRANSACTION_ID_REUSED")):
            self.assertEqual(reason, self.refusal(identifier, target), (identifier, target))
        self.transfer("gift", "100000", debit_account_id=self.payee, credit_account_id=self.payer)
        self.transfer("gone", "150000", credit_account_id=EXTERNAL)
        refused = self.reverse("r5", "gift")["rejected"]
        self.assertEqual("REJECT_REASON_INSUFFICIENT_FUNDS", refused["reason"])
        self.assertIn("100000.00", refused["message"])
        self.reverse("r6", "gone")  # Now there would be enough, but a retry never flips an answer.
        self.assertEqual("INSUFFICIENT_FUNDS", self.refusal("r5", "gift"))

        malformed = self.venue.grpcurl("ledger", LEDGER + "ReverseTransaction", {"transaction_id": "r 7"}, check=False)
        self.assertIn("InvalidArgument", malformed)
        self.venue.kill("engine")
        self.addCleanup(self.venue.wait_until_serving)
        self.addCleanup(self.venue.start, "engine")
        away = self.venue.grpcurl("ledger", LEDGER + "ReverseTransaction", {
            "transaction_id": "r8", "target_transaction_id": "held"}, check=False)
        self.assertIn("Unavailable", away)

    def test_available_and_held_of_the_past_are_told_apart(self):
        begun = int(self.transfer("begin", "1")["sequence"])
        held = int(self.transfer("p", "30", kind="PENDING")["sequence"])
        self.venue.grpcurl("gateway", "rialto.gateway.v1.OrderService/PlaceOrder", self.venue.order("o1", "BUY", "100.00", "1", account_id=self.payer))
        placed = self.venue.engine_sequence()
        posted = int(self.transfer("post", "10", kind="POST", target_transaction_id="p")["sequence"])
        self.assertEqual(("99999.00", "99999.00", "0.00"), self.balance_at(begun))
        self.assertEqual(("99999.00", "99969.00", "30.00"), self.balance_at(held))
        self.assertEqual(("99999.00", "99868.80", "130.20"), self.balance_at(placed))  # With the highest fee.
        self.assertEqual(("99989.00", "99888.80", "100.20"), self.balance_at(posted))
        self.assertEqual("p", self.transaction("post")["entries"][0]["target_transaction_id"])

    def test_what_somebody_changed_is_named_within_ten_seconds(self):
        self.venue.wait_for_followers()
        third = self.open_account("third")
        self.venue.wait_for_followers()
        start = time.monotonic()
        self.venue.sql(f"UPDATE ledger.balances SET available = available + 1 WHERE account_id = {self.payer};"
                       f" UPDATE ledger.balances SET available = available - 5, held = 5 WHERE account_id = {self.payee};"
                       f" DELETE FROM ledger.balances WHERE account_id = {third}")
        self.addCleanup(self.venue.sql, (
            f"UPDATE ledger.balances SET available = available - 1 WHERE account_id = {self.payer};"
            f" UPDATE ledger.balances SET available = available + 5, held = 0 WHERE account_id = {self.payee};"
            f" INSERT INTO ledger.balances VALUES ({third}, 1, 10000000, 0, {self.venue.engine_sequence()})"))
        wanted = [f"{account}|1|{account % BUCKETS}" for account in (self.payer, self.payee, third)]
        named = []
        while named != wanted and time.monotonic() - start < 60:
            time.sleep(0.05)
            named = self.venue.sql("SELECT account_id, asset_id, bucket FROM ledger.differences ORDER BY 1, 2").split()
        seconds = time.monotonic() - start
        self.assertEqual(wanted, named)
        self.assertLess(seconds, 10)
        self.assertEqual(3, self.venue.metric("ledger", "ledger_different_balances"))
        self.assertEqual("3", self.venue.grpcurl("ledger", LEDGER + "GetReconciliation", {})["difference_count"])

    def test_an_exported_ledger_is_imported_whole_or_not_at_all(self):
        for number in range(5):
            self.venue.grpcurl("gateway", "rialto.gateway.v1.OrderService/PlaceOrder",
                               self.venue.order(f"buy{number}", "BUY", "100.00", "0.5"))
        self.venue.grpcurl("gateway", "rialto.gateway.v1.OrderService/PlaceOrder", self.venue.order("sell", "SELL", "99.00", "1"))
        self.venue.wait_for_followers()
        file = self.venue.folder / "ledger.jsonl"
        self.tool("export", file)
        file.chmod(0o644)
        self.tool("import", file)
        for table in ("orders", "postings", "trades", "holds", "batches", "balances"):
            rows = [self.venue.sql(f"SELECT t::text FROM {schema}.{table} AS t ORDER BY 1")
                    for schema in ("ledger", "ledger_imported")]
            self.assertEqual(*rows, table)
            self.assertTrue(rows[0], table)
        self.assertIn("findings       0", self.tool("verify", "--schema", "ledger_imported"))
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace('"client_order_id":"buy3"', '"client_order_id":"buy9"'), encoding="utf-8")
        self.assertEqual("", self.tool("import", file, "--schema", "forged", check=False))
        self.assertEqual("0", self.venue.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'forged'"))
