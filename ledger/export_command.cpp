#include "ledger/export_command.h"

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/bytes.h"
#include "common/base/status_macros.h"
#include "ledger/export_store.h"

namespace rialto::ledger {
namespace {

struct Options {
  std::string file;
  std::string database_url = "postgresql:///rialto";
  std::string schema;
};

absl::StatusOr<ExportSummary> Export(const Options& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<postgres::Connection> connection,
                   postgres::Connection::Open(options.database_url));
  std::ofstream file(options.file, std::ios::binary | std::ios::trunc);
  const auto written = [&]() -> absl::Status {
    if (file.good()) return absl::OkStatus();
    return absl::UnavailableError(absl::StrCat("write ", options.file, ": it failed"));
  };
  RETURN_IF_ERROR(written());
  ASSIGN_OR_RETURN(const ExportSummary summary,
                   ExportLedger(*connection, options.schema, [&](std::string_view line) {
                     file << line << '\n';
                     return written();
                   }));
  file.close();
  RETURN_IF_ERROR(written());
  return summary;
}

absl::StatusOr<ExportSummary> Import(const Options& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<postgres::Connection> connection,
                   postgres::Connection::Open(options.database_url));
  std::ifstream file(options.file, std::ios::binary);
  if (!file.good()) return absl::NotFoundError(absl::StrCat("read ", options.file, ": it failed"));
  return ImportLedger(*connection, options.schema, [&](std::string& line) {
    return static_cast<bool>(std::getline(file, line));
  });
}

int Report(const char* verb, const absl::StatusOr<ExportSummary>& summary) {
  if (!summary.ok()) {
    const std::string line = absl::StrCat("ledger ", verb, ": ", summary.status().message(), "\n");
    std::fputs(line.c_str(), stderr);
    return 2;
  }
  const std::string text =
      absl::StrCat("up to sequence ", summary->sequence, "\nbatches        ", summary->batches,
                   "\npostings       ", summary->postings, "\norders         ", summary->orders,
                   "\nhash           ", ToHex(BytesOf(summary->hash)), "\nlines hash     ",
                   ToHex(BytesOf(summary->lines_hash)), "\n");
  std::fputs(text.c_str(), stdout);
  return 0;
}

std::shared_ptr<Options> AddOptions(CLI::App& command, const char* schema) {
  auto options = std::make_shared<Options>();
  options->schema = schema;
  command.add_option("file", options->file, "One JSON object a line.")->required();
  command.add_option("--database-url", options->database_url, "PostgreSQL, libpq URL.")
      ->envname("RIALTO_DATABASE_URL");
  command.add_option("--schema", options->schema, "Where the tables are.")->capture_default_str();
  return options;
}

}  // namespace

void AddExportCommand(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand(
      "export", "Writes the ledger with its chain of hashes to a file; verifies it on the way.");
  const auto options = AddOptions(command, "ledger");
  command.callback([options, &exit_code] { exit_code = Report("export", Export(*options)); });
}

void AddImportCommand(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand(
      "import", "Makes a new schema of an exported file; refuses one whose hashes do not fit.");
  const auto options = AddOptions(command, "ledger_imported");
  command.callback([options, &exit_code] { exit_code = Report("import", Import(*options)); });
}

}  // namespace rialto::ledger
