"""`./rialto logs`: the last lines of the services' logs, and on request what comes next."""
import os

from rialto_cli.say import Refusal, answer
from rialto_cli.services import SERVICE_NAMES
from rialto_cli.stack import Stack, last_lines

NAMES = (*SERVICE_NAMES, "postgres", "supervisord")


def run(settings, service, follow, count):
    stack = Stack(settings)
    if service is not None and service not in NAMES:
        raise Refusal(f"no service {service!r}; there are: {', '.join(NAMES)}")
    files = [stack.log(name) for name in ([service] if service else NAMES) if stack.log(name).exists()]
    if not files:
        raise Refusal(f"no logs in {stack.var / 'log'}: the stack was never up" if service is None
                      else f"no log {stack.log(service)}: {service} was never up")
    if follow:
        os.execvp("tail", ["tail", "-n", str(count), "-F", "--", *map(str, files)])
    for file in files:
        if len(files) > 1:
            answer(f"==> {file.stem} <==")
        for line in last_lines(file, count):
            answer(line)
        if len(files) > 1:
            answer()
