"""Deposits and withdrawals with real processes: engine, ledger, custody, a simulated provider that calls the real
webhook; kill -9 at every message that custody sends.
"""
import json
import os
import signal
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request

from bare_venue import ENDS_WITH_THE_TEST, NIGHTLY, BareVenue, seeded
from venue import HTTP_PORTS, PROVIDER_PORT, ROOT, need_grpcurl

sys.path.insert(0, str(ROOT / "tools"))
from custody_provider.books import Books  # noqa: E402  pylint: disable=wrong-import-position
from custody_provider.signature import headers_for, read_secret  # noqa: E402  pylint: disable=wrong-import-position

SERVICE = "rialto.custody.v1.CustodyService/"
ACCOUNTS = "rialto.engine.v1.AccountService/"
ALICE = 1001
CRASHES = 400 if NIGHTLY else 25
# Messages that custody sends between its start and the end of what it has to do, more or less.
SENDS_MAX = 40
ENDS = ("SETTLED", "RELEASED", "REFUSED")


class CustodyVenue(BareVenue):
    """Engine, ledger, custody, provider."""

    def __init__(self):
        super().__init__(names=("engine", "ledger", "custody"))
        self.settings = self.settings.__class__(**{**vars(self.settings), "custody_one_operator_up_to": ("USD=100",)})
        self.books = None
        self.custody_prefix = []

    def command(self, name):
        return [*(self.custody_prefix if name == "custody" else []), *super().command(name)]

    def up(self):
        super().up()
        self.secret = read_secret(self.var / "custody" / "secret")
        self.books = Books(self.var / "custody" / "provider.db")
        self.start_provider()
        self.grpcurl("engine", "rialto.engine.v1.AdminService/CreateAsset", {"symbol": "USD", "scale": 2})
        self.grpcurl("engine", ACCOUNTS + "OpenAccount", {"name": "alice"})

    def start_provider(self):
        command = [*ENDS_WITH_THE_TEST, "/usr/bin/python3", "-B", str(ROOT / "tools" / "custody_provider"), "serve",
                   "--listen", f"127.0.0.1:{PROVIDER_PORT + self.offset}", "--venue", self.webhook_address(),
                   "--books", str(self.var / "custody" / "provider.db"),
                   "--secret-file", str(self.var / "custody" / "secret")]
        self._run("provider", command, dict(os.environ))

    def webhook_address(self):
        return f"127.0.0.1:{HTTP_PORTS['custody'] + self.offset}"

    def tell(self, event, **headers):
        """(status, answer) of one call of the webhook."""
        body = json.dumps(event).encode()
        request = urllib.request.Request(f"http://{self.webhook_address()}/v1/events", data=body, method="POST",
                                         headers={**headers_for(self.secret, body), **headers})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def call(self, method, **request):
        """A withdrawal, as CustodyService answers."""
        return self.grpcurl("custody", SERVICE + method, request)["withdrawal"]

    def request(self, identifier, amount, address="bank-1"):
        return self.call("RequestWithdrawal", withdrawal_id=identifier, account_id=ALICE, asset="USD", amount=amount,
                         address=address)

    def approve(self, identifier, name):
        return self.call("ApproveWithdrawal", withdrawal_id=identifier, operator=name)

    def state(self, identifier):
        return state_of(self.call("GetWithdrawal", withdrawal_id=identifier))

    def wait_for(self, identifier, *states, timeout=60):
        deadline = time.monotonic() + timeout
        while self.state(identifier) not in states:
            if time.monotonic() > deadline:
                raise AssertionError(f"{identifier} is {self.call('GetWithdrawal', withdrawal_id=identifier)}\n"
                                     + self.log_tail("custody"))
            time.sleep(0.05)

    def balance(self):
        """(available, held) in USD, as the engine says."""
        found = self.grpcurl("engine", ACCOUNTS + "ListBalances", {"account_id": ALICE}).get("balances", [])
        return (found[0]["available"], found[0]["held"]) if found else ("0", "0")

    def check_equal(self):
        self.wait_for_followers()
        report = json.loads(self.rialto("verify", "--json").stdout)
        assert report["accounts_different"] == 0, report


def state_of(withdrawal):
    return withdrawal["state"].removeprefix("WITHDRAWAL_STATE_")


def deposit(identifier, amount, account=ALICE):
    return {"event_id": identifier, "kind": "PROVIDER_EVENT_KIND_DEPOSIT_CONFIRMED", "account_id": account, "asset": "USD",
            "amount": amount}


