"""Who may include whom (house rules 1, 7, 8): a table, one row per directory.

A file is judged by the longest row that is a prefix of its path. A row lists what of our own code
and of third parties it may include; the standard library is free except in engine/core.
"""
import re
from dataclasses import dataclass, field

BASE = ("common/base/",)
PUBLIC_PROTOS = ("rialto/common/", "rialto/gateway/", "rialto/ledger/", "rialto/risk/", "rialto/pms/",
                 "rialto/charts/", "rialto/custody/")
PROTOS = PUBLIC_PROTOS + ("rialto/engine/",)
ABSL = ("absl/",)
GRPC = ("grpc/", "grpcpp/", "google/protobuf/", "google/rpc/")
PROTOBUF = ("google/protobuf/",)
PROMETHEUS = ("prometheus/",)
TEST = ("gtest/", "gmock/", "benchmark/")

# Everything that engine/core may know of the standard library and of Abseil.
PURE = {
    *("algorithm array bit bitset compare concepts cstddef cstdint cstring functional initializer_list "
      "iterator limits list map memory numeric optional set span string string_view tuple type_traits "
      "utility variant vector deque").split(),
    *(f"absl/container/{name}.h" for name in
      "btree_map btree_set flat_hash_map flat_hash_set node_hash_map inlined_vector fixed_array".split()),
    "absl/functional/function_ref.h", "absl/numeric/int128.h", "absl/types/span.h", "absl/hash/hash.h",
}


@dataclass(frozen=True)
class Row:
    ours: tuple
    third_party: tuple = ABSL
    standard: frozenset = field(default_factory=frozenset)  # Empty: any.
    # What tests beside the code may include as well.
    tests_ours: tuple = ()


_FOLLOWER_OURS = BASE + PROTOS + ("common/catalog/", "common/follower/", "common/mirror/",
                                  "common/paging/", "common/postgres/", "common/service/")
_FOLLOWER_THIRD = ABSL + GRPC + PROMETHEUS + ("CLI/",)

ROWS = {
    "common/base/": Row(BASE, ABSL + ("spdlog/",)),
    "common/catalog/": Row(BASE + PROTOS + ("common/catalog/",), ABSL + PROTOBUF),
    "common/paging/": Row(BASE + ("common/paging/",), ABSL + ("openssl/",)),
    "common/service/": Row(BASE + ("common/service/",), ABSL + GRPC + PROMETHEUS + ("CLI/", "spdlog/"),
                           tests_ours=PROTOS),
    "common/postgres/": Row(BASE + ("common/postgres/",), ABSL + ("libpq-fe.h", "libpq/")),
    # The followers' shared mirror of the venue's definitions, SQL included.
    "common/mirror/": Row(BASE + PROTOS + ("common/catalog/", "common/follower/", "common/mirror/",
                                           "common/paging/", "common/postgres/", "common/service/"),
                          ABSL + GRPC),
    "common/follower/": Row(BASE + PROTOS + ("common/follower/", "common/postgres/", "common/service/"),
                            ABSL + GRPC + PROMETHEUS),
    "engine/core/": Row(BASE + ("engine/core/",), ABSL, frozenset(PURE),
                        tests_ours=("engine/sim/",)),
    "engine/journal/": Row(BASE + ("engine/journal/",), ABSL + ("openssl/",)),
    "engine/codec/": Row(BASE + ("engine/core/", "engine/codec/", "common/catalog/", "rialto/common/",
                                 "rialto/engine/", "rialto/journal/"), ABSL + PROTOBUF,
                         tests_ours=("engine/sim/",)),
    "engine/sim/": Row(BASE + ("engine/", "rialto/engine/"), ABSL + PROMETHEUS + ("CLI/",)),
    "engine/server/": Row(BASE + ("engine/core/", "engine/journal/", "engine/codec/", "engine/server/",
                                  "common/catalog/", "common/paging/", "common/service/", "rialto/common/",
                                  "rialto/engine/"),
                          ABSL + GRPC + PROMETHEUS + ("CLI/",), tests_ours=("engine/sim/",)),
    # Its binary asks the mirrors what they have seen.
    "engine/": Row(BASE + ("engine/", "common/service/", "common/follower/"), ABSL + ("CLI/",)),
    "gateway/": Row(BASE + PROTOS + ("gateway/", "common/catalog/", "common/paging/", "common/service/"),
                    ABSL + GRPC + PROMETHEUS + ("CLI/", "openssl/")),
    "ledger/": Row(_FOLLOWER_OURS + ("ledger/",), _FOLLOWER_THIRD + ("openssl/",)),
    "risk/": Row(_FOLLOWER_OURS + ("risk/",), _FOLLOWER_THIRD),
    "pms/": Row(_FOLLOWER_OURS + ("pms/",), _FOLLOWER_THIRD),
    "charts/": Row(_FOLLOWER_OURS + ("charts/",), _FOLLOWER_THIRD),
    "custody/": Row(BASE + PROTOS + ("custody/", "common/mirror/mirror_answers.h", "common/paging/", "common/postgres/",
                                     "common/service/"),
                    ABSL + GRPC + PROMETHEUS + ("CLI/", "boost/", "openssl/")),
    "tools/": Row(BASE + PROTOS + ("tools/", "common/catalog/", "common/service/"),
                  ABSL + GRPC + ("CLI/", "lzma.h", "zlib.h", "openssl/", "spdlog/")),
    # Reads the files of the engine, so it knows their formats.
    "tools/journal/": Row(BASE + ("tools/journal/", "engine/codec/", "engine/journal/", "engine/sim/",
                                  "rialto/engine/", "rialto/journal/"), ABSL + PROTOBUF + ("CLI/",)),
    "tests/": Row(BASE + PROTOS + ("tests/", "tools/", "common/"), ABSL + GRPC + ("libpq-fe.h",)),
    "bench/": Row(BASE + PROTOS + ("bench/", "common/", "engine/", "ledger/", "tools/"), ABSL + GRPC + PROMETHEUS + TEST + ("CLI/",)),
    "cmake/": Row((), ABSL + GRPC + ("sanitizer/",)),
}

