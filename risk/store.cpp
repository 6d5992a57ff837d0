#include "risk/store.h"

#include <optional>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/base/time.h"
#include "common/mirror/definitions.h"
#include "risk/exposure.h"
#include "risk/schema_files.h"

namespace rialto::risk {
namespace {

using postgres::Result;
using postgres::Transaction;

// Where and when something was set.
struct Setting {
  Sequence sequence;
  Timestamp time;
};

Setting SettingOf(const engine::v1::CommandEvents& command) {
  return {Sequence(command.sequence()), Timestamp(command.timestamp_ns())};
}

absl::Status WriteLimits(Transaction& transaction, const engine::v1::AccountLimitsSet& limits,
                         const Setting& setting) {
  return transaction
      .Execute(
          "INSERT INTO risk.limits (account_id, instrument_id, order_quantity_max_lots,"
          " order_notional_max_units, position_max_lots, exposure_max_units, set_sequence,"
          " set_time_ns) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
          " ON CONFLICT (account_id, instrument_id) DO UPDATE SET"
          " order_quantity_max_lots = excluded.order_quantity_max_lots,"
          " order_notional_max_units = excluded.order_notional_max_units,"
          " position_max_lots = excluded.position_max_lots,"
          " exposure_max_units = excluded.exposure_max_units,"
          " set_sequence = excluded.set_sequence, set_time_ns = excluded.set_time_ns",
          {limits.account_id(), limits.instrument_id(), limits.order_quantity_max_lots(),
           limits.order_notional_max_units(), limits.position_max_lots(),
           limits.exposure_max_units(), setting.sequence, setting.time})
      .status();
}

absl::Status WriteSettings(Transaction& transaction, const engine::v1::AccountSettingsSet& settings,
                           const Setting& setting) {
  return transaction
      .Execute(
          "INSERT INTO risk.account_settings VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
          " ON CONFLICT (account_id) DO UPDATE SET fee_tier = excluded.fee_tier,"
          " trade_group = excluded.trade_group, open_orders_max = excluded.open_orders_max,"
          " order_rate_max = excluded.order_rate_max,"
          " order_rate_window_ns = excluded.order_rate_window_ns,"
          " duplicate_window_ns = excluded.duplicate_window_ns,"
          " set_sequence = excluded.set_sequence, set_time_ns = excluded.set_time_ns",
          {settings.account_id(), settings.fee_tier(),
           absl::StrCat(settings.trade_group()),  // May be beyond bigint.
           settings.open_orders_max(), settings.order_rate_max(), settings.order_rate_window_ns(),
           settings.duplicate_window_ns(), setting.sequence, setting.time})
      .status();
}

absl::Status WriteTradingState(Transaction& transaction, const engine::v1::TradingStateSet& state,
                               const Setting& setting) {
  return transaction
      .Execute(
          "INSERT INTO risk.trading_states VALUES ($1, $2, $3, $4)"
          " ON CONFLICT (account_id) DO UPDATE SET state = excluded.state,"
          " set_sequence = excluded.set_sequence, set_time_ns = excluded.set_time_ns",
          {state.account_id(), static_cast<int>(state.state()), setting.sequence, setting.time})
      .status();
}

// One by one: what operators set is rare.
absl::Status WriteSettings(Transaction& transaction, CommandBatch commands) {
  for (const engine::v1::CommandEvents* command : commands) {
    for (const engine::v1::Event& event : command->events()) {
      const Setting setting = SettingOf(*command);
      if (event.has_account_limits_set()) {
        RETURN_IF_ERROR(WriteLimits(transaction, event.account_limits_set(), setting));
      } else if (event.has_account_settings_set()) {
        RETURN_IF_ERROR(WriteSettings(transaction, event.account_settings_set(), setting));
      } else if (event.has_trading_state_set()) {
        RETURN_IF_ERROR(WriteTradingState(transaction, event.trading_state_set(), setting));
      }
    }
  }
  return absl::OkStatus();
}

int64_t Signed(OrderId id) { return static_cast<int64_t>(id.value()); }

// The orders that the batch changes and that were there before it.
absl::StatusOr<OpenOrders> ReadOrders(Transaction& transaction, CommandBatch commands) {
  std::set<OrderId> changed;
  std::set<OrderId> created;
  for (const engine::v1::CommandEvents* command : commands) {
    for (const engine::v1::Event& event : command->events()) {
      for (const OrderId id : OrdersChangedBy(event)) changed.insert(id);
      if (const std::optional<OrderId> id = OrderCreatedBy(event)) created.insert(*id);
    }
  }
  std::vector<int64_t> ids;
  for (const OrderId id : changed) {
    if (!created.contains(id)) ids.push_back(Signed(id));
  }
  OpenOrders orders;
  if (ids.empty()) return orders;
  ASSIGN_OR_RETURN(const Result rows,
                   transaction.Execute("SELECT order_id, account_id, instrument_id, side,"
                                       " price_ticks, remaining_lots FROM unnest($1) AS changed"
                                       " (order_id) JOIN risk.open_orders USING (order_id)",
                                       {ids}));
  for (int i = 0; i < rows.row_count(); ++i) {
    const postgres::Row row = rows.row(i);
    orders[OrderId(static_cast<uint64_t>(row.Int64(0)))] = {
        .account_id = AccountId(static_cast<uint64_t>(row.Int64(1))),
        .instrument_id = InstrumentId(static_cast<uint32_t>(row.Int64(2))),
        .side = static_cast<common::v1::OrderSide>(row.Int64(3)),
        .price = Price(row.Int64(4)),
        .remaining = Quantity(row.Int64(5))};
  }
  return orders;
}

absl::Status DeleteOrders(Transaction& transaction, const std::vector<int64_t>& ids) {
  if (ids.empty()) return absl::OkStatus();
  return transaction
      .Execute(
          "DELETE FROM risk.open_orders USING unnest($1) AS ended (order_id)"
          " WHERE open_orders.order_id = ended.order_id",
          {ids})
      .status();
}

absl::Status WriteOrders(Transaction& transaction, const OpenOrders& before,
                         const OpenOrders& after) {
  std::vector<int64_t> ended, ids, accounts, instruments, sides, prices, remaining;
  for (const auto& [id, order] : before) {
    if (!after.contains(id)) ended.push_back(Signed(id));
  }
  for (const auto& [id, order] : after) {
    const auto found = before.find(id);
    if (found != before.end() && found->second == order) continue;
    ids.push_back(Signed(id));
    accounts.push_back(static_cast<int64_t>(order.account_id.value()));
    instruments.push_back(order.instrument_id.value());
    sides.push_back(order.side);
    prices.push_back(order.price.value());
    remaining.push_back(order.remaining.value());
  }
  RETURN_IF_ERROR(DeleteOrders(transaction, ended));
  if (ids.empty()) return absl::OkStatus();
  return transaction
      .Execute(
          "INSERT INTO risk.open_orders (order_id, account_id, instrument_id, side,"
          " price_ticks, remaining_lots) SELECT * FROM unnest($1, $2, $3, $4, $5, $6)"
          " ON CONFLICT (order_id) DO UPDATE SET price_ticks = excluded.price_ticks,"
          " remaining_lots = excluded.remaining_lots",
          {ids, accounts, instruments, sides, prices, remaining})
      .status();
}

}  // namespace

const postgres::Schema& Store::schema() const { return kSchema; }

absl::Status Store::Load(Transaction&) { return absl::OkStatus(); }

absl::Status Store::Apply(Transaction& transaction, CommandBatch commands) {
  RETURN_IF_ERROR(WriteDefinitions(transaction, "risk", commands));
  RETURN_IF_ERROR(WriteSettings(transaction, commands));
  ASSIGN_OR_RETURN(const OpenOrders before, ReadOrders(transaction, commands));
  OpenOrders after = before;
  for (const engine::v1::CommandEvents* command : commands) {
    for (const engine::v1::Event& event : command->events()) risk::Apply(event, after);
  }
  return WriteOrders(transaction, before, after);
}

}  // namespace rialto::risk
