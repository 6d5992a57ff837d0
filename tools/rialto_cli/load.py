"""`./rialto load`: hands over to rialto_load with the addresses of the stack."""
import os
import subprocess

from rialto_cli import build
from rialto_cli.say import answer
from rialto_cli.stack import in_force

BINARY = "rialto_load"
# Which addresses a subcommand takes; "" is the load itself.
ADDRESS_FLAGS = {"": ("gateway", "engine"), "audit": ("engine",), "follow": ("engine",)}


def arguments_for(settings, arguments):
    """The tool's arguments: the caller's, and an address for each that he left out."""
    subcommand = next((argument for argument in arguments[:1] if argument in ADDRESS_FLAGS), "")
    given = {argument.split("=")[0] for argument in arguments}
    addresses = []
    for service in ADDRESS_FLAGS[subcommand]:
        if f"--{service}" not in given:
            addresses += [f"--{service}", settings.address(service)]
    return [*arguments, *addresses]


def run(settings, arguments, help_text):
    settings = in_force(settings)
    binary = settings.binary_directory / BINARY
    if any(argument in ("-h", "--help") for argument in arguments):
        answer(help_text)
        if binary.exists():
            answer("Everything else goes to the tool itself, whose own help is:\n")
            subprocess.run([str(binary), "--help"], check=False)
        return
    build.build(settings.build_preset, targets=(BINARY,))
    # The caller's directory stays: file names are relative to it.
    os.execv(binary, [str(binary), *arguments_for(settings, arguments)])
