#include "tools/load/workload.h"

#include <algorithm>

namespace rialto::load {
namespace {

// SplitMix64: a number that looks random, of any other.
uint64_t Scramble(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

}  // namespace

Workload::Workload(const WorkloadOptions& options)
    : options_(options), random_(options.seed), open_(options.clients) {
  for (std::vector<uint64_t>& orders : open_) orders.reserve(options.open_orders_max);
}

void Workload::Next(Request& request) {
  request.client = static_cast<uint32_t>(Below(options_.clients));
  request.orders.clear();
  std::vector<uint64_t>& open = open_[request.client];
  const bool is_full = open.size() + options_.batch > options_.open_orders_max;
  const bool cancels = Below(100) < options_.cancel_percent;
  if (!open.empty() && (is_full || cancels)) {
    request.kind = Kind::kCancel;
    while (!open.empty() && request.orders.size() < options_.batch) {
      std::swap(open[Below(open.size())], open.back());
      request.orders.push_back(open.back());
      open.pop_back();
    }
    return;
  }
  request.kind = Kind::kPlace;
  while (request.orders.size() < options_.batch) request.orders.push_back(next_order_++);
}

Terms Workload::TermsOf(uint64_t order) const {
  uint64_t random = Scramble(options_.seed ^ Scramble(order));
  const auto below = [&](uint64_t bound) {
    random = Scramble(random);
    return random % bound;
  };
  Terms terms;
  terms.is_buy = below(2) == 0;
  terms.instrument = static_cast<uint32_t>(below(options_.instruments));
  const int64_t from_middle =
      static_cast<int64_t>(
          below(static_cast<uint64_t>(options_.depth_ticks + options_.cross_ticks + 1))) -
      options_.cross_ticks;
  terms.price_ticks =
      std::max<int64_t>(1, options_.price_ticks + (terms.is_buy ? -from_middle : from_middle));
  terms.quantity_lots =
      1 + static_cast<int64_t>(below(static_cast<uint64_t>(options_.quantity_lots_max)));
  return terms;
}

}  // namespace rialto::load
