#include "ledger/request.h"

#include <limits>
#include <string>

#include "gtest/gtest.h"

namespace rialto::ledger {
namespace {

constexpr uint64_t kTooLarge = std::numeric_limits<uint64_t>::max();

template <typename StatusOrQuery>
std::string Reason(const StatusOrQuery& query) {
  if (query.ok()) return "ok";
  EXPECT_TRUE(absl::IsInvalidArgument(query.status()));
  const std::string message(query.status().message());
  return message.substr(0, message.find(':'));
}

std::string Reason(const absl::Status& status) {
  return Reason(status.ok() ? absl::StatusOr<int>(0) : absl::StatusOr<int>(status));
}

TEST(RequestTest, WantsAnAccountAndAnAssetForABalance) {
  const auto reason = [](uint64_t account_id, const std::string& asset) {
    v1::GetBalanceRequest request;
    request.set_account_id(account_id);
    request.set_asset(asset);
    return Reason(CheckForm(request));
  };
  EXPECT_EQ(reason(1001, "USD"), "ok");
  EXPECT_EQ(reason(1, "USD"), "ok");
  EXPECT_EQ(reason(0, "USD"), "ACCOUNT_ID_REQUIRED");
  EXPECT_EQ(reason(kTooLarge, "USD"), "BAD_ACCOUNT_ID");
  EXPECT_EQ(reason(1001, ""), "ASSET_REQUIRED");
  EXPECT_EQ(reason(1001, "US D"), "BAD_ASSET");
  EXPECT_EQ(reason(1001, std::string(37, 'X')), "BAD_ASSET");
}

TEST(RequestTest, BoundsThePageSize) {
  v1::ListBalancesRequest request;
  EXPECT_EQ(ToQuery(request)->size, kPageSizeDefault);
  request.set_page_size(5);
  EXPECT_EQ(ToQuery(request)->size, 5);
  request.set_page_size(1'000'000);
  EXPECT_EQ(ToQuery(request)->size, kPageSizeMax);
  request.set_page_size(-1);
  EXPECT_EQ(Reason(ToQuery(request)), "BAD_PAGE_SIZE");
}

TEST(RequestTest, ChecksTheFilterOfEntries) {
  v1::ListEntriesRequest request;
  EXPECT_EQ(Reason(ToQuery(request)), "ok");
  request.set_sequence_min(5);
  request.set_sequence_max(4);
  EXPECT_EQ(Reason(ToQuery(request)), "BAD_SEQUENCE_RANGE");
  request.set_sequence_max(kTooLarge);
  EXPECT_EQ(Reason(ToQuery(request)), "BAD_SEQUENCE_RANGE");
  request.set_sequence_max(5);
  EXPECT_EQ(Reason(ToQuery(request)), "ok");
  request.set_asset("not an asset");
  EXPECT_EQ(Reason(ToQuery(request)), "BAD_ASSET");
  request.set_asset("USD");
  request.set_account_id(kTooLarge);
  EXPECT_EQ(Reason(ToQuery(request)), "BAD_ACCOUNT_ID");
}

TEST(PageTokenTest, BindsATokenToItsRequest) {
  v1::ListEntriesRequest request;
  request.set_account_id(1001);
  EntryRow last;
  last.sequence = Sequence(77);
  last.leg = 3;
  request.set_page_token(NextPageToken(request, last));
  request.set_page_size(9);  // May change from page to page.
  const absl::StatusOr<EntryQuery> query = ToQuery(request);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->after.major, 77);
  EXPECT_EQ(query->after.minor, 3);

  v1::ListEntriesRequest other = request;
  other.set_account_id(1002);
  EXPECT_EQ(Reason(ToQuery(other)), "PAGE_TOKEN_MISMATCH");
  other = request;
  other.set_asset("USD");
  EXPECT_EQ(Reason(ToQuery(other)), "PAGE_TOKEN_MISMATCH");
  v1::ListBalancesRequest balances;
  balances.set_account_id(1001);
  balances.set_page_token(request.page_token());
  EXPECT_EQ(Reason(ToQuery(balances)), "PAGE_TOKEN_MISMATCH");
}

}  // namespace
}  // namespace rialto::ledger
