"""What `./rialto journal` and `./rialto ledger` hand to their tools."""
import argparse
import os
import tempfile
import unittest
from pathlib import Path

from rialto_cli import journal, ledger, main
from rialto_cli.settings import load


def settings():
    return load(argparse.Namespace(config=os.devnull, var="/srv/var"), {})


class JournalTest(unittest.TestCase):
    def given(self, *arguments):
        return journal.arguments_for(settings(), list(arguments))

    def setUp(self):
        # Where no folder is called journal or feed.
        self.before = os.getcwd()
        self.directory = tempfile.TemporaryDirectory()
        os.chdir(self.directory.name)

    def tearDown(self):
        os.chdir(self.before)
        self.directory.cleanup()

    def test_without_a_folder_it_is_the_stack_s_journal(self):
        self.assertEqual(["verify", "/srv/var/engine/journal", "--json"], self.given("verify", "--json"))
        self.assertEqual(["dump", "/srv/var/engine/journal", "--from", "5", "--to", "9"],
                         self.given("dump", "--from", "5", "--to", "9"))

    def test_the_stack_s_archive_is_part_of_its_journal(self):
        archive = Path("engine/archive")
        archive.mkdir(parents=True)
        here = load(argparse.Namespace(config=os.devnull, var=self.directory.name), {})
        self.assertEqual(["verify", str(here.var / "engine/journal"), "--archive", str(here.var / archive)],
                         journal.arguments_for(here, ["verify"]))
        self.assertEqual(["verify", str(here.var / "engine/journal"), "--archive", "other"],
                         journal.arguments_for(here, ["verify", "--archive", "other"]))
        self.assertEqual(["verify", str(here.var / "engine/feed")], journal.arguments_for(here, ["verify", "feed"]))

    def test_feed_is_the_stack_s_feed(self):
        self.assertEqual(["tail", "/srv/var/engine/feed", "-n", "5", "--follow"],
                         self.given("tail", "-n", "5", "feed", "--follow"))

    def test_feed_to_ask_is_no_folder_of_its_own(self):
        self.assertEqual(["repair", "/srv/var/engine/journal", "--feed", "copy/feed", "--dry-run"],
                         self.given("repair", "--feed", "copy/feed", "--dry-run"))

    def test_a_folder_of_the_caller_is_his(self):
        self.assertEqual(["verify", "backup/journal"], self.given("verify", "backup/journal"))
        self.assertEqual(["repair", "--confirm", "journal", "copy", "--dry-run"],
                         self.given("repair", "--confirm", "journal", "copy", "--dry-run"))
        Path("journal").mkdir()
        self.assertEqual(["verify", "journal"], self.given("verify", "journal"))

    def test_help_and_what_is_unknown_go_to_the_tool_as_they_are(self):
        self.assertEqual(["--version"], self.given("--version"))
        self.assertEqual(["verify", "/srv/var/engine/journal", "--help"], self.given("verify", "--help"))

    def test_is_a_command_of_the_front_door(self):
        flags, rest = main.parser().parse_known_args(["journal", "dump", "--from", "5", "--var", "/tmp/x"])
        self.assertEqual(("journal", "/tmp/x"), (flags.command, flags.var))
        self.assertEqual(["dump", "--from", "5"], rest)


class LedgerTest(unittest.TestCase):
    def test_the_engine_s_address_is_the_stack_s_where_it_is_needed(self):
        self.assertEqual(["verify", "--json"], ledger.arguments_for(settings(), ["verify", "--json"]))
        self.assertEqual(["rebuild", "--engine", "127.0.0.1:50051"], ledger.arguments_for(settings(), ["rebuild"]))
        self.assertEqual(["rebuild", "--engine=x:1"], ledger.arguments_for(settings(), ["rebuild", "--engine=x:1"]))

    def test_the_database_is_the_named_one_or_the_stack_s_own(self):
        named = load(argparse.Namespace(config=os.devnull, var="/srv/var"), {"RIALTO_DATABASE_URL": "postgresql://db/x"})
        self.assertEqual("postgresql://db/x", ledger.database_of(named))
        self.assertEqual("postgresql:///rialto?host=/srv/var/run/postgres&user=rialto", ledger.database_of(settings()))

    def test_is_a_command_of_the_front_door(self):
        flags, rest = main.parser().parse_known_args(["ledger", "verify", "--json", "--var", "/tmp/x"])
        self.assertEqual(("ledger", "/tmp/x"), (flags.command, flags.var))
        self.assertEqual(["verify", "--json"], rest)


if __name__ == "__main__":
    unittest.main()
