"""The real engine on a disk that fails: a crash at system calls of start, write and rotation; EIO; short writes;
a full disk. strace makes the calls fail, so the binary is the one that is shipped.

What was answered is compared with history after every handful of faults.
"""
import os
import re
import shutil
import signal
import subprocess
import time
import unittest
from collections import namedtuple
from pathlib import Path

from bare_venue import NIGHTLY, BareVenue, Told, finished, seeded

CRASH_POINTS = None if NIGHTLY else 100  # None: all.
ERROR_POINTS = 200 if NIGHTLY else 20
POINTS_PER_VENUE = 20  # History stays short, starts stay quick.
CLIENTS = 16
# Small, so that a second of load changes files several times.
SEGMENTS = ("--segment-bytes", str(264 << 10), "--feed-segment-bytes", str((16 << 20) + (512 << 10)),
            "--snapshot-every-commands", "3000")
CALLS = "pwrite64,fdatasync,fsync,rename,renameat,renameat2,openat,fallocate,ftruncate,unlink,unlinkat".split(",")
RARE = ("fsync", "rename", "renameat", "renameat2", "openat", "fallocate", "ftruncate", "unlink", "unlinkat")
JOURNAL_FAILED = 70
# Six of ten are syncs. A write that says it wrote one byte is a short one.
ERRORS = (*[("fdatasync", "error=EIO")] * 6, ("fsync", "error=EIO"), ("pwrite64", "error=EIO"),
          ("pwrite64", "error=ENOSPC"), ("pwrite64", "retval=1"))
# The folder that is a disk of its own, and its size: of the journal alone; of all, where the feed, whose segments are
# the larger ones, runs out first.
SMALL_DISKS = (("journal", 1600), ("journal", 2500), ("journal", 4000), (".", 60 << 10)) * (10 if NIGHTLY else 1)

Call = namedtuple("Call", "thread seconds name count path text")


def calls_of(trace_text):
    """The calls of a trace (-f -y -ttt), in order; `count` is per thread and name, as strace's when=."""
    counts, unfinished = {}, {}
    for line in trace_text.splitlines():
        match = re.match(r"(\d+) +([\d.]+) (?:<\.\.\. )?(\w+)(.*)", line)
        if match is None or match.group(3) not in CALLS:
            continue
        thread, seconds, name, text = match.groups()
        if line.endswith("<unfinished ...>"):
            unfinished[thread] = text
            continue
        if "resumed>" in text:
            text = unfinished.pop(thread, "") + text
        counts[thread, name] = counts.get((thread, name), 0) + 1
        path = re.search(r'"(/[^"]*)"|<(/[^>]*)>', text.replace("AT_FDCWD</>", ""))
        yield Call(thread, float(seconds), name, counts[thread, name], path and (path.group(1) or path.group(2)), text)


def is_shed_order(fields):
    return fields[0] == "order" and fields[3] == "RESOURCE_EXHAUSTED"


def is_accepted_order(fields, sent_after_ns):
    return fields[0] == "order" and fields[2] == "accepted" and int(fields[6]) > sent_after_ns


class DiskVenue(BareVenue):
    """An engine alone, run by strace when asked."""

    def __init__(self):
        super().__init__(names=("engine",), engine_arguments=SEGMENTS)
        self.trace = self.folder / "trace"

    def has_served(self):
        """Whether the engine got through its last start."""
        return "event=serving" in self.log_tail("engine", 50).rpartition("event=starting")[2]

    def inject(self, *faults):
        self.trace.unlink(missing_ok=True)
        # Quicker, but with it strace 6.1 sends no signals.
        filtered = [] if any("signal=" in fault for fault in faults) else ["--seccomp-bpf"]
        self.engine_prefix = ["strace", "-f", "-y", "-ttt", "-qq", "-s", "0", *filtered, "-o", str(self.trace), "-e",
                              "trace=" + ",".join(CALLS), *(part for fault in faults for part in ("-e", fault)),
                              "--", "setpriv", "--pdeathsig=KILL", "--"]

    def be_calm(self):
        self.engine_prefix = []

    def kill(self, service):
        """The engine itself, so that strace can write down all it has seen."""
        process = self.processes[service]
        if process.poll() is not None:
            return 0
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
        os.kill(int(children[0]) if self.engine_prefix[:1] == ["strace"] and children else process.pid, signal.SIGKILL)
        killed = time.monotonic_ns()
        process.wait()
        return killed

    def segments(self):
        return len(list((self.var / "engine" / "journal").glob("[0-9]*.jnl")))

    def calls(self):
        """What was traced in the engine's own folders."""
        return [call for call in calls_of(self.trace.read_text(errors="replace"))
                if call.path and call.path.startswith(str(self.var))]

    def start_endless_load(self, seed, tag):
        told = self.folder / "told"
        return self.start_load("--target", "engine", "--clients", CLIENTS, "--in-flight", 64, "--duration", 1e6,
                               "--drain", 60, "--seed", seed, "--tag", tag, "--acked", told), Told(told)

    def ended(self, seconds):
        """The exit code of the engine, or None when it has not ended by itself."""
        try:
            return self.processes["engine"].wait(seconds)
        except subprocess.TimeoutExpired:
            return None


