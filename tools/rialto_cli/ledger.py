"""`./rialto ledger`: hands over to rialto_ledger_tool, with the stack's database and engine."""
import os
import subprocess

from rialto_cli.postgres import Cluster
from rialto_cli.say import Refusal, answer
from rialto_cli.stack import Stack, in_force

# Those that speak to the engine.
WITH_ENGINE = ("rebuild",)


def arguments_for(settings, arguments):
    """The tool's arguments: the caller's, and the engine's address where it is needed and left out."""
    given = {argument.split("=")[0] for argument in arguments}
    if arguments and arguments[0] in WITH_ENGINE and "--engine" not in given:
        return [*arguments, "--engine", settings.address("engine")]
    return list(arguments)


def run(settings, arguments, help_text):
    settings = in_force(settings)
    binary = settings.binary_directory / "rialto_ledger_tool"
    if not arguments or arguments[0] in ("-h", "--help"):
        answer(help_text)
        if binary.exists():
            answer("Each subcommand has its own help:\n")
            subprocess.run([str(binary), "--help"], check=False)
        return 0 if arguments else 2
    if not binary.exists():
        raise Refusal(f"{binary} is not built yet: run ./rialto up first")
    environment = dict(os.environ)
    environment["RIALTO_DATABASE_URL"] = database_of(settings)
    os.execve(binary, [str(binary), *arguments_for(settings, arguments)], environment)


def database_of(settings):
    """The one that was named, else the stack's own."""
    if settings.database_url:
        return settings.database_url
    return Cluster(data=settings.var / "postgres" / "data", socket=Stack(settings).run / "postgres").url
