"""A source file as the rules see it: its text, its code without comments and strings, its strings."""
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SKIPPED_DIRECTORIES = {"build", "var", "node_modules", ".git", ".cache", "__pycache__", ".ci"}
CPP = (".h", ".cpp")

_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/'                               # comments
    r'|R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)"'      # raw strings
    r'|"(?:\\.|[^"\\\n])*"'                             # strings
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'",            # characters, not the ' in 1'000
    re.DOTALL)
_INCLUDE = re.compile(r'^\s*#\s*include\s*(?P<open>[<"])(?P<path>[^>"]+)[>"]')


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    rule: str
    message: str
    fails: bool = True

    def __str__(self):
        kind = "error" if self.fails else "warning"
        return f"{self.path}:{self.line}: {kind}: {self.message} [{self.rule}]"


@dataclass(frozen=True)
class Source:
    root: Path
    path: str  # From the repository root, with /.

    @cached_property
    def text(self):
        return (self.root / self.path).read_text(encoding="utf-8", errors="replace")

    @cached_property
    def lines(self):
        return self.text.splitlines()

    @property
    def directory(self):
        return self.path.rpartition("/")[0]

    @property
    def stem(self):
        return Path(self.path).stem

    @property
    def suffix(self):
        return Path(self.path).suffix

    @property
    def is_cpp(self):
        return self.suffix in CPP

    @property
    def is_test(self):
        return (self.stem.endswith(("_test", "_fuzz")) or self.path.startswith("tests/") or "/testdata/" in self.path)

    @cached_property
    def _split(self):
        """(code, strings): the text with comments and string contents blanked, and (line, content)s."""
        strings = []

        def blank(match):
            token = match.group(0)
            if token.startswith('"') or token.startswith("R"):
                # An include's path is no string.
                start = self.text.rfind("\n", 0, match.start()) + 1
                if self.text[start:match.start()].lstrip().startswith("#"):
                    return token
                strings.append((self.text.count("\n", 0, match.start()) + 1, token))
                return '""' + re.sub(r"[^\n]", " ", token[2:])
            return re.sub(r"[^\n]", " ", token)

        return _TOKEN.sub(blank, self.text), strings

    @property
    def code(self):
        return self._split[0]

    @cached_property
    def code_lines(self):
        return self.code.splitlines()

    @property
    def strings(self):
        return self._split[1]

    @cached_property
    def includes(self):
        """(line, path, is_angled) of every #include."""
        found = []
        for number, line in enumerate(self.lines, 1):
            match = _INCLUDE.match(line)
            if match:
                found.append((number, match["path"], match["open"] == "<"))
        return found

    def finding(self, line, rule, message, fails=True):
        return Finding(self.path, line, rule, message, fails)


def all_sources(root):
    """Every file of the repository that some rule may look at, sorted by path."""
    wanted = {".h", ".cpp", ".py", ".proto", ".cmake", ".txt", ".sql", ".md"}
    found = []
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if SKIPPED_DIRECTORIES & set(relative.parts[:-1]) or path.suffix not in wanted or not path.is_file():
            continue
        found.append(Source(root, relative.as_posix()))
    return found
