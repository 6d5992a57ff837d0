#include "custody/rules.h"

#include <openssl/sha.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/bytes.h"
#include "common/base/check.h"
#include "common/base/reserved_ids.h"

namespace rialto::custody {
namespace {

constexpr size_t kAmountSizeMax = 64;
constexpr size_t kDepositHashDigits = 32;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Without zeros that mean nothing.
struct Parts {
  std::string_view whole;
  std::string_view fraction;
};

Parts PartsOf(std::string_view amount) {
  const size_t dot = amount.find('.');
  Parts parts{amount.substr(0, dot)};
  if (dot != std::string_view::npos) parts.fraction = amount.substr(dot + 1);
  parts.whole.remove_prefix(std::min(parts.whole.find_first_not_of('0'), parts.whole.size()));
  parts.fraction = parts.fraction.substr(0, parts.fraction.find_last_not_of('0') + 1);
  return parts;
}

}  // namespace

bool IsAmount(std::string_view text) {
  if (text.empty() || text.size() > kAmountSizeMax) return false;
  if (!IsDigit(text.front()) || !IsDigit(text.back())) return false;
  if (std::count(text.begin(), text.end(), '.') > 1) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return IsDigit(c) || c == '.'; });
}

bool IsAbove(std::string_view amount, std::string_view limit) {
  const Parts one = PartsOf(amount);
  const Parts other = PartsOf(limit);
  if (one.whole.size() != other.whole.size()) return one.whole.size() > other.whole.size();
  if (one.whole != other.whole) return one.whole > other.whole;
  return one.fraction > other.fraction;  // Without trailing zeros: the order of texts is theirs.
}

absl::Status AddOperatorLimit(std::string_view text, OperatorLimits& limits) {
  const size_t equals = text.find('=');
  const std::string_view amount =
      equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
  if (equals == 0 || !IsAmount(amount)) {
    return absl::InvalidArgumentError(absl::StrCat("\"",
                                                   absl::string_view(text.data(), text.size()),
                                                   "\": want ASSET=AMOUNT, for example USD=10000"));
  }
  limits.insert_or_assign(std::string(text.substr(0, equals)), std::string(amount));
  return absl::OkStatus();
}

int OperatorsNeeded(const OperatorLimits& limits, std::string_view asset, std::string_view amount) {
  const auto limit = limits.find(asset);
  return limit == limits.end() || IsAbove(amount, limit->second) ? 2 : 1;
}

std::string ExitBlockedBy(const LedgerView& ledger, Sequence hold) {
  if (ledger.drift_count > 0) {
    return absl::StrCat("DRIFT_OPEN: the ledger has differed from the engine in ",
                        ledger.drift_count, " places");
  }
  if (ledger.sequence < hold) {
    return absl::StrCat("LEDGER_BEHIND: the ledger is at ", ledger.sequence.value(),
                        ", the hold at ", hold.value());
  }
  return "";
}

std::string TransactionIdOf(Purpose purpose, std::string_view id) {
  const absl::string_view text(id.data(), id.size());
  switch (purpose) {
    case Purpose::kHold:
      return absl::StrCat(kHoldIdPrefix, text);
    case Purpose::kSettle:
      return absl::StrCat(kSettleIdPrefix, text);
    case Purpose::kRelease:
      return absl::StrCat(kReleaseIdPrefix, text);
    case Purpose::kDeposit:
      break;
  }
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(id.data()), id.size(), digest);
  const std::string hex = ToHex({reinterpret_cast<const char*>(digest), sizeof digest});
  return absl::StrCat(kDepositIdPrefix, hex.substr(0, kDepositHashDigits));
}

}  // namespace rialto::custody
