#include "tools/verify/comparison.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/decimal.h"

namespace rialto::verify {
namespace {

Holding Of(const Holdings& holdings, const Holdings::key_type& key) {
  const auto found = holdings.find(key);
  return found == holdings.end() ? Holding() : found->second;
}

bool IsZero(const std::string& amount) { return amount.find_first_of("123456789") == amount.npos; }

std::string Line(const HoldingDifference& difference, const std::map<uint32_t, AssetName>& assets) {
  AssetName asset = {absl::StrCat("asset ", difference.asset_id), 0};
  if (const auto found = assets.find(difference.asset_id); found != assets.end())
    asset = found->second;
  const auto format = [&](const Holding& holding) {
    return absl::StrCat("available ", FormatDecimal(holding.available_units, asset.scale), " held ",
                        FormatDecimal(holding.held_units, asset.scale));
  };
  return absl::StrCat("account ", difference.account_id, " ", asset.symbol, ": engine ",
                      format(difference.engine), ", ledger ", format(difference.ledger));
}

}  // namespace

Comparison Compare(const Holdings& engine, const Holdings& ledger) {
  std::set<Holdings::key_type> keys;
  for (const auto& [key, holding] : engine) keys.insert(key);
  for (const auto& [key, holding] : ledger) keys.insert(key);

  Comparison comparison;
  std::set<uint64_t> accounts;
  std::set<uint64_t> different;
  for (const Holdings::key_type& key : keys) {
    accounts.insert(key.first);
    const Holding at_engine = Of(engine, key);
    const Holding at_ledger = Of(ledger, key);
    if (at_engine == at_ledger) continue;
    different.insert(key.first);
    if (comparison.differences.size() < Comparison::kDifferencesMax)
      comparison.differences.push_back({key.first, key.second, at_engine, at_ledger});
  }
  comparison.accounts_compared = static_cast<int64_t>(accounts.size());
  comparison.accounts_different = static_cast<int64_t>(different.size());
  return comparison;
}

std::map<uint32_t, absl::int128> Sums(const Holdings& holdings) {
  std::map<uint32_t, absl::int128> sums;
  for (const auto& [key, holding] : holdings) {
    sums[key.second] += holding.available_units;
    sums[key.second] += holding.held_units;
  }
  return sums;
}

void AddConservation(const Holdings& engine, const Holdings& ledger,
                     const std::map<std::string, std::string>& engine_report, Verdict& verdict) {
  const auto engine_sums = Sums(engine);
  const auto ledger_sums = Sums(ledger);
  verdict.conservation = engine_report;
  for (const auto& [id, asset] : verdict.assets) {
    const auto [entry, is_new] =
        verdict.conservation.try_emplace(asset.symbol, FormatDecimal(int64_t{0}, asset.scale));
    for (const auto* sums : {&engine_sums, &ledger_sums}) {
      const auto sum = sums->find(id);
      if (sum == sums->end() || sum->second == 0 || !IsZero(entry->second)) continue;
      entry->second = FormatDecimal(sum->second, asset.scale);
    }
  }
}

bool Verdict::is_equal() const {
  for (const auto& [asset, amount] : conservation) {
    if (!IsZero(amount)) return false;
  }
  return engine_sequence == ledger_sequence && comparison.accounts_different == 0;
}

std::string ToTable(const Verdict& verdict) {
  std::string table = absl::StrFormat(
      "engine at sequence   %d\nledger at sequence   %d\naccounts compared    %d\n"
      "accounts different   %d\n",
      verdict.engine_sequence, verdict.ledger_sequence, verdict.comparison.accounts_compared,
      verdict.comparison.accounts_different);
  for (const HoldingDifference& difference : verdict.comparison.differences)
    absl::StrAppend(&table, "  ", Line(difference, verdict.assets), "\n");
  absl::StrAppend(&table, "conservation\n");
  for (const auto& [asset, amount] : verdict.conservation)
    absl::StrAppendFormat(&table, "  %-18s %s\n", asset, amount);
  return absl::StrCat(table, verdict.is_equal() ? "equal\n" : "NOT EQUAL\n");
}

std::string ToJson(const Verdict& verdict) {
  // Symbols are [A-Za-z0-9_-]: nothing to escape.
  const auto entry = [](std::string* out, const auto& asset) {
    absl::StrAppend(out, "\"", asset.first, "\": \"", asset.second, "\"");
  };
  return absl::StrCat("{\"engine_sequence\": ", verdict.engine_sequence,
                      ", \"ledger_sequence\": ", verdict.ledger_sequence,
                      ", \"accounts_compared\": ", verdict.comparison.accounts_compared,
                      ", \"accounts_different\": ", verdict.comparison.accounts_different,
                      ", \"conservation\": {", absl::StrJoin(verdict.conservation, ", ", entry),
                      "}}\n");
}

}  // namespace rialto::verify
