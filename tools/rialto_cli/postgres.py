"""A private PostgreSQL cluster: reached through a Unix socket in a folder that only its owner enters.

As root the server runs as Debian's user postgres (PostgreSQL refuses root), otherwise as the caller.
"""
import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from rialto_cli.places import make_private, path_hash
from rialto_cli.say import Refusal, note

SERVER_USER = "postgres"
BIN_ROOT = Path("/usr/lib/postgresql")
# The services' own role: no superuser; tests may create databases with it. And one that reads the ledger only.
BOOTSTRAP_SQL = ("CREATE ROLE rialto LOGIN CREATEDB;\n"
                 "CREATE ROLE rialto_auditor NOLOGIN;\n"
                 "GRANT rialto_auditor TO rialto;\n"
                 "CREATE DATABASE rialto OWNER rialto;\n")


@dataclass(frozen=True)
class Cluster:
    data: Path    # what initdb makes
    socket: Path  # folder of the socket, mode 0700

    @property
    def url(self):
        return f"postgresql:///rialto?host={self.socket}&user=rialto"

    def server_command(self, durable=True):
        command = [str(_bin(self.data) / "postgres"), "-D", str(self.data),
                   "-c", "listen_addresses=", "-c", f"unix_socket_directories={self.socket}",
                   "-c", "unix_socket_permissions=0700", "-c", "logging_collector=off"]
        if not durable:  # A throw-away database of tests.
            command += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        return command


def server_user():
    """Who the server runs as when that is not the caller, else None."""
    return SERVER_USER if os.geteuid() == 0 else None


def _as_server(command, *options):
    if server_user() is not None:
        options += (f"--reuid={SERVER_USER}", f"--regid={SERVER_USER}", "--clear-groups")
    return ["setpriv", *options, "--", *command] if options else command


def _versions():
    versions = sorted((path.name for path in BIN_ROOT.glob("[0-9]*")), key=int)
    if not versions:
        raise Refusal(f"no PostgreSQL server under {BIN_ROOT}")
    return versions


def program(name):
    """pg_dump, pg_restore or psql of the newest version: it understands servers of earlier ones, too."""
    return BIN_ROOT / _versions()[-1] / "bin" / name


def _bin(data):
    """The programs of the version that made `data`, or the newest."""
    mark = data / "PG_VERSION"
    versions = _versions()
    version = mark.read_text().strip() if mark.exists() else versions[-1]
    if version not in versions:
        raise Refusal(f"{data} was made by PostgreSQL {version}; installed: {', '.join(versions)}")
    return BIN_ROOT / version / "bin"


def server_can_enter(directory):
    return subprocess.run(_as_server(["test", "-x", str(directory)]), cwd="/", check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


def give_to_server(directory):
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    if server_user() is not None:
        entry = pwd.getpwnam(server_user())
        os.chown(directory, entry.pw_uid, entry.pw_gid)
    directory.chmod(0o700)


def home_of(var):
    """Folder of the cluster: var/postgres, or a symlink there to where PostgreSQL's user gets in."""
    home = var / "postgres"
    if home.is_symlink() or server_can_enter(var):
        return home.resolve()
    outside = Path("/var/lib/rialto") / path_hash(var) / "postgres"
    if outside.exists():
        # Left by a clone that stood here before; its engine's journal went with it.
        aside = outside.with_name(f"postgres.{int(time.time())}")
        outside.rename(aside)
        note(f"kept the database of an earlier stack at this path in {aside}")
    outside.mkdir(parents=True)
    home.symlink_to(outside)
    note(f"{SERVER_USER} cannot enter {var}: the database is in {outside}")
    return outside


def cluster_in(home, run):
    """Creates the cluster where there is none, and its socket folder. Whole or not at all."""
    make_private(run, 0o711 if server_user() else 0o700)
    give_to_server(home)
    give_to_server(run / "postgres")
    cluster = Cluster(data=home / "data", socket=run / "postgres")
    if (cluster.data / "PG_VERSION").exists():
        return cluster
    note(f"creating a private PostgreSQL cluster in {home}")
    fresh = home / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    _run([str(_bin(fresh) / "initdb"), "-D", str(fresh), "-U", SERVER_USER, "-E", "UTF8",
          "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject"], "initdb")
    _run([str(_bin(fresh) / "postgres"), "--single", "-D", str(fresh), "postgres"], "first SQL",
         BOOTSTRAP_SQL)
    fresh.rename(cluster.data)
    return cluster


def _run(command, what, text=""):
    result = subprocess.run(_as_server(command), input=text, stdout=subprocess.PIPE, cwd="/",
                            stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode != 0:
        raise Refusal(f"PostgreSQL {what} failed:\n{result.stdout}")


def answers(url):
    """'' when the database answers a query, else why not."""
    result = subprocess.run(["psql", "-XAtqd", url, "-c", "SELECT 1"], stdin=subprocess.DEVNULL,
                            env=dict(os.environ, PGCONNECT_TIMEOUT="5"),
                            capture_output=True, text=True, check=False)
    return "" if result.returncode == 0 else result.stderr.strip() or "psql failed"


def wait_until_answers(url, timeout_seconds, still_alive=lambda: True):
    deadline = time.monotonic() + timeout_seconds
    while True:
        problem = answers(url)
        if not problem:
            return
        if not still_alive() or time.monotonic() > deadline:
            raise Refusal(f"the database does not answer: {problem}")
        time.sleep(0.1)


class Served:
    """A server on a cluster for as long as a `with` block lasts; ends with this process, even when that is killed."""

    def __init__(self, cluster, log, durable=True):
        self._cluster = cluster
        self._log = log
        self._durable = durable
        self._server = None

    def __enter__(self):
        self._log.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(self._log, "a", encoding="utf-8") as log:
                self._server = subprocess.Popen(  # pylint: disable=consider-using-with
                    _as_server(self._cluster.server_command(self._durable), "--pdeathsig=INT"),
                    cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
            wait_until_answers(self._cluster.url, 60, lambda: self._server.poll() is None)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._server is None or self._server.poll() is not None:
            return
        self._server.send_signal(2)  # SIGINT: fast shutdown.
        try:
            self._server.wait(20)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()


class ThrowAway:
    """A database for one test run: starts on entry, gone on exit, whatever happened."""

    def __init__(self, directory, durable=False):
        self._directory = directory
        self._durable = durable
        self._served = None
        self.url = ""

    def __enter__(self):
        try:
            cluster = cluster_in(self._directory / "postgres", self._directory / "run")
            served = Served(cluster, self._directory / "postgres.log", durable=self._durable)
            self._served = served.__enter__()  # pylint: disable=unnecessary-dunder-call
        except BaseException:
            self.__exit__()
            raise
        self.url = cluster.url
        return self

    def __exit__(self, *_):
        if self._served is not None:
            self._served.__exit__()
        shutil.rmtree(self._directory, ignore_errors=True)
