"""What the house asks of protos beyond `buf lint` (house rule 19)."""
import re

_FIELD = re.compile(r"^\s*(?:repeated |optional )?(?P<type>[\w.]+)\s+(?P<name>\w+)\s*=\s*\d+")
_SHORT = {"qty", "px", "amt", "seq", "inst", "acct", "msg", "num", "addr", "ts", "cnt", "bal"}


def check(sources):
    for source in sources:
        if source.suffix == ".proto":
            yield from _check_file(source)


def _check_file(source):
    if not source.lines or not re.match(r"// [A-Z`]", source.lines[0]):
        yield source.finding(1, "proto", "starts with an overview comment")
    depth = 0
    for number, line in enumerate(source.lines, 1):
        code = re.sub(r'"(?:\\.|[^"\\])*"', '""', line).split("//")[0]
        field = _FIELD.match(code)
        if field and field["type"] in ("double", "float"):
            yield source.finding(number, "proto", f"{field['name']}: no floating point on the wire")
        if field and _SHORT & set(field["name"].split("_")):
            yield source.finding(number, "proto", f"{field['name']}: whole words")
        if field and field["type"] in ("int64", "uint64") and re.search(r"(?:^|_)(?:price|quantity)$", field["name"]):
            yield source.finding(number, "proto", f"{field['name']}: the unit belongs in the name")
        if "google.protobuf.Empty" in code:
            yield source.finding(number, "proto", "own Request and Response, so that both can grow")
        if depth > 0 and re.match(r"\s*(?:message|enum)\s+\w+\s*\{", code):
            yield source.finding(number, "proto", "no nested types")
        depth += code.count("{") - code.count("}")
    if "rialto/journal/" in source.text and not source.path.startswith("protos/rialto/journal/"):
        yield source.finding(1, "proto", "journal.v1 is private to the engine's codec: wire and disk share nothing")
