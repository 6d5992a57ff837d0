#!/usr/bin/env python3
"""`buf lint` on protos/ with the pinned buf that ./rialto test installs. ctest runs it as `proto_lint`."""
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = 77  # What ctest takes as "skipped".


def main():
    buf = os.environ.get("RIALTO_BUF", str(ROOT / "build/tools/buf/node_modules/.bin/buf"))
    if not os.path.exists(buf):
        print(f"no {buf}: ./rialto test installs it where the npm registry is reached")
        return SKIPPED
    return subprocess.run([buf, "lint"], cwd=ROOT / "protos", check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
