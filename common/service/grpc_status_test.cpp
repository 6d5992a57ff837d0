#include "common/service/grpc_status.h"

#include "common/service/flags.h"
#include "gtest/gtest.h"

namespace rialto {
namespace {

TEST(GrpcStatusTest, ReasonCodeIsTheLeadingUpperSnakeWord) {
  EXPECT_EQ(ReasonCode("BAD_DECIMAL: price \"x\""), "BAD_DECIMAL");
  EXPECT_EQ(ReasonCode("UNKNOWN_ORDER"), "UNKNOWN_ORDER");
  EXPECT_EQ(ReasonCode("price is bad"), "");
  EXPECT_EQ(ReasonCode("Price: bad"), "");
  EXPECT_EQ(ReasonCode(": bad"), "");
  EXPECT_EQ(ReasonCode(""), "");
  EXPECT_EQ(ReasonCode(std::string(64, 'A')), "");
}

TEST(GrpcStatusTest, CarriesCodeMessageAndErrorInfo) {
  const grpc::Status status = ToGrpcStatus(absl::NotFoundError("UNKNOWN_ORDER: 7"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "UNKNOWN_ORDER: 7");
  // google.rpc.Status {code 5, message, details [Any {type_url, ErrorInfo {reason, domain}}]}.
  EXPECT_EQ(status.error_details(),
            "\x08\x05"
            "\x12\x10UNKNOWN_ORDER: 7"
            "\x1a\x43\x0a\x28type.googleapis.com/google.rpc.ErrorInfo"
            "\x12\x17\x0a\x0dUNKNOWN_ORDER\x12\x06rialto");
  EXPECT_EQ(FromGrpcStatus(status), absl::NotFoundError("UNKNOWN_ORDER: 7"));
}

TEST(GrpcStatusTest, OkStaysOkAndPlainMessagesHaveNoDetails) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_EQ(ToGrpcStatus(absl::UnavailableError("database down")).error_details(), "");
}

TEST(FlagsTest, PasswordsAreMasked) {
  EXPECT_EQ(MaskPassword("postgresql://ann:secret@db:5432/x"), "postgresql://ann:***@db:5432/x");
  EXPECT_EQ(MaskPassword("postgresql://ann@db:5432/x"), "postgresql://ann@db:5432/x");
  EXPECT_EQ(MaskPassword("host=db password=secret user=ann"), "host=db password=*** user=ann");
  EXPECT_EQ(MaskPassword("127.0.0.1:50051"), "127.0.0.1:50051");
}

}  // namespace
}  // namespace rialto
