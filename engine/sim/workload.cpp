#include "engine/sim/workload.h"

#include <algorithm>
#include <array>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "engine/core/accounts.h"
#include "engine/core/limits.h"

namespace rialto::engine {
namespace {

constexpr size_t kPastMax = 200;
constexpr int64_t kMillisecondNs = 1'000'000;
constexpr int64_t kDayNs = 24LL * 3600 * 1000 * kMillisecondNs;

}  // namespace

Workload::Workload(uint64_t seed)
    : random_(seed),
      open_orders_max_(static_cast<size_t>(random_.Between(20, 120))),
      is_calm_(random_.OneIn(2)) {
  PrepareOpening();
}

// --- Time ---

Timestamp Workload::NextTime(Timestamp now, Timestamp due) {
  int64_t next_ns = now.value() + random_.Between(1'000, kMillisecondNs);
  if (random_.OneIn(50)) next_ns = now.value() + 1;
  // Not to where strange numbers would have orders expire: time must be able to go on.
  const bool is_near = due.value() < now.value() + 30 * kDayNs;
  if (random_.OneIn(150) && is_near) next_ns = due.value() + random_.Between(-1, 1);
  if (random_.OneIn(4'000)) {
    const int64_t midnight_ns = (now.value() / kDayNs + 1) * kDayNs;
    next_ns = midnight_ns + random_.Between(-1, 1);
  }
  if (random_.OneIn(20'000)) next_ns = now.value() + random_.Between(1, 3) * kDayNs;
  now_ns_ = std::max(next_ns, now.value() + 1);
  return Timestamp(now_ns_);
}

int64_t Workload::RandomDuration() {
  if (random_.OneIn(40)) return random_.Between(1, 10) * kDayNs;
  if (random_.OneIn(10)) return random_.Between(1, 10);
  return random_.Between(1, 60 * kMillisecondNs);
}

// --- The mix ---

Command Workload::Next() {
  if (opening_index_ < opening_.size()) return opening_[opening_index_++];
  if (!follow_ups_.empty()) {
    Command command = follow_ups_.front();
    follow_ups_.pop_front();
    return command;
  }
  if (open_.size() > open_orders_max_ && random_.OneIn(2)) return RandomCancel();
  if (!not_active_.empty() && random_.OneIn(15)) {
    return SetTradingState{random_.Pick(not_active_), TradingState::kActive};
  }
  if (random_.OneIn(is_calm_ ? 10 : 40)) {
    const auto id = static_cast<uint32_t>(1 + random_.Below(markets_.size()));
    if (MarketOf(InstrumentId(id)).state != InstrumentState::kTrading) {
      return SetInstrumentState{InstrumentId(id), InstrumentState::kTrading, {}};
    }
  }
  const uint64_t dice = random_.Below(is_calm_ ? 940 : 1000);
  if (dice < 550) return RandomOrder();
  if (dice < 600) return RandomList();
  if (dice < 670) return RandomCancel();
  if (dice < 740) return RandomAmend();
  if (dice < 780) return RandomReplace();
  if (dice < 783) return RandomMassCancel();
  if (dice < 786) return RandomDeadMan();
  if (dice < 860) return RandomTransfer();
  if (dice < 890) return RandomRepeat();
  if (dice < 910) return Tick{};
  if (dice < 920) return RandomState();
  if (dice < 930) return RandomMarkPrice();
  if (dice < 935) return RandomFees();
  if (dice < 938) return RandomChange();
  if (dice < 940) return RandomSettings();
  if (dice < 945) return RandomSchedule();
  if (dice < 955) return RandomLimits();
  if (dice < 963) return RandomSettings();
  if (dice < 967) return RandomTradingState();
  if (dice < 968) return RandomRuleSet();
  if (dice < 980) return RandomState();
  if (dice < 988) return RandomChange();
  return RandomDefinition();
}

Command Workload::RandomRepeat() {
  if (past_keyed_.empty()) return RandomTransfer();
  Command command = random_.Pick(past_keyed_);
  if (!random_.OneIn(3)) {
    // Delivered once more, by another stream and with another deadline.
    if (auto* order = std::get_if<PlaceOrder>(&command)) {
      order->terms.session = static_cast<uint32_t>(random_.Below(4));
      order->terms.not_after = Timestamp(random_.OneIn(2) ? 0 : now_ns_ - 1);
    }
    return command;
  }
  // Other content under the same key.
  if (auto* order = std::get_if<PlaceOrder>(&command)) {
    if (random_.OneIn(4))
      return ReplaceOrder{{order->account_id, {}, order->client_order_id}, *order};
    if (random_.OneIn(4)) return PlaceOrderList{ListKind::kOneCancelsOther, {*order, *order}};
    MakeStrange(*order);
  } else if (auto* list = std::get_if<PlaceOrderList>(&command)) {
    if (list->orders.empty()) return command;
    if (random_.OneIn(2)) return list->orders.back();
    MakeStrange(list->orders.back());
  } else if (auto* replace = std::get_if<ReplaceOrder>(&command)) {
    if (random_.OneIn(2)) return replace->replacement;
    replace->order.order_id = OrderId(random_.Below(1'000));
  } else if (auto* deposit = std::get_if<Deposit>(&command)) {
    if (random_.OneIn(2)) {
      deposit->amount = Amount(StrangeNumber());
    } else {
      command = Withdraw{deposit->transaction_id, deposit->account_id, deposit->asset_id,
                         deposit->amount};
    }
  } else if (auto* withdraw = std::get_if<Withdraw>(&command)) {
    withdraw->account_id = RandomAccount();
  } else if (auto* made = std::get_if<MakeTransfers>(&command)) {
    if (random_.OneIn(2)) {
      MakeStrange(made->transfers.back());
    } else {
      made->transfers.resize((made->transfers.size() + 1) / 2);
    }
  }
  return command;
}

// --- Numbers and names ---

RandomMarket& Workload::MarketOf(InstrumentId id) {
  return markets_[std::clamp<size_t>(id.value(), 1, markets_.size()) - 1];
}

AccountId Workload::RandomAccount() {
  if (random_.OneIn(200)) return AccountId(random_.Below(7));
  if (random_.OneIn(200)) return AccountId(random_.Next());
  return AccountId(kFirstUserAccount.value() + random_.Below(std::max<uint64_t>(1, accounts_)));
}

InstrumentId Workload::RandomInstrument() {
  if (random_.OneIn(200)) return InstrumentId(static_cast<uint32_t>(random_.Below(40)));
  // The first two see most of the trading.
  const uint64_t count = random_.OneIn(3) ? markets_.size() : 2;
  return InstrumentId(static_cast<uint32_t>(1 + random_.Below(count)));
}

int64_t Workload::RandomPrice(const RandomMarket& market) {
  if (random_.OneIn(100)) return random_.OneIn(2) ? 1 : limits::kPriceMax.value();
  const int64_t low = std::max<int64_t>(1, market.price_center - market.price_spread);
  return random_.Between(low, market.price_center + market.price_spread);
}

CallerId Workload::RandomTag() {
  if (!random_.OneIn(3)) return CallerId();
  return MakeId(absl::StrCat("tag", random_.Below(3)));
}

int64_t Workload::StrangeNumber() {
  static constexpr std::array<int64_t, 12> kEdges = {0,
                                                     1,
                                                     -1,
                                                     INT64_MAX,
                                                     INT64_MIN,
                                                     INT64_MAX - 1,
                                                     INT64_MIN + 1,
                                                     2,
                                                     1'000'000'000'000,
                                                     1'000'000'000'001,
                                                     1'000'000'000'000'000,
                                                     1'000'000'000'000'001};
  if (random_.OneIn(2)) return random_.Pick(kEdges);
  // Of any size: as many bits as the dice say.
  return static_cast<int64_t>(random_.Next() >> random_.Between(1, 62));
}

CallerId Workload::MakeId(const std::string& text) {
  const auto id = CallerId::Parse(text);
  CHECK_OK(id);
  return *id;
}

int64_t Workload::ToInt64(Wide value) {
  return static_cast<int64_t>(std::clamp<Wide>(value, 1, kAmountMax));
}

CallerId Workload::NewId(char kind) {
  return MakeId(absl::StrCat(std::string(1, kind), next_id_++));
}

void Workload::Remember(std::vector<Command>& past, const Command& command) {
  if (past.size() < kPastMax) {
    past.push_back(command);
  } else {
    past[static_cast<size_t>(random_.Below(kPastMax))] = command;
  }
}

}  // namespace rialto::engine
