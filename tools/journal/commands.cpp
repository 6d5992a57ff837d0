#include "tools/journal/commands.h"

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "engine/journal/posix_file_system.h"
#include "tools/journal/inspection.h"
#include "tools/journal/listing.h"
#include "tools/journal/progress.h"
#include "tools/journal/repair.h"
#include "tools/journal/text.h"

namespace rialto::journal_tool {
namespace {

constexpr std::chrono::milliseconds kFollowInterval(100);

struct Options {
  Place place;
  uint64_t from = 1;
  uint64_t to = UINT64_MAX;
  uint64_t sequences = 20;
  bool hex = false;
  bool follow = false;
  bool json = false;
  bool dry_run = false;
  bool truncate = false;
  std::string confirmed_name;

  Form form() const { return json ? Form::kJson : hex ? Form::kTextWithBytes : Form::kText; }
};

int Fail(const char* command, const absl::Status& status) {
  std::fprintf(stderr, "journal %s: %s\n", command, std::string(status.message()).c_str());
  if (absl::IsOutOfRange(status)) return kExitMissing;
  return absl::IsDataLoss(status) ? kExitCorrupt : kExitFailed;
}

bool Print(std::string_view lines) {
  return std::fwrite(lines.data(), 1, lines.size(), stdout) == lines.size();
}

int End(const char* command, const absl::StatusOr<ListingEnd>& end) {
  if (!end.ok()) return Fail(command, end.status());
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return Fail(command, absl::UnavailableError("standard output takes no more"));
  }
  if (!end->note.empty()) std::fprintf(stderr, "%s\n", end->note.c_str());
  return end->exit_code;
}

int RunVerify(const Options& options) {
  journal::PosixFileSystem files;
  absl::StatusOr<Inspection> inspection;
  {
    Progress bar;
    const absl::StatusOr<OpenedJournal> opened = OpenJournal(files, options.place);
    if (!opened.ok()) return Fail("verify", opened.status());
    inspection =
        Inspect(files, options.place, [&](uint64_t done) { bar.Update(done, opened->bytes); });
  }
  if (!inspection.ok()) return Fail("verify", inspection.status());
  std::fputs((options.json ? ToJson(*inspection) : ToTable(*inspection)).c_str(), stdout);
  return inspection->exit_code();
}

int RunDump(const Options& options) {
  journal::PosixFileSystem files;
  return End("dump", Dump(files,
                          {.place = options.place,
                           .from = Sequence(options.from),
                           .to = Sequence(options.to),
                           .form = options.form()},
                          Print));
}

int RunTail(const Options& options) {
  journal::PosixFileSystem files;
  const auto pause = [&] {
    if (!options.follow || std::fflush(stdout) != 0) return false;
    std::this_thread::sleep_for(kFollowInterval);
    return true;
  };
  return End(
      "tail",
      Follow(files,
             {.place = options.place, .sequences = options.sequences, .form = options.form()},
             Print, pause));
}

std::string AskForName(const std::string& directory) {
  std::fprintf(stderr, "This overwrites the torn tail of %s.\nType the directory's name to go on: ",
               directory.c_str());
  std::string name;
  std::getline(std::cin, name);
  return name;
}

int RunRepair(const Options& options) {
  journal::PosixFileSystem files;
  RepairRequest request{.place = options.place, .confirmed_name = options.confirmed_name};
  if (options.truncate) request.step = RepairStep::kTruncate;
  if (options.dry_run) request.step = RepairStep::kDryRun;
  if (request.step == RepairStep::kTruncate && request.confirmed_name.empty() &&
      isatty(STDIN_FILENO) == 1) {
    request.confirmed_name = AskForName(options.place.directory);
  }
  const absl::StatusOr<RepairReport> report = Repair(files, request);
  if (!report.ok()) return Fail("repair", report.status());
  if (options.json) {
    std::printf("{\"exit_code\": %d, \"repaired\": %s, \"text\": %s}\n", report->exit_code,
                report->repaired ? "true" : "false", JsonString(report->text).c_str());
  } else {
    std::fputs(report->text.c_str(), report->exit_code == kExitFailed ? stderr : stdout);
  }
  return report->exit_code;
}

class CommandLine {
 public:
  CommandLine(CLI::App& app, int& exit_code) : app_(app), exit_code_(exit_code) {}

  // A subcommand with what all of them take.
  CLI::App& Add(const char* name, const char* summary, int (*run)(const Options&)) {
    CLI::App* command = app_.add_subcommand(name, summary);
    command->add_option("DIR", options_->place.directory, "The journal's folder, or the feed's.")
        ->required();
    command->add_option("--archive", options_->place.archive_directory,
                        "Where its archived segments are.");
    command->add_flag("--json", options_->json, "For machines.");
    command->callback(
        [options = options_, &exit_code = exit_code_, run] { exit_code = run(*options); });
    return *command;
  }

  // For those that judge what was acknowledged.
  void AddFeed(CLI::App& command) {
    command.add_option("--feed", options_->place.feed_directory,
                       "The feed's folder, to ask what was acknowledged (default: the folder feed "
                       "beside DIR, if it is there).");
  }

  Options& options() { return *options_; }

 private:
  CLI::App& app_;
  int& exit_code_;
  // Only one subcommand is given.
  const std::shared_ptr<Options> options_ = std::make_shared<Options>();
};

}  // namespace

void AddCommands(CLI::App& app, int& exit_code) {
  CommandLine line(app, exit_code);
  Options& options = line.options();
  line.AddFeed(
      line.Add("verify", "Checks every byte: checksums, order, hash chain, records.", RunVerify));

  CLI::App& dump = line.Add("dump", "Prints the records of a range of sequences.", RunDump);
  dump.add_option("--from", options.from, "First sequence (default: 1).");
  dump.add_option("--to", options.to, "Last sequence (default: the last).");
  dump.add_flag("--hex", options.hex, "Their bytes, too.");

  CLI::App& tail = line.Add("tail", "Prints the newest records.", RunTail);
  tail.add_option("-n", options.sequences, "How many sequences.")->capture_default_str();
  tail.add_flag("-f,--follow", options.follow, "Goes on with what comes next.");
  tail.add_flag("--hex", options.hex, "Their bytes, too.");

  CLI::App& repair =
      line.Add("repair", "Cuts off a write that did not finish; explains itself.", RunRepair);
  line.AddFeed(repair);
  CLI::Option* dry_run =
      repair.add_flag("--dry-run", options.dry_run, "Says what would be done; writes nothing.");
  repair
      .add_flag("--yes-truncate-torn-tail", options.truncate,
                "Does it, when the folder's name is typed in or given with --confirm.")
      ->excludes(dry_run);
  repair.add_option("--confirm", options.confirmed_name,
                    "The folder's own name, without its path.");
}

}  // namespace rialto::journal_tool
