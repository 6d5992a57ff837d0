"""Dumps the services' schemas out of PostgreSQL and loads them again, each in one transaction.

pg_dump and not a copy of the cluster's files: it takes one snapshot of all schemas while services write, needs no
right beyond reading, and its dump goes into any database of the same or a later version, also one that
RIALTO_DATABASE_URL names. Mirrors that are behind the restored journal catch up by themselves.
"""
import os
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass

from rialto_cli import postgres
from rialto_cli.manifest import CHUNK_BYTES
from rialto_cli.progress import Progress
from rialto_cli.say import Refusal, note

LOCK_TIMEOUT_SECONDS = 10
# A service's schema is one that common/postgres has migrated.
SCHEMAS_SQL = """SELECT schemaname FROM pg_tables WHERE tablename = 'migrations'
   AND schemaname !~ '^pg_' AND schemaname <> 'information_schema' ORDER BY 1"""
# Who owns something in them or was granted something: a dump names roles and does not hold them.
ROLES_SQL = """WITH mine AS (SELECT oid, nspowner, nspacl FROM pg_namespace WHERE nspname = ANY ('{schemas}')),
  roles AS (SELECT nspowner AS role FROM mine
      UNION SELECT (aclexplode(nspacl)).grantee FROM mine
      UNION SELECT relowner FROM pg_class WHERE relnamespace IN (SELECT oid FROM mine)
      UNION SELECT (aclexplode(relacl)).grantee FROM pg_class WHERE relnamespace IN (SELECT oid FROM mine)
      UNION SELECT (aclexplode(attacl)).grantee FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
              WHERE relnamespace IN (SELECT oid FROM mine)
      UNION SELECT proowner FROM pg_proc WHERE pronamespace IN (SELECT oid FROM mine)
      UNION SELECT (aclexplode(proacl)).grantee FROM pg_proc WHERE pronamespace IN (SELECT oid FROM mine))
  SELECT rolname FROM pg_roles WHERE oid IN (SELECT role FROM roles) ORDER BY 1"""
WRITERS_SQL = """SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
NAME = re.compile(r"[a-z_][a-z0-9_]*")
PSQL_ERROR_IN_SCRIPT = 3  # The server has refused a statement, and the session was not lost.


class Uncertain(Refusal):
    """The COMMIT was on its way: the database may be the backup's already, or as it was."""


@dataclass(frozen=True)
class Database:
    url: str
    is_own: bool  # The stack's private cluster: its superuser may be used.

    @property
    def administrator_url(self):
        own = "&user=rialto"
        return self.url.removesuffix(own) + f"&user={postgres.SERVER_USER}" if self.is_own else self.url


def exists(stack):
    return bool(stack.settings.database_url) or (postgres.home_of(stack.var) / "data" / "PG_VERSION").exists()


@contextmanager
def opened(stack, may_create):
    """The stack's database; its private server is started for the time when it does not run."""
    if stack.settings.database_url:
        database = Database(stack.settings.database_url, is_own=False)
        problem = postgres.answers(database.url)
        if problem:
            raise Refusal(f"the database does not answer: {problem}")
        yield database
        return
    if not may_create and not exists(stack):
        raise Refusal(f"there is no database in {stack.var}: was this stack ever up? (--var, RIALTO_DATABASE_URL)")
    cluster = postgres.cluster_in(postgres.home_of(stack.var), stack.run)
    database = Database(cluster.url, is_own=True)
    if not postgres.answers(cluster.url):
        yield database
        return
    with postgres.Served(cluster, stack.var / "log" / "postgres.log"):
        yield database


