#include "common/mirror/mirror_answers.h"

#include "common/service/grpc_status.h"

namespace rialto {

grpc::Status ToReadStatus(const absl::Status& status) {
  const absl::string_view message = status.message();
  if (!ReasonCode({message.data(), message.size()}).empty()) return ToGrpcStatus(status);
  if (absl::IsUnavailable(status) || absl::IsAborted(status)) {
    return ToGrpcStatus(absl::UnavailableError(absl::StrCat("DATABASE_UNAVAILABLE: ", message)));
  }
  return ToGrpcStatus(absl::InternalError(absl::StrCat("DATABASE_ERROR: ", message)));
}

}  // namespace rialto
