"""Copies the files of a journal that is being written, up to a sequence that is durable.

docs/formats/journal.md has the bytes. Everything up to a durable sequence never changes again, so it can be read
beside the writer; what is behind may be half a write, so it is left out: the copy ends with zeros there, as if
the writer had stopped in order.
"""
import re
import struct
from dataclasses import dataclass

from rialto_cli.manifest import Extent
from rialto_cli.say import Refusal

SEGMENT_NAME = re.compile(r"\d{20}\.jnl")
HEADER_BYTES = 4096
MAGIC = b"RIALTJNL"
FRAME = struct.Struct("<IIQQHHHH")  # length, crc32c, sequence, timestamp_ns, count, batch_offset, type, version
COMMIT = 0xFFFF
MARK_BYTES = 56
MARK_NAME = "commit.mark"


@dataclass(frozen=True)
class End:
    """Where a batch ends in a segment."""
    sequence: int  # The last one of the batch; 0: no batch ends at or before what was asked for.
    offset: int


def first_of(name):
    """The sequence that a segment's name says it begins with."""
    return int(name.split(".")[0])


def segments_of(folders):
    """Names of all segments in the folders, in order. One that moves between them is seen in one at least,
    when the folder it leaves is named first."""
    names = set()
    for folder in folders:
        if folder.is_dir():
            names.update(path.name for path in folder.iterdir() if SEGMENT_NAME.fullmatch(path.name))
    return sorted(names)


def segments_through(folders, sequence):
    """Names of the segments that hold 1 to `sequence`."""
    names = [name for name in segments_of(folders) if first_of(name) <= sequence]
    if not names or first_of(names[0]) != 1:
        raise Refusal(f"the journal in {', '.join(map(str, folders))} does not begin with sequence 1: are archived "
                      "segments elsewhere? Bring them back, then try again")
    return names


def open_segment(folders, name):
    """Opens it wherever it is; the writer may move it from the first folder to the second meanwhile."""
    for folder in (*folders, *folders):
        try:
            return open(folder / name, "rb")
        except FileNotFoundError:
            continue
    raise Refusal(f"{name} is gone from {', '.join(map(str, folders))}")


def end_in(segment, through):
    """The last batch of an open segment that ends at or before the durable sequence `through`."""
    segment.seek(0)
    if segment.read(len(MAGIC)) != MAGIC:
        raise Refusal(f"{segment.name} is no segment of a journal")
    end, offset = End(0, HEADER_BYTES), HEADER_BYTES
    while end.sequence < through:
        segment.seek(offset)
        head = segment.read(FRAME.size)
        if len(head) < FRAME.size:
            break
        length, _, sequence, _, count, _, kind, _ = FRAME.unpack(head)
        last = sequence + count - 1
        if length < FRAME.size or last > through:
            break
        offset += (length + 7) // 8 * 8
        if kind == COMMIT:
            end = End(last, offset)
    return end


def extent_of(segment, size_bytes, is_last, through):
    """How much of an open segment to copy, and the sequence at which the copy ends (0: not looked for)."""
    if not is_last:
        return Extent(size_bytes, size_bytes), 0
    end = end_in(segment, through)
    return Extent(end.offset, size_bytes), end.sequence
