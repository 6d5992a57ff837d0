"""A subscriber of the event feed that has stopped, and a slow one, cost the engine nothing; the stopped one is
disconnected, and goes on without a gap.
"""
import json
import signal
import subprocess
import time
import unittest

from bare_venue import ENDS_WITH_THE_TEST, NIGHTLY, BareVenue, finished, seeded

ROUNDS = 10 if NIGHTLY else 1
RATE = 1500
CALM_SECONDS = 6
HISTORY_COMMANDS = 60_000  # More than what buffers on the way take: a subscriber from 1 stalls at once.
CLIENTS = 32
STALL_SECONDS_MAX = 75
RSS_PER_SUBSCRIBER_BYTES_MAX = 8 << 20
# Goal: 1.05. Other processes do more than that to a p99 of a few milliseconds, so that the bound is wide and the ratio
# is printed. An engine that waits for a subscriber waits for seconds.
P99_RATIO_MAX = 2.0
P99_SLACK_US = 40_000


class Subscriber:
    """A process of its own that reads the feed."""

    def __init__(self, venue, *flags):
        self.process = subprocess.Popen(
            [*ENDS_WITH_THE_TEST, str(venue.binary("rialto_load")), "follow",
             "--engine", venue.address("engine"), *map(str, flags)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)

    def end(self):
        """What it has seen."""
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        return self.seen()

    def seen(self):
        output, _ = self.process.communicate(timeout=120)
        return json.loads(output)


class SlowSubscriberTest(unittest.TestCase):
    def setUp(self):
        self.random = seeded(self)
        self.venue = BareVenue(names=("engine",))
        self.addCleanup(self.venue.down)
        self.venue.up()
        self.venue.set_up_load("--target", "engine", "--clients", CLIENTS)
        self.load(5, "history", "--in-flight", 128)
        while self.venue.engine_sequence() < HISTORY_COMMANDS:
            self.load(2, f"history{self.venue.engine_sequence()}", "--in-flight", 128)

    def start_load(self, seconds, tag, *pace):
        load = self.venue.start_load("--target", "engine", "--clients", CLIENTS, "--tag", tag, "--duration", seconds,
                                     "--seed", self.random.randrange(1 << 32), *(pace or ("--rate", RATE)))
        self.addCleanup(load.kill)
        return load

    def load(self, seconds, tag, *pace):
        return finished(self.start_load(seconds, tag, *pace))

    def subscriber(self, *flags):
        subscriber = Subscriber(self.venue, *flags)
        self.addCleanup(subscriber.process.kill)
        return subscriber

    def subscribers(self):
        return self.venue.metric("engine", 'stream_subscribers{stream="events"}')

    def test_who_does_not_read_is_cut_off_and_nobody_else_notices(self):
        for number in range(ROUNDS):
            self.run_round(number)

    def run_round(self, number):
        calm = self.load(CALM_SECONDS, f"calm{number}")
        rss = self.venue.rss_bytes("engine")
        stopped, slow, quick = self.subscriber(), self.subscriber("--messages-per-second", 1), self.subscriber()
        self.wait_for_subscribers(3, 10)
        stopped.process.send_signal(signal.SIGSTOP)
        stalled = time.monotonic()
        load = self.start_load(CALM_SECONDS, f"busy{number}")
        busy = finished(load)
        grown = self.venue.rss_bytes("engine") - rss
        ratio = busy["place"]["latency_us"]["p99"] / calm["place"]["latency_us"]["p99"]
        print(f"p99 {busy['place']['latency_us']['p99']:.0f} us, calm {calm['place']['latency_us']['p99']:.0f} us, "
              f"ratio {ratio:.2f}; RSS grew by {grown >> 10} KiB")
        self.wait_for_subscribers(2, STALL_SECONDS_MAX)
        print(f"cut off {time.monotonic() - stalled:.1f} s after it stopped")
        self.check(calm, busy, grown)
        self.goes_on_without_a_gap(stopped)
        self.assertEqual(quick.end()["breaks"], 0)
        seen = slow.end()
        self.assertEqual((seen["gaps"], seen["breaks"]), (0, 0))

    def wait_for_subscribers(self, count, timeout):
        deadline = time.monotonic() + timeout
        while self.subscribers() != count:
            self.assertLess(time.monotonic(), deadline, f"{self.subscribers()} subscribers, not {count}")
            time.sleep(0.05)

    def check(self, calm, busy, grown):
        self.assertEqual(set(busy["place"]["statuses"]), {"OK"})
        self.assertLess(grown, 3 * RSS_PER_SUBSCRIBER_BYTES_MAX)
        self.assertLess(busy["place"]["latency_us"]["p99"],
                        P99_RATIO_MAX * calm["place"]["latency_us"]["p99"] + P99_SLACK_US)

    def goes_on_without_a_gap(self, stopped):
        """It wakes up, hears that it was cut off, subscribes where it was, and reads all there is."""
        head = self.venue.engine_sequence()
        stopped.process.send_signal(signal.SIGCONT)
        self.wait_for_subscribers(3, 30)
        time.sleep(1)
        seen = stopped.end()
        self.assertEqual((seen["first"], seen["gaps"]), (1, 0))
        self.assertGreaterEqual(seen["last"], head)  # The engine's own tick may have come since.
        self.assertLessEqual(seen["last"], self.venue.engine_sequence())
        self.assertGreaterEqual(seen["breaks"], 1)
