#!/usr/bin/env python3
"""Is every C++ file as clang-format 14 would write it? ctest runs it as `format`; --fix writes it so."""
import shutil
import subprocess
import sys
from pathlib import Path

from tidy_rules.source import all_sources

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = 77  # What ctest takes as "skipped".


def main(arguments):
    if shutil.which("clang-format-14") is None:
        print("clang-format-14 is not installed: apt-get install clang-format-14")
        return SKIPPED
    files = [source.path for source in all_sources(ROOT) if source.is_cpp]
    mode = ["-i"] if "--fix" in arguments else ["--dry-run", "-Werror", "--ferror-limit=3"]
    result = subprocess.run(["clang-format-14", "--style=file", *mode, *files], cwd=ROOT, check=False)
    if result.returncode != 0:
        print("write them as the house does: tools/format_check.py --fix")
    return 1 if result.returncode else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