# The pure part of each service: business without the wire, the database or metrics.
PURE_PARTS = re.compile(r"^(gateway/order_form|ledger/postings|risk/exposure|pms/positions?|charts/candles?)"
                        r"\.(h|cpp)$")
IMPURE = ("grpc/", "grpcpp/", "libpq", "prometheus/", "common/postgres/", "common/service/")

# In a follower only these files speak gRPC, only these speak SQL.
GRPC_STEMS = re.compile(r"(^|_)(service|client|stub|stream|query|door)(_|$|s$)")
SQL_STEMS = re.compile(r"(^|_)store(_|$)|^schema")
FOLLOWERS = ("ledger/", "risk/", "pms/", "charts/")


def row_of(path):
    prefixes = [prefix for prefix in ROWS if path.startswith(prefix)]
    return ROWS[max(prefixes, key=len)] if prefixes else None


def check(sources):
    known = {source.path for source in sources}
    # What a build makes is named in the list of files that makes it.
    generated = "\n".join(source.text for source in sources if source.suffix in (".txt", ".cmake"))
    for source in sources:
        if source.is_cpp:
            yield from _check_file(source, known, generated)


def _check_file(source, known, generated):
    row = row_of(source.path)
    if row is None:
        yield source.finding(1, "layers", f"no row for {source.directory}/ in tools/tidy_rules/layers.py")
        return
    ours = row.ours + (row.tests_ours if source.is_test else ())
    third_party = row.third_party + (TEST if _may_test(source) else ())
    for line, path, angled in source.includes:
        kind = _kind_of(path, angled)
        if kind == "relative":
            yield source.finding(line, "layers", f'"{path}": include from the repository root')
        elif kind == "ours" and not path.startswith(ours):
            yield source.finding(line, "layers", f"{source.directory}/ may not include {path}")
        elif kind == "ours" and not _exists(path, known) and path.rpartition("/")[2] not in generated:
            yield source.finding(line, "layers", f"{path} does not exist")
        elif kind == "third" and not path.startswith(third_party):
            yield source.finding(line, "layers", f"{source.directory}/ may not know {path}")
        elif row.standard and not source.is_test and kind != "ours" and path not in row.standard:
            yield source.finding(line, "pure", f"engine/core is pure: {path} is not on its list")
        if PURE_PARTS.match(source.path) and path.startswith(IMPURE):
            yield source.finding(line, "pure", f"{source.stem} is the pure part: no {path}")
        if (source.path.startswith(FOLLOWERS) and path.startswith(("grpcpp/", "grpc/")) and not source.is_test
                and not GRPC_STEMS.search(source.stem) and source.stem != "main"):
            yield source.finding(line, "layers", f"only service and client files know gRPC, not {source.stem}")


def _may_test(source):
    """Tests, and the fixtures that they share."""
    return source.is_test or source.path.startswith(("engine/sim/", "bench/")) or "fixture" in source.stem


def _kind_of(path, angled):
    if path.startswith("."):
        return "relative"
    if path.endswith(".pb.h") and not path.startswith("google/"):
        return "ours"
    if path.split("/")[0] in {prefix.split("/")[0] for prefix in ROWS} and "/" in path:
        return "ours"
    if "/" in path and not path.startswith("sys/") or path in ("libpq-fe.h", "lzma.h", "zlib.h"):
        return "third" if not path.startswith(("netinet/", "arpa/", "net/", "linux/")) else "standard"
    return "standard" if angled else "relative"


def _exists(path, known):
    if path.endswith(".pb.h"):
        stem = path[:-len(".grpc.pb.h")] if path.endswith(".grpc.pb.h") else path[:-len(".pb.h")]
        return f"protos/{stem}.proto" in known
    return path in known
