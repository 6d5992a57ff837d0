#include "custody/http_provider.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status_macros.h"
#include "custody/http_client.h"
#include "custody/json.h"
#include "custody/signature.h"

namespace rialto::custody {
namespace {

constexpr char kPath[] = "/v1/withdrawals";
constexpr int kOk = 200;
constexpr int kBadRequest = 400;
constexpr int kNotFound = 404;
constexpr int kUnprocessable = 422;
constexpr size_t kTextSizeMax = 200;

// A provider's text as it can be kept and logged, whatever it is made of.
std::string Printable(std::string text) {
  text.resize(std::min(text.size(), kTextSizeMax));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

absl::Status Away(const HttpAnswer& answer) {
  return absl::UnavailableError(absl::StrCat("PROVIDER_AWAY: status ", answer.status));
}

absl::StatusOr<v1::ProviderWithdrawal> Parse(const HttpAnswer& answer, const std::string& id) {
  v1::ProviderWithdrawal withdrawal;
  if (!FromJson(answer.body, withdrawal) || withdrawal.withdrawal_id() != id) {
    return absl::UnavailableError("PROVIDER_AWAY: its answer makes no sense");
  }
  withdrawal.set_reference(Printable(withdrawal.reference()));
  return withdrawal;
}

// Why not, in the provider's own words; empty: it did not say so. A status alone says nothing: a
// proxy on the way has the same ones, and what it refuses may be out already.
std::string NoOf(const HttpAnswer& answer, const std::string& id) {
  v1::ProviderRefusal refusal;
  if (!FromJson(answer.body, refusal) || refusal.withdrawal_id() != id) return "";
  return Printable(refusal.error());
}

}  // namespace

HttpProvider::HttpProvider(std::string address, std::string secret)
    : address_(std::move(address)), secret_(std::move(secret)) {}

absl::StatusOr<std::optional<v1::ProviderWithdrawal>> HttpProvider::Find(
    const std::string& withdrawal_id) {
  ASSIGN_OR_RETURN(const HttpAnswer answer,
                   Call({.method = "GET", .path = absl::StrCat(kPath, "/", withdrawal_id)}));
  if (answer.status == kNotFound && !NoOf(answer, withdrawal_id).empty()) return std::nullopt;
  if (answer.status != kOk) return Away(answer);
  ASSIGN_OR_RETURN(v1::ProviderWithdrawal withdrawal, Parse(answer, withdrawal_id));
  return std::make_optional(std::move(withdrawal));
}

absl::StatusOr<v1::ProviderWithdrawal> HttpProvider::Send(const Withdrawal& withdrawal) {
  v1::ProviderOrder order;
  order.set_withdrawal_id(withdrawal.withdrawal_id);
  order.set_asset(withdrawal.asset);
  order.set_amount(withdrawal.amount);
  order.set_address(withdrawal.address);
  ASSIGN_OR_RETURN(const HttpAnswer answer,
                   Call({.method = "POST", .path = kPath, .body = ToJson(order)}));
  if (answer.status == kOk) return Parse(answer, withdrawal.withdrawal_id);
  const bool is_final = answer.status == kBadRequest || answer.status == kUnprocessable;
  const std::string no = is_final ? NoOf(answer, withdrawal.withdrawal_id) : "";
  if (no.empty()) return Away(answer);
  return absl::FailedPreconditionError(
      absl::StrCat("PROVIDER_REFUSED: status ", answer.status, ": ", no));
}

// A GET is signed over its path, since it has no body.
absl::StatusOr<HttpAnswer> HttpProvider::Call(HttpRequest request) {
  request.timestamp = absl::StrCat(absl::ToUnixSeconds(absl::Now()));
  const std::string& signed_text = request.body.empty() ? request.path : request.body;
  request.signature = Sign(secret_, request.timestamp, signed_text);
  const absl::StatusOr<HttpAnswer> answer =
      CallHttp(address_, request, absl::Seconds(kPatienceSeconds));
  if (answer.ok()) return answer;
  return absl::UnavailableError(absl::StrCat("PROVIDER_AWAY: ", answer.status().message()));
}

}  // namespace rialto::custody
