"""What a person reads: progress on standard error, answers on standard output, refusals with a reason."""
import sys


class Refusal(Exception):
    """Ends the command: the message says what is wrong and what to do about it."""


def note(message):
    print(f"rialto: {message}", file=sys.stderr, flush=True)


def answer(text=""):
    print(text, flush=True)


def table(header, rows):
    """Lines of a left-aligned table; the last column is never padded."""
    lines = [header] + [["" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
                     for line in lines)
