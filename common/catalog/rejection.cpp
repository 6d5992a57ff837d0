#include "common/catalog/rejection.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/time.h"

namespace rialto {
namespace {

using common::v1::RejectReason;

// What the numbers of a reason count.
enum class Unit { kPlain, kPrice, kBase, kQuote, kFunds, kTime, kDuration, kState, kSelfTradeMode };

// How a reason reads: "$0" is what was needed, "$1" what there is.
struct Reading {
  Unit unit;
  const char* text;
};

constexpr char kNeed[] = "need $0, have $1";
constexpr char kNeedAtMost[] = "need at most $0, have $1";

// nullopt: the reason has no numbers.
std::optional<Reading> ReadingOf(RejectReason reason) {  // tidy: ladder
  switch (reason) {
    case common::v1::REJECT_REASON_REQUEST_EXPIRED:
      return Reading{Unit::kTime, "was good until $0, taken up at $1"};
    case common::v1::REJECT_REASON_UNKNOWN_ACCOUNT:
      return Reading{Unit::kPlain, "no account has the id $1"};
    case common::v1::REJECT_REASON_UNKNOWN_ASSET:
      return Reading{Unit::kPlain, "no asset has the id $1"};
    case common::v1::REJECT_REASON_INVALID_DEFINITION:
      return Reading{Unit::kPlain, kNeedAtMost};
    case common::v1::REJECT_REASON_VENUE_FULL:
      return Reading{Unit::kPlain, "there is room for $0, have $1"};
    case common::v1::REJECT_REASON_INSTRUMENT_STATE:
      return Reading{Unit::kState, "the instrument is $1"};
    case common::v1::REJECT_REASON_RULE_SET_PASSED:
      return Reading{Unit::kPlain, "asked for rule set $0, in force is $1"};
    case common::v1::REJECT_REASON_SELF_TRADE_NOT_ALLOWED:
      return Reading{Unit::kSelfTradeMode, "the instrument does not allow $1"};
    case common::v1::REJECT_REASON_EXPIRE_TIME_PASSED:
      return Reading{Unit::kTime, "expire_time is $1, now it is $0"};
    case common::v1::REJECT_REASON_PRICE_OUT_OF_RANGE:
    case common::v1::REJECT_REASON_PRICE_COLLAR:
      return Reading{Unit::kPrice, nullptr};  // A floor or a ceiling.
    case common::v1::REJECT_REASON_QUANTITY_BELOW_MINIMUM:
      return Reading{Unit::kBase, kNeed};
    case common::v1::REJECT_REASON_QUANTITY_ABOVE_MAXIMUM:
    case common::v1::REJECT_REASON_QUANTITY_NOT_REDUCED:
    case common::v1::REJECT_REASON_MAX_ORDER_QUANTITY:
      return Reading{Unit::kBase, kNeedAtMost};
    case common::v1::REJECT_REASON_MAX_POSITION:
      return Reading{Unit::kBase, "need at most $0, would have $1"};
    case common::v1::REJECT_REASON_NOTIONAL_BELOW_MINIMUM:
      return Reading{Unit::kQuote, kNeed};
    case common::v1::REJECT_REASON_NOTIONAL_ABOVE_MAXIMUM:
    case common::v1::REJECT_REASON_MAX_ORDER_NOTIONAL:
      return Reading{Unit::kQuote, kNeedAtMost};
    case common::v1::REJECT_REASON_MAX_EXPOSURE:
      return Reading{Unit::kQuote, "need at most $0, would have $1"};
    case common::v1::REJECT_REASON_TOO_MANY_ICEBERG_PARTS:
      return Reading{Unit::kPlain, "need at most $0 parts, have $1 parts"};
    case common::v1::REJECT_REASON_DUPLICATE_ORDER:
      return Reading{Unit::kDuration, "the same was placed $1 ago, need $0"};
    case common::v1::REJECT_REASON_ORDER_RATE:
      return Reading{Unit::kPlain, "need at most $0 orders per window, have $1"};
    case common::v1::REJECT_REASON_TOO_MANY_OPEN_ORDERS:
    case common::v1::REJECT_REASON_TOO_MANY_PENDING_ORDERS:
      return Reading{Unit::kPlain, "need at most $0 orders, have $1 orders"};
    case common::v1::REJECT_REASON_TOO_MANY_PENDING_TRANSFERS:
      return Reading{Unit::kPlain, "need at most $0 pending transfers, have $1"};
    case common::v1::REJECT_REASON_PENDING_AMOUNT_EXCEEDED:
      return Reading{Unit::kFunds, "$0 asked for, $1 is pending"};
    case common::v1::REJECT_REASON_WOULD_TRIGGER:
      return Reading{Unit::kPrice, "the trigger is $0, the reference is $1 already"};
    case common::v1::REJECT_REASON_WOULD_TAKE:
      return Reading{Unit::kPrice, "the best opposite price is $0, the order's is $1"};
    case common::v1::REJECT_REASON_INVALID_ORDER:
    case common::v1::REJECT_REASON_AMOUNT_OVERFLOW:
      return Reading{Unit::kFunds, kNeed};
    case common::v1::REJECT_REASON_INSUFFICIENT_FUNDS:
      return Reading{Unit::kFunds, "need $0, available $1"};
    default:
      return std::nullopt;
  }
}

// What the numbers of this refusal are of; nullptr: not known.
struct Subject {
  const Instrument* instrument = nullptr;
  const Asset* funds = nullptr;
};

// "CANCEL_ONLY" of "INSTRUMENT_STATE_CANCEL_ONLY".
std::string WithoutPrefix(const std::string& name, const char* prefix) {
  return name.substr(std::string(prefix).size());
}

std::string StateName(int64_t number) {
  const int state = static_cast<int>(number);
  if (!common::v1::InstrumentState_IsValid(state)) return absl::StrCat("in state ", number);
  return WithoutPrefix(
      common::v1::InstrumentState_Name(static_cast<common::v1::InstrumentState>(state)),
      "INSTRUMENT_STATE_");
}

std::string SelfTradeModeName(int64_t number) {
  const int mode = static_cast<int>(number);
  if (!common::v1::SelfTradeMode_IsValid(mode)) return absl::StrCat("mode ", number);
  return WithoutPrefix(common::v1::SelfTradeMode_Name(static_cast<common::v1::SelfTradeMode>(mode)),
                       "SELF_TRADE_MODE_");
}

// A number as the message and as `need` and `have` show it.
struct Shown {
  std::string in_text;
  std::string in_field;
};

Shown WithUnit(std::string decimal, const std::string& unit) {
  return {absl::StrCat(decimal, " ", unit), std::move(decimal)};
}

// nullopt: its unit is not known.
std::optional<Shown> Show(const Subject& subject, Unit unit, int64_t number) {
  const Instrument* instrument = subject.instrument;
  const std::string plain = absl::StrCat(number);
  switch (unit) {
    case Unit::kPlain:
      return Shown{plain, plain};
    case Unit::kPrice:
      if (instrument == nullptr) return std::nullopt;
      return WithUnit(FormatPrice(*instrument, Price(number)), instrument->quote.symbol);
    case Unit::kBase:
      if (instrument == nullptr) return std::nullopt;
      return WithUnit(FormatQuantity(*instrument, Quantity(number)), instrument->base.symbol);
    case Unit::kQuote:
      if (instrument == nullptr) return std::nullopt;
      return WithUnit(FormatAmount(instrument->quote, Amount(number)), instrument->quote.symbol);
    case Unit::kFunds:
      if (subject.funds == nullptr) return std::nullopt;
      return WithUnit(FormatAmount(*subject.funds, Amount(number)), subject.funds->symbol);
    case Unit::kTime:
      return Shown{absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", absl::FromUnixNanos(number),
                                    absl::UTCTimeZone()),
                   plain};
    case Unit::kDuration:
      return Shown{absl::FormatDuration(absl::Nanoseconds(number)), plain};
    case Unit::kState:
      return Shown{StateName(number), plain};
    case Unit::kSelfTradeMode:
      return Shown{SelfTradeModeName(number), plain};
  }
  return std::nullopt;
}

struct Refusal {
  RejectReason reason;
  int64_t need;
  int64_t have;
};

common::v1::Rejection Say(const Refusal& refusal, const Subject& subject) {
  common::v1::Rejection rejection;
  rejection.set_reason(refusal.reason);
  rejection.set_message(ReasonCode(refusal.reason));
  const std::optional<Reading> reading = ReadingOf(refusal.reason);
  // Several reasons have numbers in some cases only; none is about 0 of 0.
  if (!reading || (refusal.need == 0 && refusal.have == 0)) return rejection;
  const std::optional<Shown> need = Show(subject, reading->unit, refusal.need);
  const std::optional<Shown> have = Show(subject, reading->unit, refusal.have);
  if (!need || !have) return rejection;
  const std::string text =
      reading->text != nullptr
          ? reading->text
          : (refusal.have < refusal.need ? "need at least $0, have $1" : kNeedAtMost);
  absl::StrAppend(rejection.mutable_message(), ": ",
                  absl::Substitute(text, need->in_text, have->in_text));
  if (absl::StrContains(text, "$0")) rejection.set_need(need->in_field);
  rejection.set_have(have->in_field);
  return rejection;
}

}  // namespace

std::string ReasonCode(RejectReason reason) {
  constexpr size_t kPrefixSize = sizeof("REJECT_REASON_") - 1;
  const std::string name = common::v1::RejectReason_Name(reason);
  return name.size() > kPrefixSize ? name.substr(kPrefixSize) : absl::StrCat("REASON_", reason);
}

common::v1::Rejection ToRejection(const Catalog& catalog, const engine::v1::OrderOutcome& outcome) {
  Subject subject{.instrument = catalog.FindInstrument(InstrumentId(outcome.instrument_id()))};
  if (subject.instrument != nullptr) {
    const bool buys = outcome.side() == common::v1::ORDER_SIDE_BUY;
    subject.funds = buys ? &subject.instrument->quote : &subject.instrument->base;
  }
  return Say({outcome.reject_reason(), outcome.need(), outcome.have()}, subject);
}

common::v1::Rejection ToRejection(const Asset* asset, RejectReason reason, int64_t need,
                                  int64_t have) {
  return Say({reason, need, have}, {.funds = asset});
}

}  // namespace rialto
