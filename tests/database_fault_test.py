"""PostgreSQL is restarted, stopped, frozen and loses its backends while orders flow: trading does not notice, and
the mirror catches up without a difference.
"""
import os
import signal
import threading
import time
import unittest
from pathlib import Path

from bare_venue import FOLLOWERS, NIGHTLY, BareVenue, finished, seeded

RATE = 600
PHASE_SECONDS = 8
OUTAGE_SECONDS = 600 if NIGHTLY else 20
FREEZE_SECONDS = 30 if NIGHTLY else 5
CLIENTS = 32
CATCH_UP_MIN = 5.0  # Times the live rate.
# Goal: 1.10. What other processes on the machine do to a p99 of a few milliseconds is more than that, so that the
# bound is wide and the ratios are printed. Trading that waits for the database waits for seconds.
P99_RATIO_MAX = 2.0
P99_SLACK_US = 40_000


@unittest.skipUnless(NIGHTLY, "compares times, which needs a machine that does nothing else: RIALTO_NIGHTLY=1")
class DatabaseFaultTest(unittest.TestCase):
    def setUp(self):
        self.random = seeded(self)
        self.venue = BareVenue()
        self.addCleanup(self.venue.down)
        self.venue.up()
        self.venue.set_up_load("--clients", CLIENTS)
        self.phase = 0
        self.latency_us = {}

    def flow(self, seconds):
        """A load at a fixed rate that is under way."""
        self.phase += 1
        load = self.venue.start_load("--clients", CLIENTS, "--rate", RATE, "--duration", seconds,
                                     "--seed", self.random.randrange(1 << 32), "--tag", f"phase{self.phase}",
                                     "--acked", self.venue.folder / "told")
        self.addCleanup(load.kill)
        return load

    def ended(self, name, load):
        """All was traded, on time."""
        report = finished(load)
        self.assertEqual(set(report["place"]["statuses"]), {"OK"}, name)
        self.assertEqual(set(report["cancel"]["statuses"]), {"OK"}, name)
        self.assertEqual(report["place"]["unknown_attempts"], 0, name)
        self.latency_us[name] = report["place"]["latency_us"]
        return report

    def check_trading(self, name):
        usual, now = self.latency_us["calm"], self.latency_us[name]
        for share in ("p50", "p99"):
            print(f"{share} {name}: {now[share]:.0f} us, calm {usual[share]:.0f} us, "
                  f"ratio {now[share] / usual[share]:.2f}")
        self.assertLess(now["p99"], P99_RATIO_MAX * usual["p99"] + P99_SLACK_US)

    def test_trading_goes_on_without_a_database_and_the_mirror_catches_up(self):
        self.ended("warm", self.flow(3))
        self.ended("calm", self.flow(PHASE_SECONDS))
        self.outage()
        self.restarts()
        self.frozen()
        self.backends_terminated()
        for name in ("outage", "restarts", "frozen", "terminated"):
            self.check_trading(name)
        for name in FOLLOWERS:
            self.assertTrue(self.venue.is_alive(name), self.venue.log_tail(name))
        self.venue.wait_for_followers()
        self.venue.audit(self.venue.folder / "told")
        self.venue.verify()
        self.assertEqual(self.venue.sql("SELECT count(*) FROM ledger.drift"), "0")

    def outage(self):
        """Stopped for a while; then how fast the mirror is."""
        load = self.flow(OUTAGE_SECONDS)
        self.venue.signal("postgres", signal.SIGINT)  # Fast: sessions are ended.
        self.venue.processes["postgres"].wait(60)
        self.ended("outage", load)
        behind = {name: self.venue.engine_sequence() - self.venue.follower_sequence(name) for name in FOLLOWERS}
        self.assertGreater(min(behind.values()), RATE * OUTAGE_SECONDS // 2)
        self.venue.start_database()
        for name, (rate, seconds) in self.catch_up().items():
            print(f"{name} caught up {behind[name]} commands at {rate:.0f}/s, {rate / RATE:.1f} times the live rate, "
                  f"in {seconds:.1f} s")
            self.assertGreater(rate, CATCH_UP_MIN * RATE, name)

    def catch_up(self):
        """By follower: commands per second, and seconds from the moment the database answers."""
        done = {}
        start = time.monotonic()
        before = {name: self.venue.follower_sequence(name) for name in FOLLOWERS}
        head = self.venue.engine_sequence()
        while len(done) < len(FOLLOWERS):
            self.assertLess(time.monotonic() - start, 60 + OUTAGE_SECONDS, f"behind: {set(FOLLOWERS) - set(done)}")
            for name in set(FOLLOWERS) - set(done):
                if self.venue.follower_sequence(name) == head:
                    seconds = time.monotonic() - start
                    done[name] = ((head - before[name]) / seconds, seconds)
            time.sleep(0.02)
        return done

    def restarts(self):
        load = self.flow(PHASE_SECONDS)
        while load.poll() is None:
            self.venue.signal("postgres", signal.SIGQUIT)  # Immediate: as after a crash.
            self.venue.processes["postgres"].wait()
            self.venue.start_database()
            time.sleep(self.random.uniform(0.2, 1.5))
        self.ended("restarts", load)

    def frozen(self):
        load = self.flow(FREEZE_SECONDS + 3)
        backends = self.backends()
        for pid in (self.venue.pid("postgres"), *backends):
            self.signal_quietly(pid, signal.SIGSTOP)
        time.sleep(FREEZE_SECONDS)
        for pid in (self.venue.pid("postgres"), *backends):
            self.signal_quietly(pid, signal.SIGCONT)
        self.ended("frozen", load)

    def backends_terminated(self):
        over = threading.Event()
        killed = []

        def terminate():
            while not over.wait(0.1):
                pid = self.venue.sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND "
                                     "pid <> pg_backend_pid() ORDER BY random() LIMIT 1")
                if pid:
                    killed.append(self.venue.sql(f"SELECT pg_terminate_backend({pid})"))

        load = self.flow(PHASE_SECONDS)
        thread = threading.Thread(target=terminate)
        thread.start()
        try:
            self.ended("terminated", load)
        finally:
            over.set()
            thread.join()
        print(f"{len(killed)} backends terminated")
        self.assertGreater(len(killed), PHASE_SECONDS)

    def backends(self):
        """The processes of the database server but the first."""
        pid = self.venue.pid("postgres")
        return [int(child) for child in
                Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]

    @staticmethod
    def signal_quietly(pid, number):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass  # A backend that has ended meanwhile.
