// Transfers between accounts in a scenario's row; see scenario.h for the language.
#include "absl/strings/str_cat.h"
#include "engine/sim/scenario_parser.h"

namespace rialto::engine {

std::optional<Command> ScenarioParser::ParseTransfers(const std::string& verb, Words& words) {
  MakeTransfers command;
  if (verb != "link") {
    std::optional<Transfer> transfer = TakeTransfer(verb, words);
    if (!transfer) return std::nullopt;
    command.transfers.push_back(*transfer);
    return command;
  }
  while (!words.empty()) {
    const std::string next = words.Take();
    const std::optional<Transfer> transfer = TakeTransfer(next, words);
    if (!transfer) {
      Wrong(absl::StrCat("what is '", next, "' of a transfer?"));
      return command;
    }
    command.transfers.push_back(*transfer);
    if (!words.TakeIf("|")) break;
  }
  return command;
}

std::optional<Transfer> ScenarioParser::TakeTransfer(const std::string& verb, Words& words) {
  Transfer transfer;
  if (verb == "transfer" || verb == "hold") {
    transfer.kind = verb == "hold" ? TransferKind::kPending : TransferKind::kSingle;
    transfer.debit_account_id = names_.Account(words.Take());
    transfer.credit_account_id = names_.Account(words.Take());
    transfer.asset_id = names_.AssetOf(words.Take());
    transfer.amount = Amount(Decimal(words.Take(), names_.ScaleOf(transfer.asset_id)));
  } else if (verb == "post" || verb == "void" || verb == "reverse") {
    transfer.kind = verb == "post"   ? TransferKind::kPost
                    : verb == "void" ? TransferKind::kVoid
                                     : TransferKind::kReverse;
    transfer.target = Id(words.Take());
    const std::string next = words.Peek();
    const bool is_amount = !next.empty() && (next[0] == '-' || (next[0] >= '0' && next[0] <= '9'));
    if (is_amount) {
      transfer.amount = Amount(Decimal(words.Take(), names_.ScaleOf(held_[transfer.target])));
    }
  } else {
    return std::nullopt;
  }
  TakeTransferWords(transfer, words);
  return transfer;
}

void ScenarioParser::TakeTransferWords(Transfer& transfer, Words& words) {
  while (!words.empty() && words.Peek() != "|") {
    const std::string word = words.Take();
    if (word == "as") {
      transfer.transaction_id = Id(words.Take());
    } else if (word == "for") {
      transfer.timeout_ns = Duration(words.Take());
    } else if (word == "ref") {
      transfer.reference = Id(words.Take());
    } else if (word == "of") {
      transfer.target = Id(words.Take());
    } else if (word == "from") {
      transfer.debit_account_id = names_.Account(words.Take());
    } else if (word == "to") {
      transfer.credit_account_id = names_.Account(words.Take());
    } else if (word == "in") {
      transfer.asset_id = names_.AssetOf(words.Take());
    } else if (word == "kind") {
      transfer.kind = static_cast<TransferKind>(Integer(words.Take()));
    } else {
      Wrong(absl::StrCat("what is '", word, "' of a transfer?"));
    }
  }
  if (transfer.transaction_id.empty()) {
    transfer.transaction_id = Id(absl::StrCat("transfer", ++transfers_));
  }
  if (transfer.kind == TransferKind::kPending) held_[transfer.transaction_id] = transfer.asset_id;
}

}  // namespace rialto::engine
