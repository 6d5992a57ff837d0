"""`./rialto restore`: a backup becomes the venue again. Everything is checked before anything is changed.

The database is loaded in one transaction, then the engine's folder takes its place by a rename. An end in between
is seen by `up`, which refuses until the restore has been repeated.
"""
import json
import shutil
import sys
import time
from contextlib import nullcontext
from pathlib import Path

from rialto_cli import build, database_copy, engine_copy, journal_copy, manifest, orphans, packages
from rialto_cli.backup import refuse_mirrors_ahead
from rialto_cli.manifest import DUMP, Extent
from rialto_cli.progress import Progress
from rialto_cli.say import Refusal, answer, note
from rialto_cli.stack import Stack, only_one_command

INCOMING = "engine.incoming"  # Being copied; of no meaning to anybody.


def add_flags(parser):
    parser.add_argument("directory", metavar="DIR", help="a folder that `./rialto backup` made")
    parser.add_argument("--dry-run", action="store_true", help="check everything, change nothing")
    parser.add_argument("--replace", action="store_true",
                        help="also where the venue has data: its schemas in the database are dropped, its engine's folder "
                             "is kept aside")
    parser.add_argument("--confirm", metavar="NAME",
                        help="with --replace: the name of the folder that --var names; else it is asked for")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(settings, flags):
    stack = Stack(settings)
    start = time.monotonic()
    backup = Path(flags.directory).absolute()
    contents = manifest.read(backup)
    packages.ensure(packages.wanted(for_tests=False))
    build.build(settings.build_preset, targets=("rialto_journal",))
    with only_one_command(stack):
        _refuse_running(stack)
        _check(settings, backup, contents)
        skipped = flags.dry_run and not database_copy.exists(stack)
        with nullcontext() if skipped else database_copy.opened(stack, may_create=True) as database:
            there = _what_is_there(stack, database)
            aside = None
            if not flags.dry_run:
                _refuse_unless_told_twice(stack, there, flags)
                aside = _replace(stack, database, (backup, contents))
    _report(contents, (there, aside), time.monotonic() - start, flags)


def _refuse_running(stack):
    if stack.door.is_running() or orphans.find(stack.var):
        raise Refusal("the venue runs: `./rialto down` first")
    folders = engine_copy.Folders(stack.var / "engine")
    if folders.journal.is_dir():
        with engine_copy.kept_from_starting(folders) as is_stopped:
            if not is_stopped:
                raise Refusal(f"an engine writes to {folders.journal}: stop it first")


def _check(settings, backup, contents):
    """The files against the manifest; then what they mean, against it and against each other."""
    manifest.check(backup, contents)
    said = contents["journal"]
    found = engine_copy.inspect(settings, backup / "journal")
    for key in ("last_sequence", "chain_hash", "venue_id"):
        if found[key] != said[key]:
            raise Refusal(f"{backup / 'journal'} has {key} {found[key]}, the manifest says {said[key]}")
    positions = database_copy.positions_in(backup / DUMP)
    if positions != contents["database"]["positions"]:
        raise Refusal(f"{backup / DUMP} holds positions {positions}, the manifest says otherwise")
    refuse_mirrors_ahead({**positions, "feed": contents["feed_sequence"]}, said["last_sequence"])


def _what_is_there(stack, database):
    """What a restore would replace, for people; [] for nothing."""
    there = []
    if database is not None:
        database_copy.refuse_writers(database)
        schemas = database_copy.schemas_in(database.url)
        if schemas:
            there.append(f"the schemas {', '.join(schemas)} in the database")
    folders = engine_copy.Folders(stack.var / "engine")
    segments = journal_copy.segments_of(folders.history)
    if segments:
        there.append(f"{len(segments)} journal segments in {folders.root}")
    return there


def _refuse_unless_told_twice(stack, there, flags):
    if not there:
        return
    if not flags.replace:
        raise Refusal(f"the venue in {stack.var} has data; nothing was changed:\n  " + "\n  ".join(there)
                      + "\n  Back it up first; then --replace puts the backup in its place")
    name = flags.confirm
    if name is None and sys.stdin.isatty():
        note("this replaces " + " and ".join(there))
        name = input(f"Type the folder's name ({stack.var.name}) to go on: ")
    if name != stack.var.name:
        raise Refusal(f"not confirmed, nothing was changed: the folder's name is {stack.var.name!r} (--confirm NAME)")


def _replace(stack, database, source):
    """Returns where the engine's old folder is now, None when there was none."""
    backup, contents = source
    incoming = stack.var / INCOMING
    shutil.rmtree(incoming, ignore_errors=True)
    try:
        _copy_engine(backup, contents, incoming)
        shutil.rmtree(stack.unfinished_restore, ignore_errors=True)
        # From here on `up` refuses.
        incoming.rename(stack.unfinished_restore)
        manifest.sync_directory(stack.var)
    except BaseException:
        shutil.rmtree(incoming, ignore_errors=True)
        raise
    try:
        database_copy.load(database, backup / DUMP, contents["database"])
    except database_copy.Uncertain as uncertain:
        raise Refusal(f"{uncertain}\n  Outcome unknown: repeat the restore, with --replace; "
                      "`up` refuses until then") from uncertain
    except Refusal:
        shutil.rmtree(stack.unfinished_restore)  # Rolled back: all is as it was.
        raise
    engine, aside = stack.var / "engine", None
    if engine.exists():
        aside = engine.with_name(f"engine.before-restore-{int(time.time())}")
        engine.rename(aside)
    stack.unfinished_restore.rename(engine)
    manifest.sync_directory(stack.var)
    return aside


def _copy_engine(backup, contents, target):
    files = [file for file in contents["files"] if file.path != DUMP]
    for folder in ("", "journal", "feed", "snapshots", "archive"):
        (target / folder).mkdir()
    with Progress("engine", sum(file.bytes for file in files)) as progress:
        for file in files:
            with open(backup / file.path, "rb") as copied:
                written = manifest.copy(copied, target / file.path, Extent(file.bytes, file.bytes), progress)
            if written != file.sha256:
                raise Refusal(f"{backup / file.path} has changed since it was checked")
    for folder in ("journal", "feed", "snapshots", ""):
        manifest.sync_directory(target / folder)


def _report(contents, replaced, seconds, flags):
    there, aside = replaced
    journal, positions = contents["journal"], contents["database"]["positions"]
    if flags.json:
        answer(json.dumps({"restored": not flags.dry_run, "sequence": journal["last_sequence"],
                           "time": journal["last_time"], "positions": positions, "replaces": there,
                           "kept_aside": str(aside) if aside else None, "seconds": round(seconds, 3)}, indent=2))
        return
    answer(f"{'checked' if flags.dry_run else 'restored'}  sequence {journal['last_sequence']} of {journal['last_time']}, "
           f"in {seconds:.1f} s")
    if flags.dry_run:
        answer("The backup is whole; nothing was changed."
               + (f" A restore would replace {' and '.join(there)}." if there else ""))
        return
    if aside:
        answer(f"The engine's folder of before is {aside}")
    answer("Next:     ./rialto up, then ./rialto verify")
