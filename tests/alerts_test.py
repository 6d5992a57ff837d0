"""The rules of deploy/alerts.yml, the runbook's table of alerts and the metrics in the sources are the same."""
import re
import unittest

from venue import ROOT

RULES = ROOT / "deploy" / "alerts.yml"
HEAD = "groups:\n  - name: rialto\n    interval: 5s\n    rules:\n"
RULE = re.compile(r"""      - alert: (?P<alert>[A-Z]\w+)
        expr: (?P<expression>.+)
        for: \d+[smh]
        labels: \{severity: (?:page|warn)\}
        annotations: \{summary: "(?P<summary>[^"]+)"\}
""")
NOT_OURS = {"up"}  # Prometheus itself says whether it could scrape.
METRIC = r"[a-z][a-z0-9_]*"
# Before the name of a metric in the sources: Name("…"), Family("…"), or what takes the registry and the name.
NAMED = r"(?:\bName\(|\bFamily\(|\bregistry,)\s*"


def read(*path):
    return ROOT.joinpath(*path).read_text(encoding="utf-8")


def read_rules(text):
    """Refuses a file that is not wholly of the one form: nothing may be overlooked."""
    body = re.sub(r"(?m)^\s*(?:#.*)?\n", "", text)
    if not body.startswith(HEAD) or RULE.sub("", body[len(HEAD):]):
        raise ValueError(f"not of the form of {RULES.name}:\n{RULE.sub('', body)}")
    return [match.groupdict() for match in RULE.finditer(body)]


def metrics_in(expression):
    """The metrics that an expression asks for; of a histogram its own name."""
    bare = re.sub(r'\{[^}]*\}|\[[^\]]*\]|\b(?:by|without)\s*\([^)]*\)', " ", expression)
    names = set(re.findall(rf"(?<![\w.]){METRIC}(?!\w|\s*\()", bare)) - {"and", "or", "unless"}
    return {re.sub(r"_(?:bucket|sum|count)$", "", name) for name in names}


def labels_in(expression):
    """(label, value) of its selectors; of several values one by one."""
    return [(label, value) for label, values in re.findall(r'(\w+)[=!]~?"([^"]*)"', expression)
            for value in values.split("|")]


def metrics_in_cell(cell):
    """Of the table's first column. `other_` is for its other metrics with that in place of their own prefix."""
    codes = re.findall(r"`([^`]+)`", cell)
    metrics = set().union(*(metrics_in(code) for code in codes if not code.endswith("_")))
    return metrics | {other + name.partition("_")[2] for other in codes if other.endswith("_") for name in metrics}


def metrics_in_runbook():
    table = read("docs", "runbook.md").partition("\n## Alerts\n")[2].partition("\n## ")[0]
    return set().union(*(metrics_in_cell(line.split("|")[1]) for line in table.splitlines() if line.startswith("| `")))


def sources(pattern):
    paths = [path for folder in ("common", "engine", "gateway", "ledger", "risk", "pms", "charts", "custody")
             for path in sorted((ROOT / folder).rglob(pattern))]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if not path.stem.endswith("_test"))


def metrics_in_sources():
    """Names as they are written, and those that each follower puts its own before."""
    text = sources("*metrics.cpp")
    followers = re.findall(r'\.service = "([a-z]+)"', sources("main.cpp") + sources("follower_options.h"))
    ends = re.findall(rf'{NAMED}service \+ "(_{METRIC})"', text)
    return set(re.findall(rf'{NAMED}"({METRIC})"', text)) | {name + end for name in followers for end in ends}


class AlertsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rules = read_rules(RULES.read_text(encoding="utf-8"))
        cls.watched = set().union(*(metrics_in(rule["expression"]) for rule in cls.rules))

    def test_prometheus_loads_the_rules(self):
        self.assertIn(f"\nrule_files: [{RULES.name}]\n", read("deploy", "prometheus.yml"))

    def test_every_alert_has_a_name_of_its_own(self):
        names = [rule["alert"] for rule in self.rules]
        self.assertEqual(sorted(set(names)), sorted(names))

    def test_every_alert_points_to_a_section_of_the_runbook(self):
        sections = re.findall(r"(?m)^## (.+)$", read("docs", "runbook.md"))
        for rule in self.rules:
            section = re.search(r" \(docs/runbook\.md, (.+)\)\.$", rule["summary"])
            self.assertIsNotNone(section, rule)
            self.assertIn(section.group(1), sections)

    def test_every_metric_of_a_rule_is_in_the_sources(self):
        self.assertEqual(set(), self.watched - metrics_in_sources() - NOT_OURS)

    def test_every_label_of_a_rule_is_given_by_a_source_or_by_the_scrape(self):
        text = sources("*metrics.cpp")
        scrape = read("deploy", "prometheus.yml")
        for label, value in set().union(*(labels_in(rule["expression"]) for rule in self.rules)):
            is_ours = f'"{label}"' in text and f'"{value}"' in text
            self.assertTrue(is_ours or re.search(rf"\b{label}(?:_name)?: {value}\b", scrape), f"{label}={value}")

    def test_rules_and_runbook_have_the_same_metrics(self):
        self.assertEqual(metrics_in_runbook(), self.watched)


class ReadingTest(unittest.TestCase):
    def test_refuses_rules_of_another_form(self):
        good = HEAD + ("      - alert: Gone\n        expr: up == 0\n        for: 0s\n"
                       '        labels: {severity: page}\n        annotations: {summary: "It is gone."}\n')
        self.assertEqual(["Gone"], [rule["alert"] for rule in read_rules("# Why.\n\n" + good)])
        for bad in (good.replace("page", "loud"), good.replace("        for: 0s\n", ""), good.replace("up == 0", ""),
                    good + "      - record: gone\n", good.removeprefix("groups:\n"), ""):
            with self.assertRaises(ValueError, msg=bad):
                read_rules(bad)

    def test_finds_the_metrics_of_an_expression(self):
        for expression, metrics in (
                ('sum by (le) (rate(a_seconds_bucket{b="c"}[5m])) > 0.05', {"a_seconds"}),
                ("time() - a_time_seconds > 4000", {"a_time_seconds"}),
                ("a_bytes / b_bytes < 0.05 or up == 0", {"a_bytes", "b_bytes", "up"}),
                ("increase(a_total[1m]) > 1e3", {"a_total"})):
            self.assertEqual(metrics, metrics_in(expression))

    def test_finds_the_labels_of_an_expression(self):
        self.assertEqual([("a", "b"), ("c", "d"), ("c", "e")], labels_in('up{a="b",c!~"d|e"} == 0'))

    def test_finds_the_metrics_of_a_cell(self):
        self.assertEqual({"a_lag", "b_lag", "c_lag"}, metrics_in_cell("`a_lag`; the same of `b_`, `c_`"))
        self.assertEqual({"a_total"}, metrics_in_cell('`a_total{b="c"}` of the gateway'))


if __name__ == "__main__":
    unittest.main()
