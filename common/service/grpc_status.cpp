#include "common/service/grpc_status.h"

#include <algorithm>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/wire_format_lite.h"

namespace rialto {
namespace {

using google::protobuf::internal::WireFormatLite;

constexpr size_t kReasonSizeMax = 63;

// Debian does not package google/rpc/status.proto and error_details.proto, so their three small
// messages are written field by field; the numbers are fixed by the public definitions.
class FieldWriter {
 public:
  explicit FieldWriter(std::string* out) : stream_(out), coded_(&stream_) {}
  void Varint(int number, uint32_t value) {
    coded_.WriteTag(WireFormatLite::MakeTag(number, WireFormatLite::WIRETYPE_VARINT));
    coded_.WriteVarint32(value);
    coded_.Trim();
  }
  void Bytes(int number, std::string_view value) {
    coded_.WriteTag(WireFormatLite::MakeTag(number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
    coded_.WriteVarint32(static_cast<uint32_t>(value.size()));
    coded_.WriteRaw(value.data(), static_cast<int>(value.size()));
    coded_.Trim();
  }

 private:
  google::protobuf::io::StringOutputStream stream_;
  google::protobuf::io::CodedOutputStream coded_;
};

std::string ErrorInfoBytes(std::string_view reason) {
  std::string bytes;
  FieldWriter writer(&bytes);
  writer.Bytes(1, reason);
  writer.Bytes(2, "rialto");
  return bytes;
}

std::string AnyBytes(std::string_view type_url, std::string_view value) {
  std::string bytes;
  FieldWriter writer(&bytes);
  writer.Bytes(1, type_url);
  writer.Bytes(2, value);
  return bytes;
}

std::string RpcStatusBytes(grpc::StatusCode code, std::string_view message,
                           std::string_view detail) {
  std::string bytes;
  FieldWriter writer(&bytes);
  writer.Varint(1, static_cast<uint32_t>(code));
  writer.Bytes(2, message);
  writer.Bytes(3, detail);
  return bytes;
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
  std::string details = RpcStatusBytes(
      code, message, AnyBytes("type.googleapis.com/google.rpc.ErrorInfo", ErrorInfoBytes(reason)));
  return grpc::Status(code, std::move(message), std::move(details));
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

}  // namespace rialto
