// What the clients of a load ask for: small limit orders around a price, and cancels of what rests.
//
// Pure: the same seed and the same answers give the same requests. Bounded: a client with
// `open_orders_max` open orders places nothing before it has canceled some.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "absl/container/inlined_vector.h"

namespace rialto::load {

enum class Kind : uint8_t { kPlace, kCancel };

// One call: of one client, on one order or several.
struct Request {
  Kind kind = Kind::kPlace;
  uint32_t client = 0;
  // Each has a number of its own in this run: its client_order_id is "TAG-number".
  absl::InlinedVector<uint64_t, 1> orders;
};

// What an order is.
struct Terms {
  bool is_buy = false;
  uint32_t instrument = 0;
  int64_t price_ticks = 0;
  int64_t quantity_lots = 0;
};

struct WorkloadOptions {
  uint64_t seed = 1;
  uint32_t clients = 8;
  uint32_t instruments = 1;
  uint32_t batch = 1;              // Orders of one request.
  uint32_t open_orders_max = 200;  // Per client; at least `batch`.
  uint32_t cancel_percent = 45;    // Of requests, while there is something to cancel.
  int64_t price_ticks = 10'000;    // The middle.
  int64_t depth_ticks = 50;        // Orders rest at most this far from it,
  int64_t cross_ticks = 5;         // and reach at most this far beyond it, where they may trade.
  int64_t quantity_lots_max = 10;
};

class Workload {
 public:
  explicit Workload(const WorkloadOptions& options);

  // Into `request`, whatever it held.
  void Next(Request& request);
  // The same for the same order for ever.
  Terms TermsOf(uint64_t order) const;
  // A placed order rests and may be canceled.
  void Rests(uint32_t client, uint64_t order) { open_[client].push_back(order); }

  uint64_t orders() const { return next_order_; }

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }

  const WorkloadOptions options_;
  std::mt19937_64 random_;
  uint64_t next_order_ = 0;
  std::vector<std::vector<uint64_t>> open_;  // By client; may have traded meanwhile.
};

}  // namespace rialto::load
