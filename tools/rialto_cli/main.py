"""Commands and flags of ./rialto."""
import argparse
import os
import sys

from rialto_cli import (backup, bench, down, journal, ledger, logs, pinned_tools, restore, run_tests, status, tool,
                        up)
from rialto_cli import load as load_tool
from rialto_cli.say import Refusal
from rialto_cli.services import SERVICES
from rialto_cli.settings import PRESETS, load

EPILOG = """\
examples:
  ./rialto up                          install what is missing, build, start, wait until it serves
  ./rialto status                      what runs, where, and why not
  ./rialto logs engine -f              follow one service's log
  ./rialto replay FILE --speed max     send recorded order flow through the gateway
  ./rialto grpcurl -plaintext 127.0.0.1:50050 list
  ./rialto verify                      compare engine and ledger at the same sequence
  ./rialto journal verify              check every byte of the engine's history
  ./rialto ledger verify               check every row of the ledger against its hashes
  ./rialto backup /mnt/backup/monday   copy the whole venue while it runs
  ./rialto restore /mnt/backup/monday  put it into an empty place
  ./rialto down                        stop everything
  ./rialto test                        build and run every test
  ./rialto bench book                  measure the order book against a textbook one
  ./rialto up --var /tmp/two --port-offset 1000      a second, independent stack

Settings come from rialto.conf (see rialto.conf.example), flags override it.
RIALTO_DATABASE_URL in the environment: that PostgreSQL database instead of a private one.
`./rialto COMMAND --help` says more."""


def _stack_flags():
    """Flags that every command which speaks to a stack takes."""
    parent = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    group = parent.add_argument_group("which stack")
    group.add_argument("--var", metavar="DIR", help="folder of data, logs and sockets (default: var)")
    group.add_argument("--config", metavar="FILE", help="settings file (default: rialto.conf, if it exists)")
    group.add_argument("--build-preset", choices=PRESETS, help="which build to run (default: release)")
    group.add_argument("--port-offset", type=int, metavar="N", help="added to every port (default: 0)")
    return parent


def _port_flags():
    parent = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    group = parent.add_argument_group("ports")
    for service in SERVICES:
        group.add_argument(f"--{service.name}-port", type=int, metavar="PORT",
                           help=f"gRPC (default: {service.port})")
        group.add_argument(f"--{service.name}-metrics-port", type=int, metavar="PORT",
                           help=f"Prometheus (default: {service.metrics_port})")
        if service.http_port:
            group.add_argument(f"--{service.name}-http-port", type=int, metavar="PORT",
                               help=f"HTTP (default: {service.http_port})")
    return parent


def _add(commands, name, summary, parents=(), examples="", **options):
    return commands.add_parser(
        name, help=summary, description=summary[0].upper() + summary[1:] + ".", parents=list(parents),
        epilog="examples:\n" + examples if examples else None, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter, **options)


