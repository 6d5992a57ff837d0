"""How PostgreSQL answers the ledger's questions when its tables are large.

Fills the ledger's own tables with made-up rows, 5,000,000 postings to a partition, in a PostgreSQL of its own, and
prints EXPLAIN ANALYZE of the statements behind GetBalance, GetBalanceAt, StreamStatement, ListEntries and
GetTransaction. Takes about 0.95 GB and 15 to 30 seconds a partition:

    python3 bench/ledger_plans.py --partitions 20
"""
import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from rialto_cli.postgres import ThrowAway  # noqa: E402  pylint: disable=wrong-import-position

WIDTH = 5_000_000  # Commands of a partition; every second one moved money, in two postings.
ACCOUNTS = 1 << 20
BUSY, QUIET = 1001, 500_000  # One account has a part in every hundredth transaction.

# Indexes are made when the rows are there; then the table becomes a partition, as the mirror's would be.
PARTITION = """
SET search_path = ledger; SET maintenance_work_mem = '512MB'; SET synchronous_commit = off;
CREATE TABLE t (LIKE transactions INCLUDING DEFAULTS); CREATE TABLE p (LIKE postings INCLUDING ALL EXCLUDING INDEXES);
CREATE TABLE h (LIKE holds INCLUDING DEFAULTS);
INSERT INTO t (sequence, type, effective_ns, booked_ns, digest)
  SELECT {first} + 2 * i, 3, 1000 * ({first} + 2 * i), 1, i FROM generate_series(0, {width} / 2 - 1) AS i;
INSERT INTO p (sequence, leg, account_id, asset_id, amount, owned, kind)
  SELECT {first} + 2 * i, leg, CASE WHEN i % 100 = 0 THEN {busy} ELSE {account_of_posting} END, 1, 1 - 2 * leg, 1000000, 3
    FROM generate_series(0, {width} / 2 - 1) AS i, generate_series(0, 1) AS leg;
INSERT INTO h (sequence, first_sequence, effective_ns, account_id, held, asset_id)
  SELECT {first} + 10 * i + 1, {first} + 10 * i + 1, 1000 * ({first} + 10 * i + 1), {account_of_hold}, 5, 1
    FROM generate_series(0, {width} / 10 - 1) AS i;
ALTER TABLE t ADD PRIMARY KEY (sequence);
CREATE INDEX ON p (sequence); CREATE INDEX ON p (account_id, asset_id, sequence);
CREATE INDEX ON p (transaction_id) WHERE transaction_id IS NOT NULL;
CREATE INDEX ON p (target_transaction_id) WHERE target_transaction_id IS NOT NULL;
CREATE INDEX ON h (account_id, asset_id, sequence); CREATE INDEX ON h (sequence);
"""
ATTACH = """
ALTER TABLE {short} ADD CHECK (sequence >= {first} AND sequence < {first} + {width}), ALTER sequence SET NOT NULL;
ALTER TABLE {short} RENAME TO {table}_{number};
ALTER TABLE {table} ATTACH PARTITION {table}_{number} FOR VALUES FROM ({first}) TO ({end});
"""
ENTRY_COLUMNS = ("sequence, leg, account_id, asset_id, symbol, scale, amount, kind, transaction_id, trade_id, order_id,"
                 " effective_ns, owned, reference, target_transaction_id")
