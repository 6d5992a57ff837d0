#include "common/service/grpc_status.h"

#include "common/service/flags.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
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
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), 5);
  EXPECT_EQ(details.message(), "UNKNOWN_ORDER: 7");
  ASSERT_EQ(details.details_size(), 1);
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "UNKNOWN_ORDER");
  EXPECT_EQ(info.domain(), "rialto");
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