class CustodyTest(unittest.TestCase):
    def setUp(self):
        need_grpcurl(self)
        self.venue = CustodyVenue()
        self.addCleanup(self.venue.down)
        self.venue.up()

    def fund(self, amount):
        status, answer = self.venue.tell(deposit("funds", amount))
        self.assertEqual((200, "done"), (status, answer["state"]))

    def test_only_what_is_signed_and_fresh_moves_money_and_only_once(self):
        event = deposit("d1", "250.00")
        body = json.dumps(event).encode()
        old = headers_for(self.venue.secret, body, time.time() - 600)
        self.assertEqual(401, self.venue.tell(event, **{"Rialto-Signature": "v1=" + "0" * 64})[0])
        self.assertEqual(401, self.venue.tell(event, **headers_for(b"another secret of 32 bytes or more", body))[0])
        status, answer = self.venue.tell(event, **old)
        self.assertEqual(401, status)
        self.assertIn("OUTSIDE_REPLAY_WINDOW", answer["reason"])
        self.assertEqual(("0", "0"), self.venue.balance())

        first = self.venue.tell(event)
        self.assertEqual((200, "done"), (first[0], first[1]["state"]))
        self.assertEqual(first, self.venue.tell(event))  # Replayed.
        self.assertEqual(409, self.venue.tell(deposit("d1", "251.00"))[0])
        self.assertEqual("refused", self.venue.tell(deposit("d2", "1", account=7))[1]["state"])
        self.assertEqual("250.00", self.venue.balance()[0])
        self.venue.check_equal()
        self.assertEqual("1", self.venue.sql("SELECT count(*) FROM ledger.statement WHERE kind = 'deposit'"
                                             " AND account_id = 1001"))

    def test_two_operators_above_the_limit_one_below(self):
        self.fund("1000")
        self.assertEqual("HELD", state_of(self.venue.request("large", "100.01")))
        self.assertEqual(("899.99", "100.01"), self.venue.balance())
        self.assertEqual("HELD", state_of(self.venue.approve("large", "anna")))
        self.assertEqual("HELD", state_of(self.venue.approve("large", "anna")))
        self.venue.request("small", "100")
        self.venue.approve("small", "anna")
        self.venue.wait_for("small", "SETTLED")
        self.assertEqual("HELD", self.venue.state("large"))
        self.venue.approve("large", "bert")
        self.venue.wait_for("large", "SETTLED")
        self.venue.request("bad", "10", address="nowhere")
        self.venue.approve("bad", "anna")
        self.venue.request("fails", "10", address="fails-later")
        self.venue.approve("fails", "anna")
        self.venue.request("no", "10")
        self.venue.call("RejectWithdrawal", withdrawal_id="no", operator="olga", reason="looks wrong")
        for identifier in ("bad", "fails", "no"):
            self.venue.wait_for(identifier, "RELEASED")
        self.assertEqual("REFUSED", state_of(self.venue.request("poor", "5000")))
        self.assertEqual(("799.99", "0.00"), self.venue.balance())
        self.venue.check_equal()

    def test_what_can_not_be_undone_waits_for_a_ledger_that_is_far_enough_and_right(self):
        self.fund("1000")
        self.venue.signal("ledger", signal.SIGSTOP)
        self.venue.request("w1", "50")
        self.assertIn("LEDGER_AWAY", self.venue.approve("w1", "anna")["waiting_for"])
        self.venue.signal("ledger", signal.SIGCONT)
        self.venue.wait_for("w1", "SETTLED")

        # A ledger that answers, and does not get on: its follower finds the position locked.
        holder = self.hold_the_ledger()
        self.venue.request("w2", "50")
        self.assertIn("LEDGER_BEHIND", self.venue.approve("w2", "anna")["waiting_for"])
        self.assertIsNone(self.venue.books.find_withdrawal("w2"))
        holder.communicate("ROLLBACK;\n")
        self.venue.wait_for("w2", "SETTLED")

        self.venue.sql("INSERT INTO ledger.drift (sequence, account_id, asset_id, expected, actual)"
                       " VALUES (1, 1001, 1, 1, 2)")
        self.venue.request("w3", "50")
        self.assertIn("DRIFT_OPEN", self.venue.approve("w3", "anna")["waiting_for"])
        self.assertIsNone(self.venue.books.find_withdrawal("w3"))
        self.venue.sql("DELETE FROM ledger.drift")
        self.venue.wait_for("w3", "SETTLED")
        self.assertEqual(("850.00", "0.00"), self.venue.balance())

    def hold_the_ledger(self):
        """A session that keeps the ledger's follower from committing."""
        holder = subprocess.Popen(["psql", "-XAtqd", self.venue.cluster.url], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)
        self.addCleanup(holder.kill)
        holder.stdin.write("BEGIN;\nSELECT 'held' FROM ledger.follower_position FOR UPDATE;\n")
        holder.stdin.flush()
        self.assertEqual("held", holder.stdout.readline().strip())
        return holder

    def test_whatever_custody_was_doing_when_it_was_killed_is_done_once(self):
        """kill -9 at the Nth message that custody sends, to whomever, for N over a whole withdrawal's life."""
        self.random = seeded(self)
        self.fund("100000")
        expected, states = 100000 * 100, set()
        self.died_inside = 0
        for crash in range(CRASHES):
            expected += self.crash(crash, states)
        self.venue.custody_prefix = []
        self.restart()
        self.assertEqual((f"{expected // 100}.{expected % 100:02}", "0.00"), self.venue.balance())
        self.venue.check_equal()
        self.assertEqual("0", self.venue.sql("SELECT count(*) FROM custody.withdrawals WHERE state NOT IN"
                                             " ('settled', 'released')"))
        print(f"{CRASHES} crashes of custody, {self.died_inside} of them in the middle of a message, in "
              f"{', '.join(sorted(states))}: every deposit and withdrawal once")
        self.assertGreater(self.died_inside, CRASHES // 3)
        self.assertGreater(len(states), 2 if not NIGHTLY else 4)

    def crash(self, number, states):
        """One deposit and one withdrawal with a crash in the middle; returns what they add to the balance, in cents."""
        sends = self.random.randrange(1, SENDS_MAX)
        self.venue.custody_prefix = [
            "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=sendto,sendmsg", "-e",
            f"inject=sendto,sendmsg:signal=KILL:when={sends}", "--"]
        self.restart(wait=False)
        identifier, amount = f"crash-{number}", self.random.randrange(1, 10000)
        address = self.random.choice(("bank-1", "bank-1", "fails-later"))
        cents = f"{amount // 100}.{amount % 100:02}"
        self.venue.books.add_deposit(ALICE, "USD", cents, f"deposit-{number}")
        steps = [("RequestWithdrawal", {"withdrawal_id": identifier, "account_id": ALICE, "asset": "USD", "amount": cents,
                                        "address": address}),
                 ("ApproveWithdrawal", {"withdrawal_id": identifier, "operator": "anna"})]
        done = self.drive(steps, time.monotonic() + 3)
        if self.venue.is_alive("custody"):
            self.kill_custody()
        else:
            self.died_inside += 1
        states.update(self.venue.sql("SELECT state FROM custody.withdrawals WHERE withdrawal_id = "
                                     f"'{identifier}'").splitlines())
        self.venue.custody_prefix = []
        self.restart()
        self.assertTrue(self.drive(steps[done:], time.monotonic() + 60) == len(steps) - done)
        self.venue.wait_for(identifier, *ENDS)
        self.wait_until_told()
        sent = self.venue.books.find_withdrawal(identifier) is not None and address == "bank-1"
        self.assertEqual("SETTLED" if sent else "RELEASED", self.venue.state(identifier))
        return amount - (amount if sent else 0)

    def drive(self, steps, deadline):
        """Each step again until it is answered, as a client would; returns how many were."""
        done = 0
        while done < len(steps) and time.monotonic() < deadline:
            answer = self.venue.grpcurl("custody", SERVICE + steps[done][0], steps[done][1], check=False)
            if '"withdrawal"' in answer and "STATE_REQUESTED" not in answer:
                done += 1
            elif not self.venue.is_alive("custody"):
                return done
            else:
                time.sleep(0.05)
        while done == len(steps) and self.venue.is_alive("custody") and time.monotonic() < deadline:
            time.sleep(0.05)  # Its death may still come.
            if self.venue.custody_prefix == []:
                break
        return done

    def wait_until_told(self):
        deadline = time.monotonic() + 60
        while self.venue.books.untold():
            self.assertLess(time.monotonic(), deadline, self.venue.log_tail("custody"))
            time.sleep(0.05)

    def kill_custody(self):
        """The service itself and strace, if that runs it."""
        pid = self.venue.pid("custody")
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            for child in file.read().split():
                os.kill(int(child), signal.SIGKILL)
        self.venue.kill("custody")

    def restart(self, wait=True):
        if self.venue.is_alive("custody"):
            self.kill_custody()
        self.venue.processes["custody"].wait()
        self.venue.start("custody")
        if wait:
            self.venue.wait_until_serving(["custody"])
