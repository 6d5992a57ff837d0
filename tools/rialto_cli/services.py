"""The services of the venue: their ports and the flags that each is started with."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    name: str
    port: int          # gRPC, before port_offset
    metrics_port: int  # Prometheus, before port_offset

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
    Service("gateway", 50050, 9400),
)
SERVICE_NAMES = tuple(service.name for service in SERVICES)
# All that a running stack needs.
BINARIES = (*(service.binary for service in SERVICES), "rialto_tool", "rialto_ledger_tool")


def command(settings, name):
    """The argument list of a service. Followers find the database in RIALTO_DATABASE_URL."""
    arguments = [str(settings.binary_directory / f"rialto_{name}"),
                 "--listen", settings.address(name),
                 "--metrics-listen", settings.metrics_address(name)]
    if name == "engine":
        arguments += ["--journal-directory", str(settings.var / "engine" / "journal"),
                      "--feed-directory", str(settings.var / "engine" / "feed"),
                      "--snapshot-directory", str(settings.var / "engine" / "snapshots"),
                      "--archive-directory", str(settings.var / "engine" / "archive")]
    else:
        arguments += ["--engine", settings.address("engine")]
    return arguments
