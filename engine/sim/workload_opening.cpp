// How a workload begins: assets, instruments with awkward numbers, accounts and their money.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "engine/core/accounts.h"
#include "engine/core/limits.h"
#include "engine/sim/workload.h"

namespace rialto::engine {
namespace {

Wide PowerOf10(uint32_t exponent) {
  Wide power = 1;
  for (uint32_t i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace

void Workload::PrepareOpening() {
  scales_ = {2, 0, 8, 12, 3, static_cast<uint32_t>(random_.Below(13))};
  for (uint32_t i = 0; i < scales_.size(); ++i) {
    opening_.push_back(CreateAsset{MakeId(absl::StrCat("A", i + 1)), scales_[i]});
  }
  const int64_t count = random_.Between(2, 6);
  for (int64_t i = 0; i < count; ++i) {
    const auto base = static_cast<uint32_t>(random_.Below(scales_.size()));
    const auto step = static_cast<uint32_t>(random_.Between(1, 5));
    const auto quote = static_cast<uint32_t>((base + step) % scales_.size());
    AddMarket(absl::StrCat("M", i + 1).c_str(), base, quote);
    opening_.push_back(markets_.back().definition);
  }
  past_definitions_ = opening_;
  for (int i = 0; i < 5; ++i) opening_.push_back(OpenAccount{MakeId(absl::StrCat("U", i + 1))});
  for (const RandomMarket& market : markets_) {
    for (uint64_t user = 0; user < 5; ++user) {
      const AccountId account_id(kFirstUserAccount.value() + user);
      const Wide base = Wide{market.quantity_typical} * market.definition.lot_size_units * 50;
      const Wide quote = Wide{market.notional_typical} * 50;
      // What all own together must leave room for the next.
      const Wide most = kAmountMax / 40;
      opening_.push_back(Deposit{NewId('t'), account_id, market.definition.base,
                                 Amount(ToInt64(std::min(base, most)))});
      opening_.push_back(Deposit{NewId('t'), account_id, market.definition.quote,
                                 Amount(ToInt64(std::min(quote, most)))});
    }
  }
}

void Workload::AddMarket(const char* symbol, uint32_t base_index, uint32_t quote_index) {
  static constexpr std::array<int64_t, 6> kNotionals = {
      3, 40, 10'000, 1'000'000'000, 50'000'000, 100'000'000'000'000'000};
  static constexpr std::array<int64_t, 5> kPrices = {6, 300, 20'000, 5'000'000, 999'999'999'000};
  static constexpr std::array<int64_t, 4> kQuantities = {2, 30, 1'000, 3'000'000};
  static constexpr std::array<int64_t, 4> kLots = {1, 7, 1'000, 99'991};
  static constexpr std::array<int32_t, 9> kFeesPpm = {-2'000, -1,     0,       1,       333,
                                                      2'500,  77'777, 100'000, -100'000};
  for (;;) {
    RandomMarket market;
    market.notional_typical = random_.Pick(kNotionals);
    market.price_center = random_.Pick(kPrices);
    market.price_spread = std::min<int64_t>(random_.Between(2, 12), market.price_center - 1);
    market.quantity_typical = random_.Pick(kQuantities);
    CreateInstrument& d = market.definition;
    d.symbol = MakeId(symbol);
    d.base = AssetId(base_index + 1);
    d.quote = AssetId(quote_index + 1);
    d.lot_size_units = random_.Pick(kLots);
    // The tick that makes the typical order worth the typical notional, made awkward.
    const Wide worth = Wide{market.price_center} * market.quantity_typical * d.lot_size_units;
    const uint32_t down = 12 + scales_[base_index];
    const uint32_t up = scales_[quote_index];
    Wide tick = 0;
    if (down <= up) {
      tick = market.notional_typical / (worth * PowerOf10(up - down));
    } else if (__builtin_mul_overflow(Wide{market.notional_typical}, PowerOf10(down - up), &tick)) {
      continue;
    } else {
      tick /= worth;
    }
    d.tick_size_e12 = ToInt64(tick + random_.Between(0, 2));
    d.quantity_min = Quantity(random_.OneIn(3) ? 1 + market.quantity_typical / 8 : 1);
    d.quantity_max = random_.OneIn(3) ? limits::kLotsMax : Quantity(market.quantity_typical * 4);
    const uint64_t rarely = is_calm_ ? 9 : 3;
    if (random_.OneIn(rarely)) d.notional_min = Amount(1 + market.notional_typical / 8);
    if (random_.OneIn(rarely)) d.notional_max = Amount(market.notional_typical * 3);
    d.maker_fee_ppm = random_.Pick(kFeesPpm);
    d.taker_fee_ppm = static_cast<uint32_t>(std::abs(random_.Pick(kFeesPpm)));
    SetRandomRules(market);
    const auto made = MakeNaiveInstrument(d, scales_[base_index], scales_[quote_index]);
    if (!made) continue;
    const Wide notional = made->Ceil(market.price_center, market.quantity_typical);
    market.notional_typical = ToInt64(std::min<Wide>(notional, kAmountMax / 3));
    markets_.push_back(market);
    return;
  }
}

uint32_t Workload::RandomDistance(const RandomMarket& market) {
  const int64_t ticks = random_.Between(0, market.price_spread * 2);
  const Wide ppm = Wide{ticks} * 1'000'000 / market.price_center;
  return static_cast<uint32_t>(std::clamp<Wide>(ppm, 1, limits::kDistancePpmMax));
}

void Workload::SetRandomRules(RandomMarket& market) {
  CreateInstrument& d = market.definition;
  const int64_t far = market.price_spread * 3;
  const uint64_t rarely = is_calm_ ? 8 : 3;
  const auto count = [&](int64_t low, int64_t high) {
    return random_.OneIn(rarely) ? static_cast<uint32_t>(random_.Between(low, high)) : 0;
  };
  d.price_min = Price(random_.OneIn(3) ? std::max<int64_t>(0, market.price_center - far) : 0);
  d.price_max = Price(random_.OneIn(3) ? market.price_center + far : 0);
  d.price_max = Min(d.price_max, limits::kPriceMax);
  d.market_collar_ppm = random_.OneIn(2) ? RandomDistance(market) : 0;
  d.limit_collar_ppm = random_.OneIn(rarely) ? RandomDistance(market) : 0;
  d.price_band_ppm = random_.OneIn(rarely) ? RandomDistance(market) : 0;
  d.volatility_ppm = 0;
  d.volatility_window_ns = 0;
  if (random_.OneIn(3)) {
    d.volatility_ppm = RandomDistance(market);
    d.volatility_window_ns = RandomDuration();
  }
  d.volatility_auction_ns = random_.OneIn(3) ? 0 : random_.Between(1, 20'000'000);
  d.open_orders_max = count(3, 30);
  d.pending_orders_max = count(1, 8);
  d.iceberg_parts_max = count(1, 6);
  d.self_trade_default = static_cast<SelfTrade>(random_.Below(6));
  d.self_trade_modes = static_cast<uint8_t>(random_.OneIn(rarely) ? random_.Next() & 0b111110 : 0);
}

}  // namespace rialto::engine
