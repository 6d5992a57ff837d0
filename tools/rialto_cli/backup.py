"""`./rialto backup`: everything that a venue is, into a folder, while it runs.

The database first, then the engine's journal up to a sequence that is durable by then. So no mirror in the backup is
ahead of its journal, whatever happens meanwhile; mirrors that are behind catch up when it is restored.
"""
import json
import os
import shutil
import time
from pathlib import Path

from rialto_cli import build, database_copy, engine_copy, manifest
from rialto_cli.manifest import File
from rialto_cli.progress import Progress, bytes_text
from rialto_cli.say import Refusal, answer, note
from rialto_cli.stack import Stack, in_force

NICENESS = 10  # Trading goes first.
UNFINISHED = ".unfinished"


def add_flags(parser):
    parser.add_argument("directory", nargs="?", metavar="DIR",
                        help="folder to make (default: VAR/backups/TIME; better on another disk)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(settings, flags):
    settings = in_force(settings)
    stack = Stack(settings)
    start = time.monotonic()
    target = target_of(stack, flags.directory)
    build.build(settings.build_preset, targets=("rialto_journal",))
    os.nice(NICENESS)
    unfinished = target.with_name(target.name + UNFINISHED)
    unfinished.mkdir(parents=True)
    try:
        contents, files = _make(stack, unfinished)
        unfinished.rename(target)
        manifest.sync_directory(target.parent)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    _report(target, contents, files, (time.monotonic() - start, flags.json))


def target_of(stack, given, now=None):
    """The folder to make; refuses one that is there."""
    name = time.strftime("%Y-%m-%dT%H-%M-%SZ", time.gmtime(now))
    target = Path(given).absolute() if given else stack.var / "backups" / name
    for path in (target, target.with_name(target.name + UNFINISHED)):
        if path.exists():
            raise Refusal(f"{path} exists: name a folder that does not")
    return target


def _make(stack, target):
    folders = engine_copy.Folders(stack.var / "engine")
    if not folders.journal.is_dir():
        raise Refusal(f"there is no journal in {folders.journal}: was this stack ever up? (--var)")
    with engine_copy.kept_from_starting(folders) as is_stopped:
        # Before the journal, which is never behind it.
        mark = engine_copy.read_mark(folders)
        with database_copy.opened(stack, may_create=False) as database:
            dumped = database_copy.dump(database, target / manifest.DUMP)
        files = [_file_of(target, manifest.DUMP)]
        if is_stopped:
            report = engine_copy.inspect(stack.settings, folders.journal, folders.archive, may_be_torn=True)
            sequence = report["last_sequence"]
        else:
            sequence = engine_copy.durable_sequence(stack.settings)
        refuse_mirrors_ahead(dumped["positions"], sequence)
        copy = engine_copy.EngineCopy(folders, target, sequence)
        copy.run(mark)
    note("verifying the copy")
    journal = engine_copy.inspect(stack.settings, target / "journal")
    contents = {"made_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "engine_was_running": not is_stopped,
                "journal": {key: journal[key] for key in (
                    "last_sequence", "last_time", "chain_hash", "records", "venue_id", "engine_version_last")},
                "feed_sequence": _feed_sequence(stack.settings, target), "database": dumped}
    files += copy.files
    manifest.write(target, contents, files)
    return contents, files


def _feed_sequence(settings, target):
    """Where the copied feed ends. It is derived: one that was left damaged by a crash is as good as none."""
    if not any((target / "feed").iterdir()):
        return 0
    return engine_copy.inspect(settings, target / "feed", may_be_torn=True)["last_sequence"]


def _file_of(target, name):
    path = target / name
    with open(path, "rb") as file:
        os.fsync(file.fileno())
    with Progress("checksum", path.stat().st_size) as progress:
        return File(name, path.stat().st_size, manifest.hash_of(path, progress))


def refuse_mirrors_ahead(positions, sequence):
    ahead = {schema: position for schema, position in positions.items() if position > sequence}
    if ahead:
        raise Refusal(f"the journal ends with sequence {sequence}, mirrors are ahead of it: {ahead}. The database is not "
                      "this engine's, or the journal has lost history (docs/runbook.md, exit code 72)")


def _report(target, contents, files, how):
    seconds, as_json = how
    size = sum(file.bytes for file in files)
    if as_json:
        answer(json.dumps({"directory": str(target), "sequence": contents["journal"]["last_sequence"],
                           "positions": contents["database"]["positions"], "files": len(files), "bytes": size,
                           "seconds": round(seconds, 3)}, indent=2))
        return
    answer(f"backup    {target}")
    answer(f"sequence  {contents['journal']['last_sequence']} of {contents['journal']['last_time']}")
    answer("mirrors   " + ", ".join(f"{schema} at {position}"
                                    for schema, position in sorted(contents["database"]["positions"].items())))
    answer(f"files     {len(files)}, {bytes_text(size)}, in {seconds:.1f} s")
    answer(f"Restore:  ./rialto restore {target}")
