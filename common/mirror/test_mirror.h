// A follower's store on a real database, fed by hand: for the tests of a store and of its reads.
//
//   void SetUp() override {
//     mirror_ = TestMirror::Create(store_);
//     if (mirror_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
//   }
//
// Does what the follower does around Apply(): migrations, position, one transaction per batch.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/follower/follower_store.h"
#include "common/postgres/connection.h"
#include "common/postgres/test_database.h"

namespace rialto {

class TestMirror {
 public:
  using History = std::vector<engine::v1::CommandEvents>;

  // nullptr when there is no PostgreSQL for tests.
  static std::unique_ptr<TestMirror> Create(FollowerStore& store);

  // Applies commands in one transaction and moves the position to the last of them.
  absl::Status Apply(const History& commands);
  // The same in batches of `batch_commands` commands; CHECKs that all is well.
  void ApplyInBatches(const History& history, size_t batch_commands);
  // Applies, then rolls back and loads again, as the follower does after a failed commit.
  void ApplyAndRollBack(const History& commands);

  // The rows of a query, one line each, columns separated by '|'.
  std::string Dump(const std::string& sql);

  const std::string& url() const { return database_->url(); }
  postgres::Connection& connection() { return *connection_; }

 private:
  TestMirror(FollowerStore& store, std::unique_ptr<postgres::TestDatabase> database);
  absl::Status ApplyIn(postgres::Transaction& transaction, const History& commands);

  FollowerStore& store_;
  const std::unique_ptr<postgres::TestDatabase> database_;
  std::unique_ptr<postgres::Connection> connection_;
};

// A small venue's history, command by command, as the engine would tell it.
//
// Assets 1 "BTC" (scale 8) and 2 "USD" (scale 2); instrument 1 "BTC-USD", tick 0.01, lot 0.0001
// BTC, so that one lot at one tick is 0.000001 USD; no fees unless given.
class TestHistory {
 public:
  TestHistory();

  // A command that happened `after_ns` after the one before; `Add…` write into the last one.
  TestHistory& Command(int64_t after_ns = 1);
  engine::v1::Event& AddEvent();

  // A trade of instrument 1; amounts follow from price and quantity, buyer's rounded up, seller's
  // down. The taker is the buyer when `taker_side` is BUY.
  struct Deal {
    uint64_t taker_id = 1001;
    uint64_t maker_id = 1002;
    common::v1::OrderSide taker_side = common::v1::ORDER_SIDE_BUY;
    int64_t price_ticks = 0;
    int64_t quantity_lots = 0;
    int64_t maker_remaining_lots = 0;
    int64_t fee_units = 0;  // Of each side.
  };
  engine::v1::Trade& AddTrade(const Deal& deal);

  const TestMirror::History& commands() const { return commands_; }

 private:
  TestMirror::History commands_;
  uint32_t trade_index_ = 0;
};

}  // namespace rialto
