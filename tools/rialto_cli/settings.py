"""What a stack is made of: defaults, then rialto.conf, then flags. One immutable value."""
import configparser
import os
from dataclasses import dataclass, field
from pathlib import Path

from rialto_cli.say import Refusal
from rialto_cli.services import SERVICES, SERVICE_NAMES

ROOT = Path(__file__).resolve().parent.parent.parent
PRESETS = ("release", "ci", "dev", "tsan")
HOST = "127.0.0.1"  # The services know no authentication of their own: never a public interface.
STACK_KEYS = ("var", "build_preset", "port_offset", "timeout_seconds")
SERVICE_KEYS = ("port", "metrics_port")
# Of some services only.
MORE_KEYS = {"custody": ("http_port", "provider", "one_operator_up_to")}


@dataclass(frozen=True)
class Settings:
    var: Path = ROOT / "var"
    build_preset: str = "release"
    timeout_seconds: int = 120
    ports: dict = field(default_factory=dict)          # service -> gRPC port
    metrics_ports: dict = field(default_factory=dict)  # service -> metrics port
    http_ports: dict = field(default_factory=dict)     # service -> HTTP port, of those that have one
    custody_provider: str = "127.0.0.1:8082"           # the custody provider, HOST:PORT
    custody_one_operator_up_to: tuple = ()             # "ASSET=AMOUNT" each: what one operator may let go
    database_url: str = ""                             # "" means: a private cluster under var

    @property
    def binary_directory(self):
        return ROOT / "build" / self.build_preset / "bin"

    def address(self, service):
        return f"{HOST}:{self.ports[service]}"

    def metrics_address(self, service):
        return f"{HOST}:{self.metrics_ports[service]}"

    def http_address(self, service):
        return f"{HOST}:{self.http_ports[service]}"


def _number(text, what, low, high):
    try:
        value = int(text)
    except ValueError:
        raise Refusal(f"{what} is not a number: {text!r}") from None
    if not low <= value <= high:
        raise Refusal(f"{what} is {value}, must be {low} to {high}")
    return value


def _read_file(path, required):
    """{(section, key): text} of an INI file; refuses what it does not know, by name."""
    parser = configparser.ConfigParser(interpolation=None)
    if not path.exists():
        if required:
            raise Refusal(f"{path}: no such configuration file")
        return {}
    try:
        parser.read(path)
    except (configparser.Error, OSError, UnicodeDecodeError) as error:
        raise Refusal(f"{path}: {error}") from None
    values = {}
    for section in parser.sections():
        known = STACK_KEYS if section == "stack" else (*SERVICE_KEYS, *MORE_KEYS.get(section, ()))
        if section != "stack" and section not in SERVICE_NAMES:
            raise Refusal(f"{path}: unknown section [{section}]; known: stack, {', '.join(SERVICE_NAMES)}")
        for key, text in parser.items(section):
            if key not in known:
                raise Refusal(f"{path}: unknown key {key!r} in [{section}]; known: {', '.join(known)}")
            values[section, key] = text
    return values


def load(flags, environment=os.environ):
    """Settings from parsed flags (absent or None: not given)."""
    given = getattr(flags, "config", None)
    path = Path(given) if given else ROOT / "rialto.conf"
    values = _read_file(path, required=given is not None)

    def choose(section, key, default):
        flag = getattr(flags, key if section == "stack" else f"{section}_{key}", None)
        return values.get((section, key), default) if flag is None else flag

    preset = choose("stack", "build_preset", "release")
    if preset not in PRESETS:
        raise Refusal(f"build preset is {preset!r}, must be one of {', '.join(PRESETS)}")
    offset = _number(choose("stack", "port_offset", 0), "port offset", 0, 65535)
    # A relative folder is relative to where it was written: the repository for the file and the
    # default, the caller's directory for a flag.
    if getattr(flags, "var", None) is not None:
        var = Path(flags.var).absolute()
    else:
        var = (ROOT / values.get(("stack", "var"), "var")).absolute()
    ports, metrics_ports, http_ports = {}, {}, {}
    for service in SERVICES:
        for key, chosen in (("port", ports), ("metrics_port", metrics_ports), ("http_port", http_ports)):
            if not getattr(service, key):
                continue
            base = _number(choose(service.name, key, getattr(service, key)),
                           f"{service.name} {key}", 1, 65535)
            chosen[service.name] = _number(base + offset, f"{service.name} {key} with offset", 1, 65535)
    settings = Settings(
        var=var, build_preset=preset,
        timeout_seconds=_number(choose("stack", "timeout_seconds", 120), "timeout", 1, 86400),
        ports=ports, metrics_ports=metrics_ports, http_ports=http_ports,
        custody_provider=choose("custody", "provider", f"{HOST}:{8082 + offset}"),
        custody_one_operator_up_to=tuple(choose("custody", "one_operator_up_to", "").split()),
        database_url=environment.get("RIALTO_DATABASE_URL", ""))
    _refuse_equal_ports(settings)
    return settings


def _refuse_equal_ports(settings):
    owners = {}
    for kind, ports in (("port", settings.ports), ("metrics_port", settings.metrics_ports),
                        ("http_port", settings.http_ports)):
        for service, port in ports.items():
            if port in owners:
                raise Refusal(f"port {port} is set twice: {owners[port]} and {service} {kind}")
            owners[port] = f"{service} {kind}"
