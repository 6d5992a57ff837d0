#!/usr/bin/env python3
"""Checks the house rules on this repository; exit status 1 when one is broken. ctest runs it as `tidy`.

  tools/tidy.py [ROOT]

Each rule's name is in brackets at the end of a line; CONTRIBUTING.md says what they mean.
"""
import sys
from pathlib import Path

from tidy_rules import layers, layout, protos, sizes, words
from tidy_rules.source import all_sources

RULES = (layers, words, sizes, layout, protos)


def findings(root):
    sources = all_sources(root)
    return sorted((finding for rules in RULES for finding in rules.check(sources)),
                  key=lambda finding: (finding.path, finding.line, finding.rule))


def main(arguments):
    root = Path(arguments[0] if arguments else Path(__file__).resolve().parent.parent).resolve()
    found = findings(root)
    for finding in found:
        print(finding)
    failed = sum(finding.fails for finding in found)
    print(f"tidy: {failed} broken, {len(found) - failed} warnings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
