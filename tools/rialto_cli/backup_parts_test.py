"""The parts of backup and restore, each alone: the manifest, the end of a journal that is being written, the bar."""
import fcntl
import io
import os
import struct
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from rialto_cli import backup, database_copy, engine_copy, journal_copy, main, manifest, restore
from rialto_cli.journal_copy import End
from rialto_cli.manifest import Extent, File
from rialto_cli.progress import Progress, bytes_text
from rialto_cli.say import Refusal
from rialto_cli.stack import Stack
from rialto_cli.settings import Settings


def frame(sequence, count, kind, payload=b""):
    """A frame as docs/formats/journal.md has it; nobody looks at its checksum here."""
    length = 32 + len(payload)
    return struct.pack("<IIQQHHHH", length, 0, sequence, 0, count, 0, kind, 1) + payload + bytes(-length % 8)


def batch(sequence, count):
    records = b"".join(frame(sequence + index, 1, 1, b"order" * index) for index in range(count))
    return records + frame(sequence, count, journal_copy.COMMIT, bytes(48))


def segment_of(*parts):
    body = journal_copy.MAGIC.ljust(journal_copy.HEADER_BYTES, b"\0") + b"".join(parts)
    file = io.BytesIO(body.ljust(1 << 16, b"\0"))
    file.name = "00000000000000000001.jnl"
    return file


