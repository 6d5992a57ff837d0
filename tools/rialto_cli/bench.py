"""`./rialto bench`: builds the bench binaries of the release preset and runs them; docs/performance.md
says what they measure."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from rialto_cli import build, curves, packages
from rialto_cli.postgres import ThrowAway
from rialto_cli.say import Refusal, answer, note, table
from rialto_cli.settings import ROOT

PRESET = "release"
# By kind: core measures the books, too, so that all ratios are of one run.
BINARIES = {"book": "book_bench", "core": "core_bench", "journal": "road_bench", "grpc": "road_bench",
            "gateway": "road_bench", "stages": "road_bench", "mirror": "mirror_bench", "growth": "growth_bench",
            "recovery": "recovery_bench"}
ROADS = ("journal", "grpc", "gateway", "stages")
# What `all` runs, one after the other. Recovery takes minutes and gigabytes: by name only.
ALL = ("core", *ROADS, "mirror")
# What callgrind counts: the function around the measured commands, with all that it calls.
MEASURED = "RialtoBenchMeasured"
INSTRUCTIONS = "instructions per operation"


def add_flags(parser):
    parser.add_argument("kind", nargs="?", choices=(*BINARIES, "all"), default="all",
                        help="book: the matching book alone; core: books and the whole engine core; journal: commands "
                             "made durable; grpc: orders at the engine; gateway: orders through the gateway; stages: "
                             "what each stage of the engine takes; mirror: the ledger beside a bare COPY, in a "
                             "PostgreSQL of its own; growth: a command of the core as the venue grows; recovery: starts "
                             "from journal and snapshot, 10 million commands, 5 GB of disk (default: all, without "
                             "growth and recovery)")
    parser.add_argument("--json", action="store_true", help='print {"rows": [{name, median, min, max, unit}]}')
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds per workload (default: 7; roads: 5)")
    parser.add_argument("--duration", type=float, metavar="SECONDS",
                        help="books and core: go on with each workload for so long when its rounds take less; "
                             "roads: of each contender in each round (default: 1)")
    parser.add_argument("--rate", type=float, metavar="N",
                        help="grpc: orders per second of the open loop (default: half of the capacity)")
    parser.add_argument("--filter", metavar="REGEX", help="only rows whose name it is found in")
    parser.add_argument("--long", action="store_true", help="memory with 10 million resting orders, too (minutes)")
    parser.add_argument("--no-latency", action="store_true", help="leave out the pass that times every command")
    parser.add_argument("--no-memory", action="store_true", help="leave out the memory per resting order")
    parser.add_argument("--describe", action="store_true", help="say what the workloads are like; measure nothing")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="growth: draw the curves into this file, too")
    parser.add_argument("--callgrind", action="store_true",
                        help="count instructions per operation with valgrind instead of measuring time")


def run(flags):
    if flags.rounds is not None and flags.rounds < 1:
        raise Refusal(f"--rounds {flags.rounds}: at least 1")
    if flags.callgrind and shutil.which("valgrind") is None:
        raise Refusal("--callgrind needs valgrind. Install it, then try again:\n  sudo apt-get install -y valgrind")
    kinds = ALL if flags.kind == "all" else (flags.kind,)
    if flags.callgrind:
        kinds = tuple(kind for kind in kinds if kind in ("book", "core"))
        if not kinds:
            raise Refusal(f"--callgrind counts books and core, not {flags.kind}")
    packages.ensure(packages.wanted(for_tests=False))
    build.build(PRESET, targets=sorted({BINARIES[kind] for kind in kinds}))
    if flags.callgrind:
        return _count_instructions(_binary(kinds[0]), flags)
    if flags.kind == "growth" and flags.svg:
        return _draw_growth(flags)
    if len(kinds) == 1:
        return _run(kinds[0], flags).returncode
    return _run_all(kinds, flags)


def _binary(kind):
    return ROOT / "build" / PRESET / "bin" / BINARIES[kind]


def _command(kind, flags):
    return [str(_binary(kind)), *arguments_for(kind, flags)]


@contextmanager
def _what_it_needs(kind):
    """Further arguments: for the mirror, a PostgreSQL of its own, as durable as a real one."""
    if kind != "mirror":
        yield []
        return
    directory = Path(tempfile.mkdtemp(prefix="rialto-bench-", dir="/tmp"))
    directory.chmod(0o711)
    with ThrowAway(directory, durable=True) as database:
        yield ["--database-url", database.url]


def _run(kind, flags, **options):
    with _what_it_needs(kind) as arguments:
        return subprocess.run([*_command(kind, flags), *arguments], stdin=subprocess.DEVNULL, check=False, text=True,
                              **options)


def _draw_growth(flags):
    flags.json = True
    result = _run("growth", flags, stdout=subprocess.PIPE)
    if result.returncode == 0:
        flags.svg.write_text(curves.draw(json.loads(result.stdout)["rows"]), encoding="utf-8")
        answer(result.stdout.rstrip())
    return result.returncode


def _run_all(kinds, flags):
    """One after the other; with --json one object of all rows."""
    rows = []
    for kind in kinds:
        result = _run(kind, flags, stdout=subprocess.PIPE if flags.json else None)
        if result.returncode != 0:
            return result.returncode
        rows += json.loads(result.stdout)["rows"] if flags.json else []
    if flags.json:
        answer(json.dumps({"rows": rows}, indent=1))
    return 0


def arguments_for(kind, flags):
    """The binary's own arguments: each takes what it knows."""
    switches, values = ("json", "long", "no_latency", "no_memory", "describe"), ("rounds", "duration", "filter")
    arguments = []
    if kind in ROADS:
        arguments, switches, values = [kind], ("json",), ("rounds", "duration", "filter", "rate")
    elif kind == "growth":
        switches, values = ("json", "long"), ("rounds",)
    elif kind in ("recovery", "mirror"):
        switches, values = ("json",), ("rounds",)
    arguments += [f"--{name.replace('_', '-')}" for name in switches if getattr(flags, name)]
    for name in values:
        value = getattr(flags, name)
        if value is not None:
            arguments += [f"--{name}", str(value)]
    return arguments


