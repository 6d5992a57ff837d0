#include "ledger/audit_command.h"

#include <unistd.h>

#include <cstdio>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/bytes.h"
#include "common/base/status_macros.h"
#include "ledger/audit_store.h"

namespace rialto::ledger {
namespace {

struct Options {
  std::string database_url = "postgresql:///rialto";
  std::string schema = "ledger";
  bool json = false;
};

void Draw(int64_t done, int64_t total) {
  if (isatty(STDERR_FILENO) == 0 || total == 0) return;
  std::string bar(static_cast<size_t>(std::min(done, total) * 40 / total), '#');
  bar.resize(40, '.');
  std::fprintf(stderr, "\r[%s] %3lld %%  %lld of %lld postings\033[K", bar.c_str(),
               static_cast<long long>(100 * std::min(done, total) / total),
               static_cast<long long>(done), static_cast<long long>(total));
}

absl::StatusOr<AuditReport> Verify(const Options& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<postgres::Connection> connection,
                   postgres::Connection::Open(options.database_url));
  RETURN_IF_ERROR(connection->ExecuteScript(absl::StrCat("SET search_path = ", options.schema)));
  ASSIGN_OR_RETURN(postgres::Transaction transaction, postgres::Transaction::Begin(*connection));
  RETURN_IF_ERROR(
      transaction.ExecuteScript("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"));
  absl::StatusOr<AuditReport> report = AuditLedger(transaction, Draw);
  if (isatty(STDERR_FILENO) == 1) std::fputs("\r\033[K", stderr);
  return report;
}

int RunVerify(const Options& options) {
  const absl::StatusOr<AuditReport> report = Verify(options);
  if (!report.ok()) {
    const std::string message(report.status().message());
    std::fprintf(stderr, "ledger verify: %s\n", message.c_str());
    return 2;
  }
  std::fputs((options.json ? ToJson(*report) : ToTable(*report)).c_str(), stdout);
  return report->is_clean() ? 0 : 1;
}

std::string Line(const Finding& finding) {
  std::string line = finding.batch == 0 ? "" : absl::StrCat("batch ", finding.batch, ", ");
  if (finding.sequence != 0) absl::StrAppend(&line, "sequence ", finding.sequence, ", ");
  if (finding.leg >= 0) absl::StrAppend(&line, "leg ", finding.leg, ", ");
  if (line.size() >= 2) line.replace(line.size() - 2, 2, ": ");
  return absl::StrCat(line, finding.what, "\n");
}

}  // namespace

std::string ToTable(const AuditReport& report) {
  std::string table = absl::StrFormat(
      "batches        %d\ntransactions   %d\npostings       %d\ntrades         %d\n"
      "holds          %d\nbalances       %d\nup to sequence %d\nhash           %s\nfindings       "
      "%d\n",
      report.batches, report.transactions, report.postings, report.trades, report.holds,
      report.balances, report.last_sequence, ToHex(BytesOf(report.hash)), report.finding_count);
  for (const Finding& finding : report.findings) absl::StrAppend(&table, Line(finding));
  return table;
}

std::string ToJson(const AuditReport& report) {
  const auto entry = [](std::string* out, const Finding& finding) {
    absl::StrAppend(out, "\n  {\"batch\": ", finding.batch, ", \"sequence\": ", finding.sequence,
                    ", \"leg\": ", finding.leg, ", \"what\": \"", finding.what, "\"}");
  };
  return absl::StrCat("{\"clean\": ", report.is_clean() ? "true" : "false",
                      ", \"batches\": ", report.batches,
                      ", \"transactions\": ", report.transactions,
                      ", \"postings\": ", report.postings, ", \"trades\": ", report.trades,
                      ", \"holds\": ", report.holds, ", \"balances\": ", report.balances,
                      ", \"last_sequence\": ", report.last_sequence, ", \"hash\": \"",
                      ToHex(BytesOf(report.hash)), "\", \"finding_count\": ", report.finding_count,
                      ", \"findings\": [", absl::StrJoin(report.findings, ",", entry), "]}\n");
}

void AddVerifyCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "verify",
      "Recomputes all hashes, sums and balances from the stored rows; names what differs.");
  command->add_option("--database-url", options->database_url, "PostgreSQL, libpq URL.")
      ->envname("RIALTO_DATABASE_URL");
  command->add_option("--schema", options->schema, "Where the tables are.")->capture_default_str();
  command->add_flag("--json", options->json, "One JSON object instead of a table.");
  command->callback([options, &exit_code] { exit_code = RunVerify(*options); });
}

}  // namespace rialto::ledger
