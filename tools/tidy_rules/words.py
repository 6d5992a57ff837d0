"""Words that may not be written, by place (house rules 1, 2, 8, 11, 12, 15, 17)."""
import re

from tidy_rules.layers import SQL_STEMS

# (where, word, why). `where` is matched against the path from the root.
_BANNED = [
    (r"^engine/core/", r"\b(?:double|float)\b", "integers only: no floating point in the core"),
    (r"^engine/core/", r"\bstd::(?:chrono|thread|mutex|atomic|random_device|mt19937\w*|filesystem|locale|jthread"
                       r"|condition_variable|future|shared_mutex)\b", "the core has no clock, thread, chance or file"),
    (r"^engine/core/", r"\b(?:s?rand|random|time|gettimeofday|clock_gettime|getenv|localtime|gmtime)\s*\(",
     "the core has no clock, chance or environment"),
    (r"^engine/core/", r"\b(?:System|Sim)?Clock\b", "time enters the core only inside a command"),
    (r"^engine/core/", r"\babsl::Status(?:Or)?\b|\bLOG_(?:INFO|WARNING|ERROR)\b",
     "the core decides: no Status, no log"),
    (r"^engine/core/", r"\b(?:s?printf|fopen|fstream|cout|cerr)\b", "the core does no input or output"),
    (r"^engine/(?:codec|journal)/|^common/base/(?:money|decimal|mul_div)|^common/catalog/"
     r"|^(?:gateway/order_form|ledger/postings|pms/positions?|charts/candles?)\.",
     r"\b(?:double|float)\b", "no floating point near money"),
    (r"^(?!tools/|tests/|bench/)", r"\bstd::(?:cout|cerr|clog)\b|\b(?:std::)?printf\s*\(",
     "speak through common/base/log.h"),
    (r"^(?!common/base/log)", r"\bspdlog::(?:info|warn|error|debug|critical)\b", "speak through common/base/log.h"),
    (r"", r"\busing namespace (?!std::(?:string_)?literals|std::chrono_literals)", "name what is used"),
    (r"", r"\bDISABLED_\w+|\bGTEST_DISABLED", "no disabled tests"),
    (r"^(?!tools/)", r"\bthrow\b(?!\s*\(\s*\)\s*;)", "no exceptions of our own"),
]
# Where a third party throws: turned into a Status on the spot.
_CATCH_ALLOWED = re.compile(r"^(?:common/service|tools|tests|bench)/")
_SLEEP = re.compile(r"\b(?:sleep_for|sleep_until|usleep|nanosleep|SleepFor)\s*\(|(?<![\w.>])sleep\s*\(")
_TODO = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
_TODO_FORM = re.compile(r"\bTODO\(#\d+\): \S")
_SQL = re.compile(
    r'\bselect\b[^"]*\bfrom\b|\binsert\s+into\b|\bdelete\s+from\b|\bupdate\s+[\w.]+\s+set\b'
    r'|\bcreate\s+(?:table|schema|index|unique|type|function|trigger|view)\b|\bcopy\s+[\w.]+\s*\(', re.IGNORECASE)
_SQL_ALLOWED = re.compile(r"^(?:common/postgres|common/follower|common/mirror|tests|bench|tools)/")
_SUFFIX = re.compile(r"(?:Manager|Helpers?|Utils?|Handler|Impl|Base|Data|Info|Processor)$")
_SUFFIX_ALLOWED = {"ServerInfo",  # The issue's own RPC: GetServerInfo.
                   "ErrorInfo"}   # google.rpc has named it.
_TYPE = re.compile(r"\b(?:class|struct|enum\s+class|enum|union)\s+(?:\[\[[^\]]*\]\]\s*)?(?P<name>[A-Z]\w*)"
                   r"(?=\s*(?:final\s*)?[:{])|\busing\s+(?P<alias>[A-Z]\w*)\s*=")
_PROTO_TYPE = re.compile(r"^\s*(?:message|enum)\s+(?P<name>\w+)\s*\{", re.MULTILINE)
_FILE_NAME = re.compile(r"(?:^|_)(?:manager|helpers?|utils?|misc|impl|handlers?|processor)(?:_|$)")
_HASH_MAP = re.compile(r"\b(?:flat_hash_map|flat_hash_set|node_hash_map|node_hash_set|unordered_\w+)"
                       r"\s*<[^;{}]*>\s+(\w+)\s*[;{=]")


def check(sources):
    for source in sources:
        if _FILE_NAME.search(source.stem) and source.suffix in (".h", ".cpp", ".proto", ".py"):
            yield source.finding(1, "names", f"{source.stem}: say what it holds")
        if source.suffix in (".h", ".cpp", ".proto", ".py", ".cmake", ".sql"):
            yield from _todos(source)
        if source.is_cpp:
            yield from _cpp(source)
        elif source.suffix == ".proto":
            yield from _type_names(source, _PROTO_TYPE, source.text)
    yield from _hash_map_iteration([source for source in sources if source.path.startswith("engine/core/")])


def _todos(source):
    if source.path.startswith("tools/tidy"):
        return  # Speaks of them.
    for number, line in enumerate(source.lines, 1):
        if _TODO.search(line) and not _TODO_FORM.search(line):
            yield source.finding(number, "todo", "write TODO(#123): what, and when it ends")


def _cpp(source):
    for where, word, why in _BANNED:
        if re.search(where, source.path) and not (source.is_test and where.startswith(("^engine", "^(?!tools"))):
            for number, line in enumerate(source.code_lines, 1):
                match = re.search(word, line)
                if match:
                    yield source.finding(number, "words", f"{match.group(0).strip()}: {why}")
    for number, line in enumerate(source.code_lines, 1):
        if re.search(r"\bcatch\s*\(", line) and not _CATCH_ALLOWED.match(source.path):
            yield source.finding(number, "words", "catch: only at the edge, where a third party throws")
        if source.is_test and _SLEEP.search(line) and "// tidy: poll" not in source.lines[number - 1]:
            yield source.finding(number, "words", "tests do not sleep; a poll of a real process with a "
                                                  "deadline says `// tidy: poll`")
    if not (_SQL_ALLOWED.match(source.path) or source.is_test or SQL_STEMS.search(source.stem)):
        for number, text in source.strings:
            if _SQL.search(text):
                yield source.finding(number, "sql", "only store files know SQL")
    if not source.is_test:
        yield from _type_names(source, _TYPE, source.code)


def _type_names(source, pattern, text):
    for match in pattern.finditer(text):
        name = match.group("name") or match.groupdict().get("alias")
        if _SUFFIX.search(name) and name not in _SUFFIX_ALLOWED:
            yield source.finding(text.count("\n", 0, match.start()) + 1, "names",
                                 f"{name}: {_SUFFIX.search(name).group(0)} says nothing; name what it does")


def _hash_map_iteration(core):
    """The core looks up hash maps by key only: their order differs from process to process."""
    names = {name for source in core if not source.is_test for name in _HASH_MAP.findall(source.code)}
    if not names:
        return
    alternatives = "|".join(sorted(names))
    walk = re.compile(rf"\bfor\s*\([^;)]*:\s*(?:\w+(?:\.|->))*({alternatives})\s*\)"
                      rf"|\b({alternatives})\s*\.\s*c?begin\s*\(")
    for source in core:
        if source.is_test:
            continue
        for number, line in enumerate(source.code_lines, 1):
            match = walk.search(line)
            if match:
                yield source.finding(number, "pure", f"{match.group(1) or match.group(2)} is a hash map: "
                                                     "its order is not the same in two processes")
