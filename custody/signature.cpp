#include "custody/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/bytes.h"
#include "common/base/check.h"

namespace rialto::custody {
namespace {

constexpr char kScheme[] = "v1=";

}  // namespace

std::string Sign(std::string_view secret, std::string_view timestamp, std::string_view body) {
  CHECK(!secret.empty());
  std::string text(timestamp);
  text.append(".").append(body);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  CHECK(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest,
             &size) != nullptr);
  return absl::StrCat(kScheme, ToHex({reinterpret_cast<const char*>(digest), size}));
}

absl::Status CheckSignature(std::string_view secret, const SignedMessage& message, absl::Time now) {
  int64_t seconds = 0;
  const absl::string_view digits(message.timestamp.data(), message.timestamp.size());
  if (!absl::SimpleAtoi(digits, &seconds)) {
    return absl::UnauthenticatedError("BAD_TIMESTAMP: Rialto-Timestamp is no number of seconds");
  }
  const absl::Duration age = now - absl::FromUnixSeconds(seconds);
  if (absl::AbsDuration(age) > kReplayWindow) {
    return absl::UnauthenticatedError(
        absl::StrCat("OUTSIDE_REPLAY_WINDOW: the message is ", absl::ToInt64Seconds(age),
                     " s old, at most ", absl::ToInt64Seconds(kReplayWindow), " are taken"));
  }
  const std::string expected = Sign(secret, message.timestamp, message.body);
  if (message.signature.size() != expected.size() ||
      CRYPTO_memcmp(message.signature.data(), expected.data(), expected.size()) != 0) {
    return absl::UnauthenticatedError("BAD_SIGNATURE: Rialto-Signature is not of this message");
  }
  return absl::OkStatus();
}

}  // namespace rialto::custody
