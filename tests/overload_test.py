"""Twice as much as the venue can do: it does nearly all it can, refuses the rest at once, and cancels go through.

An open loop counts the latency of what is decided from when it was due, so that a queue anywhere shows; that of a
refusal is its own attempt's. Clients pause and come again, as gRPC's retries do; their attempts are what is offered.
"""
import json
import os
import threading
import time
import unittest

from bare_venue import NIGHTLY, BareVenue, finished, seeded

OVERLOAD_SECONDS = 120 if NIGHTLY else 30
CAPACITY_SECONDS = 10 if NIGHTLY else 6
CLIENTS = 64
IN_FLIGHT = 64  # Calls, of the closed loop that finds the capacity.
# Orders of one call. Of single orders, gRPC's share in a call that is only refused is most of what taking it costs: on
# one machine no rule of admission could leave enough for the rest.
BATCH = 20
CALM_SECONDS = 5
GOODPUT_MIN = 0.9
REFUSED_P99_US_MAX = 10_000
LATE_P99_US_MAX = 50_000
RSS_GROWTH_BYTES_MAX = 64 << 20
REMEMBERED_BYTES_MAX = 300  # By the engine, of each order that was decided, for the next day.


class Memory:
    """RSS of some services, looked at every quarter of a second."""

    def __init__(self, venue, names):
        self._venue, self._names = venue, names
        self._seen = {name: [] for name in names}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self):
        while not self._over.wait(0.25):
            for name in self._names:
                self._seen[name].append(self._venue.rss_bytes(name))

    def growth_bytes(self):
        """From the end of the first third to the end, by service."""
        self._over.set()
        self._thread.join()
        return {name: max(seen[len(seen) // 3:]) - seen[len(seen) // 3] for name, seen in self._seen.items()}


@unittest.skipUnless(NIGHTLY, "compares times, which needs a machine that does nothing else: RIALTO_NIGHTLY=1")
class OverloadTest(unittest.TestCase):
    def setUp(self):
        self.random = seeded(self)
        self.venue = BareVenue()
        # The clients have a core of their own: what they need must not look like the venue's limit.
        cores = sorted(os.sched_getaffinity(0))
        self.venue.core_of = {name: cores[0] for name in ("postgres", *self.venue.names)}
        self.venue.core_of["load"] = cores[-1]
        self.addCleanup(self.venue.down)
        self.venue.up()
        self.venue.set_up_load("--clients", CLIENTS)

    def arguments(self, tag):
        return ["--clients", CLIENTS, "--batch", BATCH, "--seed", self.random.randrange(1 << 32), "--tag", tag]

    def capacity(self, tag):
        report = self.venue.load(*self.arguments(tag), "--in-flight", IN_FLIGHT, "--duration", CAPACITY_SECONDS)
        return report["decided_per_second"]

    def test_at_twice_its_capacity_it_does_nearly_all_it_can_and_refuses_the_rest_at_once(self):
        self.capacity("warm")
        capacity = self.capacity("capacity")
        memory = Memory(self.venue, ("engine", "gateway"))
        load = self.venue.start_load(*self.arguments("twice"), "--rate", 2 * capacity, "--in-flight", 20_000,
                                     "--duration", OVERLOAD_SECONDS, "--drain", 10, "--acked", self.venue.folder / "told")
        self.addCleanup(load.kill)
        try:
            report = finished(load)
        finally:
            growth = memory.growth_bytes()
        started = time.monotonic()
        calm = self.venue.load(*self.arguments("calm"), "--rate", capacity / 2, "--duration", CALM_SECONDS + 3)
        self.say(capacity, report, growth, calm)
        self.venue.audit(self.venue.folder / "told")
        self.assertLess(time.monotonic() - started, 120)
        self.check(capacity, report, growth, calm)
        self.venue.wait_for_followers()
        self.venue.verify()

    def say(self, capacity, report, growth, calm):
        print(json.dumps({
            "capacity_per_second": capacity, "offered_per_second": report["rate_per_second"],
            "goodput_share": report["decided_per_second"] / capacity, "place": report["place"],
            "cancel": report["cancel"], "not_sent": report["not_sent"],
            "late_us": report["late_us"], "rss_growth_bytes": growth,
            "calm_p99_us_by_second": [second["p99_us"] for second in calm["by_second"]]}))

    def check(self, capacity, report, growth, calm):
        place, cancel = report["place"], report["cancel"]
        self.assertLessEqual(set(place["statuses"]), {"OK", "RESOURCE_EXHAUSTED"})
        self.assertGreater(place["refused_attempts"], 0)
        self.assertEqual(cancel["statuses"], {"OK": cancel["sent"]})
        self.assertEqual(cancel["refused_attempts"], 0)
        self.assertEqual((place["unknown_statuses"], cancel["unknown_statuses"]), ({}, {}))
        self.assertEqual(report["unresolved"], 0)
        remembered = REMEMBERED_BYTES_MAX * place["accepted"]
        self.assertLess(growth["gateway"], RSS_GROWTH_BYTES_MAX)
        self.assertLess(growth["engine"], RSS_GROWTH_BYTES_MAX + remembered)
        self.assertEqual(set(calm["place"]["statuses"]), {"OK"})
        # The rest is about time, which says nothing of the venue when its clients could not keep theirs.
        if report["late_us"]["p99"] > LATE_P99_US_MAX:
            self.skipTest(f"other processes kept the clients from sending on time: {report['late_us']}")
        self.assertEqual(report["not_sent"], 0)
        self.assertGreaterEqual(report["decided_per_second"], GOODPUT_MIN * capacity)
        self.assertLessEqual(place["refused_latency_us"]["p99"], REFUSED_P99_US_MAX)
        # Normal again: what is due is done when it is due.
        self.assertLess(calm["by_second"][CALM_SECONDS]["p99_us"], 100_000)
