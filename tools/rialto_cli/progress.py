"""A bar on a terminal while bytes are moved; nothing where nobody looks."""
import sys
import time

DRAW_EVERY_SECONDS = 0.1
BAR_WIDTH = 40
UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def bytes_text(count):
    """'512 B', '1.5 GiB'."""
    size, unit = float(count), 0
    while size >= 1024 and unit + 1 < len(UNITS):
        size, unit = size / 1024, unit + 1
    return f"{size:.1f} {UNITS[unit]}" if unit else f"{count} B"


class Progress:
    """Of one step; `total_bytes` 0: nobody knows how much it will be. The bar goes when the step ends."""

    def __init__(self, what, total_bytes=0, out=None):
        self._what = what
        self._total_bytes = total_bytes
        self._out = out or sys.stderr
        self._on_terminal = self._out.isatty()
        self._start = time.monotonic()
        self._drawn = 0.0
        self.done_bytes = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._drawn:
            self._out.write("\r\033[K")
            self._out.flush()

    def add(self, count):
        self.reach(self.done_bytes + count)

    def reach(self, done_bytes):
        self.done_bytes = done_bytes
        now = time.monotonic()
        if not self._on_terminal or now - self._drawn < DRAW_EVERY_SECONDS:
            return
        self._drawn = now
        self._out.write("\r" + self.line(now - self._start) + " \033[K")
        self._out.flush()

    def line(self, seconds):
        rate = bytes_text(int(self.done_bytes / seconds)) if seconds > 0 else "0 B"
        if not self._total_bytes:
            return f"{self._what}  {bytes_text(self.done_bytes)}  {rate}/s"
        share = min(1.0, self.done_bytes / self._total_bytes)
        filled = int(BAR_WIDTH * share)
        return (f"{self._what}  [{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {int(100 * share):3} %  "
                f"{bytes_text(self.done_bytes)} of {bytes_text(self._total_bytes)}  {rate}/s")
