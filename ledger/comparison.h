// Balances of the engine beside those of the ledger, at one sequence each.
//
// The engine says a page of balances at a sequence. A row of the ledger that is at that sequence or
// further, and did not change behind it, is the ledger's word for the same moment. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "ledger/balance_book.h"

namespace rialto::ledger {

// By account and asset, both ends of the range included.
struct EnginePage {
  struct Row {
    BalanceKey key;
    Balance balance;
  };
  std::vector<Row> rows;
  AccountId first;  // Accounts that the page speaks of; those without a row have nothing.
  AccountId last;
  Sequence sequence;
};

// The ledger's rows of the same accounts.
struct LedgerPage {
  struct Row {
    BalanceKey key;
    Balance balance;
    Sequence changed;
  };
  std::vector<Row> rows;  // By account and asset.
  Sequence position;
};

struct BalanceDifference {
  BalanceKey key;
  Sequence sequence;
  Balance engine;
  Balance ledger;
};

struct PageComparison {
  int64_t compared = 0;
  std::vector<BalanceDifference> differences;
  // Changed in the ledger after the engine was asked: to be asked again.
  std::vector<BalanceKey> undecided;
};

// REQUIRES: ledger.position >= engine.sequence.
PageComparison Compare(const EnginePage& engine, const LedgerPage& ledger);

}  // namespace rialto::ledger
