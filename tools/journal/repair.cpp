#include "tools/journal/repair.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "engine/codec/record_codec.h"
#include "engine/journal/recovery.h"

namespace rialto::journal_tool {
namespace {

constexpr char kExplanation[] =
    "repair: cuts a torn tail off a journal: the bytes of the last write, which did not finish\n"
    "and was never acknowledged. The engine does the same by itself when it starts, so this is\n"
    "rarely needed. Corruption is never repaired.\n"
    "\n"
    "A batch that was acknowledged and has rotted looks the same. commit.mark and the feed are\n"
    "asked, and nothing is cut when one of them knows more. The feed is the folder `feed` beside\n"
    "DIR, or the one of --feed. Followers' databases are not asked; the engine asks them when it\n"
    "starts.\n"
    "\n"
    "  repair DIR --dry-run                  says what would be done, writes nothing\n"
    "  repair DIR --yes-truncate-torn-tail   does it, after DIR's name was typed in, or given\n"
    "                                        with --confirm NAME; refused while an engine runs\n";

std::string CorruptText(const Inspection& inspection) {
  std::string text = absl::StrCat("corrupt: ", inspection.damage.ToString(),
                                  "\nThis was durable once. Nothing is written; ");
  return absl::StrCat(
      text,
      inspection.content == engine::kFeedContent
          ? "the feed is derived: with the engine stopped, move the folder away; the engine "
            "fills a new one from the journal.\n"
          : "bring the damaged file back from a copy, and see the runbook, exit status 71.\n");
}

std::string TornText(const Inspection& inspection) {
  const journal::Damage& damage = inspection.damage;
  return absl::StrCat("torn tail: ", damage.dropped_bytes, " bytes behind sequence ",
                      inspection.last.sequence.value(), " in ", damage.path, " (", damage.reason,
                      " at offset ", damage.offset, ").\n", Witnesses(inspection), ".\n");
}

// Recovery's own repair; what it applies is not wanted here.
absl::Status Truncate(journal::FileSystem& files, const Inspection& inspection) {
  ASSIGN_OR_RETURN(const OpenedJournal opened, OpenJournal(files, inspection.place));
  journal::RecoveryPlan plan{.mode = journal::RecoveryMode::kRepairTornTail};
  if (inspection.last.sequence > Sequence(0)) plan.known.push_back(inspection.last);
  if (inspection.mark.has_value()) plan.known.push_back(*inspection.mark);
  plan.seen = inspection.feed.last.value_or(Sequence(0));
  plan.seen_by = "the feed";
  ASSIGN_OR_RETURN(const journal::RecoveredTail tail,
                   journal::Recover(files, opened.options, plan,
                                    [](const journal::Record&) { return absl::OkStatus(); }));
  if (tail.position == inspection.last) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(inspection.place.directory, ": has grown since it was looked at"));
}

}  // namespace

absl::StatusOr<RepairReport> Repair(journal::FileSystem& files, const RepairRequest& request) {
  if (request.step == RepairStep::kExplain) return RepairReport{kExitFailed, kExplanation};
  ASSIGN_OR_RETURN(const Inspection inspection, Inspect(files, request.place, [](uint64_t) {}));
  if (inspection.verdict == Verdict::kCorrupt) {
    return RepairReport{kExitCorrupt, CorruptText(inspection)};
  }
  if (inspection.verdict == Verdict::kMissing) {
    return RepairReport{
        kExitMissing,
        absl::StrCat("history is missing: ", inspection.missing,
                     ".\nWhat looks torn was durable and acknowledged. Nothing is written; bring "
                     "the files back from a copy, and see the runbook, exit status 72.\n")};
  }
  if (inspection.verdict == Verdict::kClean) {
    return RepairReport{kExitClean, "clean: there is nothing to repair\n"};
  }
  const std::string found = TornText(inspection);
  if (request.step == RepairStep::kDryRun) {
    return RepairReport{kExitTornTail,
                        found + "Would overwrite them with zeros. Nothing was written.\n"};
  }
  const std::string name = NameOfDirectory(request.place.directory);
  if (request.confirmed_name != name) {
    return RepairReport{kExitFailed,
                        absl::StrCat(found, "Not confirmed: the directory's name is \"", name,
                                     "\". Nothing was written.\n")};
  }
  RETURN_IF_ERROR(Truncate(files, inspection));
  return RepairReport{kExitClean, found + "They are zeros now.\n", true};
}

}  // namespace rialto::journal_tool
