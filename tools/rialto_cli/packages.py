"""Debian packages: which are missing, and getting them with as little change to the machine as possible."""
import os
import shutil
import subprocess
from pathlib import Path

from rialto_cli.say import Refusal, note

BUILD_AND_RUN = (
    "build-essential cmake ninja-build ccache mold pkg-config git ca-certificates "
    "libgrpc++-dev protobuf-compiler-grpc libprotobuf-dev protobuf-compiler libabsl-dev libpq-dev "
    "prometheus-cpp-dev libgtest-dev libgmock-dev libbenchmark-dev libcli11-dev libspdlog-dev libssl-dev libboost-dev "
    "xz-utils liblzma-dev zlib1g-dev tzdata curl jq postgresql postgresql-client supervisor").split()
TEST_ONLY = ["clang-format-14", "strace"]
# A tool that is on PATH already, from wherever, is not installed again.
TEST_TOOLS = {"go": ["golang-go"], "npm": ["nodejs", "npm"]}
CREATECLUSTER = Path("/etc/postgresql-common/createcluster.conf")


def wanted(for_tests, which=shutil.which):
    packages = list(BUILD_AND_RUN)
    if for_tests:
        packages += TEST_ONLY
        for tool, providers in TEST_TOOLS.items():
            if which(tool) is None:
                packages += providers
    return packages


def installed_of(listing):
    """Names in dpkg-query's '${Package} ${db:Status-Status}' lines that are installed."""
    pairs = (line.split() for line in listing.splitlines())
    return {pair[0] for pair in pairs if len(pair) == 2 and pair[1] == "installed"}


def missing(packages):
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\n", *packages],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout
    present = installed_of(listing)
    return [package for package in packages if package not in present]


def _as_root():
    """Prefix of a command that runs as root, or None when there is no way."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(
            ["sudo", "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    return None


def _keep_debian_from_making_a_cluster(as_root):
    # Debian's postgresql creates a cluster "main" on port 5432 when it is installed, unless told so
    # before. A machine that has the package already is left as it is.
    if not missing(["postgresql-common"]) or CREATECLUSTER.exists():
        return
    subprocess.run([*as_root, "mkdir", "-p", str(CREATECLUSTER.parent)], check=True)
    subprocess.run([*as_root, "tee", str(CREATECLUSTER)], input="create_main_cluster = false\n",
                   text=True, stdout=subprocess.DEVNULL, check=True)


def _quietly(command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)


def ensure(packages):
    """Installs what is missing of them. Refuses, with the command to run, where it may not."""
    needed = missing(packages)
    if not needed:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends",
               "-o", "DPkg::Lock::Timeout=600", "-o", "Dpkg::Options::=--force-confold", *needed]
    as_root = _as_root()
    if as_root is None:
        raise Refusal("these Debian packages are missing; install them, then try again:\n"
                      f"  sudo apt-get update && sudo apt-get install -y {' '.join(needed)}")
    note(f"installing {len(needed)} Debian packages: {' '.join(needed)}")
    if "postgresql" in needed:
        _keep_debian_from_making_a_cluster(as_root)
    command = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive"]
    # The lists may be absent or too old: first as the machine is, then with fresh lists.
    attempt = _quietly([*command, *install, "-qq"])
    if attempt.returncode != 0:
        note("refreshing Debian's package lists")
        subprocess.run([*command, "apt-get", "update", "-qq"], stdin=subprocess.DEVNULL, check=False)
        attempt = _quietly([*command, *install, "-qq"])
    if attempt.returncode != 0:
        raise Refusal("apt-get could not install what is missing:\n" + attempt.stdout[-3000:]
                      + f"\n  tried: {' '.join(install)}")
    still = missing(needed)
    if still:
        raise Refusal(f"apt-get succeeded but these are still missing: {' '.join(still)}")
