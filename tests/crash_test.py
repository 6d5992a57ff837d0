"""kill -9 of engine, gateway and ledger in the middle of a replay ends in the same final state."""
import json
import subprocess
import time
import unittest

from venue import ROOT, Venue, recorded

MESSAGES = "order-level/lobster_AAPL_2012-06-21_L10_first999_message.csv.xz"
BOOK = "order-level/lobster_AAPL_2012-06-21_L10_first999_orderbook.csv.xz"


def final_state(venue):
    """What a holder of the ledger can see: balances, and the entries without their times."""
    return (venue.sql("SELECT account_id, asset_id, available, held FROM ledger.balances ORDER BY 1, 2"),
            venue.sql("SELECT account_id, asset_id, sum(amount), count(*) FROM ledger.postings GROUP BY 1, 2 ORDER BY 1, 2"))


class CrashTest(unittest.TestCase):
    def new_venue(self):
        venue = Venue()
        self.addCleanup(venue.down)
        venue.up()
        return venue

    def test_a_replay_through_crashes_ends_as_one_without(self):
        files = [recorded(self, MESSAGES), recorded(self, BOOK)]
        calm = self.new_venue()
        report = json.loads(calm.rialto("replay", *files, "--json").stdout)
        calm.verify()
        expected = final_state(calm)

        venue = self.new_venue()
        replay = subprocess.Popen([str(ROOT / "rialto"), "replay", *venue.flags(), *files, "--json", "--speed", "5"],
                                  cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        for service in ("engine", "gateway", "ledger", "engine"):
            time.sleep(0.7)  # Somewhere in the ten seconds it takes; where exactly must not matter.
            self.assertIsNone(replay.poll(), "the replay was over before the kill")
            venue.kill(service)
        output, _ = replay.communicate(timeout=300)
        self.assertEqual(replay.returncode, 0, output)
        venue.up()  # Whatever the supervisor has not brought back yet.
        venue.verify()
        self.assertEqual(final_state(venue), expected)
        crashed = json.loads(output)
        for key in ("orders", "executions_recorded", "executions_matched", "book_rows_checked", "book_rows_equal"):
            self.assertEqual(crashed[key], report[key], key)

        # A second run repeats every command and changes nothing.
        venue.rialto("replay", *files, "--json")
        venue.verify()
        self.assertEqual(final_state(venue), expected)
