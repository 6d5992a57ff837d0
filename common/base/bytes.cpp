#include "common/base/bytes.h"

#include "absl/strings/escaping.h"

namespace rialto {

std::string ToHex(std::string_view bytes) { return absl::BytesToHexString(std::string(bytes)); }

}  // namespace rialto
