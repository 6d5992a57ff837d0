"""`./rialto journal`: hands over to rialto_journal, with the stack's own journal when no folder is named."""
import os
import subprocess

from rialto_cli.say import Refusal, answer
from rialto_cli.stack import in_force

COMMANDS = ("verify", "dump", "tail", "repair")
# Flags whose next argument is their value, not a folder.
VALUE_FLAGS = ("--archive", "--feed", "--from", "--to", "-n", "--confirm")
# Where the engine of a stack keeps its own, below var.
FOLDERS = {"journal": "engine/journal", "feed": "engine/feed"}


def arguments_for(settings, arguments):
    """The tool's arguments: the caller's, and the folder of the stack in place of none, `journal` or `feed`."""
    if not arguments or arguments[0] not in COMMANDS:
        return list(arguments)
    command, *rest = arguments
    position = _folder_position(rest)
    given = "journal" if position is None else rest[position]
    # A folder of that name where the caller stands is what he means.
    if given not in FOLDERS or (position is not None and os.path.isdir(given)):
        return [command, *rest]
    others = rest if position is None else rest[:position] + rest[position + 1:]
    archive = settings.var / "engine" / "archive"
    if given == "journal" and archive.is_dir() and "--archive" not in others:
        others = [*others, "--archive", str(archive)]
    return [command, str(settings.var / FOLDERS[given]), *others]


def _folder_position(arguments):
    skip = False
    for position, argument in enumerate(arguments):
        if skip:
            skip = False
        elif argument in VALUE_FLAGS:
            skip = True
        elif not argument.startswith("-"):
            return position
    return None


def run(settings, arguments, help_text):
    settings = in_force(settings)
    binary = settings.binary_directory / "rialto_journal"
    if not arguments or arguments[0] in ("-h", "--help"):
        answer(help_text)
        if binary.exists():
            answer("Each subcommand has its own help:\n")
            subprocess.run([str(binary), "--help"], check=False)
        return 0 if arguments else 2
    if not binary.exists():
        raise Refusal(f"{binary} is not built yet: run ./rialto up first")
    # The caller's directory stays: file names are relative to it.
    os.execv(binary, [str(binary), *arguments_for(settings, arguments)])
