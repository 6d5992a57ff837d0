"""Whether any service grows while a venue trades at a steady rate.

Starts a venue with everything (a PostgreSQL of its own, ports of its own), trades through the gateway and looks at the
memory of each service every few seconds. What the engine must keep of each order for retries, for a day, is counted
apart: docs/performance.md, Growth.

    python3 bench/steady_memory.py --minutes 30 --rate 500 [--json]
"""
import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]
from bare_venue import BareVenue, finished  # noqa: E402  pylint: disable=wrong-import-position
from rialto_cli.say import table  # noqa: E402  pylint: disable=wrong-import-position

LOOK_SECONDS = 5
CLIENTS = 32
WARM_UP_SHARE = 3  # The first third is left out: caches, pools and partitions are made.


def watch(venue, report, seconds):
    """(seconds, commands, {service: resident bytes}) until the report is there."""
    started = time.monotonic()
    looks = []
    while not report.done():
        now = time.monotonic() - started
        looks.append((now, venue.engine_sequence(), {name: venue.rss_bytes(name) for name in venue.names}))
        print(f"\r{now:6.0f} of {seconds} s, {looks[-1][1]:,} commands", end="", file=sys.stderr, flush=True)
        time.sleep(LOOK_SECONDS)
    print(file=sys.stderr)
    return looks


def slope(points):
    """Least squares: what y grows by when x grows by one."""
    count = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def rows_of(looks, names):
    settled = looks[len(looks) // WARM_UP_SHARE:]
    for name in names:
        first, last = settled[0][2][name], settled[-1][2][name]
        yield {"service": name, "mib_after_warm_up": first / 2**20, "mib_at_end": last / 2**20,
               "mib_per_hour": slope([(seconds, rss[name]) for seconds, _, rss in settled]) * 3600 / 2**20,
               "bytes_per_command": slope([(commands, rss[name]) for _, commands, rss in settled])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=500, metavar="N", help="orders and cancels per second")
    parser.add_argument("--json", action="store_true")
    flags = parser.parse_args()
    seconds = int(flags.minutes * 60)
    venue = BareVenue()
    try:
        venue.up()
        venue.set_up_load("--clients", CLIENTS)
        load = venue.start_load("--clients", CLIENTS, "--rate", flags.rate, "--in-flight", 1000,
                                "--duration", seconds, "--drain", 30, "--tag", "steady")
        with ThreadPoolExecutor() as pool:
            report = pool.submit(finished, load, seconds + 120)
            looks = watch(venue, report, seconds)
        decided = report.result()["decided_per_second"]
    finally:
        venue.down()
    rows = list(rows_of(looks, venue.names))
    if flags.json:
        print(json.dumps({"minutes": flags.minutes, "decided_per_second": decided, "commands": looks[-1][1], "rows": rows}))
        return
    print(f"{looks[-1][1]:,} commands in {flags.minutes:g} minutes, {decided:,.0f} a second; without the first third:")
    heads = ("service", "MiB then", "MiB at the end", "MiB per hour", "bytes per command")
    print(table(heads, [(row["service"], f"{row['mib_after_warm_up']:.1f}", f"{row['mib_at_end']:.1f}",
                   f"{row['mib_per_hour']:+.1f}", f"{row['bytes_per_command']:+.0f}") for row in rows]))


if __name__ == "__main__":
    main()
