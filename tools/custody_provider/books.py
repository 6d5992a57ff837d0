"""What the provider remembers: withdrawals that were asked for, and events the venue has not taken yet."""
import json
import sqlite3
import uuid
from pathlib import Path

# A withdrawal to such an address never leaves.
BAD_ADDRESS = "nowhere"
# One to such an address is taken, and fails later.
FAILING_ADDRESS = "fails-later"

SCHEMA = """
CREATE TABLE IF NOT EXISTS withdrawals (withdrawal_id TEXT PRIMARY KEY, content TEXT NOT NULL, asked INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS events (event_id TEXT PRIMARY KEY, body TEXT NOT NULL, answer TEXT);
"""


class Refused(Exception):
    """The withdrawal never will be sent."""


class Books:
    """In SQLite: every change is durable before anybody hears of it. One process at a time serves."""

    def __init__(self, path):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._path = str(path)
        with self._open() as database:
            database.executescript(SCHEMA)

    def _open(self):
        return sqlite3.connect(self._path, timeout=30, isolation_level="IMMEDIATE")

    def add_deposit(self, account, asset, amount, event_id=None):
        """Returns the event's id; the same id again changes nothing."""
        event_id = event_id or f"deposit-{uuid.uuid4()}"
        with self._open() as database:
            self._tell(database, {"event_id": event_id, "kind": "PROVIDER_EVENT_KIND_DEPOSIT_CONFIRMED",
                                  "account_id": account, "asset": asset, "amount": amount})
        return event_id

    def add_withdrawal(self, order):
        """Sends the money, once however often it is asked for; returns what is known of it."""
        content = json.dumps({key: order.get(key, "") for key in ("asset", "amount", "address")}, sort_keys=True)
        identifier = order["withdrawal_id"]
        with self._open() as database:
            row = database.execute("SELECT content FROM withdrawals WHERE withdrawal_id = ?", (identifier,)).fetchone()
            if row is not None and row[0] != content:
                raise Refused("this withdrawal_id was another withdrawal")
            if row is None and order.get("address") == BAD_ADDRESS:
                raise Refused("there is no such address")
            if row is None:
                kind = "FAILED" if order.get("address") == FAILING_ADDRESS else "CONFIRMED"
                database.execute("INSERT INTO withdrawals VALUES (?, ?, 0)", (identifier, content))
                self._tell(database, {"event_id": f"withdrawal-{identifier}", "withdrawal_id": identifier,
                                      "kind": f"PROVIDER_EVENT_KIND_WITHDRAWAL_{kind}",
                                      "reference": f"chain-{identifier}"})
            database.execute("UPDATE withdrawals SET asked = asked + 1 WHERE withdrawal_id = ?", (identifier,))
        return self.find_withdrawal(identifier)

    def find_withdrawal(self, identifier):
        with self._open() as database:
            row = database.execute("SELECT 1 FROM withdrawals WHERE withdrawal_id = ?", (identifier,)).fetchone()
        return None if row is None else {"withdrawal_id": identifier, "reference": f"chain-{identifier}"}

    @staticmethod
    def _tell(database, event):
        database.execute("INSERT OR IGNORE INTO events (event_id, body) VALUES (?, ?)",
                         (event["event_id"], json.dumps(event, sort_keys=True)))

    def untold(self):
        """(event_id, body) of events that the venue has not taken."""
        with self._open() as database:
            return database.execute("SELECT event_id, body FROM events WHERE answer IS NULL ORDER BY rowid").fetchall()

    def note_answer(self, event_id, answer):
        with self._open() as database:
            database.execute("UPDATE events SET answer = ? WHERE event_id = ?", (answer, event_id))

    def answers(self):
        """event_id -> what the venue answered; None: not yet."""
        with self._open() as database:
            return dict(database.execute("SELECT event_id, answer FROM events").fetchall())
