"""Debian's supervisord: its configuration, its start, and its XML-RPC door on a Unix socket."""
import hashlib
import http.client
import os
import shlex
import socket
import subprocess
import time
import xmlrpc.client

from rialto_cli import services
from rialto_cli.say import Refusal

# What the engine exits with when its history is in doubt: a person decides, a restart must not.
ENGINE_FINAL_EXITS = {
    71: "the journal is corrupt before its tail",
    72: "a mirror knows more than the journal, or differs from it",
    73: "replay gave another state than the one recorded",
}
# -1 is supervisord's word for an end by a signal; a failed CHECK aborts.
ENGINE_OTHER_EXITS = {70: "the journal could not be written or synced", -1: "a CHECK failed, or a signal ended it"}
STACK_MARK = "RIALTO_STACK"  # In the environment of every process of a stack: finds orphans.

_HEAD = """\
; Written by ./rialto up; changes are lost. Database {database}.
[unix_http_server]
file={run}/supervisor.sock
chmod=0700

[supervisord]
logfile={var}/log/supervisord.log
logfile_maxbytes=5MB
logfile_backups=2
pidfile={run}/supervisord.pid
childlogdir={var}/log
directory={var}
{user}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""

_PROGRAM = """
[program:{name}]
command={command}
priority={priority}
autostart=false
autorestart={autorestart}
exitcodes={exitcodes}
startsecs=1
startretries={startretries}
stopsignal={stopsignal}
stopwaitsecs=15
redirect_stderr=true
stdout_logfile={var}/log/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=5
{user}"""


def _quoted(arguments):
    return " ".join(shlex.quote(argument) for argument in arguments).replace("%", "%%")


def _program(settings, name, arguments, priority, **overrides):
    values = {"autorestart": "true", "exitcodes": "0", "startretries": 1000000, "stopsignal": "TERM",
              "user": "", **overrides}
    return _PROGRAM.format(name=name, command=_quoted(arguments), priority=priority,
                           var=str(settings.var).replace("%", "%%"), **values)


def render(settings, run, cluster_command, server_user, database_url):
    """Text of supervisord.conf. `cluster_command` is None where the database is not ours."""
    for path in (settings.var, run, settings.binary_directory):
        if any(mark in str(path) for mark in (";", "\n", "'")):
            raise Refusal(f"{path}: a path with ; ' or a line break cannot be used")
    escaped = {"run": str(run).replace("%", "%%"), "var": str(settings.var).replace("%", "%%")}
    parts = [_HEAD.format(database=hashlib.sha256(database_url.encode()).hexdigest()[:16],
                          user="user=root\n" if os.geteuid() == 0 else "", **escaped)]
    if cluster_command is not None:
        parts.append(_program(settings, "postgres", [*services.YIELDING, *cluster_command], 1, stopsignal="INT",
                              user=f"user={server_user}\n" if server_user else ""))
    for index, name in enumerate(services.SERVICE_NAMES):
        overrides = {}
        if name == "engine":
            # A start and three more are enough, where it ends within startsecs: it depends on nobody, waiting
            # does not help it.
            overrides = {"autorestart": "unexpected", "startretries": 3,
                         "exitcodes": ",".join(map(str, ENGINE_FINAL_EXITS))}
        parts.append(_program(settings, name, services.command(settings, name), 10 + index, **overrides))
    return "".join(parts)


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path):
        super().__init__()
        self._path = path

    def make_connection(self, host):
        connection = http.client.HTTPConnection("localhost", timeout=60)
        connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.sock.settimeout(60)
        connection.sock.connect(self._path)
        return connection


class Supervisor:
    """The door of one running supervisord."""

    def __init__(self, run):
        self._socket = run / "supervisor.sock"

    def _call(self):
        return xmlrpc.client.ServerProxy("http://localhost", transport=_UnixTransport(str(self._socket))).supervisor

    def is_running(self):
        try:
            return self._call().getState()["statecode"] == 1
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return False

    def processes(self):
        """name -> supervisord's record: statename, pid, start, now, exitstatus, spawnerr."""
        return {process["name"]: process for process in self._call().getAllProcessInfo()}

    def start(self, name):
        """Asks for a start and does not wait for it."""
        try:
            self._call().startProcess(name, False)
        except xmlrpc.client.Fault as fault:
            if "ALREADY_STARTED" not in fault.faultString and "SPAWN_ERROR" not in fault.faultString:
                raise Refusal(f"supervisord will not start {name}: {fault.faultString}") from None

    def stop_soon(self, names):
        """Asks for all the stops at once and does not wait."""
        for name in names:
            try:
                self._call().stopProcess(name, False)
            except xmlrpc.client.Fault:
                pass  # Not running, or not in this configuration.

    def names_in(self, states):
        return {name for name, process in self.processes().items() if process["statename"] in states}

    def shut_down(self):
        self._call().shutdown()


def launch(conf, run, environment):
    """Starts supervisord in the background; returns its door when it is open."""
    result = subprocess.run(["/usr/bin/supervisord", "-c", str(conf)], env=environment, cwd="/", text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            check=False)
    if result.returncode != 0:
        raise Refusal(f"supervisord does not start:\n{result.stdout}")
    door = Supervisor(run)
    deadline = time.monotonic() + 20
    while not door.is_running():
        if time.monotonic() > deadline:
            raise Refusal(f"supervisord does not answer; see {conf.parent.parent / 'log' / 'supervisord.log'}")
        time.sleep(0.05)
    return door
