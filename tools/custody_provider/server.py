"""The provider's process: takes signed withdrawals over HTTP, and calls the venue's webhook until it has answered."""
import json
import signal
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from custody_provider.books import Refused
from custody_provider.signature import headers_for, is_signed

PATH = "/v1/withdrawals"
TRY_EVERY_SECONDS = 0.2
PATIENCE_SECONDS = 10
BODY_BYTES_MAX = 64 << 10


def door_to(books, secret):
    """The class that answers requests with these books."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):  # pylint: disable=invalid-name
            body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), BODY_BYTES_MAX))
            if self.path != PATH:
                self._answer(404, {"error": "unknown path"})
            elif not is_signed(secret, self.headers, body):
                self._answer(401, {"error": "not signed"})
            else:
                self._take(body)

        def do_GET(self):  # pylint: disable=invalid-name
            if not is_signed(secret, self.headers, self.path.encode()):
                self._answer(401, {"error": "not signed"})
                return
            identifier = self.path.removeprefix(PATH + "/")
            found = books.find_withdrawal(identifier)
            self._answer(200 if found else 404, found or {"withdrawal_id": identifier, "error": "never asked for"})

        def _take(self, body):
            try:
                self._answer(200, books.add_withdrawal(json.loads(body)))
            except (ValueError, KeyError) as error:
                self._answer(400, {"error": f"malformed: {error}"})
            except Refused as refused:
                self._answer(422, {"withdrawal_id": json.loads(body)["withdrawal_id"], "error": str(refused)})

        def _answer(self, status, value):
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):  # pylint: disable=arguments-differ
            pass

    return Door


def tell(books, secret, venue):
    """One try for every event that the venue has not taken."""
    for event_id, body in books.untold():
        request = urllib.request.Request(f"http://{venue}/v1/events", data=body.encode(), method="POST",
                                         headers=headers_for(secret, body.encode()))
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                books.note_answer(event_id, answer.read().decode())
        except urllib.error.HTTPError as error:
            if error.code in (400, 409):  # Will be the same for ever.
                books.note_answer(event_id, error.read().decode())
        except OSError:
            return  # The venue is away, for all of them.


def serve(books, secret, listen, venue):
    host, _, port = listen.rpartition(":")
    server = ThreadingHTTPServer((host, int(port)), door_to(books, secret))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"custody_provider: listening on {listen}", file=sys.stderr, flush=True)
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    signal.signal(signal.SIGINT, lambda *_: over.set())
    while not over.wait(TRY_EVERY_SECONDS):
        tell(books, secret, venue)
    server.shutdown()
