"""Every directory and file is where the house expects it (house rules 10, 16, 18)."""
import re

from tidy_rules.source import Finding

_MAIN_LINES_MAX = 50
_SERVICES = ("engine", "gateway", "ledger", "risk", "pms", "charts", "custody")
_CMAKE_BANNED = {
    r"\bfile\s*\(\s*GLOB": "list the sources",
    r"\baux_source_directory\s*\(": "list the sources",
    r"(?<!target_)\b(?:include_directories|link_libraries|link_directories|add_definitions|add_compile_options)\s*\(":
        "targets only",
    r"\bset\s*\(\s*CMAKE_CXX_FLAGS": "flags live in CMakePresets.json",
}
_README_NOT_NEEDED = ("cmake",)  # Its files are explained in cmake/Rialto.cmake.


def check(sources):
    by_path = {source.path: source for source in sources}
    yield from _readmes(sources, by_path)
    for source in sources:
        if source.suffix == ".h":
            yield from _header(source)
        if source.is_cpp and "/testdata/" not in source.path:
            yield from _listed(source, by_path)
        if source.path in {f"{service}/main.cpp" for service in _SERVICES}:
            yield from _main(source)
        if source.path.endswith("CMakeLists.txt") or source.suffix == ".cmake":
            yield from _cmake(source)


def _readmes(sources, by_path):
    directories = {source.directory for source in sources
                   if source.suffix in (".h", ".cpp", ".py") and "/testdata" not in source.path}
    directories |= {"protos"} if any(path.endswith(".proto") for path in by_path) else set()
    for directory in sorted(directories):
        if directory not in _README_NOT_NEEDED and f"{directory}/README.md" not in by_path:
            yield Finding(f"{directory}/README.md", 1, "readme", "missing: what this directory is for")


def _header(source):
    first = source.lines[0] if source.lines else ""
    if not re.match(r"// \S.{9}", first) or re.match(r"// (?:This (?:file|header|class)|Copyright|Author)\b", first):
        yield source.finding(1, "header", "starts with `// Noun phrase.`: what it is, then its contract")
    if "#pragma once" not in source.lines:
        yield source.finding(1, "header", "no #pragma once")


def _listed(source, by_path):
    """A file that no CMakeLists names is dead."""
    directory = source.directory
    while directory:
        lists = by_path.get(f"{directory}/CMakeLists.txt")
        relative = source.path[len(directory) + 1:]
        if lists is not None:
            if not re.search(rf"(?<![\w/.]){re.escape(relative)}(?![\w/])", lists.text):
                yield source.finding(1, "dead", f"{relative} is not listed in {lists.path}")
            return
        directory = directory.rpartition("/")[0]


def _main(source):
    if len(source.lines) > _MAIN_LINES_MAX:
        yield source.finding(len(source.lines), "main", f"more than {_MAIN_LINES_MAX} lines")
    for number, line in enumerate(source.code_lines, 1):
        if re.search(r"\b(?:if|for|while|switch)\s*\(", line):
            yield source.finding(number, "main", "main.cpp opens parts in order: no branches")


def _cmake(source):
    for number, line in enumerate(source.lines, 1):
        code = line.split("#")[0]
        for pattern, why in _CMAKE_BANNED.items():
            if re.search(pattern, code):
                yield source.finding(number, "cmake", f"{code.strip()}: {why}")
        if re.search(r"\bfind_package\s*\(", code) and source.path != "CMakeLists.txt":
            yield source.finding(number, "cmake", "find_package: in the root CMakeLists.txt only")
