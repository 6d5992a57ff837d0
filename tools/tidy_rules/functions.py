"""Finds function bodies in C++ by their braces: good enough for this house's formatted code."""
import re
from dataclasses import dataclass

_SCOPE = re.compile(r"\b(?:namespace|class|struct|union|enum|extern)\b")
_NAME = re.compile(r"([~\w:]+(?:<[^<>()]*>)?|operator\s*\S+)\s*$")
_ACCESS = re.compile(r"\b(?:public|private|protected)\s*:(?!:)")


@dataclass(frozen=True)
class Function:
    name: str
    first_line: int
    last_line: int
    parameters: int

    @property
    def lines(self):
        return self.last_line - self.first_line + 1


def find(code):
    """Functions with a body in `code` (comments and strings blanked), in order."""
    code = re.sub(r"^[ \t]*#(?:[^\\\n]|\\\n|\\.)*", lambda match: re.sub(r"[^\n]", " ", match.group(0)), code,
                  flags=re.MULTILINE)
    functions = []
    stack = []  # "scope" or "body" per open brace
    head_start = 0
    open_head = None  # (head text, start) of the function body that is open
    parentheses = 0
    for position, character in enumerate(code):
        if character == "(":
            parentheses += 1
        elif character == ")":
            parentheses -= 1
        elif character == "{":
            inside_body = "body" in stack
            head = _ACCESS.sub(lambda match: " " * len(match.group(0)), code[head_start:position])
            kind = _kind(head, inside_body, parentheses)
            if kind == "body" and not inside_body:
                open_head = (head, head_start)
            stack.append(kind)
            if not inside_body and parentheses == 0 and kind != "initializer":
                head_start = position + 1
        elif character == "}":
            kind = stack.pop() if stack else "scope"
            if kind == "body" and "body" not in stack and open_head is not None:
                functions.append(_function(code, *open_head, position))
                open_head = None
            if "body" not in stack and parentheses == 0 and kind != "initializer":
                head_start = position + 1
        elif character == ";" and "body" not in stack and parentheses == 0 and "initializer" not in stack:
            head_start = position + 1
    return functions


def _kind(head, inside_body, parentheses):
    if inside_body:
        return "inner"
    if parentheses > 0:
        return "initializer"
    bare = re.sub(r"<[^<>]*>", "", re.sub(r"<[^<>]*>", "", head))
    if "(" not in bare:
        return "scope" if _SCOPE.search(bare) else "initializer"
    if re.search(r"\)\s*:[^:].*[\w>]\s*$|\)\s*:\s*[\w:<>]+\s*$|,\s*[\w:<>]+\s*$", head, re.DOTALL) and \
            not re.search(r"\)\s*(?:const|noexcept|override|final|\s)*$", head):
        return "initializer"  # A member initializer `: a_{1}`; the body comes later.
    if re.search(r"(?<![=!<>])=\s*$", bare) or re.search(r"=\s*[\w:]+\s*$", bare):
        return "initializer"
    return "body"


def _function(code, head, start, end):
    offset = len(head) - len(head.lstrip())
    first_line = code.count("\n", 0, start + offset) + 1
    opening = head.find("(")
    name = _NAME.search(head[:opening].rstrip())
    return Function(name.group(1) if name else "?", first_line, code.count("\n", 0, end) + 1,
                    _count_parameters(head[opening:]))


def _count_parameters(text):
    """Top-level commas of the first parenthesised group, plus one."""
    depth, angles, count, content = 0, 0, 0, ""
    for character in text:
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth == 0:
                break
        elif character == "<":
            angles += 1
        elif character == ">":
            angles = max(0, angles - 1)
        elif character == "," and depth == 1 and angles == 0:
            count += 1
        content += character
    return count + 1 if content.strip("( \n\t") not in ("", "void") else 0
