"""Planted violations are found, each by its rule; the decent spelling beside it is not."""
import tempfile
import unittest
from pathlib import Path

import tidy
from tidy_rules import functions
from tidy_rules.source import Source

HEADER = "// Something that is said first.\n#pragma once\n"

# path -> text; every file is listed in its CMakeLists and every directory has a README unless given.
CLEAN = {
    "engine/core/book.h": HEADER + "#include <vector>\n#include \"common/base/ids.h\"\n"
                                   "class Book {\n public:\n  int Size() const;\n};\n",
    "common/base/ids.h": HEADER,
    "ledger/store.cpp": 'const char* kSql = "SELECT a FROM ledger.balances";\n',
    "ledger/service.cpp": "#include <grpcpp/grpcpp.h>\n\n#include \"common/postgres/pool.h\"\n"
                          "// TODO(#12): drop it when gRPC 2 is out.\nvoid F() {}\n",
    "common/postgres/pool.h": HEADER + "#include <libpq-fe.h>\n",
    "common/service/metrics.cpp": "void F() {\n  try {\n  } catch (const std::exception&) {\n  }\n}\n",
    "protos/rialto/ledger/v1/a.proto": "// Balances.\nmessage GetServerInfoRequest {\n  int64 price_ticks = 1;\n}\n",
}

# (rule, path, text that breaks it)
BROKEN = [
    ("pure", "engine/core/a.cpp", "#include <chrono>\n"),
    ("pure", "engine/core/a.cpp", "#include <thread>\n"),
    ("pure", "engine/core/a.cpp", '#include "absl/status/status.h"\n'),
    ("layers", "engine/core/a.cpp", '#include "rialto/engine/v1/event.pb.h"\n'),
    ("layers", "engine/core/a.cpp", '#include "engine/journal/writer.h"\n'),
    ("layers", "engine/core/a.cpp", '#include "../core/book.h"\n'),
    ("layers", "engine/core/a.cpp", '#include "engine/core/gone.h"\n'),
    ("layers", "engine/journal/a.cpp", '#include "engine/core/book.h"\n'),
    ("layers", "ledger/a.cpp", "#include <libpq-fe.h>\n"),
    ("layers", "ledger/a.cpp", '#include "pms/store.h"\n'),
    ("layers", "gateway/a.cpp", '#include "engine/core/book.h"\n'),
    ("layers", "gateway/a.cpp", '#include "rialto/journal/v1/record.pb.h"\n'),
    ("layers", "ledger/postings.cpp", "#include <grpcpp/grpcpp.h>\n"),
    ("pure", "ledger/postings.cpp", "#include <grpcpp/grpcpp.h>\n"),
    ("layers", "common/base/a.cpp", "#include <grpcpp/grpcpp.h>\n"),
    ("layers", "ledger/a.cpp", "#include <gtest/gtest.h>\n"),
    ("layers", "nowhere/a.cpp", "int a;\n"),
    ("words", "engine/core/a.cpp", "double price = 0;\n"),
    ("words", "engine/core/a.cpp", "auto now = std::chrono::system_clock::now();\n"),
    ("words", "engine/core/a.cpp", "int a = rand();\n"),
    ("words", "engine/core/a.cpp", "void F(Clock& clock);\n"),
    ("words", "engine/core/a.cpp", "absl::Status F();\n"),
    ("words", "common/base/money.cpp", "float a;\n"),
    ("words", "ledger/a.cpp", "void F() { std::cout << 1; }\n"),
    ("words", "ledger/a.cpp", "void F() { throw 1; }\n"),
    ("words", "ledger/a.cpp", "void F() { try { } catch (...) { } }\n"),
    ("words", "ledger/a.cpp", "using namespace std;\n"),
    ("words", "ledger/a_test.cpp", "TEST(A, DISABLED_B) {}\n"),
    ("words", "ledger/a_test.cpp", "void F() { absl::SleepFor(x); std::this_thread::sleep_for(x); }\n"),
    ("sql", "ledger/a.cpp", 'auto s = "insert into ledger.entries values (1)";\n'),
    ("sql", "ledger/a.cpp", 'auto s = R"(SELECT a\n  FROM b)";\n'),
    ("pure", "engine/core/a.cpp",
     "absl::flat_hash_map<int, int> orders_;\nvoid F() {\n  for (auto& [a, b] : orders_) {\n  }\n}\n"),
    ("names", "ledger/a.cpp", "class OrderManager {};\n"),
    ("names", "ledger/a.cpp", "struct BalanceInfo : Base2 {};\n"),
    ("names", "ledger/order_utils.cpp", "int a;\n"),
    ("names", "protos/rialto/ledger/v1/b.proto", "// B.\nmessage AccountData {\n}\n"),
    ("todo", "ledger/a.cpp", "// TODO: later\n"),
    ("todo", "ledger/a.cpp", "// FIXME\n"),
    ("size", "ledger/a.cpp", "int a;\n" * 601),
    ("size", "ledger/a.cpp", "void F() {\n" + "  G();\n" * 70 + "}\n"),
    ("size", "ledger/a.cpp", "class A {\n  A(int a)\n      : a_{a}, b_(1) {\n" + "    G();\n" * 70 + "  }\n};\n"),
    ("size", "ledger/a.cpp", "void F(int a, std::map<int, int> b, int c, int d, int e) {}\n"),
    ("bool", "ledger/a.h", HEADER + "void F(int a, bool quick);\n"),
    ("header", "ledger/a.h", "#pragma once\n"),
    ("header", "ledger/a.h", "// This file contains A.\n#pragma once\n"),
    ("header", "ledger/a.h", "// The balances of accounts.\n"),
    ("main", "ledger/main.cpp", "int main(int argc, char**) {\n  if (argc) return 1;\n}\n"),
    ("cmake", "ledger/CMakeLists.txt", "file(GLOB sources *.cpp)\n"),
    ("cmake", "ledger/CMakeLists.txt", "include_directories(.)\n"),
    ("cmake", "ledger/CMakeLists.txt", "find_package(X)\n"),
    ("proto", "protos/rialto/ledger/v1/b.proto", "// B.\nmessage A {\n  double price = 1;\n}\n"),
    ("proto", "protos/rialto/ledger/v1/b.proto", "// B.\nmessage A {\n  int64 price = 1;\n}\n"),
    ("proto", "protos/rialto/ledger/v1/b.proto", "// B.\nmessage A {\n  message B {\n  }\n}\n"),
    ("proto", "protos/rialto/ledger/v1/b.proto", '// B.\nimport "rialto/journal/v1/record.proto";\n'),
    ("proto", "protos/rialto/ledger/v1/b.proto", 'syntax = "proto3";\n'),
]

