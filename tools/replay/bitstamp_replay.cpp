#include "tools/replay/bitstamp_replay.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"

namespace rialto::replay {
namespace {

constexpr int64_t kNanosecondsPerMillisecond = 1'000'000;

}  // namespace

absl::Status BitstampReplay::Run(Pace& pace, Progress& progress) {
  for (size_t i = 0; i < recording_.events.size(); ++i) {
    pace.WaitFor(recording_.events[i].time_ms * kNanosecondsPerMillisecond);
    RETURN_IF_ERROR(Apply(i));
    progress.Update(i + 1);
  }
  RETURN_IF_ERROR(audit_.Finish(desk_));
  MatchTrades();
  return absl::OkStatus();
}

absl::Status BitstampReplay::Apply(size_t index) {
  const BitstampEvent& event = recording_.events[index];
  switch (event.type) {
    case BitstampType::kCreated:
      return Create(event, index + 1);
    case BitstampType::kChanged:
      return Change(event, index + 1);
    case BitstampType::kDeleted:
      return Delete(event);
    case BitstampType::kTrade:
      ++counts_.trades_recorded;
      counts_.recorded_volume += event.amount;
      return absl::OkStatus();
    case BitstampType::kBook:
      return Show(recording_.books[event.book_index], index + 1);
  }
  return absl::OkStatus();
}

absl::Status BitstampReplay::Create(const BitstampEvent& event, uint64_t line) {
  created_.insert(event.id);
  if (deleted_.contains(event.id)) {
    ++counts_.created_after_deleted;
    return absl::OkStatus();
  }
  return Place(event, event.amount, line);
}

absl::Status BitstampReplay::Change(const BitstampEvent& event, uint64_t line) {
  const RestingOrder* resting = Find(event);
  if (resting == nullptr) {
    if (created_.contains(event.id) || deleted_.contains(event.id)) {
      ++counts_.already_traded;
      return absl::OkStatus();
    }
    // From before the recording: part of a seed, whose trade happened here as well, or never seen.
    const std::vector<uint64_t> keys = desk_.book().KeysAt(event.side, event.price);
    const bool seeded =
        std::any_of(keys.begin(), keys.end(), [&](uint64_t key) { return seeds_.contains(key); });
    if (seeded || event.amount == Quantity(0)) return absl::OkStatus();
    created_.insert(event.id);
    ++counts_.orders_adopted;
    return Place(event, event.amount, line);
  }
  const Quantity remaining = resting->remaining;
  if (resting->price != event.price) {
    ++counts_.orders_repriced;
    RETURN_IF_ERROR(desk_.Reduce(resting->key, remaining));
    const Quantity quantity = Min(remaining, event.amount);
    return quantity > Quantity(0) ? Place(event, quantity, line) : absl::OkStatus();
  }
  // Smaller here than there: our engine has matched at once what the feed still reports bit by bit.
  if (remaining <= event.amount) return absl::OkStatus();
  return desk_.Reduce(resting->key, remaining - event.amount);
}

absl::Status BitstampReplay::Delete(const BitstampEvent& event) {
  deleted_.insert(event.id);
  if (const RestingOrder* resting = Find(event))
    return desk_.Reduce(resting->key, resting->remaining);
  if (!created_.contains(event.id)) return LowerSeed(event);
  ++counts_.already_traded;
  return absl::OkStatus();
}

absl::Status BitstampReplay::Show(const BookRow& book, uint64_t line) {
  // The first book is where ours starts from: there is nothing to compare yet.
  if (edge_shown_[0] || edge_shown_[1]) RETURN_IF_ERROR(audit_.Expect(desk_, line, book));
  RETURN_IF_ERROR(Seed(Side::kBuy, book, line));
  return Seed(Side::kSell, book, line);
}

absl::Status BitstampReplay::Seed(Side side, const BookRow& book, uint64_t line) {
  const std::vector<Level>& levels = book.side(side);
  std::optional<Price>& edge = edge_shown_[side == Side::kBuy ? 0 : 1];
  for (const Level& level : levels) {
    if (edge && !IsBetter(side, *edge, level.price)) continue;
    const Quantity present = desk_.book().TotalAt(side, level.price);
    if (present >= level.quantity) continue;
    ++counts_.levels_seeded;
    ASSIGN_OR_RETURN(const Placed placed, desk_.Place({.side = side,
                                                       .price = level.price,
                                                       .quantity = level.quantity - present,
                                                       .line = line}));
    if (placed.accepted) seeds_.insert(placed.key);
  }
  if (!levels.empty() && (!edge || IsBetter(side, *edge, levels.back().price)))
    edge = levels.back().price;
  return absl::OkStatus();
}

absl::Status BitstampReplay::Place(const BitstampEvent& event, Quantity quantity, uint64_t line) {
  ASSIGN_OR_RETURN(const Placed placed, desk_.Place({.side = event.side,
                                                     .price = event.price,
                                                     .quantity = quantity,
                                                     .line = line,
                                                     .recorded_id = event.id}));
  if (placed.accepted) keys_[event.id] = placed.key;
  return absl::OkStatus();
}

absl::Status BitstampReplay::LowerSeed(const BitstampEvent& event) {
  Quantity left = event.amount;
  for (const uint64_t key : desk_.book().KeysAt(event.side, event.price)) {
    if (left == Quantity(0)) break;
    if (!seeds_.contains(key)) continue;
    const Quantity part = Min(left, desk_.book().Find(key)->remaining);
    RETURN_IF_ERROR(desk_.Reduce(key, part));
    left -= part;
  }
  return absl::OkStatus();
}

const RestingOrder* BitstampReplay::Find(const BitstampEvent& event) const {
  const auto found = keys_.find(event.id);
  return found == keys_.end() ? nullptr : desk_.book().Find(found->second);
}

void BitstampReplay::MatchTrades() {
  std::map<std::pair<int64_t, int64_t>, int64_t> traded;
  for (const FeedTrade& trade : audit_.book().trades()) {
    ++traded[{trade.price.value(), trade.quantity.value()}];
    counts_.venue_volume += trade.quantity;
  }
  for (const BitstampEvent& event : recording_.events) {
    if (event.type != BitstampType::kTrade) continue;
    const auto found = traded.find({event.price.value(), event.amount.value()});
    if (found == traded.end() || found->second == 0) continue;
    --found->second;
    ++counts_.trades_matched;
  }
}

}  // namespace rialto::replay
