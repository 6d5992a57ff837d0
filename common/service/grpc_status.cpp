#include "common/service/grpc_status.h"

#include <algorithm>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace rialto {
namespace {

constexpr size_t kReasonSizeMax = 63;

std::string Details(grpc::StatusCode code, const std::string& message, std::string_view reason) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain("rialto");
  google::rpc::Status details;
  details.set_code(code);
  details.set_message(message);
  details.add_details()->PackFrom(info);
  return details.SerializeAsString();
}

}  // namespace

std::string_view ReasonCode(std::string_view message) {
  const std::string_view code = message.substr(0, message.find(':'));
  if (code.empty() || code.size() > kReasonSizeMax || code[0] < 'A' || code[0] > 'Z') return {};
  const bool upper_snake = std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  return upper_snake ? code : std::string_view();
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  // The numbers of absl and gRPC codes are the same by design.
  const auto code = static_cast<grpc::StatusCode>(status.code());
  std::string message(status.message());
  const std::string_view reason = ReasonCode(message);
  if (reason.empty()) return grpc::Status(code, std::move(message));
  std::string details = Details(code, message, reason);
  return grpc::Status(code, std::move(message), std::move(details));
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

}  // namespace rialto