def parser():
    top = argparse.ArgumentParser(
        prog="rialto", description="The front door of Rialto, a trading venue in a box.", epilog=EPILOG,
        allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    which, ports = _stack_flags(), _port_flags()

    one = _add(commands, "up", "install, build, start and wait until all services serve", (which, ports),
               "  ./rialto up\n  ./rialto up --engine-port 6000 --timeout 300\n"
               "  RIALTO_DATABASE_URL=postgresql://me@db/rialto ./rialto up")
    one.add_argument("--timeout", dest="timeout_seconds", type=int, metavar="SECONDS",
                     help="how long to wait for health (default: 120)")
    _add(commands, "down", "stop all services and the private database", (which,), "  ./rialto down")
    one = _add(commands, "status", "show what runs; exit status 0 only when all services serve",
               (which, ports), "  ./rialto status\n  ./rialto status --json | jq .up")
    one.add_argument("--json", action="store_true", help="print one JSON object")
    one = _add(commands, "logs", "print the logs of all services or of one", (which,),
               "  ./rialto logs\n  ./rialto logs ledger -n 200\n  ./rialto logs engine -f")
    one.add_argument("service", nargs="?", help=f"one of {', '.join(logs.NAMES)}")
    one.add_argument("-f", "--follow", action="store_true", help="go on with what comes next")
    one.add_argument("-n", "--lines", type=int, default=20, metavar="N", help="lines per log (default: 20)")
    one = _add(commands, "test", "build and run every test, the tidy checks and the proto lint",
               examples="  ./rialto test\n  ./rialto test --filter engine\n  ./rialto test --preset dev")
    one.add_argument("--preset", choices=("ci", "dev", "tsan"), default="ci",
                     help="which build (default: ci; dev has address and undefined sanitizers)")
    one.add_argument("--nightly", action="store_true",
                     help="as many crashes, seeds and faults as a night has room for (hours)")
    one.add_argument("--filter", metavar="REGEX", help="only tests whose name matches")
    one.add_argument("--label", metavar="REGEX", help="only tests with such a label")
    bench.add_flags(_add(commands, "bench", "measure books and engine core against a textbook order book, the road of an order "
                         "against bare gRPC and a bare disk",
                         examples="  ./rialto bench\n  ./rialto bench core --json\n  ./rialto bench grpc --duration 3\n"
                         "  ./rialto bench book --filter exchange_core_1k --rounds 15\n"
                         "  ./rialto bench book --callgrind"))
    _add(commands, "replay", "send recorded order flow through the gateway", (which, ports),
         "  ./rialto replay day.csv --instrument AAPL-USD --speed max\n  ./rialto replay 2015-05-01.log.xz --json",
         usage="rialto replay FILE... [--format lobster|bitstamp|auto] [--instrument X] "
         "[--speed max|N] [--json] [which stack] [ports]", add_help=False)
    _add(commands, "load", "put the venue under load; audit what it answered", (which, ports),
         "  ./rialto load --setup --in-flight 64 --duration 10\n  ./rialto load --setup --rate 2000 --acked told.txt\n"
         "  ./rialto load audit told.txt",
         usage="rialto load [audit FILE | follow] [--setup] [--rate N | --in-flight N] [--duration S] "
         "[--json] [which stack] [ports]", add_help=False)
    _add(commands, "verify", "compare engine and ledger at the same sequence", (which, ports),
         "  ./rialto verify\n  ./rialto verify --json",
         usage="rialto verify [--json] [which stack] [ports]", add_help=False)
    _add(commands, "journal", "verify, print or repair the files of the engine's journal", (which,),
         "  ./rialto journal verify\n  ./rialto journal dump --from 100 --to 120 --json\n"
         "  ./rialto journal tail feed --follow\n  ./rialto journal repair /backup/journal --dry-run",
         usage="rialto journal verify|dump|tail|repair [DIR|journal|feed] [which stack]", add_help=False)
    _add(commands, "ledger", "verify, export, import or rebuild the ledger's tables", (which,),
         "  ./rialto ledger verify\n  ./rialto ledger verify --json\n  ./rialto ledger export ledger.jsonl\n"
         "  ./rialto ledger import ledger.jsonl --schema audited\n  ./rialto ledger rebuild",
         usage="rialto ledger verify|export|import|rebuild [--json] [which stack]", add_help=False)
    backup.add_flags(_add(commands, "backup", "copy database and engine, consistent with each other, while the venue runs",
                          (which,), "  ./rialto backup\n  ./rialto backup /mnt/backup/monday --json"))
    restore.add_flags(_add(commands, "restore", "check a backup, then put it in the place of database and engine", (which,),
                           "  ./rialto restore /mnt/backup/monday --dry-run\n  ./rialto restore /mnt/backup/monday\n"
                           "  ./rialto restore /mnt/backup/monday --replace --confirm var"))
    _add(commands, "grpcurl", "run grpcurl, built at a pinned version on first use", (),
         "  ./rialto grpcurl -plaintext 127.0.0.1:50050 list")
    return top


def _help_of(top, command):
    return top._subparsers._group_actions[0].choices[command].format_help()  # pylint: disable=protected-access


def _dispatch(arguments):
    if arguments[:1] == ["grpcurl"]:
        return pinned_tools.run_grpcurl(arguments[1:])  # Its flags are its own.
    top = parser()
    flags, rest = top.parse_known_args(arguments)
    if rest and flags.command not in (*tool.ADDRESS_FLAGS, "journal", "ledger", "load"):
        top.error(f"unknown argument for {flags.command}: {' '.join(rest)}")
    if flags.command == "test":
        return run_tests.run(flags.preset, flags.filter, flags.label, flags.nightly)
    if flags.command == "bench":
        return bench.run(flags)
    settings = load(flags)
    if flags.command == "up":
        return up.run(settings)
    if flags.command == "down":
        return down.run(settings)
    if flags.command == "status":
        return status.run(settings, flags.json)
    if flags.command == "logs":
        return logs.run(settings, flags.service, flags.follow, flags.lines)
    if flags.command == "backup":
        return backup.run(settings, flags)
    if flags.command == "restore":
        return restore.run(settings, flags)
    if flags.command == "load":
        return load_tool.run(settings, rest, _help_of(top, flags.command))
    if flags.command == "ledger":
        return ledger.run(settings, rest, _help_of(top, flags.command))
    if flags.command == "journal":
        return journal.run(settings, rest, _help_of(top, flags.command))
    return tool.run(settings, flags.command, rest, _help_of(top, flags.command))


def main(arguments):
    try:
        return _dispatch(arguments) or 0
    except Refusal as refusal:
        print(f"rialto: {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
