#include "common/paging/paging.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/bytes.h"
#include "common/base/crc32c.h"

namespace rialto {
namespace {

// Bytes of a token: checksum u32 of all that follows; checksum u32 of the filter; key, int64 each.
constexpr size_t kFilterOffset = sizeof(uint32_t);
constexpr size_t kKeyOffset = 2 * sizeof(uint32_t);

}  // namespace

absl::StatusOr<int> PageSize(int32_t requested, const PageSizes& sizes) {
  if (requested < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("BAD_PAGE_SIZE: page_size is ", requested, ", must not be negative"));
  }
  return requested == 0 ? sizes.standard : std::min(requested, sizes.max);
}

std::string EncodePageToken(std::string_view filter, absl::Span<const int64_t> key) {
  std::string body;
  PutInt(body, Crc32c(filter));
  for (int64_t number : key) PutInt(body, number);
  std::string token;
  PutInt(token, Crc32c(body));
  return absl::WebSafeBase64Escape(token + body);
}

absl::StatusOr<std::vector<int64_t>> DecodePageToken(std::string_view filter,
                                                     std::string_view token, size_t key_size) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape({token.data(), token.size()}, &bytes) ||
      bytes.size() != kKeyOffset + key_size * sizeof(int64_t) ||
      GetInt<uint32_t>(bytes, 0) != Crc32c(std::string_view(bytes).substr(kFilterOffset))) {
    return absl::InvalidArgumentError(
        "PAGE_TOKEN_INVALID: page_token is not a next_page_token of this list");
  }
  if (GetInt<uint32_t>(bytes, kFilterOffset) != Crc32c(filter)) {
    return absl::InvalidArgumentError(
        "PAGE_TOKEN_MISMATCH: page_token belongs to a request with other fields");
  }
  std::vector<int64_t> key;
  for (size_t i = 0; i < key_size; ++i) {
    key.push_back(GetInt<int64_t>(bytes, kKeyOffset + i * sizeof(int64_t)));
  }
  return key;
}

}  // namespace rialto
