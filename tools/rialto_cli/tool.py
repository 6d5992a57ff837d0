"""`./rialto replay` and `./rialto verify`: hands over to rialto_tool with the addresses of the stack."""
import os
import subprocess

from rialto_cli.say import Refusal, answer
from rialto_cli.stack import in_force

ADDRESS_FLAGS = {"replay": ("gateway", "engine"), "verify": ("engine", "ledger")}


def arguments_for(settings, command, arguments):
    """The tool's arguments: the caller's, and an address for each that he left out."""
    given = {argument.split("=")[0] for argument in arguments}
    addresses = []
    for service in ADDRESS_FLAGS[command]:
        if f"--{service}" not in given:
            addresses += [f"--{service}", settings.address(service)]
    return [command, *arguments, *addresses]


def run(settings, command, arguments, help_text):
    settings = in_force(settings)
    binary = settings.binary_directory / "rialto_tool"
    if any(argument in ("-h", "--help") for argument in arguments):
        answer(help_text)
        if binary.exists():
            answer("Everything else goes to the tool itself, whose own help is:\n")
            subprocess.run([str(binary), command, "--help"], check=False)
        return
    if not binary.exists():
        raise Refusal(f"{binary} is not built yet: run ./rialto up first")
    # The caller's directory stays: file names are relative to it.
    os.execv(binary, [str(binary), *arguments_for(settings, command, arguments)])
