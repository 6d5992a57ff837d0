#include "tools/load/workload.h"

#include <map>
#include <set>

#include "gtest/gtest.h"

namespace rialto::load {
namespace {

Request Next(Workload& workload) {
  Request request;
  workload.Next(request);
  return request;
}

void AllRest(Workload& workload, const Request& request) {
  if (request.kind != Kind::kPlace) return;
  for (const uint64_t order : request.orders) workload.Rests(request.client, order);
}

TEST(WorkloadTest, TheSameSeedAsksForTheSame) {
  Workload one(WorkloadOptions{.seed = 3});
  Workload two(WorkloadOptions{.seed = 3});
  for (int i = 0; i < 1'000; ++i) {
    const Request a = Next(one);
    const Request b = Next(two);
    ASSERT_EQ(a.kind, b.kind);
    ASSERT_EQ(a.orders, b.orders);
    ASSERT_EQ(a.client, b.client);
    ASSERT_EQ(one.TermsOf(a.orders[0]).price_ticks, two.TermsOf(b.orders[0]).price_ticks);
    AllRest(one, a);
    AllRest(two, b);
  }
}

// Each order at most once, and for its owner.
void CheckCancels(const WorkloadOptions& options) {
  Workload workload(options);
  std::map<uint64_t, uint32_t> owners;
  std::set<uint64_t> canceled;
  std::map<uint32_t, size_t> open;
  for (int i = 0; i < 5'000; ++i) {
    const Request request = Next(workload);
    ASSERT_LE(request.orders.size(), options.batch);
    for (const uint64_t order : request.orders) {
      if (request.kind == Kind::kPlace) {
        ASSERT_TRUE(owners.emplace(order, request.client).second);
        ASSERT_LE(++open[request.client], options.open_orders_max);
      } else {
        ASSERT_EQ(owners.at(order), request.client);
        ASSERT_TRUE(canceled.insert(order).second);
        --open[request.client];
      }
    }
    AllRest(workload, request);
  }
  EXPECT_EQ(owners.size(), workload.orders());
  EXPECT_GT(canceled.size(), 1'000u);
}

TEST(WorkloadTest, CancelsEachOrderAtMostOnceAndForItsOwner) {
  CheckCancels({.seed = 4, .clients = 3, .open_orders_max = 5});
}

TEST(WorkloadTest, BatchesStayWithinWhatAClientMayHaveOpen) {
  CheckCancels({.seed = 4, .clients = 3, .batch = 20, .open_orders_max = 50});
}

TEST(WorkloadTest, PricesStayAroundTheMiddleAndSidesCross) {
  const Workload workload({.seed = 5, .price_ticks = 1'000, .depth_ticks = 20, .cross_ticks = 2});
  int64_t crossing = 0;
  for (uint64_t order = 0; order < 5'000; ++order) {
    const Terms terms = workload.TermsOf(order);
    const int64_t from_middle =
        terms.is_buy ? 1'000 - terms.price_ticks : terms.price_ticks - 1'000;
    ASSERT_LE(from_middle, 20);
    ASSERT_GE(from_middle, -2);
    ASSERT_GE(terms.quantity_lots, 1);
    ASSERT_LE(terms.quantity_lots, 10);
    crossing += from_middle < 0 ? 1 : 0;
  }
  EXPECT_GT(crossing, 0);
}

}  // namespace
}  // namespace rialto::load
