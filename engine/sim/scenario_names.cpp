#include "engine/sim/scenario_names.h"

#include <utility>
#include <variant>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/decimal.h"
#include "engine/core/accounts.h"

namespace rialto::engine {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;

}  // namespace

ScenarioNames::ScenarioNames()
    : accounts_{{"external", kExternal},    {"fees", kFees},
                {"insurance", kInsurance},  {"rounding", kRounding},
                {"in-transit", kInTransit}, {"everyone", AccountId(0)}} {}

void ScenarioNames::Learn(const Event& event) {
  if (const auto* asset = std::get_if<AssetCreated>(&event)) {
    assets_[asset->symbol.ToString()] = asset->asset_id;
    scales_[asset->asset_id] = asset->scale;
  } else if (const auto* created = std::get_if<InstrumentCreated>(&event)) {
    const CreateInstrument& definition = created->definition;
    instruments_[definition.symbol.ToString()] = created->instrument_id;
    markets_[created->instrument_id] = {created->instrument_id, definition,
                                        ScaleOf(definition.base), ScaleOf(definition.quote)};
  } else if (const auto* changed = std::get_if<InstrumentChanged>(&event)) {
    markets_[changed->instrument_id].definition = changed->definition;
  } else if (const auto* account = std::get_if<AccountOpened>(&event)) {
    accounts_[account->name.ToString()] = account->account_id;
    account_names_[account->account_id] = account->name.ToString();
  } else if (const auto* accepted = std::get_if<OrderAccepted>(&event)) {
    orders_[accepted->order.client_order_id.ToString()] = accepted->order_id;
    order_names_[accepted->order_id] = accepted->order.client_order_id.ToString();
    order_markets_[accepted->order_id] = accepted->order.instrument_id;
  }
}

