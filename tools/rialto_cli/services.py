"""The services of the venue: their ports and the flags that each is started with."""
import os
import secrets
from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    name: str
    port: int          # gRPC, before port_offset
    metrics_port: int  # Prometheus, before port_offset
    http_port: int = 0  # HTTP, before port_offset; 0: it has none

    @property
    def binary(self):
        return f"rialto_{self.name}"


# In the order in which they start: the engine first, its followers, the public door last.
SERVICES = (
    Service("engine", 50051, 9401),
    Service("ledger", 50052, 9402),
    Service("risk", 50053, 9403),
    Service("pms", 50054, 9404),
    Service("charts", 50055, 9405),
    Service("custody", 50056, 9406, 8081),
    Service("gateway", 50050, 9400),
)
TRADING = ("engine", "gateway")
YIELDING = ("nice", "-n", "10")  # The command prefix of everything else.
SERVICE_NAMES = tuple(service.name for service in SERVICES)
# All that a running stack needs, and what looks at its files when it does not run any more.
BINARIES = (*(service.binary for service in SERVICES), "rialto_tool", "rialto_ledger_tool", "rialto_journal")


def command(settings, name):
    """The argument list of a service. Followers find the database in RIALTO_DATABASE_URL.

    What trades comes first: whoever only follows the engine takes the processor time that it leaves."""
    arguments = [*([] if name in TRADING else YIELDING), str(settings.binary_directory / f"rialto_{name}"),
                 "--listen", settings.address(name),
                 "--metrics-listen", settings.metrics_address(name)]
    if name == "engine":
        arguments += ["--journal-directory", str(settings.var / "engine" / "journal"),
                      "--feed-directory", str(settings.var / "engine" / "feed"),
                      "--snapshot-directory", str(settings.var / "engine" / "snapshots"),
                      "--archive-directory", str(settings.var / "engine" / "archive")]
    else:
        arguments += ["--engine", settings.address("engine")]
    if name == "custody":
        arguments += ["--ledger", settings.address("ledger"), "--http-listen", settings.http_address(name),
                      "--provider", settings.custody_provider, "--secret-file", str(custody_secret(settings.var))]
        for limit in settings.custody_one_operator_up_to:
            arguments += ["--one-operator-up-to", limit]
    return arguments


def custody_secret(var):
    """The file with the secret that venue and custody provider share."""
    return var / "custody" / "secret"


def make_custody_secret(var):
    """A random one, where there is none yet. For a real provider, put the one it gave you there."""
    path = custody_secret(var)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
