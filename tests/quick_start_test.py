"""The README's quick start is true: its commands run as printed and give the printed answers."""
import json
import re
import subprocess

from venue import METRICS_PORTS, PORTS, ROOT, VenueTest, need_grpcurl


def blocks(kind):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def without_position(answer):
    """Where in history it happened depends on how much time passed: the engine's own ticks count, too."""
    if not isinstance(answer, dict):
        return answer
    return {name: without_position(value) for name, value in answer.items() if name not in ("sequence", "order_id")}


class QuickStartTest(VenueTest):
    def test_the_quick_start_works_as_printed(self):
        need_grpcurl(self)
        script = "set -eu\n" + "\n".join(blocks("sh quickstart"))
        for port in sorted({*PORTS.values(), *METRICS_PORTS.values()}):
            script = script.replace(f":{port}", f":{port + self.venue.offset}")
        for command in ("./rialto verify", "./rialto status"):
            self.assertIn(command, script)
            script = script.replace(command, f"{command} {' '.join(self.venue.flags())}")
        output = self.run_all(script)
        printed = self.answers(output)
        for answer in blocks("json quickstart-answer"):
            self.assertIn(without_position(json.loads(answer)), [without_position(other) for other in printed])
        for line in blocks("text quickstart-answer")[0].splitlines()[2:]:
            cells = [cell.strip() for cell in line.split("|")]
            self.assertRegex(output, r"\s*\|\s*".join(r".*" if cell == "…" else re.escape(cell) for cell in cells))
        self.assertIn('engine_trades_total{symbol="BTC-USD"} 1', output)
        self.assertTrue(output.rstrip().endswith("equal"), output[-200:])
        self.assertIn('"available": "73141.39"', output)  # 100,000 - 26,805.00 - 0.2 %.

    def run_all(self, script):
        """Runs the script in two parts. A person is slower than the mirrors; a test waits for them."""
        first_read = "call $GATEWAY rialto.gateway.v1.AccountService/ListBalances"
        trading, reading = script.split(first_read, 1)
        names = "\n".join(line for line in trading.splitlines() if line.startswith(("set", "ENGINE=", "call()")))
        output = self.run_script(trading)
        self.venue.verify()
        return output + self.run_script(f"{names}\n{first_read}{reading}")

    def run_script(self, script):
        result = subprocess.run(["bash", "-c", script], cwd=ROOT, stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    @staticmethod
    def answers(output):
        """Every message that grpcurl printed."""
        decoder = json.JSONDecoder()
        return [decoder.raw_decode(output[match.start():])[0] for match in re.finditer(r"^\{", output, re.MULTILINE)]

    def test_up_again_does_nothing(self):
        self.assertIn("nothing to do", self.venue.up().stdout)

    def test_every_service_has_health_reflection_and_metrics(self):
        need_grpcurl(self)
        for service in PORTS:
            health = self.venue.grpcurl(service, "grpc.health.v1.Health/Check", {})
            self.assertEqual(health["status"], "SERVING", service)
            metrics = self.venue.metrics(service)
            self.assertRegex(metrics, r'build_info\{[^}]*service="' + service + '"')
            self.assertIn('grpc_server_handled_total{', metrics)
            self.assertIn('grpc_server_started_total{', metrics)
            self.assertIn('grpc_server_handling_seconds_bucket{', metrics)
