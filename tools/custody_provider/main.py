"""The provider's command line."""
import argparse
import sys

from custody_provider.books import Books
from custody_provider.server import serve
from custody_provider.signature import read_secret


def parser():
    top = argparse.ArgumentParser(
        prog="custody_provider", description="A simulated custody provider, for development and tests.",
        allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n  python3 tools/custody_provider serve\n"
               "  python3 tools/custody_provider deposit --account 1001 --asset USD --amount 250.00")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    common = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    common.add_argument("--books", default="var/custody/provider.db", metavar="FILE",
                        help="what it remembers, SQLite (default: var/custody/provider.db)")
    one = commands.add_parser("serve", parents=[common], help="take withdrawals, tell the venue what happened",
                              allow_abbrev=False)
    one.add_argument("--listen", default="127.0.0.1:8082", metavar="HOST:PORT", help="default: 127.0.0.1:8082")
    one.add_argument("--venue", default="127.0.0.1:8081", metavar="HOST:PORT",
                     help="the venue's webhook (default: 127.0.0.1:8081)")
    one.add_argument("--secret-file", default="var/custody/secret", metavar="FILE",
                     help="the secret shared with the venue (default: var/custody/secret)")
    one = commands.add_parser("deposit", parents=[common], help="money comes in", allow_abbrev=False)
    one.add_argument("--account", type=int, required=True)
    one.add_argument("--asset", required=True)
    one.add_argument("--amount", required=True, help="a decimal")
    one.add_argument("--event", help="its event_id (default: a new one)")
    return top


def main(arguments):
    flags = parser().parse_args(arguments)
    books = Books(flags.books)
    if flags.command == "deposit":
        print(books.add_deposit(flags.account, flags.asset, flags.amount, flags.event))
        return 0
    try:
        secret = read_secret(flags.secret_file)
    except OSError as error:
        print(f"custody_provider: no secret: {error}", file=sys.stderr)
        return 1
    serve(books, secret, flags.listen, flags.venue)
    return 0