AccountId ScenarioNames::Account(const std::string& name) const {
  const auto found = accounts_.find(name);
  return found == accounts_.end() ? AccountId(999'999) : found->second;
}

std::string ScenarioNames::AccountName(AccountId id) const {
  const auto found = account_names_.find(id);
  return found == account_names_.end() ? absl::StrCat("account ", id.value()) : found->second;
}

AssetId ScenarioNames::AssetOf(const std::string& symbol) const {
  const auto found = assets_.find(symbol);
  return found == assets_.end() ? AssetId(999) : found->second;
}

uint32_t ScenarioNames::ScaleOf(AssetId id) const {
  const auto found = scales_.find(id);
  return found == scales_.end() ? 0 : found->second;
}

ScenarioMarket ScenarioNames::Market(const std::string& symbol) const {
  const auto found = instruments_.find(symbol);
  return found == instruments_.end() ? Market(InstrumentId(999)) : Market(found->second);
}

ScenarioMarket ScenarioNames::Market(InstrumentId id) const {
  const auto found = markets_.find(id);
  if (found != markets_.end()) return found->second;
  ScenarioMarket unknown;
  unknown.definition.tick_size_e12 = 1'000'000'000'000;
  unknown.definition.lot_size_units = 1;
  return unknown;
}

OrderId ScenarioNames::Order(const std::string& client_order_id) const {
  const auto found = orders_.find(client_order_id);
  return found == orders_.end() ? OrderId(999'999'999) : found->second;
}

std::string ScenarioNames::OrderName(OrderId id) const {
  const auto found = order_names_.find(id);
  return found == order_names_.end() ? absl::StrCat("#", id.value()) : found->second;
}

ScenarioMarket ScenarioNames::MarketOf(OrderId id) const {
  const auto found = order_markets_.find(id);
  return Market(found == order_markets_.end() ? InstrumentId(999) : found->second);
}

bool ScenarioNames::ParseNumber(std::string_view text, uint32_t scale, int64_t step,
                                int64_t* number) {
  for (const std::string_view unit : {"lots", "ticks", "units"}) {
    if (text.size() > unit.size() && text.substr(text.size() - unit.size()) == unit) {
      return absl::SimpleAtoi(std::string(text.substr(0, text.size() - unit.size())), number);
    }
  }
  // Wider than ParseDecimal: a large price at scale 12 is beyond 64 bits.
  absl::int128 value = 0;
  int64_t decimals = -1;
  const bool is_negative = !text.empty() && text[0] == '-';
  for (const char c : text.substr(is_negative ? 1 : 0)) {
    if (c == '.' && decimals < 0) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9' || value > absl::Int128Max() / 100) return false;
    value = value * 10 + (c - '0');
    if (decimals >= 0) ++decimals;
  }
  for (int64_t i = decimals < 0 ? 0 : decimals; i < int64_t{scale}; ++i) value *= 10;
  if (decimals > int64_t{scale} || step < 1 || value % step != 0) return false;
  value = (is_negative ? -value : value) / step;
  if (value > INT64_MAX || value < INT64_MIN) return false;
  *number = static_cast<int64_t>(value);
  return true;
}

bool ScenarioNames::ParsePrice(const ScenarioMarket& market, std::string_view text,
                               Price* price) const {
  int64_t ticks = 0;
  if (!ParseNumber(text, kScaleMax, market.definition.tick_size_e12, &ticks)) return false;
  *price = Price(ticks);
  return true;
}

bool ScenarioNames::ParseQuantity(const ScenarioMarket& market, std::string_view text,
                                  Quantity* lots) const {
  int64_t number = 0;
  if (!ParseNumber(text, market.base_scale, market.definition.lot_size_units, &number)) {
    return false;
  }
  *lots = Quantity(number);
  return true;
}

bool ScenarioNames::ParseDuration(std::string_view text, int64_t* nanoseconds) {
  static constexpr std::pair<std::string_view, int64_t> kUnits[] = {{"ns", 1},
                                                                    {"us", 1'000},
                                                                    {"ms", 1'000'000},
                                                                    {"s", kSecondNs},
                                                                    {"m", 60 * kSecondNs},
                                                                    {"h", 3600 * kSecondNs},
                                                                    {"d", 24 * 3600 * kSecondNs}};
  for (const auto& [unit, size] : kUnits) {
    if (text.size() <= unit.size() || text.substr(text.size() - unit.size()) != unit) continue;
    int64_t count = 0;
    const std::string digits(text.substr(0, text.size() - unit.size()));
    if (!absl::SimpleAtoi(digits, &count)) continue;
    *nanoseconds = count * size;
    return true;
  }
  return false;
}

bool ScenarioNames::ParseTime(std::string_view text, Timestamp now, Timestamp* time) {
  int64_t nanoseconds = 0;
  if (!text.empty() && text[0] == '+') {
    if (!ParseDuration(text.substr(1), &nanoseconds)) return false;
    *time = Timestamp(now.value() + nanoseconds);
    return true;
  }
  if (text.find(':') == std::string_view::npos) {
    if (!ParseDuration(text, &nanoseconds)) return false;
    *time = Timestamp(nanoseconds);
    return true;
  }
  int64_t days = 0;
  const size_t day = text.find('d');
  if (day != std::string_view::npos) {
    if (!absl::SimpleAtoi(std::string(text.substr(0, day)), &days)) return false;
    text.remove_prefix(day + 1);
  }
  int64_t fraction = 0;
  const size_t point = text.find('.');
  if (point != std::string_view::npos) {
    if (!ParseNumber(absl::StrCat("0", std::string(text.substr(point))), 9, 1, &fraction)) {
      return false;
    }
    text = text.substr(0, point);
  }
  int64_t seconds = 0;
  int parts = 0;
  for (; parts < 3 && !text.empty(); ++parts) {
    const size_t colon = text.find(':');
    int64_t part = 0;
    if (!absl::SimpleAtoi(std::string(text.substr(0, colon)), &part)) return false;
    seconds = seconds * 60 + part;
    text.remove_prefix(colon == std::string_view::npos ? text.size() : colon + 1);
  }
  if (parts == 2) seconds *= 60;
  *time = Timestamp((days * 24 * 3600 + seconds) * kSecondNs + fraction);
  return text.empty();
}

std::string ScenarioNames::Format(absl::int128 units, uint32_t scale) {
  std::string text = FormatDecimal(units, static_cast<int>(scale));
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string ScenarioNames::FormatPrice(const ScenarioMarket& market, int64_t ticks) {
  return Format(absl::int128(ticks) * market.definition.tick_size_e12, kScaleMax);
}

std::string ScenarioNames::FormatQuantity(const ScenarioMarket& market, absl::int128 lots) {
  return Format(lots * market.definition.lot_size_units, market.base_scale);
}

std::string ScenarioNames::FormatQuote(const ScenarioMarket& market, int64_t units) {
  return Format(units, market.quote_scale);
}

std::string ScenarioNames::FormatDuration(int64_t nanoseconds) {
  if (nanoseconds % kSecondNs != 0) return absl::StrCat(nanoseconds, "ns");
  return absl::StrCat(nanoseconds / kSecondNs, "s");
}

std::string ScenarioNames::FormatTime(int64_t nanoseconds) {
  if (nanoseconds < kSecondNs) return absl::StrCat(nanoseconds, "ns");
  int64_t seconds = nanoseconds / kSecondNs;
  const int64_t days = seconds / (24 * 3600);
  seconds %= 24 * 3600;
  std::string text = days == 0 ? "" : absl::StrCat(days, "d");
  absl::StrAppend(&text, absl::Dec(seconds / 3600, absl::kZeroPad2), ":",
                  absl::Dec(seconds / 60 % 60, absl::kZeroPad2), ":",
                  absl::Dec(seconds % 60, absl::kZeroPad2));
  const int64_t fraction = nanoseconds % kSecondNs;
  return fraction == 0 ? text : absl::StrCat(text, Format(fraction, 9).substr(1));
}

}  // namespace rialto::engine
