// The comparison of the engine's balances with the ledger's, and whether money was conserved.
//
// Pure: compares two pictures that were taken at one sequence.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"

namespace rialto::verify {

struct Holding {
  int64_t available_units = 0;
  int64_t held_units = 0;

  friend bool operator==(const Holding&, const Holding&) = default;
};

// By account id, then asset id. An absent holding is a holding of nothing.
using Holdings = std::map<std::pair<uint64_t, uint32_t>, Holding>;

struct Picture {
  uint64_t sequence = 0;
  Holdings holdings;
};

struct AssetName {
  std::string symbol;
  int scale = 0;
};

struct HoldingDifference {
  uint64_t account_id = 0;
  uint32_t asset_id = 0;
  Holding engine;
  Holding ledger;
};

struct Comparison {
  static constexpr size_t kDifferencesMax = 20;

  int64_t accounts_compared = 0;
  int64_t accounts_different = 0;
  std::vector<HoldingDifference> differences;  // The first kDifferencesMax.
};

Comparison Compare(const Holdings& engine, const Holdings& ledger);

// Per asset, available and held of all accounts together: 0, since what came in is negative in the
// house account `external`.
std::map<uint32_t, absl::int128> Sums(const Holdings& holdings);

struct Verdict {
  uint64_t engine_sequence = 0;
  uint64_t ledger_sequence = 0;
  Comparison comparison;
  std::map<uint32_t, AssetName> assets;
  // Asset symbol to what is too much or missing; 0 when money was conserved.
  std::map<std::string, std::string> conservation;

  bool is_equal() const;
};

// The sum that is not 0 of the engine's rows, the ledger's rows and the engine's own report; else
// 0.
void AddConservation(const Holdings& engine, const Holdings& ledger,
                     const std::map<std::string, std::string>& engine_report, Verdict& verdict);

std::string ToTable(const Verdict& verdict);
std::string ToJson(const Verdict& verdict);

}  // namespace rialto::verify
