// A custody provider that is reached over HTTP: protos/rialto/custody/v1/provider.proto is the
// contract.
#pragma once

#include <string>

#include "custody/http_message.h"
#include "custody/provider.h"

namespace rialto::custody {

// Thread: any.
class HttpProvider : public Provider {
 public:
  static constexpr int kPatienceSeconds = 5;

  // `address` is HOST:PORT.
  HttpProvider(std::string address, std::string secret);

  absl::StatusOr<std::optional<v1::ProviderWithdrawal>> Find(
      const std::string& withdrawal_id) override;
  absl::StatusOr<v1::ProviderWithdrawal> Send(const Withdrawal& withdrawal) override;

 private:
  absl::StatusOr<HttpAnswer> Call(HttpRequest request);

  const std::string address_;
  const std::string secret_;
};

}  // namespace rialto::custody