def _count_instructions(binary, flags):
    listing = subprocess.run([str(binary), "--list"], stdout=subprocess.PIPE, text=True, check=True).stdout
    names = [name for name in listing.split() if re.search(flags.filter or "", name)]
    if not names:
        raise Refusal(f"no row matches {flags.filter!r}; there are: {' '.join(listing.split())}")
    note(f"counting {len(names)} rows under valgrind: it runs fifty times slower, which takes minutes")
    with tempfile.TemporaryDirectory(prefix="rialto-callgrind-") as directory, \
            ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        counts = list(pool.map(lambda pair: _count(binary, pair[1], Path(directory) / f"out.{pair[0]}"),
                               enumerate(names)))
    if flags.json:
        answer(json.dumps({"rows": [{"name": name, "median": count, "min": count, "max": count,
                                     "unit": INSTRUCTIONS} for name, count in zip(names, counts)]}, indent=1))
    else:
        answer(table(("name", "instructions", "to textbook"), _with_ratios(names, counts)))
    return 0


def _count(binary, row, out_file):
    command = ["valgrind", "--tool=callgrind", "--collect-atstart=no", f"--toggle-collect={MEASURED}",
               f"--callgrind-out-file={out_file}", "--error-exitcode=99", str(binary), "--instructions", row]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, errors="replace", check=False)
    if result.returncode != 0:
        raise Refusal(f"{' '.join(command)} failed:\n{result.stderr[-2000:]}")
    if sys.stderr.isatty():
        note(f"counted {row}")
    return round(instructions_of(out_file.read_text(encoding="utf-8")) / int(result.stdout), 1)


def instructions_of(callgrind_output):
    """The total of a callgrind file."""
    total = re.search(r"^(?:totals|summary): (\d+)", callgrind_output, re.MULTILINE)
    if total is None:
        raise Refusal("callgrind wrote no total")
    return int(total.group(1))


def _with_ratios(names, counts):
    by_name = dict(zip(names, counts))
    for name, count in by_name.items():
        yardstick = by_name.get("textbook_book/" + name.partition("/")[2])
        yield name, f"{count:.1f}", f"{count / yardstick:.2f}" if yardstick else ""
