"""Asks services on grpc.health.v1 whether they are SERVING, with the tool that the build makes."""
import subprocess
from concurrent.futures import ThreadPoolExecutor


def is_serving(settings, service):
    try:
        return subprocess.run(
            [str(settings.binary_directory / "rialto_tool"), "health", "--address", settings.address(service)],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=10, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def serving(settings, names):
    """name -> bool, asked at the same time."""
    names = list(names)
    if not names:
        return {}
    with ThreadPoolExecutor(len(names)) as pool:
        return dict(zip(names, pool.map(lambda name: is_serving(settings, name), names)))
