"""Recorded markets through the gateway equal the recorded book; engine and ledger agree at every checkpoint of it.

All order flows there are. The ITCH file beside them is a sample of messages that make no book: input for a parser only.
"""
import json

from venue import VenueTest, recorded

FOLDER = "order-level/"
CHECKPOINT_COMMANDS = 10_000  # From one to the next, at most.


class RecordedDayTest(VenueTest):
    def replay(self, *names):
        files = [recorded(self, FOLDER + name) for name in names]
        report = json.loads(self.venue.rialto("replay", *files, "--json").stdout)
        self.check_ledger(self.venue.verify()["engine_sequence"])
        return report

    def check_ledger(self, sequence):
        """At every checkpoint of the engine the ledger was the same, and its rows are what was written."""
        compared, different = self.venue.sql(
            "SELECT count(*), count(*) FILTER (WHERE wrong_buckets <> '{}' OR wrong_assets <> '{}')"
            " FROM ledger.checkpoints").split("|")
        self.assertEqual("0", different)
        self.assertGreaterEqual(int(compared), sequence // CHECKPOINT_COMMANDS)
        self.assertEqual("0", self.venue.sql("SELECT count(*) FROM ledger.drift"))
        audit = json.loads(self.venue.rialto("ledger", "verify", "--json").stdout)
        self.assertTrue(audit["clean"], audit["findings"])

    def test_ten_levels_of_aapl_equal_the_record_after_every_message(self):
        report = self.replay("lobster_AAPL_2012-06-21_L10_first999_message.csv.xz",
                             "lobster_AAPL_2012-06-21_L10_first999_orderbook.csv.xz")
        self.assertEqual((report["book_rows_equal"], report["book_rows_checked"]), (998, 998))

    def test_every_execution_of_a_day_of_amzn_trades_as_recorded(self):
        report = self.replay("lobster_AMZN_2012-06-21_L1_message.csv.xz",
                             "lobster_AMZN_2012-06-21_L1_orderbook.csv.xz")
        self.assertEqual((report["executions_matched"], report["executions_recorded"]), (8974, 8974))

    def test_bitstamp_best_prices_equal_the_venues_own_snapshots(self):
        report = self.replay("bitstamp_2015-05-01_first60pct.log.xz")
        self.assertGreaterEqual(report["book_rows_equal"], 150 / 156 * report["book_rows_checked"])
