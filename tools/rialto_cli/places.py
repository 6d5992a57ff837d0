"""Where a stack keeps its sockets: under var when the path is short enough, else under /tmp."""
import hashlib
import os
import stat
from pathlib import Path

from rialto_cli.say import Refusal

# Linux takes 107 bytes. PostgreSQL appends /postgres/.s.PGSQL.5432.lock, supervisord /supervisor.sock
# and while it starts the process number.
RUN_DIRECTORY_BYTES_MAX = 107 - 30


def path_hash(path):
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def run_directory(var, others_must_enter=False):
    """Folder for sockets of the stack in `var`. `others_must_enter`: var is closed to PostgreSQL's user."""
    inside = var / "run"
    if len(os.fsencode(inside)) <= RUN_DIRECTORY_BYTES_MAX and not others_must_enter:
        return inside
    return Path(f"/tmp/rialto-{os.geteuid()}-{path_hash(var)}")


def make_private(directory, mode=0o700):
    """Creates `directory` or takes it when it is ours alone; a stranger's in its place is refused."""
    directory.mkdir(parents=True, exist_ok=True, mode=mode)
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise Refusal(f"{directory} is not a folder of this user; remove it, then try again")
    directory.chmod(mode)
    return directory
