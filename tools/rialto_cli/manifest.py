"""What a backup holds: `manifest.json`, with the SHA-256 of every file, and the SHA-256 of itself beside it.

Written last, so a folder without one is no backup.
"""
import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from rialto_cli.progress import Progress
from rialto_cli.say import Refusal

FORMAT_VERSION = 1
NAME = "manifest.json"
OWN_HASH = "manifest.json.sha256"
DUMP = "database.dump"
# Nothing else is ever taken from a backup, whatever its manifest says.
FILE_PATH = re.compile(r"database\.dump|(journal|feed)/(\d{20}\.jnl|commit\.mark)|snapshots/\d{20}\.snapshot")
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class File:
    path: str    # Relative to the backup's folder.
    bytes: int
    sha256: str  # Hexadecimal.


@dataclass(frozen=True)
class Extent:
    """How much of a file to copy: `stable_bytes` of its own, then zeros up to `bytes`."""
    stable_bytes: int
    bytes: int


def sync_directory(directory):
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def copy(source, target, extent, progress):
    """Copies an open file durably; returns the SHA-256 of what was written. Refuses a file that is too short."""
    digest = hashlib.sha256()
    with open(target, "xb") as out:
        done = 0
        while done < extent.bytes:
            if done < extent.stable_bytes:
                chunk = source.read(min(extent.stable_bytes - done, CHUNK_BYTES))
            else:
                chunk = bytes(min(extent.bytes - done, CHUNK_BYTES))
            if not chunk:
                raise Refusal(f"{source.name} ends after {done} bytes, {extent.stable_bytes} were expected")
            out.write(chunk)
            digest.update(chunk)
            progress.add(len(chunk))
            done += len(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def hash_of(path, progress):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            progress.add(len(chunk))
    return digest.hexdigest()


def _own_hash(body):
    return f"{hashlib.sha256(body).hexdigest()}  {NAME}\n".encode()  # As sha256sum -c reads it.


def write(directory, contents, files):
    """`contents`: everything but the files."""
    text = json.dumps({"format_version": FORMAT_VERSION, **contents,
                       "files": [asdict(file) for file in files]}, indent=2) + "\n"
    for name, body in ((OWN_HASH, _own_hash(text.encode())), (NAME, text.encode())):
        with open(directory / name, "xb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
    sync_directory(directory)


def read(directory):
    """The manifest as a dictionary, its files as File; refuses one that is not whole."""
    try:
        body = (directory / NAME).read_bytes()
        own = (directory / OWN_HASH).read_bytes()
    except OSError as error:
        raise Refusal(f"{directory} is not a whole backup: {error}") from None
    if own != _own_hash(body):
        raise Refusal(f"{directory / NAME} is damaged: its SHA-256 is not the one in {OWN_HASH}")
    contents = json.loads(body)
    if contents["format_version"] != FORMAT_VERSION:
        raise Refusal(f"{directory} has format version {contents['format_version']}; this release reads "
                      f"{FORMAT_VERSION}. Restore it with the release that made it")
    files = [File(**file) for file in contents["files"]]
    strange = [file.path for file in files if not FILE_PATH.fullmatch(file.path)]
    if strange:
        raise Refusal(f"{directory / NAME} names files that no backup has: {', '.join(strange)}")
    return {**contents, "files": files}


def check(directory, manifest):
    """Refuses unless every file is there, byte for byte; names all that are not."""
    wrong = []
    with Progress("checking", sum(file.bytes for file in manifest["files"])) as progress:
        for file in manifest["files"]:
            problem = _problem_of(directory / file.path, file, progress)
            if problem:
                wrong.append(f"{file.path}: {problem}")
    if wrong:
        raise Refusal(f"the backup in {directory} is damaged; nothing was changed:\n  " + "\n  ".join(wrong))


def _problem_of(path: Path, file, progress):
    try:
        size = path.stat().st_size
        if size != file.bytes:
            return f"has {size} bytes, the manifest says {file.bytes}"
        return "" if hash_of(path, progress) == file.sha256 else "its SHA-256 is not the one in the manifest"
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error}"
