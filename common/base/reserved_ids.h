// Transaction ids that are the venue's own.
//
// Ids are one space for all of the venue, and an id that was used stays used: whoever takes one
// before its owner stops the owner's transfer for ever. So the public door gives none away that
// begins like these; callers within the venue keep clear of them.
#pragma once

#include <string_view>

namespace rialto {

// Of custody: a deposit, and a withdrawal's hold, settlement and release.
inline constexpr char kDepositIdPrefix[] = "de-";
inline constexpr char kHoldIdPrefix[] = "wh-";
inline constexpr char kSettleIdPrefix[] = "ws-";
inline constexpr char kReleaseIdPrefix[] = "wr-";

inline constexpr const char* kReservedIdPrefixes[] = {kDepositIdPrefix, kHoldIdPrefix,
                                                      kSettleIdPrefix, kReleaseIdPrefix};

// What a transaction_id of the venue's own begins with; empty: anybody may have it.
constexpr std::string_view ReservedPrefixOf(std::string_view transaction_id) {
  for (const std::string_view prefix : kReservedIdPrefixes) {
    if (transaction_id.starts_with(prefix)) return prefix;
  }
  return "";
}

}  // namespace rialto