class Folder(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(directory.cleanup)
        self.folder = Path(directory.name)


class JournalCopyTest(Folder):
    def test_ends_with_the_batch_that_is_durable_whatever_is_behind_it(self):
        whole = [batch(1, 3), batch(4, 1), batch(5, 4)]
        offsets = [4096 + sum(map(len, whole[:count])) for count in range(4)]
        for behind in (b"", b"\xff" * 400, batch(9, 2), batch(9, 2)[:40]):
            for through, expected in ((3, End(3, offsets[1])), (4, End(4, offsets[2])), (8, End(8, offsets[3]))):
                self.assertEqual(journal_copy.end_in(segment_of(*whole, behind), through), expected)

    def test_a_batch_that_is_not_durable_as_a_whole_is_left_out(self):
        self.assertEqual(journal_copy.end_in(segment_of(batch(1, 3), batch(4, 4)), 6), End(3, 4096 + len(batch(1, 3))))
        self.assertEqual(journal_copy.end_in(segment_of(), 6), End(0, 4096))

    def test_what_is_no_segment_is_refused(self):
        file = io.BytesIO(bytes(8192))
        file.name = "strange.jnl"
        with self.assertRaisesRegex(Refusal, "strange.jnl is no segment"):
            journal_copy.end_in(file, 6)

    def test_segments_are_found_in_journal_and_archive_as_one_history(self):
        here, there = self.folder / "journal", self.folder / "archive"
        for folder, firsts in ((here, (30, 20)), (there, (1, 10, 20))):
            folder.mkdir()
            for first in firsts:
                (folder / f"{first:020}.jnl").touch()
        (here / "spare-4.tmp").touch()
        self.assertEqual([1, 10, 20], [journal_copy.first_of(name)
                                       for name in journal_copy.segments_through((here, there), 29)])
        (there / f"{1:020}.jnl").unlink()
        with self.assertRaisesRegex(Refusal, "does not begin with sequence 1"):
            journal_copy.segments_through((here, there), 29)

    def test_an_engine_cannot_start_meanwhile_and_one_that_runs_is_seen(self):
        folders = engine_copy.Folders(self.folder)
        folders.journal.mkdir()
        descriptor = os.open(folders.journal, os.O_RDONLY)
        self.addCleanup(os.close, descriptor)
        with engine_copy.kept_from_starting(folders) as is_stopped:
            self.assertTrue(is_stopped)
            with self.assertRaises(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # As the engine does.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with engine_copy.kept_from_starting(folders) as is_stopped:
            self.assertFalse(is_stopped)


class ManifestTest(Folder):
    def written(self):
        (self.folder / "journal").mkdir()
        name = f"journal/{1:020}.jnl"
        source = io.BytesIO(b"durable, and half a write")
        with Progress("test") as progress:
            sha256 = manifest.copy(source, self.folder / name, Extent(7, 4096), progress)
        manifest.write(self.folder, {"journal": {}}, [File(name, 4096, sha256)])
        return self.folder / name

    def test_a_copy_ends_with_zeros_behind_what_is_stable(self):
        path = self.written()
        self.assertEqual(path.read_bytes(), b"durable" + bytes(4089))
        manifest.check(self.folder, manifest.read(self.folder))

    def test_a_source_that_is_too_short_is_refused(self):
        source = io.BytesIO(b"abc")
        source.name = "x.jnl"
        with Progress("test") as progress, self.assertRaisesRegex(Refusal, "x.jnl ends after 3 bytes, 7 were"):
            manifest.copy(source, self.folder / "copy", Extent(7, 8), progress)

    def test_every_file_that_is_not_as_it_was_is_named(self):
        path = self.written()
        path.write_bytes(path.read_bytes()[:-1] + b"x")
        with self.assertRaisesRegex(Refusal, "nothing was changed:\n  journal/0+1.jnl: its SHA-256 is not"):
            manifest.check(self.folder, manifest.read(self.folder))
        path.write_bytes(b"short")
        with self.assertRaisesRegex(Refusal, "has 5 bytes, the manifest says 4096"):
            manifest.check(self.folder, manifest.read(self.folder))
        path.unlink()
        with self.assertRaisesRegex(Refusal, "is missing"):
            manifest.check(self.folder, manifest.read(self.folder))

    def test_a_manifest_that_names_files_elsewhere_is_refused(self):
        for name in ("../escape", "/etc/passwd", "journal/../../x.jnl", "feed/ballast.tmp"):
            with tempfile.TemporaryDirectory() as directory:
                manifest.write(Path(directory), {}, [File(name, 1, "00")])
                with self.assertRaisesRegex(Refusal, "files that no backup has"):
                    manifest.read(Path(directory))

    def test_a_manifest_of_another_format_is_refused(self):
        manifest.write(self.folder, {"format_version": 2}, [])
        with self.assertRaisesRegex(Refusal, "format version 2; this release reads 1"):
            manifest.read(self.folder)


class BackupTest(Folder):
    def test_is_a_folder_of_the_stack_that_is_named_by_the_time(self):
        stack = Stack(Settings(var=self.folder))
        self.assertEqual(self.folder / "backups" / "1970-01-02T00-00-00Z", backup.target_of(stack, None, 86400))

    def test_never_writes_into_a_folder_that_is_there(self):
        with self.assertRaisesRegex(Refusal, "exists"):
            backup.target_of(Stack(Settings(var=self.folder)), str(self.folder))

    def test_a_mirror_ahead_of_the_journal_is_no_backup(self):
        backup.refuse_mirrors_ahead({"ledger": 7, "risk": 0}, 7)
        with self.assertRaisesRegex(Refusal, "ends with sequence 7, mirrors are ahead of it: {'ledger': 8}"):
            backup.refuse_mirrors_ahead({"ledger": 8, "risk": 0}, 7)

    def test_positions_are_read_out_of_the_dump(self):
        script = ("SET x = 1;\nCOPY ledger.follower_position (name, sequence, checkpoint_hash) FROM stdin;\n"
                  "ledger\t41\tab\n\\.\n\nCOPY risk.follower_position (sequence, name) FROM stdin;\n40\trisk\n\\.\n")
        self.assertEqual({"ledger": 41, "risk": 40}, database_copy.positions_of(script))

    def test_only_the_private_database_is_loaded_as_its_superuser(self):
        own = database_copy.Database("postgresql:///rialto?host=/x/user=rialto/run&user=rialto", is_own=True)
        self.assertEqual("postgresql:///rialto?host=/x/user=rialto/run&user=postgres", own.administrator_url)
        other = database_copy.Database("postgresql://db/x?user=rialto", is_own=False)
        self.assertEqual("postgresql://db/x?user=rialto", other.administrator_url)

    def test_both_are_commands_of_the_front_door(self):
        self.assertEqual("/x", main.parser().parse_args(["backup", "/x", "--json"]).directory)
        flags = main.parser().parse_args(["restore", "/x", "--replace", "--confirm", "var", "--dry-run"])
        self.assertEqual((True, "var", True), (flags.replace, flags.confirm, flags.dry_run))


class LoadTest(Folder):
    """What is said when the database is lost on the way, with programs that do nothing but end as told."""

    DATABASE = database_copy.Database("postgresql://db/x", is_own=False)
    CONTENTS = {"schemas": ["ledger"], "roles": [], "positions": {"ledger": 7}}

    def program(self, name, script):
        path = self.folder / name
        path.write_text("#!/bin/sh\n" + script, encoding="utf-8")
        path.chmod(0o755)

    def load(self, psql_exits_with, refused="nothing", pg_restore_exits_with=0):
        """Everything is asked of a database that refuses statements with `refused` in them."""
        def query(_, sql):
            if refused in sql:
                raise Refusal("the connection is gone")
            return [["7"]] if "follower_position" in sql else []

        self.program("pg_restore", f"echo 'CREATE SCHEMA ledger;'; exit {pg_restore_exits_with}\n")
        self.program("psql", f"cat > {self.folder}/script; exit {psql_exits_with}\n")
        with mock.patch.object(database_copy.postgres, "program", lambda name: self.folder / name), \
                mock.patch.object(database_copy, "query", query):
            database_copy.load(self.DATABASE, self.folder / "dump", self.CONTENTS)

    def test_a_statement_that_is_refused_leaves_the_database_as_it_was(self):
        with self.assertRaisesRegex(Refusal, "it is as it was") as refused:
            self.load(psql_exits_with=3)
        self.assertNotIsInstance(refused.exception, database_copy.Uncertain)

    def test_without_a_commit_the_database_is_as_it_was(self):
        with self.assertRaisesRegex(Refusal, "it is as it was") as refused:
            self.load(psql_exits_with=2, pg_restore_exits_with=1)
        self.assertNotIsInstance(refused.exception, database_copy.Uncertain)
        self.assertNotIn("COMMIT", (self.folder / "script").read_text(encoding="utf-8"))

    def test_a_session_lost_after_the_commit_was_sent_leaves_it_open(self):
        with self.assertRaisesRegex(database_copy.Uncertain, "whether the database was loaded is unknown"):
            self.load(psql_exits_with=2)

    def test_a_database_lost_behind_the_commit_leaves_it_open(self):
        with self.assertRaisesRegex(database_copy.Uncertain, "the connection is gone"):
            self.load(psql_exits_with=0, refused="follower_position")

    def test_a_load_without_statistics_is_a_load(self):
        with mock.patch.object(database_copy, "note") as note:
            self.load(psql_exits_with=0, refused="ANALYZE")
        self.assertIn("statistics were not made", note.call_args.args[0])

    def replace(self, refusal):
        """Returns the stack of a restore whose database was not loaded, and what was said."""
        stack = Stack(Settings(var=self.folder / "var"))
        stack.var.mkdir()
        source = (self.folder, {"files": [], "database": {}})
        with mock.patch.object(database_copy, "load", side_effect=refusal), self.assertRaises(Refusal) as refused:
            restore._replace(stack, self.DATABASE, source)  # pylint: disable=protected-access
        return stack, str(refused.exception)

    def test_up_refuses_after_a_restore_whose_outcome_is_unknown(self):
        stack, said = self.replace(database_copy.Uncertain("lost"))
        self.assertTrue(stack.unfinished_restore.exists())
        self.assertIn("Outcome unknown: repeat", said)

    def test_a_restore_that_was_rolled_back_leaves_no_trace(self):
        stack, said = self.replace(Refusal("as it was"))
        self.assertFalse(stack.unfinished_restore.exists())
        self.assertEqual("as it was", said)


class ProgressTest(unittest.TestCase):
    def test_says_how_much_of_how_much_and_how_fast(self):
        progress = Progress("engine", 4 << 20)
        progress.reach(1 << 20)
        self.assertEqual(f"engine  [{'#' * 10}{'.' * 30}]  25 %  1.0 MiB of 4.0 MiB  512.0 KiB/s", progress.line(2))

    def test_of_an_unknown_whole_says_how_much(self):
        progress = Progress("database")
        progress.add(1536)
        self.assertEqual("database  1.5 KiB  1.5 KiB/s", progress.line(1))
        self.assertEqual("512 B", bytes_text(512))

    def test_draws_on_a_terminal_and_leaves_no_trace(self):
        out = io.StringIO()
        out.isatty = lambda: True
        with Progress("engine", 10, out) as progress:
            progress.add(5)
            self.assertIn("\rengine  [####################....................]  50 %", out.getvalue())
        self.assertTrue(out.getvalue().endswith("\r\033[K"))

    def test_draws_nothing_where_nobody_looks(self):
        out = io.StringIO()
        with Progress("engine", 10, out) as progress:
            progress.add(5)
        self.assertEqual("", out.getvalue())


if __name__ == "__main__":
    unittest.main()
