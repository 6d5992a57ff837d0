#include "engine/sim/naive_pair.h"

#include <algorithm>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "engine/sim/print.h"
#include "engine/sim/state_text.h"

namespace rialto::engine {
namespace {

// The first event that differs and what follows it.
std::string FromFirstDifference(const Events& events, const Events& others) {
  constexpr size_t kShown = 12;
  size_t begin = 0;
  while (begin < std::min(events.size(), others.size()) && events[begin] == others[begin]) ++begin;
  std::string text = absl::StrCat("  (", begin, " equal events)\n");
  for (size_t i = begin; i < std::min(events.size(), begin + kShown); ++i) {
    absl::StrAppend(&text, "  ", ToText(events[i]), "\n");
  }
  if (events.size() > begin + kShown) absl::StrAppend(&text, "  ...\n");
  return text;
}

}  // namespace

std::string NaivePair::Apply(Timestamp at, const Command& command) {
  CHECK(at > now_);
  now_ = at;
  const CommandHeader header{Sequence(++sequence_), at};
  core_events_.clear();
  model_events_.clear();
  outcome_ = core_->Apply(header, command, core_events_);
  const Outcome model = model_.Apply(header, command, model_events_);
  const bool is_due_alike = core_->NextDue() == model_.NextDue();
  if (outcome_ == model && core_events_ == model_events_ && is_due_alike) {
    follower_.Follow(core_events_);
    if (seen_ != nullptr) Note(command);
    if (sequence_ % restart_every_ == 0) RestartCore();
    return "";
  }
  return absl::StrCat("sequence ", sequence_, " at ", at.value(), "\n", ToText(command),
                      "\ncore said:\n  ", ToText(outcome_), "\n  next due ",
                      core_->NextDue().value(), "\n",
                      FromFirstDifference(core_events_, model_events_), "model said:\n  ",
                      ToText(model), "\n  next due ", model_.NextDue().value(), "\n",
                      FromFirstDifference(model_events_, core_events_));
}

void NaivePair::RestartCore() {
  const std::string saved = SaveToString(*core_);
  auto loaded = std::make_unique<Engine>();
  CHECK(LoadFromString(saved, *loaded));
  CHECK(SaveToString(*loaded) == saved);
  CHECK(loaded->accounts().digest() == core_->accounts().digest());
  core_ = std::move(loaded);
}

void NaivePair::Validate() const {
  core_->Validate();
  model_.Validate();
  follower_.CompareWith(model_);
  CHECK(core_->orders().size() == model_.open_orders());
  for (const auto& [key, balance] : follower_.balances()) {
    const auto said = core_->accounts().Get(key.first, key.second);
    CHECK(said.available.value() == balance.available && said.held.value() == balance.held);
  }
  for (uint32_t i = 1; i <= core_->markets().size(); ++i) CompareBook(InstrumentId(i));
}

void NaivePair::CompareBook(InstrumentId id) const {
  std::map<std::pair<Side, Price>, Wide> depth;
  core_->ForEachOpenOrder(id, [&](const OpenOrder& order) {
    const auto followed = follower_.open_orders().find(order.id);
    CHECK(followed != follower_.open_orders().end());
    CHECK(followed->second.remaining() == order.remaining.value());
    CHECK((order.status == OrderStatus::kOpen) == (order.level != Price(0)));
    if (order.level != Price(0)) depth[{order.side, order.level}] += order.displayed.value();
    return true;
  });
  size_t count = 0;
  for (const Side side : {Side::kBuy, Side::kSell}) {
    for (const auto& level : follower_.Levels(id, side)) {
      CHECK((depth[{side, level.price}] == level.lots));
      ++count;
    }
  }
  CHECK(depth.size() == count);
  const Auction auction = core_->IndicativeAuction(id);
  const NaiveEngine::AuctionPrice indicative = model_.IndicativePrice(id);
  CHECK(auction.price == indicative.price && auction.volume == indicative.volume);
}

void NaivePair::Note(const Command& command) const {
  Seen& seen = *seen_;
  ++seen[std::string(Name(command))];
  ++seen[std::string(Name(outcome_.reason))];
  ++seen[std::string(Name(outcome_.status))];
  if (outcome_.repeated) ++seen[absl::StrCat("repeated ", std::string(Name(command)))];
  const auto* transfers = std::get_if<MakeTransfers>(&command);
  if (transfers != nullptr && transfers->transfers.size() > 1) {
    ++seen[outcome_.accepted() ? "linked transfers made" : "linked transfers refused"];
    if (outcome_.transfer.refused > 1) ++seen["linked transfers undone"];
  }
  for (const Event& event : core_events_) {
    if (const auto* refused = std::get_if<TransferRejected>(&event)) {
      ++seen[std::string(Name(refused->reason))];
    }
    ++seen[std::string(Name(event))];
    if (const auto* canceled = std::get_if<OrderCanceled>(&event)) {
      ++seen[std::string(Name(canceled->reason))];
    } else if (const auto* changed = std::get_if<InstrumentStateChanged>(&event)) {
      ++seen[absl::StrCat("state ", static_cast<int>(changed->state), " cause ",
                          static_cast<int>(changed->cause))];
      ++seen[absl::StrCat("cause ", static_cast<int>(changed->cause))];
      ++seen[absl::StrCat("state ", static_cast<int>(changed->state))];
    } else if (const auto* accepted = std::get_if<OrderAccepted>(&event)) {
      const PlaceOrder& order = accepted->order;
      ++seen[absl::StrCat("type ", static_cast<int>(order.type), " time in force ",
                          static_cast<int>(order.time_in_force))];
      if (accepted->list_kind != 0) ++seen[absl::StrCat("list ", int{accepted->list_kind})];
      if (order.terms.display_quantity != Quantity(0)) ++seen["iceberg"];
      if (order.post_only == PostOnly::kYes) ++seen["post-only"];
    } else if (const auto* prevented = std::get_if<SelfTradePrevented>(&event)) {
      ++seen[absl::StrCat(prevented->taker_price == Price(0) ? "mode " : "mode in an auction ",
                          static_cast<int>(prevented->mode))];
    } else if (const auto* triggered = std::get_if<OrderTriggered>(&event)) {
      ++seen[absl::StrCat("trigger source ", static_cast<int>(triggered->source))];
    } else if (const auto* trade = std::get_if<Trade>(&event)) {
      if (trade->taker_price != Price(0)) ++seen["trade in an auction"];
      if (trade->buyer_fee < Amount(0) || trade->seller_fee < Amount(0)) ++seen["rebate"];
    } else if (const auto* resolved = std::get_if<PendingResolved>(&event)) {
      const bool is_partial = resolved->posted > Amount(0) && resolved->released > Amount(0);
      ++seen[absl::StrCat("pending state ", static_cast<int>(resolved->state))];
      if (is_partial) ++seen["partial post"];
    } else if (const auto* transferred = std::get_if<Transferred>(&event)) {
      if (!transferred->reverses.empty()) ++seen["reversal"];
    } else if (const auto* moved = std::get_if<OrderMoved>(&event)) {
      ++seen[moved->from_price == Price(0) ? "moved into the book" : "moved"];
    }
  }
}

}  // namespace rialto::engine
