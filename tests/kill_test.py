"""kill -9 at random moments under load through the gateway: nothing answered is lost, nothing is done twice.

Every kill is followed by a start with the same command line. What the clients were told is then compared
with the whole event feed, the ledger with the engine, and the followers with the engine's head.
"""
import time
import unittest

from bare_venue import FOLLOWERS, NIGHTLY, BareVenue, Told, finished, quantile, seeded

BATCHES = 10 if NIGHTLY else 1  # Each with a venue of its own: history stays short, starts stay quick.
ENGINE_KILLS = 100              # Per batch.
OTHER_KILLS = 50
PAUSE_SECONDS = (0.05, 0.5)
RATE = 1500
CLIENTS = 32
# Small, so that files are changed often: a kill hits that, too.
SEGMENTS = ("--segment-bytes", str(1 << 20), "--feed-segment-bytes", str(20 << 20))
RECOVERY_P99_SECONDS_MAX = 2.0  # Goal: reliability.md 5.1.


class KillTest(unittest.TestCase):
    def test_killed_at_any_moment_it_loses_nothing_and_repeats_nothing(self):
        self.random = seeded(self)
        engine, gateway = [], []
        for _ in range(BATCHES):
            self.venue = BareVenue(engine_arguments=SEGMENTS)
            try:
                self.run_batch(engine, gateway)
            finally:
                self.venue.down()
        self.report("engine", engine)
        self.report("gateway", gateway)
        if NIGHTLY:  # Other tests run beside this one otherwise.
            self.assertLess(quantile(engine, 0.99), RECOVERY_P99_SECONDS_MAX)

    def run_batch(self, engine, gateway):
        self.venue.up()
        self.venue.set_up_load("--clients", CLIENTS)
        told = Told(self.venue.folder / "told")
        load = self.venue.start_load(
            "--clients", CLIENTS, "--rate", RATE, "--in-flight", 4000, "--duration", 1e6, "--drain", 120,
            "--seed", self.random.randrange(1 << 32), "--tag", "kill", "--acked", self.venue.folder / "told")
        try:
            told.wait_for_one_sent_after(0, 30)
            engine += self.kill_the_engine(told)
            gateway += self.kill_others(told)
            load.terminate()
            report = finished(load, timeout=300)
        finally:
            load.kill()
        self.assertEqual(report["unresolved"], 0)
        self.check_everything(report)

    def pause(self):
        time.sleep(self.random.uniform(*PAUSE_SECONDS))

    def kill_the_engine(self, told):
        """Seconds from each kill to the first answer to something sent after it."""
        recovery = []
        for _ in range(ENGINE_KILLS):
            self.pause()
            killed = self.venue.kill("engine")
            self.venue.start("engine")
            recovery.append(self.seconds_to_an_answer(told, killed))
        return recovery

    def seconds_to_an_answer(self, told, killed):
        try:
            return (told.wait_for_one_sent_after(killed, 60) - killed) / 1e9
        except AssertionError as error:
            logs = "\n".join(self.venue.log_tail(name) for name in ("engine", "gateway"))
            raise AssertionError(f"{error}\n{logs}") from None

    def kill_others(self, told):
        """The same for the gateway, while followers are killed as well."""
        recovery = []
        for _ in range(OTHER_KILLS):
            self.pause()
            name = self.random.choice((*FOLLOWERS, "gateway"))
            killed = self.venue.kill(name)
            self.venue.start(name)
            if name == "gateway":
                recovery.append(self.seconds_to_an_answer(told, killed))
        return recovery

    def check_everything(self, report):
        self.venue.wait_until_serving()
        audit = self.venue.audit(self.venue.folder / "told")
        self.venue.wait_for_followers()
        self.venue.verify()
        # All that was sent is in the file, and it was a real load.
        self.assertEqual(audit["decisions"], report["place"]["statuses"]["OK"])
        # What was refused again and again, because the gateway was full while the engine was away, was not done.
        shed = report["place"]["statuses"].get("RESOURCE_EXHAUSTED", 0)
        self.assertEqual(audit["decisions"] + shed, report["place"]["sent"])
        self.assertLess(shed, report["place"]["sent"] // 100)
        self.assertGreater(audit["decisions"], ENGINE_KILLS * 50)
        # Crashes hit requests in flight, and some of them had been carried out.
        self.assertGreater(report["place"]["unknown_attempts"], ENGINE_KILLS)
        self.assertGreater(audit["answered_repeatedly"], 0)
        print(f"{audit['decisions']} orders and {audit['cancels']} cancels answered, "
              f"{audit['answered_repeatedly']} of them had been taken before the crash; lost 0, twice 0")

    def report(self, name, recovery):
        print(f"{name}: {len(recovery)} kills, from the kill to the first answer p50 {quantile(recovery, 0.5):.3f} s, "
              f"p99 {quantile(recovery, 0.99):.3f} s, max {max(recovery, default=0):.3f} s")
