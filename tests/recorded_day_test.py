"""Recorded markets through the gateway equal the recorded book; engine and ledger agree after each."""
import json

from venue import VenueTest, recorded

FOLDER = "order-level/"


class RecordedDayTest(VenueTest):
    def replay(self, *names):
        files = [recorded(self, FOLDER + name) for name in names]
        report = json.loads(self.venue.rialto("replay", *files, "--json").stdout)
        self.venue.verify()
        return report

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
