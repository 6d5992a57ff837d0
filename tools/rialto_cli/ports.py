"""Is a port free, and if not, who has it?"""
import errno
import os
import socket
from pathlib import Path

from rialto_cli.say import Refusal
from rialto_cli.settings import HOST

TCP_LISTEN = "0A"  # State column of /proc/net/tcp.


def is_free(port):
    # Bound without SO_REUSEPORT: a listener that has it, as gRPC's do, is still seen.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Refusal(f"port {port}: not allowed to listen there; choose one above 1023") from None
            return False
    return True


def _listening_inodes(port):
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            columns = line.split()
            if columns[3] == TCP_LISTEN and int(columns[1].rsplit(":", 1)[1], 16) == port:
                inodes.add(f"socket:[{columns[9]}]")
    return inodes


def holder(port):
    """'name (pid N)' of the process that listens there, or '' when it cannot be seen."""
    inodes = _listening_inodes(port)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            for descriptor in (process / "fd").iterdir():
                if os.readlink(descriptor) in inodes:
                    return f"{(process / 'comm').read_text().strip()} (pid {process.name})"
        except OSError:
            continue  # Gone, or another user's.
    return ""


def refuse_taken(settings, services):
    """Refuses when a port that `services` need is in use; names all of them at once."""
    taken = []
    for kind, flag, ports in (("gRPC", "port", settings.ports),
                              ("metrics", "metrics-port", settings.metrics_ports),
                              ("HTTP", "http-port", settings.http_ports)):
        for service in services:
            if service in ports and not is_free(ports[service]):
                by = holder(ports[service])
                taken.append(f"port {ports[service]} ({service} {kind}) is taken"
                             + (f" by {by}" if by else "")
                             + f"; choose another with --{service}-{flag} or --port-offset")
    if taken:
        raise Refusal("nothing was started:\n  " + "\n  ".join(taken))
