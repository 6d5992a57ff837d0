#include "common/mirror/test_mirror.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/ids.h"
#include "common/base/money.h"
#include "common/base/status_macros.h"
#include "common/postgres/migrations.h"

namespace rialto {
namespace {

// One lot at one tick is 1 / kTickLotsPerUnit minor units of USD.
constexpr int64_t kTickLotsPerUnit = 10'000;
constexpr int64_t kLotUnits = 10'000;
constexpr int64_t kStartNs = 1'700'000'040'000'000'000;  // A whole minute.

std::string NameOf(const FollowerStore& store) { return std::string(store.schema().name); }

}  // namespace

std::unique_ptr<TestMirror> TestMirror::Create(FollowerStore& store) {
  std::unique_ptr<postgres::TestDatabase> database = postgres::TestDatabase::Create();
  if (database == nullptr) return nullptr;
  return std::unique_ptr<TestMirror>(new TestMirror(store, std::move(database)));
}

TestMirror::TestMirror(FollowerStore& store, std::unique_ptr<postgres::TestDatabase> database)
    : store_(store), database_(std::move(database)) {
  auto connection = postgres::Connection::Open(url());
  CHECK_OK(connection);
  connection_ = *std::move(connection);
  CHECK_OK(postgres::Migrate(*connection_, store_.schema()));
  CHECK_OK(connection_->ExecuteScript("SET search_path = " + NameOf(store_)));
  const std::string name = NameOf(store_);
  CHECK_OK(connection_->ExecuteScript(
      absl::StrCat("CREATE TABLE ", name,
                   ".follower_position (name text PRIMARY KEY, sequence bigint NOT NULL);"
                   "INSERT INTO ",
                   name, ".follower_position VALUES ('", name, "', 0)")));
  auto transaction = postgres::Transaction::Begin(*connection_);
  CHECK_OK(transaction);
  CHECK_OK(store_.Load(*transaction));
}

absl::Status TestMirror::ApplyIn(postgres::Transaction& transaction, const History& commands) {
  std::vector<const engine::v1::CommandEvents*> batch;
  for (const engine::v1::CommandEvents& command : commands) batch.push_back(&command);
  RETURN_IF_ERROR(store_.Apply(transaction, batch));
  return transaction
      .Execute(absl::StrCat("UPDATE ", NameOf(store_), ".follower_position SET sequence = $1"),
               {commands.back().sequence()})
      .status();
}

absl::Status TestMirror::Apply(const History& commands) {
  ASSIGN_OR_RETURN(postgres::Transaction transaction, postgres::Transaction::Begin(*connection_));
  RETURN_IF_ERROR(ApplyIn(transaction, commands));
  return transaction.Commit();
}

void TestMirror::ApplyInBatches(const History& history, size_t batch_commands) {
  for (size_t begin = 0; begin < history.size(); begin += batch_commands) {
    const size_t end = std::min(history.size(), begin + batch_commands);
    CHECK_OK(Apply(History(history.begin() + static_cast<ptrdiff_t>(begin),
                           history.begin() + static_cast<ptrdiff_t>(end))));
  }
}

void TestMirror::ApplyAndRollBack(const History& commands) {
  {
    auto transaction = postgres::Transaction::Begin(*connection_);
    CHECK_OK(transaction);
    CHECK_OK(ApplyIn(*transaction, commands));
  }
  auto transaction = postgres::Transaction::Begin(*connection_);
  CHECK_OK(transaction);
  CHECK_OK(store_.Load(*transaction));
}

std::string TestMirror::Dump(const std::string& sql) {
  auto rows = connection_->Execute(
      absl::StrCat("SELECT array_to_string(array_agg(row), E'\\n') FROM (SELECT concat_ws('|',"
                   " VARIADIC (SELECT array_agg(value ORDER BY ordinality) FROM"
                   " json_each_text(row_to_json(query)) WITH ORDINALITY)) AS row FROM (",
                   sql, ") AS query) AS lines"));
  CHECK_OK(rows);
  return rows->row(0).IsNull(0) ? "" : std::string(rows->row(0).Text(0));
}

TestHistory::TestHistory() {
  Command(kStartNs);
  for (const auto& [id, symbol, scale] : {std::tuple{1U, "BTC", 8U}, std::tuple{2U, "USD", 2U}}) {
    engine::v1::AssetCreated& asset = *AddEvent().mutable_asset_created();
    asset.set_asset_id(id);
    asset.set_symbol(symbol);
    asset.set_scale(scale);
  }
  Command();
  engine::v1::InstrumentCreated& instrument = *AddEvent().mutable_instrument_created();
  instrument.set_instrument_id(1);
  instrument.set_symbol("BTC-USD");
  instrument.set_base_asset_id(1);
  instrument.set_quote_asset_id(2);
  instrument.set_tick_size_e12(10'000'000'000);
  instrument.set_lot_size_units(kLotUnits);
  instrument.set_quantity_min_lots(1);
  instrument.set_quantity_max_lots(1'000'000'000);
}

TestHistory& TestHistory::Command(int64_t after_ns) {
  const int64_t last_ns = commands_.empty() ? 0 : commands_.back().timestamp_ns();
  commands_.emplace_back();
  commands_.back().set_sequence(commands_.size());
  commands_.back().set_timestamp_ns(last_ns + after_ns);
  trade_index_ = 0;
  return *this;
}

engine::v1::Event& TestHistory::AddEvent() { return *commands_.back().add_events(); }

engine::v1::Trade& TestHistory::AddTrade(const Deal& deal) {
  const absl::int128 tick_lots = absl::int128(deal.price_ticks) * deal.quantity_lots;
  engine::v1::Trade& trade = *AddEvent().mutable_trade();
  trade.set_trade_id(MakeTradeId(Sequence(commands_.back().sequence()), trade_index_++).value());
  trade.set_instrument_id(1);
  trade.set_price_ticks(deal.price_ticks);
  trade.set_quantity_lots(deal.quantity_lots);
  trade.set_taker_side(deal.taker_side);
  trade.set_taker_account_id(deal.taker_id);
  trade.set_maker_account_id(deal.maker_id);
  trade.set_maker_remaining_lots(deal.maker_remaining_lots);
  trade.set_base_units(deal.quantity_lots * kLotUnits);
  trade.set_buyer_cost_units(static_cast<int64_t>(DivCeil(tick_lots, kTickLotsPerUnit)));
  trade.set_seller_gross_units(static_cast<int64_t>(DivFloor(tick_lots, kTickLotsPerUnit)));
  trade.set_buyer_fee_units(deal.fee_units);
  trade.set_seller_fee_units(deal.fee_units);
  return trade;
}

}  // namespace rialto
