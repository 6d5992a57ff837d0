// Transfers over real gRPC.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "engine/server/services_under_test.h"

namespace rialto::engine {
namespace {

using common::v1::TransferForm;
using testing::StartsWith;
using Stub = v1::AccountService::StubInterface;

constexpr uint64_t kAlice = 1001;
constexpr uint64_t kBob = 1002;

TransferForm Form(common::v1::TransferKind kind, const std::string& id) {
  TransferForm form;
  form.set_transaction_id(id);
  form.set_kind(kind);
  return form;
}

TransferForm FromAlice(common::v1::TransferKind kind, const std::string& id,
                       const std::string& amount) {
  TransferForm form = Form(kind, id);
  form.set_debit_account_id(kAlice);
  form.set_credit_account_id(kBob);
  form.set_asset("USD");
  form.set_amount(amount);
  return form;
}

TransferForm About(common::v1::TransferKind kind, const std::string& id,
                   const std::string& target) {
  TransferForm form = Form(kind, id);
  form.set_target_transaction_id(target);
  return form;
}

class TransferServicesTest : public ServicesTest {
 protected:
  v1::TransferResponse Transfer(const TransferForm& form) {
    v1::TransferRequest request;
    *request.mutable_transfer() = form;
    return Call<Stub>(*accounts_, &Stub::Transfer, request);
  }
  common::v1::TransferView Get(const std::string& id) {
    v1::GetTransferRequest request;
    request.set_transaction_id(id);
    return Call<Stub>(*accounts_, &Stub::GetTransfer, request).transfer();
  }
};

TEST_F(TransferServicesTest, ATransferIsHeldAndPostedInPart) {
  TransferForm hold = FromAlice(common::v1::TRANSFER_KIND_PENDING, "h-1", "10.00");
  hold.set_timeout_ms(60'000);
  const v1::TransferResponse held = Transfer(hold);
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_EQ(held.accepted().amount(), "10.00");
  EXPECT_EQ(held.accepted().debit_balance().available(), "990.00");
  EXPECT_EQ(held.accepted().debit_balance().held(), "10.00");
  EXPECT_GT(held.accepted().expire_time().seconds(), 0);
  EXPECT_EQ(Get("h-1").state(), common::v1::TRANSFER_STATE_PENDING);

  TransferForm post = About(common::v1::TRANSFER_KIND_POST, "p-0", "h-1");
  post.set_asset("USD");
  post.set_amount("10.01");
  EXPECT_EQ(Transfer(post).rejected().message(),
            "PENDING_AMOUNT_EXCEEDED: 10.01 USD asked for, 10.00 USD is pending");
  post.set_transaction_id("p-1");
  post.set_amount("2.50");
  const v1::TransferResponse posted = Transfer(post);
  EXPECT_EQ(posted.accepted().amount(), "2.50");
  EXPECT_EQ(posted.accepted().debit_account_id(), kAlice);
  EXPECT_EQ(posted.accepted().debit_balance().available(), "997.50");
  EXPECT_EQ(posted.accepted().debit_balance().held(), "0.00");
  EXPECT_EQ(Get("h-1").state(), common::v1::TRANSFER_STATE_POSTED);
  EXPECT_EQ(Get("p-1").amount(), "2.50");
  EXPECT_EQ(Transfer(About(common::v1::TRANSFER_KIND_VOID, "v-1", "h-1")).rejected().message(),
            "PENDING_ALREADY_POSTED");

  const v1::TransferResponse again = Transfer(post);
  EXPECT_TRUE(again.repeated_request());
  EXPECT_EQ(again.sequence(), posted.sequence());
  EXPECT_EQ(again.accepted().amount(), "2.50");
}

TEST_F(TransferServicesTest, AReversalIsMadeOnce) {
  Transfer(FromAlice(common::v1::TRANSFER_KIND_UNSPECIFIED, "t-1", "4"));
  EXPECT_FALSE(Get("t-1").reversed());
  const TransferForm reverse = About(common::v1::TRANSFER_KIND_REVERSE, "r-1", "t-1");
  EXPECT_EQ(Transfer(reverse).accepted().debit_account_id(), kBob);
  EXPECT_TRUE(Transfer(reverse).repeated_request());
  EXPECT_TRUE(Get("t-1").reversed());
  EXPECT_EQ(Transfer(About(common::v1::TRANSFER_KIND_REVERSE, "r-2", "t-1")).rejected().message(),
            "ALREADY_REVERSED");
}

TEST_F(TransferServicesTest, LinkedTransfersAreAllMadeOrNone) {
  v1::LinkTransfersRequest request;
  *request.add_transfers() = FromAlice(common::v1::TRANSFER_KIND_SINGLE, "a-1", "5");
  *request.add_transfers() = FromAlice(common::v1::TRANSFER_KIND_SINGLE, "a-2", "996");
  const auto refused = Call<Stub>(*accounts_, &Stub::LinkTransfers, request);
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_FALSE(refused.accepted());
  ASSERT_EQ(refused.refused_size(), 2);
  EXPECT_EQ(refused.refused(0).transaction_id(), "a-1");
  EXPECT_EQ(refused.refused(0).rejected().message(), "LINKED_FAILED");
  EXPECT_EQ(refused.refused(1).rejected().message(),
            "INSUFFICIENT_FUNDS: need 996.00 USD, available 995.00 USD");
  EXPECT_EQ(Get("a-1").reject_reason(), common::v1::REJECT_REASON_LINKED_FAILED);
  EXPECT_EQ(Get("a-2").reject_reason(), common::v1::REJECT_REASON_INSUFFICIENT_FUNDS);

  request.mutable_transfers(0)->set_transaction_id("b-1");
  request.mutable_transfers(1)->set_transaction_id("b-2");
  request.mutable_transfers(1)->set_amount("995");
  const auto made = Call<Stub>(*accounts_, &Stub::LinkTransfers, request);
  EXPECT_TRUE(made.accepted());
  EXPECT_EQ(made.refused_size(), 0);
  EXPECT_TRUE(Call<Stub>(*accounts_, &Stub::LinkTransfers, request).repeated_request());
  EXPECT_EQ(Get("b-2").state(), common::v1::TRANSFER_STATE_DONE);
}

TEST_F(TransferServicesTest, WhatMakesNoSenseIsNotRecorded) {
  const Sequence before = engine_.feed.published();
  const auto refusal = [&](TransferForm form) {
    form.set_transaction_id(form.transaction_id().empty() ? "x" : form.transaction_id());
    Transfer(form);
    EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    return status_.error_message();
  };
  TransferForm form = FromAlice(common::v1::TRANSFER_KIND_SINGLE, "x", "1");
  form.set_timeout_ms(1);
  EXPECT_THAT(refusal(form), StartsWith("INVALID_TRANSFER: only a PENDING"));
  form = FromAlice(common::v1::TRANSFER_KIND_SINGLE, "x", "1");
  form.set_credit_account_id(kAlice);
  EXPECT_THAT(refusal(form), StartsWith("INVALID_TRANSFER"));
  form = FromAlice(common::v1::TRANSFER_KIND_PENDING, "x", "1");
  form.set_timeout_ms(int64_t{366} * 24 * 3'600'000 + 1);
  EXPECT_THAT(refusal(form), StartsWith("BAD_DURATION"));
  form.set_timeout_ms(-1);
  EXPECT_THAT(refusal(form), StartsWith("BAD_DURATION"));
  form.set_timeout_ms(0);
  form.set_debit_account_id(1);
  EXPECT_THAT(refusal(form), StartsWith("INVALID_TRANSFER: a PENDING"));
  EXPECT_THAT(refusal(FromAlice(common::v1::TRANSFER_KIND_SINGLE, "x", "0")),
              StartsWith("INVALID_AMOUNT"));
  EXPECT_THAT(refusal(FromAlice(common::v1::TRANSFER_KIND_SINGLE, "x", "0.001")),
              StartsWith("BAD_PRECISION"));
  EXPECT_THAT(refusal(FromAlice(common::v1::TRANSFER_KIND_SINGLE, "x y", "1")),
              StartsWith("BAD_ID"));
  EXPECT_THAT(refusal(Form(common::v1::TRANSFER_KIND_POST, "x")), StartsWith("INVALID_TRANSFER"));
  EXPECT_THAT(refusal(Form(common::v1::TRANSFER_KIND_REVERSE, "x")),
              StartsWith("INVALID_TRANSFER"));
  form = About(common::v1::TRANSFER_KIND_REVERSE, "x", "t");
  form.set_debit_account_id(kBob);
  EXPECT_THAT(refusal(form), StartsWith("INVALID_TRANSFER: REVERSE"));
  form = About(common::v1::TRANSFER_KIND_POST, "x", "t");
  form.set_amount("1");
  EXPECT_THAT(refusal(form), StartsWith("UNKNOWN_ASSET"));
  EXPECT_THAT(refusal(FromAlice(common::v1::TRANSFER_KIND_DEPOSIT, "x", "1")),
              StartsWith("INVALID_TRANSFER: kind"));
  v1::LinkTransfersRequest linked;
  Call<Stub>(*accounts_, &Stub::LinkTransfers, linked);
  EXPECT_THAT(status_.error_message(), StartsWith("INVALID_TRANSFER: need 1 to 100"));
  for (int i = 0; i <= 100; ++i) {
    *linked.add_transfers() =
        FromAlice(common::v1::TRANSFER_KIND_SINGLE, absl::StrCat("l-", i), "0.01");
  }
  Call<Stub>(*accounts_, &Stub::LinkTransfers, linked);
  EXPECT_THAT(status_.error_message(), StartsWith("INVALID_TRANSFER: need 1 to 100"));
  linked.mutable_transfers()->DeleteSubrange(3, 98);
  linked.mutable_transfers(2)->set_amount("x");
  Call<Stub>(*accounts_, &Stub::LinkTransfers, linked);
  EXPECT_THAT(status_.error_message(), StartsWith("BAD_DECIMAL: transfers[2]: "));
  EXPECT_EQ(engine_.feed.published(), before);
  Get("nothing");
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace rialto::engine
