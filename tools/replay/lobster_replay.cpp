#include "tools/replay/lobster_replay.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"

namespace rialto::replay {

LobsterReplay::LobsterReplay(const LobsterRecording& recording, OrderDesk& desk, BookAudit& audit,
                             int64_t quote_factor)
    : recording_(recording), desk_(desk), audit_(audit), quote_factor_(quote_factor) {}

absl::Status LobsterReplay::Run(Pace& pace, Progress& progress) {
  RETURN_IF_ERROR(Seed());
  for (size_t i = 1; i < recording_.messages.size(); ++i) {
    pace.WaitFor(recording_.messages[i].time_ns);
    RETURN_IF_ERROR(Apply(i));
    RETURN_IF_ERROR(CorrectView(i, Side::kBuy));
    RETURN_IF_ERROR(CorrectView(i, Side::kSell));
    RETURN_IF_ERROR(audit_.Expect(desk_, i + 1, recording_.rows[i]));
    progress.Update(i);
  }
  return audit_.Finish(desk_);
}

absl::Status LobsterReplay::Seed() {
  for (const Side side : {Side::kBuy, Side::kSell}) {
    for (const Level& level : recording_.rows[0].side(side))
      RETURN_IF_ERROR(CorrectLevel(side, level, 1));
  }
  return absl::OkStatus();
}

absl::Status LobsterReplay::Apply(size_t index) {
  const LobsterMessage& message = recording_.messages[index];
  switch (message.type) {
    case LobsterType::kAdd:
      return Add(message, index + 1);
    case LobsterType::kReduce:
    case LobsterType::kDelete:
      return Remove(message);
    case LobsterType::kExecute:
      return Execute(message, index + 1);
    case LobsterType::kExecuteHidden:
      ++counts_.hidden_executions;
      return absl::OkStatus();
    case LobsterType::kCrossTrade:
    case LobsterType::kHalt:
      ++counts_.other_messages;
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::Status LobsterReplay::Add(const LobsterMessage& message, uint64_t line) {
  ASSIGN_OR_RETURN(const Placed placed, desk_.Place({.side = message.side,
                                                     .price = message.price,
                                                     .quantity = message.size,
                                                     .line = line,
                                                     .recorded_id = message.order_id}));
  if (placed.accepted) keys_[message.order_id] = placed.key;
  return absl::OkStatus();
}

absl::Status LobsterReplay::Remove(const LobsterMessage& message) {
  return TakeFrom(message.side, {message.price, message.size}, message.order_id);
}

absl::Status LobsterReplay::Execute(const LobsterMessage& message, uint64_t line) {
  const Side taker_side = Opposite(message.side);
  ASSIGN_OR_RETURN(const Placed placed, desk_.Place({.side = taker_side,
                                                     .price = message.price,
                                                     .quantity = message.size,
                                                     .lifetime = Lifetime::kImmediate,
                                                     .line = line}));
  const bool bought = taker_side == Side::kBuy;
  (bought ? counts_.recorded_bought : counts_.recorded_sold) += message.size;
  (bought ? counts_.venue_bought : counts_.venue_sold) += placed.executed;
  ++counts_.executions_recorded;
  // Both factors are bounded by the file's ten digits; the product is compared, not kept.
  const __int128 quote =
      static_cast<__int128>(message.price.value()) * message.size.value() * quote_factor_;
  const bool amount_fits = quote_factor_ == 0 || placed.executed_quote.value() == quote;
  if (placed.accepted && placed.executed == message.size && amount_fits)
    ++counts_.executions_matched;
  return absl::OkStatus();
}

absl::Status LobsterReplay::CorrectView(size_t index, Side side) {
  const std::vector<Level>& before = recording_.rows[index - 1].side(side);
  const std::vector<Level>& now = recording_.rows[index].side(side);
  const size_t depth = static_cast<size_t>(recording_.depth);
  // With fewer levels than the file can show, all there was had been in view.
  if (before.size() < depth) return absl::OkStatus();
  const Price edge_before = before.back().price;
  const bool all_in_view = now.size() < depth;

  for (const Level& level : desk_.book().Levels(side, SIZE_MAX)) {
    if (!IsBetter(side, edge_before, level.price)) continue;
    if (!all_in_view && IsBetter(side, now.back().price, level.price)) break;
    const bool recorded = std::any_of(
        now.begin(), now.end(), [&](const Level& shown) { return shown.price == level.price; });
    if (recorded) continue;
    ++counts_.levels_canceled;
    RETURN_IF_ERROR(TakeFrom(side, level, 0));
  }
  for (const Level& level : now) {
    if (IsBetter(side, edge_before, level.price))
      RETURN_IF_ERROR(CorrectLevel(side, level, index + 1));
  }
  return absl::OkStatus();
}

absl::Status LobsterReplay::CorrectLevel(Side side, const Level& level, uint64_t line) {
  const Quantity present = desk_.book().TotalAt(side, level.price);
  if (present > level.quantity) {
    ++counts_.levels_reduced;
    return TakeFrom(side, {level.price, present - level.quantity}, 0);
  }
  if (present == level.quantity) return absl::OkStatus();
  ++counts_.levels_seeded;
  ASSIGN_OR_RETURN(const Placed placed, desk_.Place({.side = side,
                                                     .price = level.price,
                                                     .quantity = level.quantity - present,
                                                     .line = line}));
  if (placed.accepted) is_seed_[placed.key] = true;
  return absl::OkStatus();
}

absl::Status LobsterReplay::TakeFrom(Side side, const Level& level, uint64_t recorded_id) {
  std::vector<uint64_t> keys = desk_.book().KeysAt(side, level.price);
  std::reverse(keys.begin(), keys.end());
  const auto own = recorded_id == 0 ? keys_.end() : keys_.find(recorded_id);
  const auto rank = [&](uint64_t key) {
    if (own != keys_.end() && own->second == key) return 0;
    return is_seed_.contains(key) ? 1 : 2;
  };
  std::stable_sort(keys.begin(), keys.end(),
                   [&](uint64_t a, uint64_t b) { return rank(a) < rank(b); });

  Quantity left = level.quantity;
  for (const uint64_t key : keys) {
    if (left == Quantity(0)) break;
    const Quantity part = Min(left, desk_.book().Find(key)->remaining);
    RETURN_IF_ERROR(desk_.Reduce(key, part));
    left -= part;
  }
  if (left > Quantity(0)) ++counts_.unexplained;
  return absl::OkStatus();
}

}  // namespace rialto::replay