# As ledger/read_store.cpp and ledger/statement_store.cpp have them.
QUESTIONS = {
    "GetBalance": "SELECT position.sequence, assets.scale, balances.available, balances.held FROM follower_position AS"
                  " position LEFT JOIN accounts ON accounts.account_id = {quiet} LEFT JOIN assets ON assets.symbol = 'USD'"
                  " LEFT JOIN balances ON balances.account_id = {quiet} AND balances.asset_id = assets.asset_id"
                  " WHERE position.name = 'ledger'",
    "GetBalanceAt, owned": "SELECT owned, sequence FROM postings WHERE account_id = {quiet} AND asset_id = 1"
                           " AND sequence <= {middle} ORDER BY sequence DESC, leg DESC LIMIT 1",
    "GetBalanceAt, owned by an account without postings":
        "SELECT owned, sequence FROM postings WHERE account_id = 7 AND asset_id = 1"
        " AND sequence <= {middle} ORDER BY sequence DESC, leg DESC LIMIT 1",
    "GetBalanceAt, held": "SELECT (SELECT held FROM holds WHERE account_id = {quiet} AND asset_id = 1 AND sequence <= {middle}"
                          " ORDER BY sequence DESC LIMIT 1), (SELECT first_sequence FROM holds WHERE account_id = {quiet}"
                          " AND asset_id = 1 AND sequence > {middle} ORDER BY sequence LIMIT 1)",
    "a time, one step of the search":
        "(SELECT sequence, effective_ns FROM transactions WHERE sequence <= {middle} AND sequence > 0"
        " ORDER BY sequence DESC LIMIT 1) UNION ALL (SELECT sequence, effective_ns FROM holds"
        " WHERE sequence <= {middle} AND sequence > 0 ORDER BY sequence DESC LIMIT 1) ORDER BY sequence DESC LIMIT 1",
    "StreamStatement, 2,000 rows from the middle":
        f"SELECT {ENTRY_COLUMNS} FROM (SELECT * FROM postings WHERE account_id = {{busy}} AND asset_id = 1"
        " AND sequence >= {middle} AND (sequence, leg) > ({middle}, 1) AND sequence <= {last} ORDER BY sequence, leg LIMIT 2000)"
        " AS page JOIN assets USING (asset_id) JOIN transactions USING (sequence) ORDER BY sequence, leg",
    "ListEntries, 100 rows of an account":
        f"SELECT {ENTRY_COLUMNS} FROM (SELECT page.* FROM (SELECT asset_id FROM balances WHERE account_id = {{quiet}}) AS owned"
        " CROSS JOIN LATERAL (SELECT postings.* FROM postings WHERE (sequence, leg) > (0, -1) AND sequence >= 0"
        " AND postings.account_id = {quiet} AND postings.asset_id = owned.asset_id ORDER BY sequence, leg LIMIT 101) AS page"
        " ORDER BY sequence, leg LIMIT 101) AS page JOIN assets USING (asset_id) JOIN transactions USING (sequence)"
        " ORDER BY sequence, leg",
    "GetTransaction": "SELECT * FROM postings WHERE sequence = {middle}",
}


def psql(url, sql):
    return subprocess.run(["psql", "-XAtq", "-d", url, "-v", "ON_ERROR_STOP=1"], input=sql, text=True, check=True,
                          stdout=subprocess.PIPE).stdout


def fill(url, partitions):
    """Makes the tables; returns the last sequence."""
    migrations = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "ledger" / "schema").glob("*.sql")))
    psql(url, "CREATE SCHEMA ledger; SET search_path = ledger;" + migrations
         + "DROP TABLE transactions_0, postings_0, holds_0;"
           " CREATE TABLE follower_position (name text PRIMARY KEY, sequence bigint NOT NULL);")
    start = time.monotonic()
    for number in range(partitions):
        of_partition = {"first": f"{number * WIDTH}::bigint", "width": WIDTH, "busy": BUSY,
                        "account_of_posting": f"1001 + (hashint8(2 * i + leg + 7919 * {number}) & {ACCOUNTS - 1})",
                        "account_of_hold": f"1001 + (hashint8(i + 7919 * {number}) & {ACCOUNTS - 1})"}
        psql(url, PARTITION.format(**of_partition) + "".join(
            ATTACH.format(short=table[0], table=table, number=number, end=(number + 1) * WIDTH,
                          **{**of_partition, "first": number * WIDTH}) for table in ("transactions", "postings", "holds")))
        print(f"partition {number} at {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    last = partitions * WIDTH - 1
    psql(url, f"SET search_path = ledger; INSERT INTO follower_position VALUES ('ledger', {last});"
              f" INSERT INTO assets VALUES (1, 'USD', 2); INSERT INTO accounts SELECT 1001 + i, 'a' || i, 1"
              f" FROM generate_series(0, {ACCOUNTS - 1}) AS i;"
              f" INSERT INTO balances SELECT account_id, 1, 1000000, 5, 7 FROM accounts; ANALYZE;")
    return last


def explain(url, last):
    numbers = {"quiet": QUIET, "busy": BUSY, "middle": (last // 2 + 1) // 2 * 2, "last": last}
    print(psql(url, "SELECT count(*) || ' postings, ' || pg_size_pretty(pg_database_size(current_database()))"
                    " FROM ledger.postings"))
    for name, question in QUESTIONS.items():
        sql = question.format(**numbers)
        session = f"SET search_path = ledger; {sql} \\g /dev/null\n"  # Once before, so that its pages are there.
        print(f"== {name}\n{psql(url, session + f'EXPLAIN (ANALYZE, COSTS OFF, BUFFERS, TIMING OFF) {sql};')}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--partitions", type=int, default=20, help="5,000,000 postings each (default: 20)")
    partitions = parser.parse_args().partitions
    with tempfile.TemporaryDirectory(prefix="rialto-plans-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL's own user must get in.
        with ThrowAway(Path(folder)) as database:
            explain(database.url, fill(database.url, partitions))


if __name__ == "__main__":
    main()
