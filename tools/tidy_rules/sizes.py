"""Sizes and signatures (house rule 14): files, functions, parameters, bool parameters."""
import re

from tidy_rules import functions

FILE_LINES_WARN, FILE_LINES_FAIL = 400, 600
FUNCTION_LINES_MAX = 70
PARAMETERS_MAX = 4
# One flat validation ladder or one flat switch, said so at its head.
LADDER = "// tidy: ladder"
# Signatures that somebody else decides, and functions of nothing but a truth value: no flag hides there.
_BOOL_GIVEN = re.compile(r"\bbool\s+(?:ok|success)\b|\boverride\b|\(\s*bool\s+\w+\s*\)")


def check(sources):
    for source in sources:
        if source.suffix not in (".h", ".cpp", ".py", ".proto", ".sql") or source.is_test:
            continue
        lines = len(source.lines)
        if lines > FILE_LINES_FAIL:
            yield source.finding(lines, "size", f"{lines} lines, more than {FILE_LINES_FAIL}: split it")
        elif lines > FILE_LINES_WARN:
            yield source.finding(lines, "size", f"{lines} lines, more than {FILE_LINES_WARN}", fails=False)
        if source.is_cpp:
            yield from _functions(source)
        if source.suffix == ".h":
            yield from _bool_parameters(source)


def _functions(source):
    for function in functions.find(source.code):
        around = source.lines[max(0, function.first_line - 2):function.first_line + 6]
        if any(LADDER in line for line in around):
            continue
        if function.lines > FUNCTION_LINES_MAX:
            yield source.finding(function.first_line, "size",
                                 f"{function.name} has {function.lines} lines, more than {FUNCTION_LINES_MAX}")
        is_given = any(line.startswith('extern "C"') for line in around[1:2])  # Another library's.
        if function.parameters > PARAMETERS_MAX and not is_given:
            yield source.finding(function.first_line, "size",
                                 f"{function.name} has {function.parameters} parameters, more than "
                                 f"{PARAMETERS_MAX}: make a struct")


def _bool_parameters(source):
    depth, access = 0, "public"
    for number, line in enumerate(source.code_lines, 1):
        label = re.match(r"\s*(public|private|protected)\s*:", line)
        if label:
            access = label.group(1)
        elif re.match(r"^(?:class|struct)\b|^\}", line):
            access = "public"
        control = re.match(r"\s*(?:if|while|for|return|switch)\b|\s*#", line)
        for match in re.finditer(r"[()]|\bbool\s+\w+\s*(?=[,)=]|$)", line):
            if match.group(0) == "(":
                depth += 1
            elif match.group(0) == ")":
                depth = max(0, depth - 1)
            elif depth > 0 and access == "public" and not control and not _BOOL_GIVEN.search(line):
                yield source.finding(number, "bool", f"{match.group(0).strip()}: an enum or two functions, "
                                                     "no bool parameter")
