#include "gateway/account_service.h"

#include "absl/strings/match.h"
#include "gateway/gateway_under_test.h"
#include "gtest/gtest.h"

namespace rialto::gateway {
namespace {

class AccountServiceTest : public testing::Test {
 protected:
  ScriptedEngine engine_;
  GatewayUnderTest gateway_{engine_};
};

TEST_F(AccountServiceTest, TransfersBetweenUsersGoToTheEngineAndOthersDoNot) {
  v1::TransferRequest request;
  common::v1::TransferForm& form = *request.mutable_transfer();
  form.set_transaction_id("t-1");
  form.set_debit_account_id(1001);
  form.set_credit_account_id(1002);
  form.set_amount("2.50");
  const auto transfer = [&](v1::TransferResponse& response) {
    return Ask(*gateway_.accounts, &v1::AccountService::Stub::Transfer, request, &response);
  };
  v1::TransferResponse made;
  ASSERT_TRUE(transfer(made).ok());
  EXPECT_EQ(made.accepted().amount(), "2.50");
  EXPECT_EQ(made.sequence(), 71u);
  form.set_transaction_id("poor");
  v1::TransferResponse refused;
  ASSERT_TRUE(transfer(refused).ok());
  EXPECT_EQ(refused.rejected().message(), "INSUFFICIENT_FUNDS: need 2, available 1");
  EXPECT_TRUE(refused.repeated_request());

  v1::TransferResponse none;
  form.set_credit_account_id(2);
  EXPECT_EQ(transfer(none).error_message(), "UNKNOWN_ACCOUNT: need two users' accounts, have 2");
  form.set_credit_account_id(1002);
  form.set_debit_account_id(0);
  EXPECT_EQ(transfer(none).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  form.set_debit_account_id(1001);
  form.set_kind(common::v1::TRANSFER_KIND_REVERSE);
  EXPECT_EQ(transfer(none).error_message(), "INVALID_TRANSFER: REVERSE is the operators' business");
}

TEST_F(AccountServiceTest, TheIdsOfDepositsAndWithdrawalsAreNotForUsers) {
  v1::TransferRequest request;
  common::v1::TransferForm& form = *request.mutable_transfer();
  form.set_debit_account_id(1001);
  form.set_credit_account_id(1002);
  form.set_amount("2.50");
  const auto error = [&] {
    v1::TransferResponse none;
    return Ask(*gateway_.accounts, &v1::AccountService::Stub::Transfer, request, &none);
  };
  for (const char* id : {"de-00ff", "wh-w1", "ws-w1", "wr-w1"}) {
    form.set_transaction_id(id);
    EXPECT_EQ(error().error_code(), grpc::StatusCode::INVALID_ARGUMENT) << id;
  }
  EXPECT_EQ(error().error_message(),
            "RESERVED_ID: transaction_id \"wr-w1\" begins with \"wr-\", which is the venue's own");
  form.set_transaction_id("mine");
  form.set_kind(common::v1::TRANSFER_KIND_VOID);
  form.set_target_transaction_id("wh-w1");
  EXPECT_TRUE(absl::StartsWith(error().error_message(), "RESERVED_ID: target_transaction_id"));
}

}  // namespace
}  // namespace rialto::gateway
