#!/usr/bin/env python3
"""Plants known bugs in a copy of the engine's core, one at a time, and looks which test finds each.

    python3 tests/planted/find_bugs.py [--keep DIR] [--only TEXT] [--first N] [--markdown FILE]

A bug is a replacement of text in one file (bugs.json). The tests are those that every run of
`./rialto test` makes on the core. A bug that no test finds is the result worth having: exit code 1.
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
TESTS = ["engine_book_test", "engine_core_test", "engine_model_test"]


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


def build(tree):
    return run(["cmake", "--build", tree / "build", "--target", *TESTS], cwd=tree)


def first_line_of_failure(output):
    for line in output.splitlines():
        if "[  FAILED  ]" in line or "CHECK failed" in line:
            return line.strip()
    return "ended badly"


def find(tree):
    for test in TESTS:
        try:
            result = run([tree / "build/bin" / test, "--gtest_fail_fast"], cwd=tree, timeout=300)
        except subprocess.TimeoutExpired:
            return f"{test}: never ends"
        if result.returncode != 0:
            return f"{test}: {first_line_of_failure(result.stdout).replace('[  FAILED  ] ', '').split(' (')[0]}"
    return None


def plant(tree, bug):
    path = tree / "engine/core" / bug["file"]
    original = path.read_text()
    if original.count(bug["find"]) != 1:
        sys.exit(f"{bug['file']}: the text of '{bug['bug']}' is there {original.count(bug['find'])} times, not once")
    path.write_text(original.replace(bug["find"], bug["plant"]))
    try:
        built = build(tree)
        if built.returncode != 0:
            return "the compiler: " + next((l for l in built.stdout.splitlines() if "error" in l), "")
        return find(tree)
    finally:
        path.write_text(original)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=pathlib.Path, help="where the copy is built; reused next time")
    parser.add_argument("--only", default="", help="bugs whose text has this")
    parser.add_argument("--first", type=int, default=1, help="number of the first bug to plant")
    parser.add_argument("--markdown", type=pathlib.Path, help="write the table here")
    flags = parser.parse_args()
    bugs = [bug for bug in json.loads((ROOT / "tests/planted/bugs.json").read_text()) if flags.only in bug["bug"]]
    tree = flags.keep or pathlib.Path(tempfile.mkdtemp(prefix="rialto-planted-"))
    copy_tree(tree)
    configured = run(["cmake", "--preset", "release", "-B", tree / "build"], cwd=tree)
    if configured.returncode != 0 or build(tree).returncode != 0:
        sys.exit("the tree does not build without a bug")
    found = find(tree)
    if found is not None:
        sys.exit(f"the tests fail without a bug: {found}")
    rows = []
    for number, bug in enumerate(bugs, 1):
        if number < flags.first:
            continue
        started = time.monotonic()
        finder = plant(tree, bug)
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
