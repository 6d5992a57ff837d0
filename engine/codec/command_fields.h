// Every field of every command, for tests: whoever adds a field must name it here to compile.
#pragma once

#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "engine/core/command.h"

namespace rialto::engine {

// The members of a struct, in order.
inline auto Fields(CreateAsset& from) {
  auto& [a, b] = from;
  return std::tie(a, b);
}
inline auto Fields(CreateInstrument& from) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x] = from;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x);
}
inline auto Fields(SetInstrument& from) {
  auto& [a, b] = from;
  return std::tie(a, b);
}
inline auto Fields(SetInstrumentState& from) {
  auto& [a, b, c] = from;
  return std::tie(a, b, c);
}
inline auto Fields(Transition& from) {
  auto& [a, b] = from;
  return std::tie(a, b);
}
inline auto Fields(SetSchedule& from) {
  auto& [a, b, c] = from;
  return std::tie(a, b, c);
}
inline auto Fields(SetMarkPrice& from) {
  auto& [a, b] = from;
  return std::tie(a, b);
}
inline auto Fields(SetFeeTier& from) {
  auto& [a, b, c, d] = from;
  return std::tie(a, b, c, d);
}
inline auto Fields(OpenAccount& from) {
  auto& [a] = from;
  return std::tie(a);
}
inline auto Fields(SetAccountLimits& from) {
  auto& [a, b, c, d, e, f] = from;
  return std::tie(a, b, c, d, e, f);
}
inline auto Fields(SetAccountSettings& from) {
  auto& [a, b, c, d, e, f, g] = from;
  return std::tie(a, b, c, d, e, f, g);
}
inline auto Fields(SetTradingState& from) {
  auto& [a, b] = from;
  return std::tie(a, b);
}
inline auto Fields(ActivateRuleSet& from) {
  auto& [a] = from;
  return std::tie(a);
}
inline auto Fields(Deposit& from) {
  auto& [a, b, c, d] = from;
  return std::tie(a, b, c, d);
}
inline auto Fields(Withdraw& from) {
  auto& [a, b, c, d] = from;
  return std::tie(a, b, c, d);
}
inline auto Fields(OrderTerms& from) {
  auto& [a, b, c, d, e, f, g, h, i, j, k] = from;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k);
}
inline auto Fields(PlaceOrder& from) {
  auto& [a, b, c, d, e, f, g, h, i, j, k, l] = from;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l);
}
inline auto Fields(PlaceOrderList& from) {
  auto& [a, b] = from;
  return std::tie(a, b);
}
inline auto Fields(OrderReference& from) {
  auto& [a, b, c] = from;
  return std::tie(a, b, c);
}
inline auto Fields(CancelOrder& from) {
  auto& [a, b] = from;
  return std::tie(a, b);
}
inline auto Fields(AmendOrder& from) {
  auto& [a, b, c] = from;
  return std::tie(a, b, c);
}
inline auto Fields(ReplaceOrder& from) {
  auto& [a, b] = from;
  return std::tie(a, b);
}
inline auto Fields(MassCancel& from) {
  auto& [a, b, c, d, e, f] = from;
  return std::tie(a, b, c, d, e, f);
}
inline auto Fields(CancelAllAfter& from) {
  auto& [a, b] = from;
  return std::tie(a, b);
}
inline auto Fields(Transfer& from) {
  auto& [a, b, c, d, e, f, g, h, i] = from;
  return std::tie(a, b, c, d, e, f, g, h, i);
}
inline auto Fields(MakeTransfers& from) {
  auto& [a] = from;
  return std::tie(a);
}
inline auto Fields(Tick&) { return std::tuple<>(); }

// Calls `visit` with every leaf of a struct, in order; a vector is handed to `visit.OnVector`
// before its elements are.
template <typename T, typename Visit>
void ForEachLeaf(T& value, Visit& visit) {
  if constexpr (requires { Fields(value); }) {
    std::apply([&](auto&... fields) { (ForEachLeaf(fields, visit), ...); }, Fields(value));
  } else if constexpr (requires { value.emplace_back(); }) {
    visit.OnVector(value);
    for (auto& element : value) ForEachLeaf(element, visit);
  } else {
    visit(value);
  }
}

// What one leaf says, whatever its type.
struct LeafTexts {
  std::vector<std::string> texts;

  template <typename T>
  void OnVector(const std::vector<T>& value) {
    texts.push_back(std::to_string(value.size()) + " elements");
  }
  template <typename T>
  void operator()(const T& leaf) {
    if constexpr (requires { leaf.view(); }) {
      texts.push_back(leaf.ToString());
    } else if constexpr (requires { leaf.value(); }) {
      texts.push_back(std::to_string(leaf.value()));
    } else if constexpr (requires { leaf.size(); }) {
      texts.push_back(leaf);
    } else {
      texts.push_back(std::to_string(static_cast<int64_t>(leaf)));
    }
  }
};

}  // namespace rialto::engine
