"""Tools that only tests need, at pinned versions, in build/tools: grpcurl by Go, buf by npm."""
import fcntl
import filecmp
import os
import shutil
import subprocess
from contextlib import contextmanager

from rialto_cli import packages
from rialto_cli.say import Refusal, note
from rialto_cli.settings import ROOT

# The newest that Debian 12's own Go 1.19 builds.
GRPCURL_VERSION = "v1.8.7"
TOOLS = ROOT / "build" / "tools"


@contextmanager
def _alone(name):
    TOOLS.mkdir(parents=True, exist_ok=True)
    with open(TOOLS / f"{name}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _succeeds(command, what, **options):
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False, **options)
    if result.returncode != 0:
        note(f"{what} could not be made, its tests skip:\n{result.stdout[-1500:]}")
    return result.returncode == 0


def _go_candidates():
    """Go on PATH first, then Debian's: one of them may be too old or cut off."""
    found = [shutil.which("go"), "/usr/bin/go"]
    return list(dict.fromkeys(path for path in found if path and os.path.exists(path)))


def grpcurl():
    """Path of grpcurl, built once; None where that is impossible."""
    binary = TOOLS / "bin" / "grpcurl"
    stamp = TOOLS / "bin" / f"grpcurl-{GRPCURL_VERSION}"
    with _alone("grpcurl"):
        if stamp.exists() and binary.exists():
            return binary
        note(f"building grpcurl {GRPCURL_VERSION}")
        for go in _go_candidates():
            environment = dict(os.environ, GOBIN=str(TOOLS / "bin"), GOFLAGS="-mod=mod -trimpath",
                               GOTOOLCHAIN="local", CGO_ENABLED="0")
            command = [go, "install", f"github.com/fullstorydev/grpcurl/cmd/grpcurl@{GRPCURL_VERSION}"]
            if _succeeds(command, f"grpcurl (with {go})", env=environment, cwd="/"):
                stamp.touch()
                return binary
    note("no grpcurl: its tests skip")
    return None


def run_grpcurl(arguments):
    """`./rialto grpcurl ...`: hands over to the pinned grpcurl, built on first use."""
    if not _go_candidates():
        packages.ensure(packages.TEST_TOOLS["go"])
    binary = grpcurl()
    if binary is None:
        raise Refusal("grpcurl cannot be built here; any grpcurl on PATH does as well")
    os.execv(binary, [str(binary), *arguments])


def buf():
    """Path of buf, installed once per lock file; None where that is impossible."""
    source, target = ROOT / "tools" / "buf", TOOLS / "buf"
    binary = target / "node_modules" / ".bin" / "buf"
    with _alone("buf"):
        target.mkdir(parents=True, exist_ok=True)
        lock = "package-lock.json"
        if binary.exists() and filecmp.cmp(source / lock, target / lock, shallow=False):
            return binary
        note("installing buf")
        for name in ("package.json", lock):
            shutil.copyfile(source / name, target / name)
        # The package carries its binary: no script of its own has to run.
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        if not shutil.which("npm") or not _succeeds(command, "buf", cwd=target):
            (target / lock).unlink()
            return None
    return binary
