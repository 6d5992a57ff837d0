"""Configures and builds a preset with CMake."""
import fcntl
import os
import subprocess
import sys
from contextlib import contextmanager

from rialto_cli.say import Refusal, note
from rialto_cli.settings import ROOT

NINJA_QUIET = "[%f/%t] "


@contextmanager
def _only_one_build_of(preset):
    (ROOT / "build").mkdir(exist_ok=True)
    with open(ROOT / "build" / f"{preset}.lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note(f"waiting for another build of preset {preset}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _environment():
    environment = dict(os.environ, NINJA_STATUS=NINJA_QUIET)
    # Paths below the repository are hashed as relative, so that a fresh clone elsewhere on the
    # machine finds what another one compiled.
    environment.setdefault("CCACHE_BASEDIR", str(ROOT))
    environment.setdefault("CCACHE_NOHASHDIR", "true")
    return environment


def _run(command, what):
    """On a terminal the tool speaks for itself; elsewhere only a failure shows its output."""
    terminal = sys.stderr.isatty()
    result = subprocess.run(command, cwd=ROOT, env=_environment(), stdin=subprocess.DEVNULL,
                            stdout=sys.stderr if terminal else subprocess.PIPE,
                            stderr=None if terminal else subprocess.STDOUT, text=True,
                            errors="replace", check=False)
    if result.returncode != 0:
        detail = "" if terminal else "\n" + _failure_of(result.stdout)
        raise Refusal(f"{what} failed: {' '.join(command)}{detail}")
    return result.stdout or ""


def _failure_of(output):
    """From ninja's first FAILED line on; else the end."""
    start = output.find("FAILED:")
    return output[start:][:12000] if start >= 0 else output[-12000:]


def _needs_configure(directory):
    ninja_file = directory / "build.ninja"
    # Ninja sees to changed CMakeLists itself, not to changed presets.
    return (not ninja_file.exists()
            or ninja_file.stat().st_mtime < (ROOT / "CMakePresets.json").stat().st_mtime)


def build(preset, with_link_tests=False, targets=()):
    """Builds `targets` (default: all) of a preset; returns when it is up to date."""
    directory = ROOT / "build" / preset
    with _only_one_build_of(preset):
        if _needs_configure(directory):
            note(f"configuring preset {preset}")
            _run(["cmake", "--preset", preset], "configuring")
        command = ["cmake", "--build", str(directory)]
        if targets or with_link_tests:
            command += ["--target", *(targets or ["all"]), *(["link_tests"] if with_link_tests else [])]
        note(f"building preset {preset} in {directory.relative_to(ROOT)}")
        output = _run(command, "building")
        if "ninja: no work to do." not in output and not sys.stderr.isatty():
            note(f"built preset {preset}")
