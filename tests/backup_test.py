"""The restore drill: a backup under load, the venue destroyed, restored into nothing, and equal again. Damaged
backups are refused and change nothing.
"""
import json
import os
import shutil
import signal
import subprocess
import time
import unittest
from unittest import mock

from bare_venue import NIGHTLY, BareVenue, Told, finished, seeded
from venue import ROOT, Venue

CLIENTS = 16
RATE = 500
DRILLS = 20 if NIGHTLY else 1
# Small, so that the journal has many segments, some of them archived, and snapshots come and go meanwhile.
ENGINE = ("--segment-bytes", str(264 << 10), "--feed-segment-bytes", str(20 << 20), "--ballast-bytes", "0",
          "--snapshot-every-commands", "1500", "--snapshot-every-seconds", "1")


class BackupTest(unittest.TestCase):
    def setUp(self):
        self.random = seeded(self)
        self.venue = BareVenue(engine_arguments=ENGINE)
        self.addCleanup(self.venue.down)
        self.backup = self.venue.folder / "backup"

    def command(self, name, *arguments, check=True):
        """./rialto itself, at this stack."""
        return Venue.rialto(self.venue, name, *map(str, arguments), check=check)

    def refused(self, name, *arguments):
        """Why it refused."""
        result = self.command(name, *arguments, check=False)
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertNotIn("Traceback", result.stderr)
        return result.stderr

    def load(self, tag, seconds):
        load = self.venue.start_load("--clients", CLIENTS, "--rate", RATE, "--duration", seconds, "--tag", tag,
                                     "--seed", self.random.randrange(1 << 32), "--acked", self.venue.folder / tag)
        self.addCleanup(load.kill)
        return load

    def start_venue(self, tag, seconds):
        """A venue with some history; nothing is under way."""
        self.venue.up()
        self.venue.set_up_load("--clients", CLIENTS)
        finished(self.load(tag, seconds))

    def destroy(self):
        """As a fire would."""
        for name in list(self.venue.processes):
            self.venue.kill(name)
        shutil.rmtree(self.venue.var)

    def check_equal(self):
        self.venue.wait_for_followers()
        self.venue.verify()
        self.assertEqual(self.venue.sql("SELECT count(*) FROM ledger.drift"), "0")
        self.assertEqual(self.venue.sql("SELECT count(*) FROM ledger.checkpoints WHERE wrong_buckets <> '{}'"), "0")

    def test_what_was_answered_before_the_backup_is_there_after_the_restore(self):
        self.venue.up()
        self.venue.set_up_load("--clients", CLIENTS)
        for drill in range(DRILLS):
            self.drill(drill)

    def drill(self, drill):
        load = self.load(f"drill{drill}", 8)
        told = Told(self.venue.folder / f"drill{drill}")
        told.wait_for_one_sent_after(time.monotonic_ns() + 2_000_000_000, 30)
        before = self.venue.folder / f"before{drill}"
        text = (self.venue.folder / f"drill{drill}").read_text(encoding="utf-8")
        before.write_text(text[:text.rfind("\n") + 1], encoding="utf-8")
        backup = self.venue.folder / f"backup{drill}"
        made = json.loads(self.command("backup", backup, "--json").stdout)
        self.assertIsNone(load.poll(), "the load was over before the backup: it shows nothing")
        finished(load)
        went_on = self.venue.engine_sequence()
        self.check_equal()
        self.assertGreater(went_on, made["sequence"])
        self.assertEqual(set(made["positions"]), {"ledger", "risk", "pms", "charts"})
        self.assertLessEqual(max(made["positions"].values()), made["sequence"])
        kinds = {path.parent.name for path in backup.glob("*/*")}
        self.assertEqual(kinds, {"journal", "feed", "snapshots"})
        self.assertTrue(any((self.venue.var / "engine" / "archive").iterdir()), "nothing was archived: too easy")

        self.destroy()
        restored = json.loads(self.command("restore", backup, "--json").stdout)
        self.assertEqual((restored["sequence"], restored["replaces"]), (made["sequence"], []))
        self.venue.up()
        self.assertIn("recovered sequence=" + str(made["sequence"]), self.log_of("engine"))
        self.assertNotIn("recovered sequence=" + str(made["sequence"]) + " snapshot=0 ", self.log_of("engine"))
        self.check_equal()
        audit = self.venue.audit(before, may_know_more=True)
        self.assertGreater(audit["decisions"], RATE)
        finished(self.load(f"again{drill}", 1))
        self.venue.audit(self.venue.folder / f"again{drill}")
        self.check_equal()
        print(f"backup at {made['sequence']} of {went_on} in {made['seconds']} s, {made['bytes']} bytes; "
              f"restored in {restored['seconds']} s; {audit['decisions']} orders answered before it, none lost")

    def log_of(self, name):
        return (self.venue.log / f"{name}.log").read_text(encoding="utf-8")

    def test_a_stopped_venue_is_backed_up_whole_after_a_crash_too(self):
        self.start_venue("history", 2)
        for name in list(self.venue.processes):
            self.venue.kill(name)
        made = json.loads(self.command("backup", self.backup, "--json").stdout)
        self.destroy()
        self.command("restore", self.backup)
        self.venue.up()
        self.assertIn(f"recovered sequence={made['sequence']}", self.log_of("engine"))
        self.venue.audit(self.venue.folder / "history")
        self.check_equal()

    def test_a_damaged_backup_is_refused_and_nothing_is_changed(self):
        self.start_venue("history", 2)
        self.command("backup", self.backup)
        self.assertIn("exists: name a folder that does not", self.refused("backup", self.backup))
        self.destroy()
        for path in sorted(path for path in self.backup.rglob("*") if path.is_file()):
            if path.name.endswith(".jnl") and path.parent.name == "journal" and self.random.random() > 0.2:
                continue  # One of each kind is enough, all of them take long.
            self.check_refused_with(path)
        self.assertIn("not a whole backup", self.refused("restore", self.venue.folder / "nowhere"))
        self.assertFalse((self.venue.var / "engine").exists())
        self.assertFalse((self.venue.var / "postgres").exists())
        self.assertIn("The backup is whole", self.command("restore", self.backup, "--dry-run").stdout)
        self.assertFalse((self.venue.var / "engine").exists())
        self.command("restore", self.backup)
        self.venue.up()
        self.check_equal()

    def check_refused_with(self, path):
        """The file damaged in a byte, then gone; afterwards it is as it was."""
        whole = path.read_bytes()
        place = self.random.randrange(len(whole))
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << self.random.randrange(8)]) + whole[place + 1:])
        self.assertIn(path.name, self.refused("restore", self.backup))
        path.unlink()
        self.assertIn(path.name, self.refused("restore", self.backup))
        path.write_bytes(whole)

    def test_a_venue_with_data_is_replaced_only_when_told_twice(self):
        self.start_venue("history", 1)
        made = json.loads(self.command("backup", self.backup, "--json").stdout)
        self.assertIn("an engine writes to", self.refused("restore", self.backup))
        finished(self.load("later", 1))
        ended = self.venue.engine_sequence()
        for name in reversed(self.venue.names):
            self.venue.stop(name)
        self.assertIn("has data; nothing was changed", self.refused("restore", self.backup))
        self.assertIn("not confirmed", self.refused("restore", self.backup, "--replace"))
        self.assertIn("not confirmed", self.refused("restore", self.backup, "--replace", "--confirm", "other"))
        self.assertGreaterEqual(self.position(), ended)

        self.interrupt_a_restore()
        self.assertIn("a restore did not finish", self.refused("up"))
        restored = json.loads(self.command("restore", self.backup, "--replace", "--confirm", "var", "--json").stdout)
        self.assertTrue((self.venue.var / restored["kept_aside"] / "journal").is_dir())
        self.assertEqual(self.position(), made["positions"]["ledger"])
        for name in self.venue.names:
            self.venue.start(name)
        self.venue.wait_until_serving()
        self.check_equal()

    def test_a_database_of_one_s_own_takes_the_backup_as_well(self):
        server = os.environ.get("RIALTO_TEST_DATABASE_URL")
        if server is None:
            self.skipTest("RIALTO_TEST_DATABASE_URL is not set")
        self.start_venue("history", 1)
        made = json.loads(self.command("backup", self.backup, "--json").stdout)
        self.destroy()
        name = f"restored_{os.getpid()}"
        url = server.replace("/rialto?", f"/{name}?")

        def at(address, statement):
            return subprocess.run(["psql", "-XAtqd", address, "-c", statement], check=True, text=True,
                                  stdout=subprocess.PIPE).stdout.strip()

        at(server, f"CREATE DATABASE {name}")
        self.addCleanup(at, server, f"DROP DATABASE {name}")
        with mock.patch.dict(os.environ, RIALTO_DATABASE_URL=url):
            self.command("restore", self.backup)
            self.assertIn("has data; nothing was changed", self.refused("restore", self.backup))
        self.assertFalse((self.venue.var / "postgres").exists())
        self.assertEqual(int(at(url, "SELECT sequence FROM ledger.follower_position")), made["positions"]["ledger"])
        self.assertEqual("t", at(url, "SELECT count(*) > 0 FROM pg_trigger WHERE tgname LIKE '%append_only'"))

    def position(self):
        return int(self.venue.sql("SELECT sequence FROM ledger.follower_position"))

    def interrupt_a_restore(self):
        """kill -9 of a restore when it has begun to change things."""
        restore = subprocess.Popen([str(ROOT / "rialto"), "restore", *self.venue.flags(), str(self.backup), "--replace",
                                    "--confirm", "var"], stdin=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + 60
        while not (self.venue.var / "engine.restoring").exists():
            self.assertIsNone(restore.poll(), "it was over before it was killed")
            self.assertLess(time.monotonic(), deadline)
        os.killpg(restore.pid, signal.SIGKILL)
        restore.wait()

    def test_a_backup_that_cannot_be_made_leaves_nothing(self):
        self.start_venue("history", 1)
        self.venue.kill("engine")
        segment = next((self.venue.var / "engine").glob("[aj]*/00000000000000000001.jnl"))
        segment.rename(self.venue.folder / segment.name)
        self.assertIn("is not a clean journal", self.refused("backup", self.backup))
        self.assertEqual([], list(self.venue.folder.glob("backup*")))
