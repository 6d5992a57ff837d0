#include "common/base/ids.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace rialto {

absl::StatusOr<CallerId> CallerId::Parse(std::string_view text) {
  if (text.empty() || text.size() > kSizeMax) {
    return absl::InvalidArgumentError(absl::StrCat(
        "BAD_ID: need 1 to ", kSizeMax, " characters of [A-Za-z0-9_-], have ", text.size()));
  }
  for (char c : text) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '-') {
      return absl::InvalidArgumentError(
          absl::StrCat("BAD_ID: need characters of [A-Za-z0-9_-], have byte ",
                       static_cast<int>(static_cast<unsigned char>(c))));
    }
  }
  CallerId id;
  std::copy(text.begin(), text.end(), id.characters_.begin());
  id.size_ = static_cast<uint8_t>(text.size());
  return id;
}

}  // namespace rialto