def injected(venue):
    return [call for call in venue.calls() if "(INJECTED)" in call.text]


def is_fatal(error):
    return re.search(r"/journal/\d+\.jnl$", error.path)


class DiskFaultTest(unittest.TestCase):
    def setUp(self):
        if shutil.which("strace") is None:
            self.fail("no strace: ./rialto test installs it")
        self.random = seeded(self)

    def venue_under_load(self):
        venue = DiskVenue()
        self.addCleanup(venue.down)
        venue.up()
        venue.set_up_load("--target", "engine", "--clients", CLIENTS)
        load, told = venue.start_endless_load(self.random.randrange(1 << 32), "disk")
        self.addCleanup(load.kill)
        told.wait_for_one_sent_after(0, 30)
        return venue, load, told

    def finish(self, venue, load, decisions_min=100):
        """Calm again: everything gets its answer, and history agrees with all of them."""
        venue.be_calm()
        venue.start("engine")
        venue.wait_until_serving()
        load.terminate()
        report = finished(load, 120)
        self.assertEqual(report["unresolved"], 0)
        audit = venue.audit(venue.folder / "told")
        self.assertGreater(audit["decisions"], decisions_min)
        venue.kill("engine")
        return audit

    def points(self):
        """(call, count) of a start after a crash and of two rotations."""
        venue, load, told = self.venue_under_load()
        venue.kill("engine")
        before = venue.segments()
        venue.inject()
        venue.start("engine")
        told.wait_for_one_sent_after(time.monotonic_ns(), 30)
        deadline = time.monotonic() + 30
        while venue.segments() < before + 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        venue.kill("engine")
        points = sorted({(call.name, call.count) for call in venue.calls()})
        self.finish(venue, load)
        self.assertGreaterEqual({name for name, _ in points},
                                {"pwrite64", "fdatasync", "fsync", "openat", "renameat2", "unlink"})
        return points

    def test_a_crash_at_any_system_call_loses_nothing_and_repeats_nothing(self):
        points = self.points()
        chosen = points
        if CRASH_POINTS is not None:
            rare = [point for point in points if point[0] in RARE]
            rare = self.random.sample(rare, min(len(rare), CRASH_POINTS // 2))
            often = [point for point in points if point[0] not in RARE]
            chosen = rare + self.random.sample(often, min(len(often), CRASH_POINTS - len(rare)))
        self.random.shuffle(chosen)
        hit = 0
        for first in range(0, len(chosen), POINTS_PER_VENUE):
            venue, load, _ = self.venue_under_load()
            for name, count in chosen[first:first + POINTS_PER_VENUE]:
                hit += self.crash_at(venue, name, count)
            self.finish(venue, load)
            venue.down()
        print(f"crashed at {hit} of {len(chosen)} chosen points ({len(points)} seen)")
        self.assertGreater(hit, len(chosen) * 3 // 4)

    def crash_at(self, venue, name, count):
        if venue.is_alive("engine"):
            venue.kill("engine")
        venue.inject(f"inject={name}:signal=KILL:when={count}")
        venue.start("engine")
        code = venue.ended(20 if NIGHTLY else 3)
        self.assertIn(code, (None, -signal.SIGKILL), f"{name} {count}: {venue.log_tail('engine')}")
        if code is None:
            venue.kill("engine")
        return code is not None

    def test_after_an_io_error_nothing_is_answered_and_no_file_is_synced_again(self):
        codes = {}
        for first in range(0, ERROR_POINTS, POINTS_PER_VENUE):
            venue, load, told = self.venue_under_load()
            for _ in range(min(POINTS_PER_VENUE, ERROR_POINTS - first)):
                name, fault = self.random.choice(ERRORS)
                count = self.random.randint(1, 2 if name == "fsync" else 150)
                code = self.fail_at(venue, told, f"inject={name}:{fault}:when={count}")
                codes[code] = codes.get(code, 0) + 1
            self.finish(venue, load)
            venue.down()
        print(f"exit codes after EIO and short writes: {codes}")
        # None: only a file was hit that nobody needed yet. 1: it could not start.
        self.assertLessEqual(set(codes), {None, 1, JOURNAL_FAILED})
        self.assertGreater(codes.get(JOURNAL_FAILED, 0), ERROR_POINTS // 2)

    def fail_at(self, venue, told, fault):
        """Returns the exit code; None when only a file was hit that nobody needed yet."""
        if venue.is_alive("engine"):
            venue.kill("engine")
        told.decisions()
        venue.inject(fault)
        venue.start("engine")
        code = venue.ended(3)
        if code is None:
            # Hit by an error that it must die of, it may take a moment.
            code = venue.ended(20 if any(map(is_fatal, injected(venue))) else 0)
        if code is None:
            venue.kill("engine")
        errors = injected(venue)
        what = f"{fault}: {[error.path for error in errors]}\n{venue.log_tail('engine')}"
        fatal = list(filter(is_fatal, errors))
        if fatal:
            # 1: the first command of the start, which notes it, could not be written.
            self.assertIn(code, (JOURNAL_FAILED,) if venue.has_served() else (JOURNAL_FAILED, 1), what)
            self.nothing_was_answered_after(fatal[0], told, what)
        self.no_file_was_synced_again(venue.calls(), errors, what)
        return code

    def nothing_was_answered_after(self, error, told, what):
        error_ns = int(error.seconds * 1e9) - (time.time_ns() - time.monotonic_ns())
        late = [sent for sent, _ in told.decisions() if sent > error_ns + 1_000_000]
        self.assertEqual(late, [], what)

    def no_file_was_synced_again(self, calls, errors, what):
        for error in errors:
            later = calls[calls.index(error) + 1:]
            for call in later:
                if call.path != error.path:
                    continue
                if call.name == "openat" and "O_CREAT" in call.text:
                    break  # Another file of the same name.
                self.assertNotIn(call.name, ("fdatasync", "fsync"), f"{call} after {error}\n{what}")

    def test_files_that_may_not_grow_shed_orders_or_end_the_engine_and_lose_nothing(self):
        venue, load, told = self.venue_under_load()
        for _ in range(3):
            venue.kill("engine")
            feed = max((venue.var / "engine" / "feed").glob("[0-9]*.jnl"))
            used = len(feed.read_bytes().rstrip(b"\0"))
            limit = used + self.random.randint(1_000, 200_000)
            # The signal ignored, the write that crosses the limit is short and the next one fails.
            venue.engine_prefix = ["prlimit", f"--fsize={limit}", "--", "env", "--ignore-signal=XFSZ"]
            venue.start("engine")
            told.wait_for("shed order", is_shed_order, 30, lambda: venue.is_alive("engine"))
            code = venue.ended(1)
            # 1: it could not start, there was no room for what a start must write.
            self.assertIn(code, (None, 1, JOURNAL_FAILED), f"limit {limit}: {venue.log_tail('engine')}")
            venue.kill("engine")
            venue.be_calm()
            venue.start("engine")
            told.wait_for_one_sent_after(time.monotonic_ns(), 30)
        venue.kill("engine")
        self.finish(venue, load, decisions_min=10)  # A limit may leave room for a few orders only.

    def test_a_full_disk_sheds_orders_but_no_cancels_and_recovers_when_there_is_room(self):
        for folder, size_kib in SMALL_DISKS:
            venue = DiskVenue()
            self.addCleanup(venue.down)
            disk = SmallDisk(venue.var / "engine" / folder, size_kib)
            self.addCleanup(disk.remove)
            with self.subTest(folder=folder, size_kib=size_kib):
                self.fill(venue, disk)
            venue.down()
            disk.remove()

    def fill(self, venue, disk):
        venue.engine_prefix = disk.prefix
        venue.up()
        venue.set_up_load("--target", "engine", "--clients", CLIENTS)
        load, told = venue.start_endless_load(self.random.randrange(1 << 32), "full")
        self.addCleanup(load.kill)
        told.wait_for_one_sent_after(0, 30)
        shed_from = told.wait_for("shed order", is_shed_order, 60, lambda: venue.is_alive("engine"))
        code = venue.ended(3)
        self.assertIn(code, (None, JOURNAL_FAILED), venue.log_tail("engine"))
        disk.make_room()
        if code is not None:
            venue.start("engine")
            venue.wait_until_serving()
        # It takes orders again: without a restart, if it had not stopped.
        now = time.monotonic_ns()
        told.wait_for("accepted order", lambda fields: is_accepted_order(fields, now), 30)
        load.terminate()
        report = finished(load, 120)
        venue.audit(venue.folder / "told")
        print(f"{disk.size_kib} KiB: exit code {code}, place {report['place']['statuses']}, "
              f"cancel {report['cancel']['statuses']}")
        self.assertTrue(shed_from, "orders were never shed")
        self.assertEqual(report["cancel"]["statuses"], {"OK": report["cancel"]["sent"]})
        self.assertEqual(report["unresolved"], 0)


class SmallDisk:
    """A small tmpfs at a folder, in a mount namespace of its own: needs no root."""

    def __init__(self, folder, size_kib):
        folder.mkdir(parents=True)
        self.size_kib = size_kib
        self._folder = folder
        self._holder = subprocess.Popen(
            ["setpriv", "--pdeathsig=KILL", "--", "unshare", "-Urm", "--", "sh", "-c",
             f"mount -t tmpfs -o size={size_kib}k tmpfs '{folder}' && echo ready && exec sleep infinity"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        if self._holder.stdout.readline() != "ready\n":
            raise AssertionError("no tmpfs in a user namespace here")
        self.prefix = ["nsenter", "-t", str(self._holder.pid), "-U", "-m", "--preserve-credentials", "--",
                       "setpriv", "--pdeathsig=KILL", "--"]

    def make_room(self):
        subprocess.run([*self.prefix, "mount", "-o", "remount,size=256m", str(self._folder)], check=True)

    def remove(self):
        self._holder.kill()
        self._holder.wait()
        self._holder.stdout.close()
