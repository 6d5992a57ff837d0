// A running hash of everything that happened: equal histories, equal hashes, and a difference in
// any field of any event or outcome stays visible for ever.
//
// Not cryptographic: it finds rules that were not kept, bits that flipped and versions that differ,
// not forgers. Member by member, never raw memory, so that padding counts for nothing.
//
// Thread: the sequencer's only.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/balance_digest.h"
#include "common/base/fields.h"
#include "engine/core/command.h"
#include "engine/core/event.h"
#include "engine/core/state_bytes.h"

namespace rialto::engine {

class HistoryHash {
 public:
  // Both halves.
  using Value = std::array<uint64_t, 2>;

  HistoryHash() = default;
  explicit HistoryHash(const Value& value) : value_(value) {}

  // One more command, what the caller heard, and what happened.
  void Add(const CommandHeader& header, const Outcome& outcome, const Events& events) {
    Mix(header);
    Mix(outcome);
    Mix(uint64_t{events.size()});
    for (const Event& event : events) {
      Mix(uint64_t{event.index()});
      std::visit([&](const auto& what) { Mix(what); }, event);
    }
  }
  // For digests made of several parts.
  void Add(uint64_t number) { Mix(number); }

  const Value& value() const { return value_; }

 private:
  template <Number T>
  void Mix(T number) {
    const auto word = static_cast<uint64_t>(number);
    value_[0] = FoldedProduct(value_[0] ^ word, 0xa0761d6478bd642f);
    value_[1] = (value_[1] << 23 | value_[1] >> 41) * 0x9e3779b97f4a7c15 + word;
  }
  template <StrongNumber T>
  void Mix(const T& number) {
    Mix(number.value());
  }
  // Counts only where it says something: histories from before there were transfers keep their
  // hashes.
  void Mix(const TransferOutcome& transfer) {
    if (transfer == TransferOutcome()) return;
    WithFields(transfer, [&](const auto&... members) { (Mix(members), ...); });
  }
  void Mix(const CallerId& id) { Mix(id.view()); }
  void Mix(const std::string& text) { Mix(std::string_view(text)); }
  void Mix(std::string_view text) {
    Mix(uint64_t{text.size()});
    for (size_t i = 0; i < text.size(); i += sizeof(uint64_t)) {
      uint64_t word = 0;
      std::memcpy(&word, text.data() + i, std::min(text.size() - i, sizeof word));
      Mix(word);
    }
  }
  template <typename T>
  void Mix(const std::vector<T>& list) {
    Mix(uint64_t{list.size()});
    for (const T& value : list) Mix(value);
  }
  template <typename T>
  requires std::is_aggregate_v<T>
  void Mix(const T& value) {
    WithFields(value, [&](const auto&... members) { (Mix(members), ...); });
  }

  Value value_{0x2d358dccaa6c78a5, 0x8bb84b93962eacc9};
};

}  // namespace rialto::engine
