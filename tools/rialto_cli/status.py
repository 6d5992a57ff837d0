"""`./rialto status`: what runs, where, and why not. Exit status 0 only when everything serves."""
import json

from rialto_cli import health, orphans
from rialto_cli.say import answer, table
from rialto_cli.services import SERVICE_NAMES
from rialto_cli.stack import Stack, in_force, reason


def run(settings, as_json):
    stack = Stack(in_force(settings))
    rows = collect(stack)
    up = all(row["health"] in ("SERVING", "") for row in rows) and any(row["health"] for row in rows)
    if as_json:
        answer(json.dumps({"up": up, "var": str(stack.var), "services": rows}, indent=2))
    else:
        _show(stack, rows)
    return 0 if up else 1


def collect(stack):
    """One record per service in start order; postgres first when it is the stack's own."""
    door = stack.door
    if not door.is_running():
        return [_row(stack, name, None, False) for name in SERVICE_NAMES]
    processes = door.processes()
    names = [name for name in ("postgres", *SERVICE_NAMES) if name in processes]
    serving = health.serving(stack.settings, [name for name in SERVICE_NAMES
                                              if processes[name]["statename"] == "RUNNING"])
    return [_row(stack, name, processes[name], serving.get(name, False)) for name in names]


def _row(stack, name, process, serving):
    is_service = name in SERVICE_NAMES
    running = process is not None and process["statename"] == "RUNNING"
    return {
        "service": name,
        "state": process["statename"] if process else "DOWN",
        "pid": process["pid"] if running else None,
        "uptime_seconds": process["now"] - process["start"] if running else None,
        "address": stack.settings.address(name) if is_service else str(stack.run / "postgres"),
        "metrics": f"http://{stack.settings.metrics_address(name)}/metrics" if is_service else None,
        "health": ("SERVING" if serving else "NOT_SERVING") if is_service else "",
        "reason": reason(stack, process) if process else "",
    }


def _show(stack, rows):
    if all(row["state"] == "DOWN" for row in rows):
        answer("rialto is down. Start it with ./rialto up")
        left = orphans.find(stack.var)
        if left:
            answer(f"Left behind without a supervisor: {', '.join(sorted(left.values()))}; ./rialto down ends them.")
        return
    answer(table(("SERVICE", "STATE", "PID", "UPTIME", "ADDRESS", "HEALTH"),
                 [(row["service"], row["state"], row["pid"] or "-", _duration(row["uptime_seconds"]),
                   row["address"], row["health"] or "-") for row in rows]))
    for row in rows:
        if row["reason"]:
            answer(f"\n{row['service']}: {row['reason']}")


def _duration(seconds):
    if seconds is None:
        return "-"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