# Text that looks broken and is not.
DECENT = [
    ("engine/core/a.cpp", "// A double of this thread's Clock would be wrong.\nint a;\n"),
    ("engine/core/a.cpp", 'const char* kText = "double";\n'),
    ("engine/core/a.cpp", "int64_t big = 1'000'000; char quote = '\"'; int b = 2;\n"),
    ("engine/core/a.cpp", "absl::flat_hash_map<int, int> orders_;\nvoid F() {\n  orders_.find(1);\n}\n"),
    ("engine/core/a_test.cpp", "#include <gtest/gtest.h>\n\n#include <thread>\n\n#include \"engine/core/book.h\"\n"),
    ("ledger/a_test.cpp", 'auto s = "SELECT a FROM b";\n'),
    ("ledger/a_test.cpp", "void F() { absl::SleepFor(x); }  // tidy: poll\n"),
    ("ledger/a.cpp", 'auto s = "update account: connection lost; copy of the error";\n'),
    ("ledger/a.cpp", "struct ServerInfo {};\nclass BaseRate {};\nclass Manager2;\n"),
    ("ledger/a.cpp", "// tidy: ladder\nvoid F() {\n" + "  G();\n" * 100 + "}\n"),
    ("ledger/a.cpp", "const int kTable[] = {\n" + "    1,\n" * 100 + "};\n"),
    ("ledger/a.cpp", "namespace rialto {\n" + "void F() {\n  G();\n}\n" * 60 + "}  // namespace rialto\n"),
    ("ledger/a.h", HEADER + "std::string Text(bool truth);\n"),
    ("ledger/a.h", HEADER + "struct Config {\n  bool quick = false;\n};\nvoid OnDone(bool ok) override;\n"),
]


