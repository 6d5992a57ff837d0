#include "ledger/page_token.h"

#include "absl/strings/escaping.h"
#include "common/base/bytes.h"
#include "common/base/crc32c.h"

namespace rialto::ledger {
namespace {

// filter crc u32 · major i64 · minor i64 · crc u32 of what stands before it.
constexpr size_t kMinorOffset = 12;
constexpr size_t kMajorOffset = 4;
constexpr size_t kBodyBytes = 20;
constexpr size_t kTokenBytes = 24;

}  // namespace

std::string EncodePageToken(std::string_view filter, PageKey key) {
  std::string bytes;
  PutInt<uint32_t>(bytes, Crc32c(filter));
  PutInt<int64_t>(bytes, key.major);
  PutInt<int64_t>(bytes, key.minor);
  PutInt<uint32_t>(bytes, Crc32c(bytes));
  return absl::WebSafeBase64Escape(bytes);
}

absl::StatusOr<PageKey> DecodePageToken(std::string_view filter, std::string_view token) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(absl::string_view(token.data(), token.size()), &bytes) ||
      bytes.size() != kTokenBytes ||
      GetInt<uint32_t>(bytes, kBodyBytes) !=
          Crc32c(std::string_view(bytes).substr(0, kBodyBytes))) {
    return absl::InvalidArgumentError(
        "PAGE_TOKEN_INVALID: page_token is not one that this service gave out");
  }
  if (GetInt<uint32_t>(bytes, 0) != Crc32c(filter)) {
    return absl::InvalidArgumentError(
        "PAGE_TOKEN_MISMATCH: page_token came from a request with another filter; repeat that"
        " request, or start without a token");
  }
  return PageKey{GetInt<int64_t>(bytes, kMajorOffset), GetInt<int64_t>(bytes, kMinorOffset)};
}

}  // namespace rialto::ledger
