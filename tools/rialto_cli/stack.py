"""One running stack: its folders, its supervisord, and what it was started with."""
import fcntl
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, replace

from rialto_cli import postgres
from rialto_cli.places import run_directory
from rialto_cli.say import Refusal, note
from rialto_cli.settings import Settings
from rialto_cli.supervisor import ENGINE_FINAL_EXITS, ENGINE_OTHER_EXITS, Supervisor

BAD_STATES = ("BACKOFF", "EXITED", "FATAL", "UNKNOWN")


@dataclass(frozen=True)
class Stack:
    """Folders of the stack in settings.var."""
    settings: Settings

    @property
    def var(self):
        return self.settings.var

    @property
    def run(self):
        crowded = os.geteuid() == 0 and self.var.exists() and not _server_can_enter(self.var)
        return run_directory(self.var, others_must_enter=crowded)

    @property
    def conf(self):
        return self.var / "supervisor" / "supervisord.conf"

    @property
    def unfinished_restore(self):
        """The engine's folder while the database is being restored; left behind only by a restore that was killed."""
        return self.var / "engine.restoring"

    @property
    def record(self):
        return self.var / "stack.json"

    def log(self, name):
        return self.var / "log" / f"{name}.log"

    @property
    def door(self):
        return Supervisor(self.run)


def _server_can_enter(directory):
    try:
        return postgres.server_can_enter(directory)
    except OSError:
        return True  # No setpriv, so no stack either.


@contextmanager
def only_one_command(stack):
    """up and down of one stack never overlap."""
    stack.var.mkdir(parents=True, exist_ok=True)
    with open(stack.var / "lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note("waiting for another ./rialto up or down of this stack")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_record(stack):
    settings = stack.settings
    stack.record.write_text(json.dumps({
        "build_preset": settings.build_preset, "ports": settings.ports,
        "metrics_ports": settings.metrics_ports, "http_ports": settings.http_ports}, indent=2) + "\n", encoding="utf-8")


def in_force(settings):
    """Settings of the running stack in settings.var: what `up` started counts, not today's flags."""
    stack = Stack(settings)
    if not stack.record.exists() or not stack.door.is_running():
        return settings
    try:
        record = json.loads(stack.record.read_text(encoding="utf-8"))
        return replace(settings, build_preset=record["build_preset"], ports=record["ports"],
                       metrics_ports=record["metrics_ports"], http_ports=record["http_ports"])
    except (ValueError, KeyError) as error:
        raise Refusal(f"{stack.record} is damaged ({error}): run ./rialto down, then ./rialto up") from None


def last_lines(path, count):
    try:
        with open(path, "rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - 65536))
            return log.read().decode("utf-8", "replace").splitlines()[-count:]
    except OSError:
        return []


def reason(stack, process):
    """Why a process is not running: supervisord's word, the exit code's meaning, the log's last line."""
    if process["statename"] not in BAD_STATES:
        return ""
    code = process["exitstatus"]
    meaning = {**ENGINE_FINAL_EXITS, **ENGINE_OTHER_EXITS} if process["name"] == "engine" else {}
    parts = [process["spawnerr"] or f"exit code {code}"]
    if process["statename"] == "EXITED" and code in meaning:
        parts.append(meaning[code])
    lines = [line for line in last_lines(stack.log(process["name"]), 20) if line.strip()]
    return "; ".join(parts + lines[-1:])