def findings(files):
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        for folder in {Path(path).parent for path in files} | {Path("protos")}:
            (root / folder).mkdir(parents=True, exist_ok=True)
            (root / folder / "README.md").write_text("What it is for.\n", encoding="utf-8")
            lists = root / folder / "CMakeLists.txt"
            if not lists.exists():
                names = [Path(path).name for path in files if Path(path).parent == folder]
                lists.write_text("rialto_library(x SRCS " + " ".join(names) + ")\n", encoding="utf-8")
        return tidy.findings(root)


class TidyTest(unittest.TestCase):
    def test_a_clean_tree_is_clean(self):
        self.assertEqual([], [str(finding) for finding in findings(CLEAN)])

    def test_every_planted_violation_is_found_by_its_rule(self):
        for rule, path, text in BROKEN:
            with self.subTest(rule=rule, path=path, text=text[:60]):
                found = [finding for finding in findings({**CLEAN, path: text}) if finding.fails]
                self.assertIn((rule, path), {(finding.rule, finding.path) for finding in found})

    def test_what_only_looks_broken_is_left_alone(self):
        for path, text in DECENT:
            with self.subTest(path=path, text=text[:60]):
                self.assertEqual([], [str(finding) for finding in findings({**CLEAN, path: text})])

    def test_a_file_between_the_limits_only_warns(self):
        found = findings({**CLEAN, "ledger/a.cpp": "int a;\n" * 401})
        self.assertEqual([("size", False)], [(finding.rule, finding.fails) for finding in found])

    def test_a_missing_readme_and_a_dead_file_are_found(self):
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory)
            (root / "ledger").mkdir()
            (root / "ledger" / "a.cpp").write_text("int a;\n", encoding="utf-8")
            (root / "ledger" / "CMakeLists.txt").write_text("rialto_library(x SRCS data.cpp)\n", encoding="utf-8")
            self.assertEqual({"dead", "readme"}, {finding.rule for finding in tidy.findings(root)})


class FunctionsTest(unittest.TestCase):
    def found(self, text):
        with tempfile.TemporaryDirectory() as directory:
            (Path(directory) / "a.cpp").write_text(text, encoding="utf-8")
            source = Source(Path(directory), "a.cpp")
            return [(function.name, function.lines, function.parameters) for function in functions.find(source.code)]

    def test_measures_from_the_signature_to_the_brace(self):
        self.assertEqual([("F", 4, 2)], self.found("namespace a {\nint F(int a,\n      int b) {\n  return 1;\n}\n}\n"))

    def test_counts_a_lambda_as_part_of_its_function(self):
        self.assertEqual([("F", 5, 0)], self.found("void F() {\n  auto g = [&](int a) {\n    H();\n  };\n}\n"))

    def test_sees_through_member_initializers(self):
        self.assertEqual([("A::A", 4, 1)],
                         self.found("A::A(int a)\n    : a_{a},\n      b_(std::vector<int>{1}) {\n}\n"))

    def test_finds_members_operators_and_constructors_in_a_class(self):
        text = ("class A : public B {\n public:\n  A() = default;\n  int a() const { return a_; }\n"
                "  bool operator==(const A& o) const { return true; }\n private:\n  int a_ = 0;\n"
                "  std::vector<int> b_{1, 2};\n};\n")
        self.assertEqual([1, 1], [lines for _, lines, _ in self.found(text)])

    def test_is_not_led_astray_by_strings_comments_and_macros(self):
        text = ('#define X(a) \\\n  if (a) { \\\n  }\nvoid F() {\n  const char* s = "}{";  // }}\n'
                "  char c = '{';\n  auto r = R\"(}}})\";\n}\nvoid G() {}\n")
        self.assertEqual([("F", 5, 0), ("G", 1, 0)], self.found(text))

    def test_commas_in_template_arguments_are_no_parameters(self):
        self.assertEqual([("F", 1, 2)], self.found("void F(std::map<int, int> a, int b = G(1, 2)) {}\n"))


if __name__ == "__main__":
    unittest.main()
