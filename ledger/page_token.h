// Where the next page of a list begins, as an opaque string bound to the request it came from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace rialto::ledger {

// The last row of the page before, as its list orders them.
struct PageKey {
  int64_t major = 0;  // The sequence of an entry; the account of a balance.
  int64_t minor = 0;  // The leg of an entry; the asset of a balance.
};

// `filter` is the request without page size and token, in any fixed form.
std::string EncodePageToken(std::string_view filter, PageKey key);

// InvalidArgument: PAGE_TOKEN_INVALID when it is damaged or not ours, PAGE_TOKEN_MISMATCH when it
// belongs to a request with another filter.
absl::StatusOr<PageKey> DecodePageToken(std::string_view filter, std::string_view token);

}  // namespace rialto::ledger
