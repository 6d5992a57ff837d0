#include "engine/server/metrics.h"

#include <array>
#include <string>
#include <variant>

#include "rialto/common/v1/order.pb.h"

namespace rialto::engine {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using Buckets = prometheus::Histogram::BucketBoundaries;

// In the order of the Command variant.
constexpr std::array<const char*, std::variant_size_v<Command>> kCommandTypes = {
    "create_asset",
    "create_instrument",
    "open_account",
    "set_account_limits",
    "deposit",
    "withdraw",
    "place_order",
    "cancel_order",
    "amend_order",
    "set_instrument",
    "set_instrument_state",
    "set_schedule",
    "set_mark_price",
    "set_fee_tier",
    "set_account_settings",
    "set_trading_state",
    "place_order_list",
    "replace_order",
    "mass_cancel",
    "cancel_all_after",
    "tick",
    "make_transfers",
    "activate_rule_set"};
// In the order of the enums; the first of each is nobody's.
constexpr const char* kStates[] = {"",          "trading", "halted", "cancel_only",
                                   "post_only", "auction", "closed"};
// No source: the order waited for another one of its list.
constexpr const char* kSources[] = {"list", "last", "bid_ask", "mid", "mark"};
constexpr const char* kModes[] = {
    "", "allow", "expire_taker", "expire_maker", "expire_both", "decrement"};

// Prometheus calls every quantile behind the last bound that bound: the alert at one second needs
// a later one.
const Buckets kSeconds = {10e-6, 25e-6, 50e-6, 100e-6, 150e-6, 200e-6, 300e-6, 500e-6, 1e-3,
                          2e-3,  5e-3,  10e-3, 25e-3,  50e-3,  100e-3, 1,      10};
const Buckets kCommands = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

prometheus::Counter& MakeCounter(prometheus::Registry& registry, const char* name,
                                 const char* help) {
  return BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Gauge& MakeGauge(prometheus::Registry& registry, const char* name, const char* help,
                             const prometheus::Labels& labels = {}) {
  return BuildGauge().Name(name).Help(help).Register(registry).Add(labels);
}

prometheus::Histogram& MakeHistogram(prometheus::Registry& registry, const char* name,
                                     const char* help, const Buckets& buckets) {
  return BuildHistogram().Name(name).Help(help).Register(registry).Add({}, buckets);
}

}  // namespace

// tidy: ladder
Metrics::Metrics(prometheus::Registry& registry)
    : commands_(BuildCounter()
                    .Name("engine_commands_total")
                    .Help("Commands decided, by type and result.")
                    .Register(registry)),
      rejects_(BuildCounter()
                   .Name("engine_rejects_total")
                   .Help("Commands refused, by reason.")
                   .Register(registry)),
      conservation_error_(BuildGauge()
                              .Name("engine_conservation_error")
                              .Help("Sum over all accounts in minor units; must be 0.")
                              .Register(registry)),
      trades_(BuildCounter()
                  .Name("engine_trades_total")
                  .Help("Trades, replayed ones included.")
                  .Register(registry)),
      open_orders_(
          BuildGauge().Name("engine_open_orders").Help("Orders at rest.").Register(registry)),
      pending_orders_(BuildGauge()
                          .Name("engine_pending_orders")
                          .Help("Open orders in no book.")
                          .Register(registry)),
      book_levels_(BuildGauge()
                       .Name("engine_book_levels")
                       .Help("Prices with orders at rest.")
                       .Register(registry)),
      states_(BuildGauge()
                  .Name("engine_instrument_state")
                  .Help("1 for the state an instrument is in, 0 for the others.")
                  .Register(registry)),
      triggered_(BuildCounter()
                     .Name("engine_orders_triggered_total")
                     .Help("Waiting orders that became active, replayed ones included.")
                     .Register(registry)),
      prevented_(BuildCounter()
                     .Name("engine_self_trades_prevented_total")
                     .Help("Encounters that did not trade, replayed ones included.")
                     .Register(registry)),
      inbox_full(MakeCounter(registry, "engine_inbox_full_total",
                             "Commands refused because too many were waiting.")),
      journal_bytes(MakeCounter(registry, "engine_journal_bytes_total", "Bytes made durable.")),
      disk_full(MakeCounter(registry, "engine_disk_full_total",
                            "Commands refused because the journal's disk was nearly full.")),
      snapshot_failures(MakeCounter(registry, "engine_snapshot_failures_total",
                                    "Snapshots that could not be made or were not true.")),
      archive_failures(MakeCounter(registry, "engine_archive_failures_total",
                                   "Times that the journal behind a snapshot was not archived.")),
      snapshot_sequence(MakeGauge(registry, "engine_snapshot_sequence",
                                  "Sequence of the newest snapshot made in this run.")),
      snapshot_seconds(MakeGauge(registry, "engine_snapshot_duration_seconds",
                                 "How long the last snapshot took, beside the trading.")),
      last_sequence(MakeGauge(registry, "engine_last_sequence", "Last sequence applied.")),
      queue_depth(MakeGauge(registry, "engine_queue_depth", "Commands and queries waiting.")),
      accounts(MakeGauge(registry, "engine_accounts", "User accounts.")),
      pending_transfers(MakeGauge(registry, "engine_pending_transfers",
                                  "Transfers not posted, voided or expired.")),
      subscribers(MakeGauge(registry, "stream_subscribers", "Subscribers, by stream.",
                            {{"stream", "events"}})),
      command_seconds(MakeHistogram(registry, "engine_command_duration_seconds",
                                    "From taken in to answered, durable.", kSeconds)),
      queue_wait_seconds(MakeHistogram(registry, "engine_queue_wait_seconds",
                                       "From taken in to durable.", kSeconds)),
      fsync_seconds(MakeHistogram(registry, "engine_journal_fsync_duration_seconds",
                                  "Write and sync of one batch.", kSeconds)),
      batch_commands(
          MakeHistogram(registry, "engine_batch_commands", "Commands per batch.", kCommands)) {
  for (const char* type : kCommandTypes) {
    commands_by_type_.push_back({&commands_.Add({{"type", type}, {"result", "accepted"}}),
                                 &commands_.Add({{"type", type}, {"result", "rejected"}})});
  }
  for (const char* source : kSources) {
    triggered_by_source_.push_back(&triggered_.Add({{"source", source}}));
  }
  for (const char* mode : kModes) {
    prevented_by_mode_.push_back(*mode == 0 ? nullptr : &prevented_.Add({{"mode", mode}}));
  }
}

void Metrics::Count(absl::Span<const Command> commands, absl::Span<const Outcome> outcomes) {
  for (size_t i = 0; i < commands.size(); ++i) {
    const Outcome& outcome = outcomes[i];
    commands_by_type_[commands[i].index()][outcome.accepted() ? 0 : 1]->Increment();
    if (outcome.accepted()) continue;
    const auto number = static_cast<uint16_t>(outcome.reason);
    prometheus::Counter*& counter = rejects_by_reason_[number];
    if (counter == nullptr) {
      const std::string name =
          common::v1::RejectReason_Name(static_cast<common::v1::RejectReason>(number));
      counter = &rejects_.Add({{"reason", name.substr(sizeof("REJECT_REASON_") - 1)}});
    }
    counter->Increment();
  }
}

void Metrics::Count(const Events& events) {
  for (const Event& event : events) {
    if (const auto* trade = std::get_if<Trade>(&event)) {
      trades_by_instrument_[trade->instrument_id.value() - 1]->Increment();
    } else if (const auto* triggered = std::get_if<OrderTriggered>(&event)) {
      triggered_by_source_[static_cast<size_t>(triggered->source)]->Increment();
    } else if (const auto* prevented = std::get_if<SelfTradePrevented>(&event)) {
      prevented_by_mode_[static_cast<size_t>(prevented->mode)]->Increment();
    } else if (const auto* changed = std::get_if<InstrumentStateChanged>(&event)) {
      SetState(changed->instrument_id, changed->state);
    } else if (const auto* created = std::get_if<InstrumentCreated>(&event)) {
      AddInstrument(*created);
    }
  }
}

void Metrics::AddInstrument(const InstrumentCreated& created) {
  // Made already when a start had to turn to an older snapshot.
  if (created.instrument_id.value() <= trades_by_instrument_.size()) return;
  const std::string symbol = created.definition.symbol.ToString();
  trades_by_instrument_.push_back(&trades_.Add({{"symbol", symbol}}));
  std::vector<prometheus::Gauge*>& states = states_by_instrument_.emplace_back();
  for (const char* state : kStates) {
    states.push_back(*state == 0 ? nullptr : &states_.Add({{"symbol", symbol}, {"state", state}}));
  }
  SetState(created.instrument_id, InstrumentState::kTrading);
}

void Metrics::SetState(InstrumentId id, InstrumentState state) {
  const std::vector<prometheus::Gauge*>& states = states_by_instrument_[id.value() - 1];
  for (size_t i = 1; i < states.size(); ++i) {
    states[i]->Set(i == static_cast<size_t>(state) ? 1 : 0);
  }
}

void Metrics::Export(const Engine& engine) {
  accounts.Set(static_cast<double>(engine.accounts().user_count()));
  pending_transfers.Set(static_cast<double>(engine.pending_transfer_count()));
  for (const Asset& asset : engine.assets()) {
    conservation_error_.Add({{"asset", asset.symbol.ToString()}})
        .Set(static_cast<double>(engine.accounts().Total(asset.id)));
  }
  for (const std::unique_ptr<Market>& market : engine.markets()) {
    const std::string symbol = market->instrument.definition.symbol.ToString();
    const Book& book = market->book;
    open_orders_.Add({{"symbol", symbol}}).Set(static_cast<double>(book.order_count()));
    pending_orders_.Add({{"symbol", symbol}}).Set(static_cast<double>(market->waiting.size()));
    for (const Side side : {Side::kBuy, Side::kSell}) {
      int64_t levels = 0;
      book.ForEachLevel(side, [&](const LevelView&) { return ++levels > 0; });
      book_levels_.Add({{"symbol", symbol}, {"side", side == Side::kBuy ? "buy" : "sell"}})
          .Set(static_cast<double>(levels));
    }
  }
}

}  // namespace rialto::engine
