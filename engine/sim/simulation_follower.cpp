#include "engine/sim/simulation_follower.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "engine/codec/record_codec.h"

namespace rialto::engine {
namespace {

absl::Status Wrong(const std::string& what) {
  return absl::InternalError(absl::StrCat("a follower: ", what));
}

// Whether the engine's checkpoint, as it came over the feed, is the one it took.
bool Same(const v1::Checkpoint& heard, const Checkpoint& taken) {
  if (heard.state_hash() != ToBytes(taken.state.hash) || heard.open_orders() != taken.open_orders ||
      heard.assets_size() != static_cast<int>(taken.assets.size()) ||
      heard.balance_buckets_size() != static_cast<int>(taken.balances.size())) {
    return false;
  }
  for (int i = 0; i < heard.assets_size(); ++i) {
    const AssetTotal& total = taken.assets[static_cast<size_t>(i)];
    if (heard.assets(i).asset_id() != total.asset_id.value() ||
        heard.assets(i).owned_units() != total.owned.value() ||
        heard.assets(i).held_units() != total.held.value()) {
      return false;
    }
  }
  return std::equal(taken.balances.begin(), taken.balances.end(), heard.balance_buckets().begin());
}

}  // namespace

// --- The mirror ---

absl::Status SimulationMirror::Apply(const v1::CommandEvents& command) {
  progressed_.clear();
  for (const v1::Event& event : command.events()) RETURN_IF_ERROR(On(event));
  // Filled orders have no event of their own.
  for (const uint64_t id : progressed_) {
    const auto order = orders_.find(id);
    if (order != orders_.end() && order->second.remaining() == 0) orders_.erase(order);
  }
  return absl::OkStatus();
}

absl::Status SimulationMirror::On(const v1::Event& event) {
  switch (event.event_case()) {
    case v1::Event::kOrderAccepted: {
      const v1::OrderAccepted& accepted = event.order_accepted();
      const OpenOrder order{accepted.account_id(), accepted.quantity_lots(), 0};
      if (orders_.emplace(accepted.order_id(), order).second) return absl::OkStatus();
      return Wrong(absl::StrCat("order ", accepted.order_id(), " is taken twice"));
    }
    case v1::Event::kOrderTriggered: {
      ASSIGN_OR_RETURN(OpenOrder* const order, Find(event.order_triggered().order_id()));
      order->quantity = event.order_triggered().quantity_lots();
      return absl::OkStatus();
    }
    case v1::Event::kOrderReduced: {
      ASSIGN_OR_RETURN(OpenOrder* const order, Find(event.order_reduced().order_id()));
      order->quantity -= event.order_reduced().reduced_lots();
      return Progress(event.order_reduced().order_id(), 0, event.order_reduced().remaining_lots());
    }
    case v1::Event::kOrderMoved: {
      ASSIGN_OR_RETURN(OpenOrder* const order, Find(event.order_moved().order_id()));
      order->quantity = event.order_moved().quantity_lots();
      return absl::OkStatus();
    }
    case v1::Event::kTrade: {
      const v1::Trade& trade = event.trade();
      RETURN_IF_ERROR(
          Progress(trade.taker_order_id(), trade.quantity_lots(), trade.taker_remaining_lots()));
      return Progress(trade.maker_order_id(), trade.quantity_lots(), trade.maker_remaining_lots());
    }
    case v1::Event::kSelfTradePrevented: {
      const v1::SelfTradePrevented& met = event.self_trade_prevented();
      RETURN_IF_ERROR(
          Progress(met.taker_order_id(), met.taker_prevented_lots(), met.taker_remaining_lots()));
      return Progress(met.maker_order_id(), met.maker_prevented_lots(), met.maker_remaining_lots());
    }
    case v1::Event::kOrderCanceled:
      return Cancel(event.order_canceled());
    case v1::Event::kBalanceChanged: {
      const v1::BalanceChanged& changed = event.balance_changed();
      balances_[{changed.account_id(), changed.asset_id()}] = {changed.available_units(),
                                                               changed.held_units()};
      return absl::OkStatus();
    }
    default:
      return absl::OkStatus();
  }
}

absl::StatusOr<SimulationMirror::OpenOrder*> SimulationMirror::Find(uint64_t order_id) {
  const auto found = orders_.find(order_id);
  if (found != orders_.end()) return &found->second;
  return Wrong(absl::StrCat("order ", order_id, " is not open"));
}

absl::Status SimulationMirror::Progress(uint64_t order_id, int64_t done, int64_t remaining) {
  ASSIGN_OR_RETURN(OpenOrder* const order, Find(order_id));
  order->done += done;
  progressed_.push_back(order_id);
  if (order->remaining() == remaining) return absl::OkStatus();
  return Wrong(
      absl::StrCat("of order ", order_id, " remain ", order->remaining(), ", not ", remaining));
}

absl::Status SimulationMirror::Cancel(const v1::OrderCanceled& canceled) {
  ASSIGN_OR_RETURN(OpenOrder* const order, Find(canceled.order_id()));
  order->quantity -= canceled.canceled_lots();
  return Progress(canceled.order_id(), 0, 0);
}

BalanceDigest SimulationMirror::Digest() const {
  BalanceDigest digest{};
  for (const auto& [key, balance] : balances_) {
    const AccountId account_id(key.first);
    digest[BalanceBucket(account_id)] += BalanceHash(
        account_id, AssetId(key.second), Amount(balance.available), Amount(balance.held));
  }
  return digest;
}

absl::Status SimulationMirror::Check(const v1::Checkpoint& checkpoint) const {
  const BalanceDigest digest = Digest();
  if (!std::equal(digest.begin(), digest.end(), checkpoint.balance_buckets().begin(),
                  checkpoint.balance_buckets().end())) {
    return Wrong("its balances are not the checkpoint's");
  }
  if (checkpoint.open_orders() != orders_.size()) {
    return Wrong(absl::StrCat("it has ", orders_.size(), " open orders, the checkpoint ",
                              checkpoint.open_orders()));
  }
  std::map<uint32_t, Balance> sums;
  for (const auto& [key, balance] : balances_) {
    Balance& sum = sums[key.second];
    if (AccountId(key.first) != kExternal) sum.available += balance.available + balance.held;
    sum.held += balance.held;
  }
  for (const v1::AssetTotal& asset : checkpoint.assets()) {
    const Balance& sum = sums[asset.asset_id()];
    if (sum.available != asset.owned_units() || sum.held != asset.held_units()) {
      return Wrong(absl::StrCat("asset ", asset.asset_id(), " does not add up"));
    }
  }
  return absl::OkStatus();
}

absl::Status SimulationMirror::CompareWith(const Engine& engine) const {
  if (Digest() != engine.accounts().digest()) return Wrong("its balances are not the engine's");
  for (const auto& [key, balance] : balances_) {
    const auto there = engine.accounts().Get(AccountId(key.first), AssetId(key.second));
    if (there.available.value() != balance.available || there.held.value() != balance.held) {
      return Wrong(absl::StrCat("account ", key.first, " asset ", key.second, " differs"));
    }
  }
  if (orders_.size() != engine.orders().size()) {
    return Wrong(absl::StrCat("it has ", orders_.size(), " open orders, the engine ",
                              engine.orders().size()));
  }
  for (const auto& [id, order] : orders_) {
    const auto there = engine.FindOpenOrder({AccountId(order.account_id), OrderId(id), {}});
    if (!there.has_value() || there->remaining.value() != order.remaining()) {
      return Wrong(absl::StrCat("order ", id, " differs"));
    }
  }
  return absl::OkStatus();
}

// --- The follower ---

absl::Status SimulationFollower::Subscribe(EventFeed& feed, const Replica& replica) {
  cursor_.reset();
  if (now_.position > replica.engine().sequence()) {
    return absl::OutOfRangeError(absl::StrCat("a follower is at ", now_.position.value(),
                                              ", the engine at ",
                                              replica.engine().sequence().value()));
  }
  RETURN_IF_ERROR(replica.Compare(now_.checkpoint));
  if (now_.position > Sequence(0)) {
    RETURN_IF_ERROR(feed.CompareTime({now_.position, now_.timestamp}));
  }
  cursor_ = feed.OpenCursor(now_.position.Next());
  return absl::OkStatus();
}

void SimulationFollower::Restart() {
  now_ = stored_;
  cursor_.reset();
}

absl::Status SimulationFollower::Read(Sequence published, int messages) {
  if (published > witness_.durable()) {
    return Wrong(absl::StrCat("sequence ", published.value(), " is published, durable is ",
                              witness_.durable().value()));
  }
  v1::SubscribeResponse message;
  for (int i = 0; i < messages; ++i) {
    ASSIGN_OR_RETURN(const std::optional<journal::Record> record, cursor_->Next(published));
    if (!record.has_value()) return absl::OkStatus();
    if (!message.ParseFromArray(record->payload.data(), static_cast<int>(record->payload.size()))) {
      return Wrong("a message does not parse");
    }
    if (message.head_sequence() != record->last().value())
      return Wrong("a message's head is wrong");
    for (v1::CommandEvents& command : *message.mutable_commands()) {
      // A message is sent as it was first written: it may begin before what was asked for.
      if (command.sequence() <= now_.position.value() && record->sequence <= now_.position) {
        continue;
      }
      RETURN_IF_ERROR(Apply(command));
    }
    if (now_.position != record->last()) return Wrong("a message has not all that it covers");
  }
  return absl::OkStatus();
}

absl::Status SimulationFollower::Apply(v1::CommandEvents& command) {
  const Sequence sequence(command.sequence());
  if (sequence != now_.position.Next()) {
    return Wrong(absl::StrCat("sequence ", sequence.value(), " after ", now_.position.value()));
  }
  if (sequence > witness_.durable()) {
    return Wrong(absl::StrCat("sequence ", sequence.value(), " is not durable"));
  }
  const bool has_checkpoint = command.has_checkpoint();
  const v1::Checkpoint checkpoint = command.checkpoint();
  command.clear_checkpoint();
  if (HashOf(command) != witness_.entry(sequence).events_hash) {
    return Wrong(absl::StrCat("other events at sequence ", sequence.value(), " than happened"));
  }
  now_.position = sequence;
  now_.timestamp = Timestamp(command.timestamp_ns());
  RETURN_IF_ERROR(now_.mirror.Apply(command));
  if (has_checkpoint != (witness_.FindCheckpoint(sequence) != nullptr)) {
    return Wrong(absl::StrCat("a checkpoint at ", sequence.value(), " is missing, or too much"));
  }
  return has_checkpoint ? ApplyCheckpoint(sequence, checkpoint) : absl::OkStatus();
}

absl::Status SimulationFollower::ApplyCheckpoint(Sequence sequence,
                                                 const v1::Checkpoint& checkpoint) {
  if (!Same(checkpoint, *witness_.FindCheckpoint(sequence))) {
    return Wrong(absl::StrCat("the checkpoint at ", sequence.value(), " is another one"));
  }
  now_.checkpoint = {sequence, witness_.FindCheckpoint(sequence)->state.hash};
  return now_.mirror.Check(checkpoint);
}

}  // namespace rialto::engine
