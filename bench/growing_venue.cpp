#include "bench/growing_venue.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"

namespace rialto::bench {
namespace {

using engine::Side;

constexpr AssetId kDollar{1};
constexpr AssetId kCoin{2};
constexpr uint64_t kFirstAccount = 1001;
constexpr int64_t kMiddleTicks = 10'000;
constexpr uint64_t kDepthTicks = 500;
constexpr Price kAnyPrice{kMiddleTicks + static_cast<int64_t>(kDepthTicks)};
constexpr int64_t kLotsPerOrder = 1'000;
// What all accounts own together stays below 2^63.
constexpr int64_t kSupply = 8'000'000'000'000'000'000;
constexpr int64_t kNsPerCommand = 1'000;

CallerId Name(const std::string& text) {
  absl::StatusOr<CallerId> id = CallerId::Parse(text);
  CHECK_OK(id);
  return *id;
}

}  // namespace

GrowingVenue::GrowingVenue(const VenueSize& size) : size_(size) {
  Define();
  OpenAccounts();
  resting_.reserve(size.resting_orders);
  while (resting_.size() < size.resting_orders) resting_.push_back(Rest());
}

void GrowingVenue::Define() {
  Apply(engine::CreateAsset{Name("USD"), 2});
  Apply(engine::CreateAsset{Name("COIN"), 8});
  engine::CreateInstrument instrument;
  instrument.base = kCoin;
  instrument.quote = kDollar;
  instrument.tick_size_e12 = 10'000'000'000;
  instrument.lot_size_units = 10'000;
  instrument.quantity_min = Quantity(1);
  instrument.quantity_max = Quantity(1'000'000);
  instrument.maker_fee_ppm = 1'000;
  instrument.taker_fee_ppm = 2'000;
  for (uint32_t i = 0; i < size_.instruments; ++i) {
    instrument.symbol = Name(absl::StrCat("COIN", i, "-USD"));
    Apply(instrument);
  }
}

void GrowingVenue::OpenAccounts() {
  const Amount share(kSupply / size_.accounts);
  for (uint32_t i = 0; i < size_.accounts; ++i) {
    const AccountId account(
        Apply(engine::OpenAccount{Name(absl::StrCat("account-", i))}).created_id);
    for (const AssetId asset : {kDollar, kCoin}) {
      Apply(engine::Deposit{Name(absl::StrCat(i, "-", asset.value())), account, asset, share});
    }
  }
}

void GrowingVenue::Trade(uint32_t commands) {
  for (uint32_t i = 0; i < commands; i += 2) {
    if (i % 8 == 0) TakeOneLot(kAnyPrice);
    Resting& order = resting_[Below(resting_.size())];
    Cancel(order);
    order = Rest();
  }
}

void GrowingVenue::PlaceAndForget(uint32_t orders) {
  for (uint32_t i = 0; i < orders; ++i) {
    TakeOneLot(Price(1));
  }
}

// Bids below the middle, offers above: nothing crosses.
GrowingVenue::Resting GrowingVenue::Rest() {
  engine::PlaceOrder order;
  order.account_id = AnyAccount();
  order.client_order_id = NextClientOrderId();
  order.instrument_id = AnyInstrument();
  order.side = Below(2) == 0 ? Side::kBuy : Side::kSell;
  const int64_t away = 1 + static_cast<int64_t>(Below(kDepthTicks));
  order.price = Price(order.side == Side::kBuy ? kMiddleTicks - away : kMiddleTicks + away);
  order.quantity = Quantity(kLotsPerOrder);
  const engine::Outcome outcome = Apply(order);
  CHECK(outcome.accepted());
  return {order.account_id, outcome.order_id};
}

// One that was traded away meanwhile is gone already.
void GrowingVenue::Cancel(const Resting& order) {
  engine::CancelOrder cancel;
  cancel.order.account_id = order.account_id;
  cancel.order.order_id = order.order_id;
  Apply(cancel);
}

// Or nothing: what does not trade at once is over.
void GrowingVenue::TakeOneLot(Price price) {
  engine::PlaceOrder order;
  order.account_id = AnyAccount();
  order.client_order_id = NextClientOrderId();
  order.instrument_id = AnyInstrument();
  order.side = Side::kBuy;
  order.time_in_force = engine::TimeInForce::kImmediateOrCancel;
  order.price = price;
  order.quantity = Quantity(1);
  CHECK(Apply(order).accepted());
}

AccountId GrowingVenue::AnyAccount() { return AccountId(kFirstAccount + Below(size_.accounts)); }

InstrumentId GrowingVenue::AnyInstrument() {
  return InstrumentId(static_cast<uint32_t>(1 + Below(size_.instruments)));
}

ClientOrderId GrowingVenue::NextClientOrderId() { return Name(absl::StrCat("order-", ++names_)); }

engine::Outcome GrowingVenue::Apply(const engine::Command& command) {
  events_.clear();
  sequence_ = sequence_.Next();
  now_ = Timestamp(now_.value() + kNsPerCommand);
  return engine_.Apply({sequence_, now_}, command, events_);
}

}  // namespace rialto::bench
