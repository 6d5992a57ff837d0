#include "engine/core/outcome_memory.h"

#include <string_view>
#include <utility>

#include "common/base/check.h"

namespace rialto::engine {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;

// Mixes numbers into 64 bits, order included: folded 128-bit products, as wyhash does.
class Mixer {
 public:
  Mixer& Add(uint64_t number) {
    const auto product =
        static_cast<unsigned __int128>(state_ ^ number) * (number ^ 0xa0761d6478bd642f);
    state_ = (static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64)) +
             0xe7037ed1a0b428db;
    return *this;
  }
  Mixer& Add(int64_t number) { return Add(static_cast<uint64_t>(number)); }
  Mixer& Add(const CallerId& id) {
    return Add(uint64_t{HashBytes(id.view())}).Add(uint64_t{id.view().size()});
  }
  // Every character of it; Add() of an id is older and keeps 32 bits.
  Mixer& AddWhole(const CallerId& id) {
    Add(uint64_t{id.view().size()});
    for (std::string_view rest = id.view(); !rest.empty();) {
      uint64_t word = 0;
      const size_t size = rest.copy(reinterpret_cast<char*>(&word), sizeof word);
      rest.remove_prefix(size);
      Add(word);
    }
    return *this;
  }
  uint64_t value() const { return state_; }

 private:
  uint64_t state_ = 0x8ebc6af09c88c6e3;
};

bool IsPlain(const OrderTerms& terms) {
  return terms.display_quantity == Quantity(0) && terms.trigger_source == TriggerSource::kNone &&
         terms.trigger_price == Price(0) && terms.trail_ppm == 0 && terms.trail_ticks == 0 &&
         terms.peg == PegReference::kNone && terms.peg_offset_ticks == 0 &&
         terms.expire_time == Timestamp(0) && terms.tag.empty();
}

void Mix(Mixer& mixer, const PlaceOrder& order) {
  const uint64_t kinds =
      static_cast<uint64_t>(order.side) | static_cast<uint64_t>(order.type) << 8 |
      static_cast<uint64_t>(order.time_in_force) << 16 |
      static_cast<uint64_t>(order.post_only) << 24 | static_cast<uint64_t>(order.self_trade) << 32;
  mixer.Add(kinds).Add(uint64_t{order.instrument_id.value()});
  mixer.Add(order.price.value()).Add(order.quantity.value()).Add(order.quote_amount.value());
  const OrderTerms& terms = order.terms;
  if (IsPlain(terms)) return;
  mixer.Add(terms.display_quantity.value()).Add(static_cast<uint64_t>(terms.trigger_source));
  mixer.Add(terms.trigger_price.value()).Add(uint64_t{terms.trail_ppm}).Add(terms.trail_ticks);
  mixer.Add(static_cast<uint64_t>(terms.peg)).Add(terms.peg_offset_ticks);
  mixer.Add(terms.expire_time.value()).Add(terms.tag);
}

}  // namespace

uint64_t Fingerprint(const PlaceOrder& order) {
  Mixer mixer;
  Mix(mixer, order);
  return mixer.value();
}

uint64_t Fingerprint(const ReplaceOrder& replace) {
  Mixer mixer;
  mixer.Add(uint64_t{0x5265706c616365}).Add(replace.order.account_id.value());
  mixer.Add(replace.order.order_id.value()).Add(replace.order.client_order_id);
  Mix(mixer, replace.replacement);
  return mixer.value();
}

uint64_t Fingerprint(const PlaceOrderList& list) {
  Mixer mixer;
  mixer.Add(uint64_t{0x4c697374}).Add(static_cast<uint64_t>(list.kind));
  for (const PlaceOrder& order : list.orders) {
    mixer.Add(order.account_id.value()).Add(order.client_order_id);
    Mix(mixer, order);
  }
  return mixer.value();
}

uint64_t Fingerprint(std::span<const Transfer> transfers) {
  Mixer mixer;
  mixer.Add(uint64_t{0x5472616e73666572}).Add(uint64_t{transfers.size()});
  for (const Transfer& transfer : transfers) {
    mixer.AddWhole(transfer.transaction_id).Add(static_cast<uint64_t>(transfer.kind));
    mixer.Add(transfer.debit_account_id.value()).Add(transfer.credit_account_id.value());
    mixer.Add(uint64_t{transfer.asset_id.value()}).Add(transfer.amount.value());
    mixer.Add(transfer.timeout_ns).AddWhole(transfer.target).AddWhole(transfer.reference);
  }
  return mixer.value();
}

