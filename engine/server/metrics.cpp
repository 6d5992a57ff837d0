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
    "create_asset", "create_instrument", "open_account", "set_account_limits", "deposit",
    "withdraw",     "place_order",       "cancel_order", "amend_order"};

const Buckets kSeconds = {10e-6, 25e-6, 50e-6, 100e-6, 150e-6, 200e-6, 300e-6, 500e-6,
                          1e-3,  2e-3,  5e-3,  10e-3,  25e-3,  50e-3,  100e-3, 1};
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
      book_levels_(BuildGauge()
                       .Name("engine_book_levels")
                       .Help("Prices with orders at rest.")
                       .Register(registry)),
      inbox_full(MakeCounter(registry, "engine_inbox_full_total",
                             "Commands refused because too many were waiting.")),
      journal_bytes(MakeCounter(registry, "engine_journal_bytes_total", "Bytes made durable.")),
      last_sequence(MakeGauge(registry, "engine_last_sequence", "Last sequence applied.")),
      queue_depth(MakeGauge(registry, "engine_queue_depth", "Commands and queries waiting.")),
      accounts(MakeGauge(registry, "engine_accounts", "User accounts.")),
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
    } else if (const auto* created = std::get_if<InstrumentCreated>(&event)) {
      trades_by_instrument_.push_back(
          &trades_.Add({{"symbol", created->definition.symbol.ToString()}}));
    }
  }
}

void Metrics::Export(const Engine& engine) {
  accounts.Set(static_cast<double>(engine.accounts().user_count()));
  for (const Asset& asset : engine.assets()) {
    conservation_error_.Add({{"asset", asset.symbol.ToString()}})
        .Set(static_cast<double>(engine.accounts().Total(asset.id)));
  }
  for (const std::unique_ptr<Market>& market : engine.markets()) {
    const std::string symbol = market->instrument.definition.symbol.ToString();
    const Book& book = market->book;
    open_orders_.Add({{"symbol", symbol}}).Set(static_cast<double>(book.order_count()));
    book_levels_.Add({{"symbol", symbol}, {"side", "buy"}})
        .Set(static_cast<double>(book.levels(Side::kBuy).size()));
    book_levels_.Add({{"symbol", symbol}, {"side", "sell"}})
        .Set(static_cast<double>(book.levels(Side::kSell).size()));
  }
}

}  // namespace rialto::engine
