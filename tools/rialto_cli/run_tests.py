"""`./rialto test`: builds everything, then every test with its own database, ports and folders.

Ends with ctest's own closing lines and its exit status.
"""
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from rialto_cli import build, packages, pinned_tools
from rialto_cli.postgres import ThrowAway
from rialto_cli.say import note
from rialto_cli.settings import ROOT


# Of a test that sets none of its own.
TIMEOUT_SECONDS = 900
NIGHTLY_TIMEOUT_SECONDS = 6 * 3600


def run(preset, name_filter, label, nightly=False):
    """`nightly`: as many crashes, seeds and faults as a night has room for (RIALTO_NIGHTLY=1)."""
    packages.ensure(packages.wanted(for_tests=True))
    build.build(preset, with_link_tests=True)
    environment = dict(os.environ, **_tools(), **_data())
    environment["RIALTO_BUILD_DIRECTORY"] = str(ROOT / "build" / preset)
    nightly = nightly or environment.get("RIALTO_NIGHTLY") == "1"
    if nightly:
        environment["RIALTO_NIGHTLY"] = "1"
    command = ["ctest", "--test-dir", str(ROOT / "build" / preset), "--output-on-failure",
               "--no-tests=error", "--parallel", str(os.cpu_count() or 2),
               "--timeout", str(NIGHTLY_TIMEOUT_SECONDS if nightly else TIMEOUT_SECONDS)]
    if name_filter:
        command += ["-R", name_filter]
    if label:
        command += ["-L", label]
    # In /tmp itself: PostgreSQL's own user must get in, and the socket's path must be short.
    directory = Path(tempfile.mkdtemp(prefix="rialto-test-", dir="/tmp"))
    directory.chmod(0o711)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # So that the database goes, too.
    with ThrowAway(directory) as database:
        environment["RIALTO_TEST_DATABASE_URL"] = database.url
        environment.pop("RIALTO_DATABASE_URL", None)  # Nobody's real database in a test.
        return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


def _tools():
    found = {"RIALTO_GRPCURL": pinned_tools.grpcurl(), "RIALTO_BUF": pinned_tools.buf()}
    return {name: str(path) for name, path in found.items() if path is not None}


def _data():
    """RIALTO_DATA: recorded market data, beside the repository unless the caller says otherwise."""
    beside = ROOT.parent / "shared" / "data"
    if "RIALTO_DATA" in os.environ:
        return {"RIALTO_DATA": os.path.abspath(os.environ["RIALTO_DATA"])}  # Tests run in folders of their own.
    if beside.is_dir():
        return {"RIALTO_DATA": str(beside)}
    note(f"no recorded data in {beside}: its tests skip (RIALTO_DATA names another folder)")
    return {}
