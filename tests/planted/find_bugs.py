#!/usr/bin/env python3
"""Plants known bugs in a copy of the tree, one at a time, and looks which test finds each.

    python3 tests/planted/find_bugs.py [--suite NAME] [--keep DIR] [--build DIR] [--preset NAME]
                                       [--only TEXT] [--first N] [--markdown FILE] [--check]

A bug is a replacement of text in one file (bugs.json); of the suite `core` unless it names another.
The tests of a suite are some of those that every run of `./rialto test` makes. A bug that no test
finds is the result worth having: exit code 1.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# In the order in which they are asked: the first that fails is the finder.
SUITES = {
    "core": ["engine_book_test", "engine_core_test", "engine_model_test"],
    "recovery": ["simulation_test", "engine_journal_test", "engine_model_test", "engine_server_test"],
    "follower": ["follower_test"],
}


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def copy_tree(target):
    listed = run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True)
    for name in listed.stdout.split():
        source = ROOT / name
        if not source.is_file():
            continue
        there = target / name
        there.parent.mkdir(parents=True, exist_ok=True)
        # With the time of now: a copy that was built with a bug in it must be built again.
        if not there.is_file() or there.read_bytes() != source.read_bytes():
            shutil.copy(source, there)


def build(tree, flags, test):
    return run(["cmake", "--build", tree / flags.build, "--target", test], cwd=tree)


def suite_of(bug):
    return bug.get("suite", "core")


def first_line_of_failure(output):
    promise = ""
    for line in output.splitlines():
        if "; repeat with: engine_sim" in line:
            return promise.split("INTERNAL: ")[-1][:150]
        promise = line.strip()
    for line in output.splitlines():
        if "[  FAILED  ]" in line or "CHECK failed" in line:
            return line.strip()
    return "ended badly"


def find(tree, flags, tests):
    for test in tests:
        built = build(tree, flags, test)
        if built.returncode != 0:
            return "the compiler: " + next((l for l in built.stdout.splitlines() if "error" in l), "")
        try:
            result = run([tree / flags.build / "bin" / test, "--gtest_fail_fast"], cwd=tree, timeout=300)
        except subprocess.TimeoutExpired:
            return f"{test}: never ends"
        if result.returncode != 0:
            return f"{test}: {first_line_of_failure(result.stdout).replace('[  FAILED  ] ', '').split(' (')[0]}"
    return None


def path_of(bug):
    return "engine/core/" + bug["file"] if "/" not in bug["file"] else bug["file"]


def out_of_date(bugs):
    """What can no longer be planted, a line each."""
    counted = [(bug, (ROOT / path_of(bug)).read_text().count(bug["find"])) for bug in bugs]
    return [f"{path_of(bug)}: the text of '{bug['bug']}' is there {count} times, not once"
            for bug, count in counted if count != 1]


def plant(tree, flags, bug):
    path = tree / path_of(bug)
    original = path.read_text()
    path.write_text(original.replace(bug["find"], bug["plant"]))
    try:
        return find(tree, flags, SUITES[suite_of(bug)])
    finally:
        path.write_text(original)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--suite", default="", help="bugs of this suite: " + ", ".join(SUITES))
    parser.add_argument("--keep", type=pathlib.Path, help="where the copy is built; reused next time")
    parser.add_argument("--build", default="build", help="the build directory in it")
    parser.add_argument("--preset", default="release", help="what it is configured with")
    parser.add_argument("--only", default="", help="bugs whose text has this")
    parser.add_argument("--first", type=int, default=1, help="number of the first bug to plant")
    parser.add_argument("--markdown", type=pathlib.Path, help="write the table here")
    parser.add_argument("--check", action="store_true", help="only look whether all can still be planted")
    flags = parser.parse_args()
    bugs = [bug for bug in json.loads((ROOT / "tests/planted/bugs.json").read_text())
            if flags.only in bug["bug"] and flags.suite in ("", suite_of(bug))]
    if stale := out_of_date(bugs):
        sys.exit("\n".join(stale))
    if flags.check:
        return 0
    tree = flags.keep or pathlib.Path(tempfile.mkdtemp(prefix="rialto-planted-"))
    copy_tree(tree)
    configured = run(["cmake", "--preset", flags.preset, "-B", tree / flags.build], cwd=tree)
    if configured.returncode != 0:
        sys.exit(f"the tree is not configured: {configured.stdout}")
    for suite in {suite_of(bug): None for bug in bugs}:
        found = find(tree, flags, SUITES[suite])
        if found is not None:
            sys.exit(f"the tests fail without a bug: {found}")
    rows = []
    for number, bug in enumerate(bugs, 1):
        if number < flags.first:
            continue
        started = time.monotonic()
        finder = plant(tree, flags, bug)
        rows.append((bug, finder))
        print(f"{number:3}/{len(bugs)} {time.monotonic() - started:5.0f} s  {bug['bug']}: "
              f"{finder or 'NOT FOUND'}", flush=True)
    if flags.markdown:
        lines = ["| bug | in | found by |", "|---|---|---|"]
        lines += [f"| {bug['bug']} | `{bug['file']}` | {finder or '**nothing**'} |" for bug, finder in rows]
        flags.markdown.write_text("\n".join(lines) + "\n")
    missed = [bug["bug"] for bug, finder in rows if finder is None]
    print(f"{len(rows) - len(missed)} of {len(rows)} found")
    if not flags.keep:
        shutil.rmtree(tree)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
