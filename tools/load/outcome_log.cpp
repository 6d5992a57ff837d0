#include "tools/load/outcome_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/check.h"

namespace rialto::load {
namespace {

using Outcome = OutcomeLine::Outcome;

constexpr std::array<const char*, 5> kOutcomes = {"accepted", "refused", "shed", "unknown",
                                                  "unresolved"};
constexpr size_t kShortFields = 4;
constexpr size_t kDecisionFields = 8;

absl::Status Malformed(std::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat("not a line of outcomes: ", std::string(text)));
}

}  // namespace

std::string Format(const OutcomeLine& line) {
  std::string text = absl::StrCat(line.kind == Kind::kPlace ? "order " : "cancel ", line.name, " ",
                                  kOutcomes[static_cast<size_t>(line.outcome)], " ");
  if (line.outcome == Outcome::kAccepted) {
    absl::StrAppend(&text, line.order_id);
  } else {
    absl::StrAppend(&text, line.reason);
  }
  if (line.is_decision()) {
    absl::StrAppend(&text, " ", line.sequence, line.repeated ? " repeated " : " first ",
                    line.sent_ns, " ", line.received_ns);
  }
  return text + "\n";
}

absl::StatusOr<OutcomeLine> ParseOutcomeLine(std::string_view text) {
  const std::vector<std::string> fields =
      absl::StrSplit(absl::string_view(text.data(), text.size()), ' ');
  if (fields.size() < kShortFields || (fields[0] != "order" && fields[0] != "cancel")) {
    return Malformed(text);
  }
  OutcomeLine line;
  line.kind = fields[0] == "order" ? Kind::kPlace : Kind::kCancel;
  line.name = fields[1];
  size_t outcome = 0;
  while (outcome < kOutcomes.size() && fields[2] != kOutcomes[outcome]) ++outcome;
  if (outcome == kOutcomes.size()) return Malformed(text);
  line.outcome = static_cast<Outcome>(outcome);
  if (fields.size() != (line.is_decision() ? kDecisionFields : kShortFields)) {
    return Malformed(text);
  }
  if (line.outcome != Outcome::kAccepted) {
    line.reason = fields[3];
  } else if (!absl::SimpleAtoi(fields[3], &line.order_id)) {
    return Malformed(text);
  }
  if (!line.is_decision()) return line;
  line.repeated = fields[5] == "repeated";
  if (!absl::SimpleAtoi(fields[4], &line.sequence) || !absl::SimpleAtoi(fields[6], &line.sent_ns) ||
      !absl::SimpleAtoi(fields[7], &line.received_ns)) {
    return Malformed(text);
  }
  return line;
}

absl::StatusOr<OutcomeLog> OutcomeLog::Open(const std::string& path) {
  if (path.empty()) return OutcomeLog(kNone);
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) return absl::ErrnoToStatus(errno, absl::StrCat("open ", path));
  return OutcomeLog(descriptor);
}

OutcomeLog::~OutcomeLog() {
  if (descriptor_ != kNone) close(descriptor_);
}

void OutcomeLog::Add(const OutcomeLine& line) {
  if (descriptor_ != kNone) added_ += Format(line);
}

void OutcomeLog::Flush() {
  if (added_.empty()) return;
  CHECK(write(descriptor_, added_.data(), added_.size()) == static_cast<ssize_t>(added_.size()));
  added_.clear();
}

}  // namespace rialto::load