def query(url, sql):
    """Rows of one statement, each a list of texts."""
    result = subprocess.run([str(postgres.program("psql")), "-XAtqd", url, "-v", "ON_ERROR_STOP=1", "-F", "\t",
                             "-c", sql], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Refusal(f"the database refused a query: {result.stderr.strip()}")
    return [line.split("\t") for line in result.stdout.splitlines()]


def schemas_in(url):
    return [row[0] for row in query(url, SCHEMAS_SQL)]


def dump(database, path):
    """Writes the dump; returns what the manifest says of it."""
    schemas = schemas_in(database.url)
    if not schemas:
        raise Refusal("the database holds no service's schema: is it the right one? (RIALTO_DATABASE_URL)")
    command = [str(postgres.program("pg_dump")), "--format=custom", "--compress=1", "--lock-wait-timeout=60s",
               *(f"--schema={schema}" for schema in schemas), f"--file={path}", f"--dbname={database.url}"]
    with Progress("database") as progress, subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                progress.reach(path.stat().st_size if path.exists() else 0)
        errors = process.stderr.read()
    if process.returncode != 0:
        raise Refusal(f"pg_dump failed:\n{errors.strip()}")
    roles = query(database.url, ROLES_SQL.format(schemas="{" + ",".join(schemas) + "}"))
    return {"server_version": query(database.url, "SHOW server_version")[0][0], "schemas": schemas,
            "roles": [row[0] for row in roles], "positions": positions_in(path)}


def positions_in(path):
    """schema -> the sequence that its mirror has reached, read out of the dump itself."""
    result = subprocess.run([str(postgres.program("pg_restore")), "--data-only", "--table=follower_position",
                             "--file=-", str(path)], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Refusal(f"pg_restore cannot read {path}: {result.stderr.strip()}")
    return positions_of(result.stdout)


def positions_of(script):
    positions, schema, column = {}, None, 0
    for line in script.splitlines():
        copy = re.fullmatch(r"COPY (\w+)\.follower_position \((.*)\) FROM stdin;", line)
        if copy:
            schema, column = copy[1], copy[2].split(", ").index("sequence")
        elif line == "\\.":
            schema = None
        elif schema:
            positions[schema] = max(positions.get(schema, 0), int(line.split("\t")[column]))
    return positions


def refuse_writers(database):
    """A follower that runs somewhere holds an advisory lock in the database."""
    writers = int(query(database.url, WRITERS_SQL)[0][0])
    if writers:
        raise Refusal(f"{writers} sessions of services still write to the database: stop them first")


def load(database, path, contents):
    """Replaces all service schemas by those of the dump, in one transaction: all of it or nothing.

    Uncertain: which of the two is not known, or it was loaded and is not what the backup says.
    """
    there = schemas_in(database.url)
    names = sorted({*there, *contents["schemas"]})
    strange = [name for name in (*names, *contents["roles"]) if not NAME.fullmatch(name)]
    if strange:
        raise Refusal(f"names that no schema or role of a service has: {', '.join(strange)}")
    begin = ["BEGIN;", "SET LOCAL client_min_messages = warning;", f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s';",
             *(f"CREATE ROLE {role} NOLOGIN;" for role in _missing_roles(database, contents["roles"])),
             *(f"DROP SCHEMA IF EXISTS {name} CASCADE;" for name in names)]
    _pipe(database, path, "\n".join(begin) + "\n")
    _check_positions(database, contents["positions"])
    try:
        query(database.administrator_url, "ANALYZE")
    except Refusal as refusal:  # The server does it by itself, later.
        note(f"the database is loaded, its statistics were not made: {refusal}")


def _check_positions(database, positions):
    try:
        found = {name: int(query(database.url, f"SELECT max(sequence) FROM {name}.follower_position")[0][0])
                 for name in positions}
    except Refusal as refusal:
        raise Uncertain(f"the database was loaded, whether as the backup says is unknown: {refusal}") from refusal
    if found != positions:
        raise Uncertain(f"the database was loaded, its positions are {found}, the backup's {positions}")


def _missing_roles(database, roles):
    have = {row[0] for row in query(database.url, "SELECT rolname FROM pg_roles")}
    missing = [role for role in roles if role not in have]
    if missing and not database.is_own:
        raise Refusal("the database lacks roles that the backup's schemas name; create them, then try again:\n  "
                      + "\n  ".join(f"CREATE ROLE {role} NOLOGIN;" for role in missing))
    return missing


def _pipe(database, path, begin):
    """pg_restore's script into one transaction of psql, which is committed only when all of it came."""
    options = [] if database.is_own else ["--no-owner"]
    errors = subprocess.PIPE
    is_committing = False
    with subprocess.Popen([str(postgres.program("pg_restore")), "--file=-", "--exit-on-error", *options, str(path)],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors) as source, \
            subprocess.Popen([str(postgres.program("psql")), "-Xqd", database.administrator_url, "-v", "ON_ERROR_STOP=1",
                              "-o", os.devnull],
                             stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors) as target, \
            Progress("database") as progress:
        try:
            target.stdin.write(begin.encode())
            while chunk := source.stdout.read(CHUNK_BYTES):
                target.stdin.write(chunk)
                progress.add(len(chunk))
            if source.wait() == 0:
                is_committing = True  # Before the write: how much of it arrived is not known if it fails.
                target.stdin.write(b"\nCOMMIT;\n")
            target.stdin.close()  # Without the COMMIT everything is rolled back.
        except BrokenPipeError:
            source.kill()  # psql has ended; it says why.
        complaint = target.stderr.read().decode(errors="replace").strip()
        target.wait()
        complaint = complaint or source.stderr.read().decode(errors="replace").strip()
        if is_committing and target.returncode not in (0, PSQL_ERROR_IN_SCRIPT):
            raise Uncertain("the session was lost after the COMMIT was sent, whether the database was loaded is unknown:\n"
                            + complaint)
        if target.returncode != 0 or source.wait() != 0:
            raise Refusal(f"the database was not loaded, it is as it was:\n{complaint}")
