"""Copies the engine's folder beside the running engine, or of one that is stopped, up to one durable sequence."""
import fcntl
import json
import os
import re
import subprocess
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rialto_cli import journal_copy, manifest
from rialto_cli.manifest import Extent, File
from rialto_cli.progress import Progress
from rialto_cli.say import Refusal

SNAPSHOT_NAME = re.compile(r"(\d{20})\.snapshot")
ASK_SECONDS = 5
TORN_TAIL = 1  # Of rialto_journal verify.


@dataclass(frozen=True)
class Folders:
    """Of one engine: docs/formats says what is in them."""
    root: Path

    @property
    def journal(self):
        return self.root / "journal"

    @property
    def feed(self):
        return self.root / "feed"

    @property
    def snapshots(self):
        return self.root / "snapshots"

    @property
    def archive(self):
        return self.root / "archive"

    @property
    def history(self):
        """Where the journal's segments are; they move from the first to the second."""
        return (self.journal, self.archive)


@contextmanager
def kept_from_starting(folders):
    """True inside when no engine writes here, and none can start until the block ends."""
    descriptor = os.open(folders.journal, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            is_stopped = True
        except BlockingIOError:
            is_stopped = False
        yield is_stopped
    finally:
        os.close(descriptor)


def inspect(settings, folder, archive=None, may_be_torn=False):
    """The report of `rialto_journal verify`; refuses a folder that is not clean."""
    command = [str(settings.binary_directory / "rialto_journal"), "verify", str(folder), "--json"]
    if archive is not None and archive.is_dir():
        command += ["--archive", str(archive)]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
    if result.returncode not in ((0, TORN_TAIL) if may_be_torn else (0,)):
        raise Refusal(f"{folder} is not a clean journal (exit status {result.returncode}):\n{result.stdout.strip()}")
    return json.loads(result.stdout)


def durable_sequence(settings):
    """What the running engine has journaled, applied and published."""
    url = f"http://{settings.metrics_address('engine')}/metrics"
    try:
        with urllib.request.urlopen(url, timeout=ASK_SECONDS) as answer:
            text = answer.read().decode()
    except (OSError, urllib.error.URLError) as error:
        raise Refusal(f"an engine writes to the journal but does not answer at {url}: {error}\n"
                      "  Wait until it serves, or say which one it is (--port-offset)") from None
    found = re.search(r"^engine_last_sequence (\S+)$", text, re.MULTILINE)
    sequence = int(float(found[1])) if found else 0
    if sequence == 0:
        raise Refusal("the engine is still starting: wait until it serves, then try again")
    return sequence


def read_mark(folders):
    """commit.mark as it is now; b'' when there is none. REQUIRES: read before the journal is copied."""
    try:
        with open(folders.journal / journal_copy.MARK_NAME, "rb") as file:
            return file.read(journal_copy.MARK_BYTES)
    except FileNotFoundError:
        return b""


class EngineCopy:
    """One copy, into `target`; `sequence` is durable, and the copy ends there."""

    def __init__(self, folders, target, sequence):
        self._folders = folders
        self._target = target
        self._sequence = sequence
        self.files = []

    def run(self, mark):
        names = journal_copy.segments_through(self._folders.history, self._sequence)
        feed = [name for name in journal_copy.segments_of([self._folders.feed])
                if journal_copy.first_of(name) <= self._sequence]
        snapshots = self._snapshots()
        with Progress("engine", self._bytes_of(names, feed, snapshots)) as progress:
            self._copy_snapshots(snapshots, progress)
            ended = self._copy_segments("journal", (self._folders.history, names), progress)
            if ended != self._sequence:
                raise Refusal(f"the journal's files end with sequence {ended}, the engine said {self._sequence}")
            self._copy_segments("feed", ((self._folders.feed,), feed), progress)
        if mark:
            self._write_mark(mark)

    def _snapshots(self):
        if not self._folders.snapshots.is_dir():
            return []
        names = (SNAPSHOT_NAME.fullmatch(path.name) for path in self._folders.snapshots.iterdir())
        return sorted(name[0] for name in names if name and int(name[1]) <= self._sequence)

    def _bytes_of(self, names, feed, snapshots):
        total = 0
        for folders, files in ((self._folders.history, names), ((self._folders.feed,), feed),
                               ((self._folders.snapshots,), snapshots)):
            for name in files:
                total += max(((folder / name).stat().st_size for folder in folders if (folder / name).exists()),
                             default=0)
        return total

    def _copy_snapshots(self, names, progress):
        folder = self._folder("snapshots")
        for name in names:
            try:
                source = open(self._folders.snapshots / name, "rb")  # pylint: disable=consider-using-with
            except FileNotFoundError:
                continue  # Newer ones have taken its place.
            with source:
                size = os.fstat(source.fileno()).st_size
                self._copy(source, folder / name, Extent(size, size), progress)
        manifest.sync_directory(folder)

    def _copy_segments(self, kind, origin, progress):
        """Returns the sequence at which the copy ends."""
        folders, names = origin
        folder = self._folder(kind)
        ended = 0
        for name in names:
            with journal_copy.open_segment(folders, name) as source:
                size = os.fstat(source.fileno()).st_size
                extent, ended = journal_copy.extent_of(source, size, name == names[-1], self._sequence)
                source.seek(0)
                self._copy(source, folder / name, extent, progress)
        manifest.sync_directory(folder)
        return ended

    def _folder(self, kind):
        (self._target / kind).mkdir()
        return self._target / kind

    def _copy(self, source, target, extent, progress):
        sha256 = manifest.copy(source, target, extent, progress)
        self.files.append(File(str(target.relative_to(self._target)), extent.bytes, sha256))

    def _write_mark(self, mark):
        path = self._target / "journal" / journal_copy.MARK_NAME
        with open(path, "xb") as file:
            file.write(mark)
            os.fsync(file.fileno())
        with Progress("engine") as progress:
            self.files.append(File(str(path.relative_to(self._target)), len(mark), manifest.hash_of(path, progress)))
        manifest.sync_directory(path.parent)