Outcome RememberedTransfer::ToOutcome() const {
  Outcome outcome;
  outcome.sequence = sequence;
  outcome.repeated = true;
  outcome.reason = reason;
  outcome.need = need;
  outcome.have = have;
  outcome.available = available;
  outcome.held = held;
  if (kind == TransferKind::kDeposit || kind == TransferKind::kWithdraw) return outcome;
  outcome.transfer.refused = refused;
  outcome.transfer.asset_id = refused_asset_id;
  if (!outcome.accepted()) return outcome;
  outcome.transfer.asset_id = asset_id;
  outcome.transfer.amount = amount;
  outcome.transfer.debit_account_id = debit_account_id;
  outcome.due_ns = expires.value();
  return outcome;
}

Outcome RememberedOrder::ToOutcome() const {
  Outcome outcome;
  outcome.sequence = Sequence(order_id.value());
  outcome.repeated = true;
  outcome.reason = reason;
  outcome.instrument_id = instrument_id;
  outcome.side = side;
  if (reason != RejectReason::kNone) {
    outcome.need = numbers[0];
    outcome.have = numbers[1];
    return outcome;
  }
  outcome.order_id = order_id;
  outcome.status = status;
  outcome.cancel_reason = cancel_reason;
  outcome.executed = Quantity(numbers[0]);
  outcome.executed_quote = Amount(numbers[1]);
  outcome.remaining = Quantity(numbers[2]);
  outcome.prevented = Quantity(numbers[3]);
  return outcome;
}

uint32_t OutcomeMemory::Find(const OrderKey& key) const {
  return by_key_.Find(key.hash, [&](uint32_t position) {
    const RememberedOrder& order = orders_[position];
    return order.account_id == key.account_id && order.client_order_id == key.client_order_id;
  });
}

const RememberedTransfer* OutcomeMemory::FindTransfer(const TransactionId& id) const {
  const auto found = transfers_.find(id);
  return found == transfers_.end() ? nullptr : &found->second;
}

RememberedTransfer* OutcomeMemory::FindTransfer(const TransactionId& id) {
  return const_cast<RememberedTransfer*>(std::as_const(*this).FindTransfer(id));
}

uint32_t OutcomeMemory::Remember(const OrderKey& key, uint64_t fingerprint, Timestamp now) {
  ForgetOld(now);
  const uint32_t position = orders_.Allocate();
  RememberedOrder& order = orders_[position];
  order = RememberedOrder();
  order.client_order_id = key.client_order_id;
  order.account_id = key.account_id;
  order.fingerprint = fingerprint;
  order.remembered_at_s =
      static_cast<uint32_t>((now.value() + kNanosecondsPerSecond - 1) / kNanosecondsPerSecond);
  by_key_.Insert(key.hash, position);
  Append(position);
  return position;
}

void OutcomeMemory::SetOutcome(uint32_t position, const Outcome& outcome) {
  RememberedOrder& order = orders_[position];
  order.side = {outcome.side};
  order.status = outcome.status;
  order.cancel_reason = outcome.cancel_reason;
  order.instrument_id = outcome.instrument_id;
  order.reason = outcome.reason;
  if (outcome.accepted()) {
    order.order_id = outcome.order_id;
    order.numbers[0] = outcome.executed.value();
    order.numbers[1] = outcome.executed_quote.value();
    order.numbers[2] = outcome.remaining.value();
    order.numbers[3] = outcome.prevented.value();
  } else {
    order.order_id = OrderId(outcome.sequence.value());
    order.numbers[0] = outcome.need;
    order.numbers[1] = outcome.have;
  }
}

RememberedTransfer* OutcomeMemory::Remember(const TransactionId& id,
                                            const RememberedTransfer& transfer) {
  const auto [place, is_new] = transfers_.emplace(id, transfer);
  CHECK(is_new);
  return &place->second;
}

void OutcomeMemory::Append(uint32_t position) {
  orders_[position].younger = 0;
  if (youngest_ == 0) {
    oldest_ = position;
  } else {
    orders_[youngest_].younger = position;
  }
  youngest_ = position;
}

// At most two a command, so that the cost is spread and the memory still shrinks.
void OutcomeMemory::ForgetOld(Timestamp now) {
  for (int i = 0; i < 2 && orders_.size() > bounds_.orders_min; ++i) {
    const uint32_t position = oldest_;
    RememberedOrder& order = orders_[position];
    const int64_t age_ns = now.value() - order.remembered_at_s * kNanosecondsPerSecond;
    if (age_ns < bounds_.age_ns_min) return;
    oldest_ = order.younger;
    if (oldest_ == 0) youngest_ = 0;
    if (order.is_open) {  // To the young end, to be looked at again.
      order.remembered_at_s =
          static_cast<uint32_t>((now.value() + kNanosecondsPerSecond - 1) / kNanosecondsPerSecond);
      Append(position);
    } else {
      by_key_.Erase(Hash(order.account_id, order.client_order_id), position);
      orders_.Free(position);
    }
  }
}

}  // namespace rialto::engine
