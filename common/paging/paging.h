// Pages of a list: how long one is, and where the next begins.
//
// A page token names the last key of the page before it (keyset, never an offset), and is bound to
// the request's filter: with another filter, or altered, it is refused. Callers must treat it as
// opaque; it holds no secret.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace rialto {

struct PageSizes {
  int standard;  // What 0 means.
  int max;       // What more is taken as.
};

// The size to use. InvalidArgument BAD_PAGE_SIZE when negative.
absl::StatusOr<int> PageSize(int32_t requested, const PageSizes& sizes);

// `filter` is any text that differs where the requested rows differ; `key` the last row's key.
std::string EncodePageToken(std::string_view filter, absl::Span<const int64_t> key);

// The key, of `key_size` numbers. InvalidArgument: PAGE_TOKEN_INVALID when it is damaged or not
// ours, PAGE_TOKEN_MISMATCH when it belongs to a request with another filter.
absl::StatusOr<std::vector<int64_t>> DecodePageToken(std::string_view filter,
                                                     std::string_view token, size_t key_size);

}  // namespace rialto
