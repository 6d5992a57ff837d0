// TigerBeetle's own tables of two-phase and linked transfers, on the engine.
//
// ledger/tigerbeetle_state_machine_tables.txt of RIALTO_DATA has rows of operations with their
// results. Each row either means something here and is checked, or is counted with the reason why
// it does not; docs/transfers.md explains the reasons. Tables about making accounts are left out.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/core/engine.h"
#include "engine/sim/oracle_data.h"
#include "engine/sim/print.h"

namespace rialto::engine {
namespace {

constexpr char kTables[] = "ledger/tigerbeetle_state_machine_tables.txt";
constexpr int64_t kSecondNs = 1'000'000'000;
// What an account without a limit has besides.
constexpr int64_t kPlenty = 1'000'000'000;

// "15" is 15, "-3" is 2^128 - 1 - 3, "T7" is 7, "_" is 0.
absl::uint128 Number(std::string text) {
  if (text == "_") return 0;
  if (text.size() > 1 && (text[0] < '0' || text[0] > '9') && text[0] != '-') text = text.substr(1);
  const bool is_from_end = text[0] == '-';
  uint64_t number = 0;
  EXPECT_TRUE(absl::SimpleAtoi(is_from_end ? text.substr(1) : text, &number)) << text;
  return is_from_end ? absl::Uint128Max() - number : absl::uint128(number);
}

Amount ToAmount(const std::string& text) {
  const absl::uint128 number = Number(text);
  return number > absl::uint128(INT64_MAX) ? Amount(INT64_MAX)
                                           : Amount(static_cast<int64_t>(number));
}

// A row of the operation `transfer`.
struct TransferRow {
  enum Column {
    kId,
    kDebit,
    kCredit,
    kAmount,
    kPendingId,
    kUser128,
    kUser64,
    kUser32,
    kTimeout,
    kLedger,
    kCode,
    kLinked,
    kPending,
    kPost,
    kVoid,
    kBalancingDebit,
    kBalancingCredit,
    kImported,
    kClosingDebit,
    kClosingCredit,
    kPadding,
    kTimestamp,
    kResult,
    kColumns
  };
  std::vector<std::string> columns;
  const std::string& operator[](Column column) const { return columns[column]; }
  bool Has(Column column) const { return columns[column] != "_"; }
};

class Interpreter {
 public:
  void Run(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      RunLine(line.substr(0, std::min(line.find("//"), line.find('#'))));
      if (testing::Test::HasFatalFailure()) FAIL() << "table '" << table_ << "': " << line;
    }
  }

  int checked = 0;
  std::map<std::string, int> skipped;

 private:
  struct Account {
    AccountId id;
    bool is_limited = false;
    // As TigerBeetle counts; from the tables' set-up and then from the events.
    absl::uint128 debits_pending = 0;
    absl::uint128 debits_posted = 0;
    absl::uint128 credits_posted = 0;
  };

  void RunLine(const std::string& line) {
    if (absl::StartsWith(line, "== ")) return Begin(line.substr(3));
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    if (words.empty() || is_about_accounts_) return;
    const std::string verb = words[0];
    words.erase(words.begin());
    if (verb == "account") return Open(words);
    if (verb == "setup") return SetUp(words);
    if (verb == "tick") return Tick(words);
    if (verb == "transfer") return Take(TransferRow{words});
    if (verb == "lookup_account") return LookUpAccount(words);
    if (verb == "lookup_transfer") return LookUpTransfer(words);
    ASSERT_EQ(verb, "commit");
  }

  void Begin(const std::string& name) {
    table_ = name;
    engine_ = std::make_unique<Engine>();
    sequence_ = 0;
    now_ = 1;
    ids_ = 0;
    accounts_.clear();
    contents_.clear();
    unknown_.clear();
    aliases_.clear();
    chain_.clear();
    is_about_accounts_ = absl::StartsWith(name, "create_accounts") ||
                         absl::StartsWith(name, "linked") || absl::StartsWith(name, "imported");
    for (const char* asset : {"L1", "L2"}) Apply(CreateAsset{Id(asset), 0});
  }

  // --- The engine ---

  static CallerId Id(const std::string& text) { return CallerId::Parse(text).value(); }

  Outcome Apply(const Command& command) {
    events_.clear();
    ++sequence_;
    const Outcome outcome =
        engine_->Apply({Sequence(sequence_), Timestamp(++now_)}, command, events_);
    for (const Event& event : events_) Follow(event);
    engine_->Validate();
    return outcome;
  }

  Account* Of(AccountId id) {
    for (auto& [name, account] : accounts_) {
      if (account.id == id) return &account;
    }
    return nullptr;
  }

  void Follow(const Event& event) {
    if (is_setting_up_) return;
    const auto units = [](Amount amount) { return absl::uint128(amount.value()); };
    if (const auto* moved = std::get_if<Transferred>(&event)) {
      Of(moved->debit_account_id)->debits_posted += units(moved->amount);
      Of(moved->credit_account_id)->credits_posted += units(moved->amount);
    } else if (const auto* pending = std::get_if<TransferPending>(&event)) {
      Of(pending->debit_account_id)->debits_pending += units(pending->amount);
    } else if (const auto* resolved = std::get_if<PendingResolved>(&event)) {
      Account& debit = *Of(resolved->debit_account_id);
      debit.debits_pending -= units(resolved->posted + resolved->released);
      debit.debits_posted += units(resolved->posted);
      Of(resolved->credit_account_id)->credits_posted += units(resolved->posted);
    }
  }

  // --- Accounts ---

  void Open(const std::vector<std::string>& words) {
    ASSERT_EQ(words.size(), 20u);
    ASSERT_EQ(words.back(), "created");
    const Outcome opened = Apply(OpenAccount{Id(words[0])});
    Account& account = accounts_[words[0]];
    account.id = AccountId(opened.created_id);
    account.is_limited = words[12] == "D<C";
    if (!account.is_limited) Fund(account, kPlenty);
  }

  void Fund(const Account& account, int64_t amount) {
    if (amount == 0) return;
    const auto id = Id(absl::StrCat("fund", ++ids_));
    const Outcome outcome = amount > 0
                                ? Apply(Deposit{id, account.id, AssetId(1), Amount(amount)})
                                : Apply(Withdraw{id, account.id, AssetId(1), Amount(-amount)});
    ASSERT_TRUE(outcome.accepted());
  }

  // debits_pending, debits_posted, credits_pending, credits_posted.
  void SetUp(const std::vector<std::string>& words) {
    Account& account = accounts_.at(words[0]);
    account.debits_pending = Number(words[1]);
    account.debits_posted = Number(words[2]);
    account.credits_posted = Number(words[4]);
    is_setting_up_ = true;
    // Wraps to what is left of the two.
    Fund(account,
         static_cast<int64_t>(absl::Uint128Low64(account.credits_posted - account.debits_posted)));
    if (account.debits_pending != 0) {
      const Outcome held = Apply(MakeTransfers{{{.transaction_id = Id(absl::StrCat("fund", ++ids_)),
                                                 .kind = TransferKind::kPending,
                                                 .debit_account_id = account.id,
                                                 .credit_account_id = kExternal,
                                                 .asset_id = AssetId(1),
                                                 .amount = ToAmount(words[1])}}});
      ASSERT_TRUE(held.accepted());
    }
    is_setting_up_ = false;
  }

  void Tick(const std::vector<std::string>& words) {
    int64_t count = 0;
    ASSERT_TRUE(absl::SimpleAtoi(words[0], &count));
    // Below 0: near the end of time, where only their timestamps end.
    if (count > 0) now_ += count * (words[1] == "seconds" ? kSecondNs : 1);
  }

  void LookUpAccount(const std::vector<std::string>& words) {
    Account& account = accounts_.at(words[0]);
    Apply(engine::Tick{});  // What expires, has.
    EXPECT_EQ(account.debits_pending, Number(words[1])) << table_ << " " << words[0];
    EXPECT_EQ(account.debits_posted, Number(words[2])) << table_ << " " << words[0];
    EXPECT_EQ(account.credits_posted, Number(words[4])) << table_ << " " << words[0];
    // What the engine says of itself: held; and the rest.
    const auto balance = engine_->accounts().Get(account.id, AssetId(1));
    EXPECT_EQ(balance.held, ToAmount(words[1])) << table_ << " " << words[0];
    const absl::uint128 rest = absl::uint128(account.is_limited ? 0 : kPlenty) +
                               account.credits_posted - account.debits_posted -
                               account.debits_pending;
    EXPECT_EQ(balance.available.value(), static_cast<int64_t>(absl::Uint128Low64(rest)))
        << table_ << " " << words[0];
    ++checked;
  }

  void LookUpTransfer(const std::vector<std::string>& words) {
    if (words[0] != "-0" && unknown_.count(words[0]) != 0) return Skip("about a row left out");
    const RememberedTransfer* transfer = engine_->FindTransfer(IdOf(words[0]));
    const bool is_there = transfer != nullptr && transfer->state != TransferState::kRefused;
    if (words[1] == "exists") {
      EXPECT_EQ(is_there, words[2] == "true") << table_ << " " << words[0];
    } else {
      ASSERT_EQ(words[1], "amount");
      ASSERT_TRUE(is_there) << words[0];
      if (transfer->kind == TransferKind::kVoid) return Skip("POST of nothing is VOID");
      EXPECT_EQ(transfer->amount, ToAmount(words[2])) << table_ << " " << words[0];
    }
    ++checked;
  }

  // --- Transfers ---

  void Skip(const std::string& why) { ++skipped[why]; }

  // A result that leaves the id free there uses it up here: its next try has another name.
  TransactionId IdOf(const std::string& id) {
    if (id == "-0") return Id("T-max");
    const uint64_t number = absl::Uint128Low64(Number(id));
    return Id(absl::StrCat("T", number, "-", aliases_[number]));
  }

  Transfer ToTransfer(const TransferRow& row) {
    using enum TransferRow::Column;
    Transfer transfer;
    transfer.transaction_id = IdOf(row[kId]);
    transfer.amount = ToAmount(row[kAmount]);
    if (row.Has(kPending)) transfer.kind = TransferKind::kPending;
    if (row.Has(kVoid)) transfer.kind = TransferKind::kVoid;
    if (row.Has(kPost)) {
      // All of it is 0 here, and nothing of it is what VOID is for.
      const absl::uint128 amount = Number(row[kAmount]);
      transfer.kind = amount == 0 ? TransferKind::kVoid : TransferKind::kPost;
      if (amount == absl::Uint128Max()) transfer.amount = Amount(0);
    }
    transfer.debit_account_id = AccountOf(row[kDebit]);
    transfer.credit_account_id = AccountOf(row[kCredit]);
    transfer.asset_id = AssetId(static_cast<uint32_t>(absl::Uint128Low64(Number(row[kLedger]))));
    transfer.timeout_ns =
        static_cast<int64_t>(absl::Uint128Low64(Number(row[kTimeout]))) * kSecondNs;
    if (row.Has(kPendingId)) transfer.target = IdOf(row[kPendingId]);
    transfer.reference =
        Id(absl::StrCat(row[kUser128], "-", row[kUser64], "-", row[kUser32], "-", row[kCode]));
    return transfer;
  }

  AccountId AccountOf(const std::string& name) {
    if (Number(name) == 0) return AccountId(0);
    const auto found = accounts_.find(name);
    return found == accounts_.end() ? AccountId(999'999) : found->second.id;
  }

  // What the engine must say; nullopt: the row means nothing here, and why.
  std::optional<RejectReason> Expected(const TransferRow& row, const Transfer& transfer,
                                       std::string& why) {
    const std::string& result = row[TransferRow::kResult];
    const auto known = contents_.find(row[TransferRow::kId]);
    const bool is_same = known != contents_.end() && known->second == transfer;
    if (absl::StartsWith(result, "exists_with_different") || result == "id_already_failed") {
      if (known == contents_.end()) {
        why = "about a row left out";
      } else if (is_same) {
        why = "differs in nothing that is said here";
      } else {
        return RejectReason::kTransactionIdReused;
      }
      return std::nullopt;
    }
    if (result == "exists") {
      if (is_same) return RejectReason::kNone;
      why = "a repeat has the same content";
      return std::nullopt;
    }
    if (result == "created") {
      if (transfer.kind != TransferKind::kSingle || transfer.amount > Amount(0)) {
        return RejectReason::kNone;
      }
      why = "an amount of 0";
      return std::nullopt;
    }
    return ExpectedRefusal(result, transfer, why);
  }

  std::optional<RejectReason> ExpectedRefusal(const std::string& result, const Transfer& transfer,
                                              std::string& why) {
    static const std::map<std::string, RejectReason> kReasons = {
        {"linked_event_failed", RejectReason::kLinkedFailed},
        {"debit_account_not_found", RejectReason::kUnknownAccount},
        {"credit_account_not_found", RejectReason::kUnknownAccount},
        {"exceeds_credits", RejectReason::kInsufficientFunds},
        {"pending_transfer_not_found", RejectReason::kUnknownTransfer},
        {"pending_transfer_not_pending", RejectReason::kNotPending},
        {"pending_transfer_already_posted", RejectReason::kPendingAlreadyPosted},
        {"pending_transfer_already_voided", RejectReason::kPendingAlreadyVoided},
        {"pending_transfer_expired", RejectReason::kPendingExpired},
        {"pending_transfer_has_different_debit_account_id", RejectReason::kInvalidTransfer},
        {"pending_transfer_has_different_credit_account_id", RejectReason::kInvalidTransfer},
        {"pending_transfer_has_different_ledger", RejectReason::kInvalidTransfer},
        {"pending_transfer_has_different_amount", RejectReason::kInvalidTransfer},
        {"exceeds_pending_transfer_amount", RejectReason::kPendingAmountExceeded}};
    // A VOID that names an amount names another one.
    const bool is_void = transfer.kind == TransferKind::kVoid;
    if (result == "exceeds_pending_transfer_amount" && is_void) {
      return RejectReason::kInvalidTransfer;
    }
    if (const auto found = kReasons.find(result); found != kReasons.end()) return found->second;
    const bool has_accounts =
        Of(transfer.debit_account_id) != nullptr && Of(transfer.credit_account_id) != nullptr;
    if (result == "ledger_must_not_be_zero" && has_accounts) return RejectReason::kUnknownAsset;
    why = absl::StartsWith(result, "overflows") ? "amounts and times of other sizes" : result;
    return std::nullopt;
  }

  // Rows that are linked are one command.
  void Take(const TransferRow& row) {
    ASSERT_EQ(row.columns.size(), size_t{TransferRow::kColumns});
    chain_.push_back(row);
    if (row.Has(TransferRow::kLinked)) return;
    const std::vector<TransferRow> rows = std::exchange(chain_, {});
    MakeTransfers command;
    std::vector<RejectReason> expected;
    for (const TransferRow& one : rows) {
      command.transfers.push_back(ToTransfer(one));
      std::string why;
      const auto reason = Expected(one, command.transfers.back(), why);
      if (!reason) {
        for (const TransferRow& left_out : rows) {
          Skip(why);
          if (contents_.count(left_out[TransferRow::kId]) == 0) {
            unknown_.insert(left_out[TransferRow::kId]);
          }
        }
        return;
      }
      expected.push_back(*reason);
    }
    Check(rows, command, expected);
  }

  void Check(const std::vector<TransferRow>& rows, const MakeTransfers& command,
             const std::vector<RejectReason>& expected) {
    const Outcome outcome = Apply(command);
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string& id = rows[i][TransferRow::kId];
      const std::string& result = rows[i][TransferRow::kResult];
      RejectReason reason = outcome.reason;
      if (!outcome.accepted() && outcome.transfer.refused != i + 1) {
        reason = RejectReason::kLinkedFailed;
      }
      EXPECT_EQ(Name(reason), Name(expected[i])) << table_ << ": " << ToText(Command(command));
      EXPECT_EQ(outcome.repeated, result == "exists") << table_ << ": " << id;
      ++checked;
      unknown_.erase(id);
      // These use up the id there, too.
      static const std::set<std::string> kFrozen = {"created", "debit_account_not_found",
                                                    "credit_account_not_found", "exceeds_credits",
                                                    "pending_transfer_not_found"};
      if (kFrozen.count(result) != 0) {
        contents_[id] = command.transfers[i];
      } else if (contents_.count(id) == 0) {
        ++aliases_[absl::Uint128Low64(Number(id))];
      }
    }
  }

  std::string table_;
  bool is_about_accounts_ = true;
  bool is_setting_up_ = false;
  std::unique_ptr<Engine> engine_;
  Events events_;
  uint64_t sequence_ = 0;
  int64_t now_ = 1;
  uint64_t ids_ = 0;
  std::map<std::string, Account> accounts_;
  std::map<std::string, Transfer> contents_;  // Of the ids that are used there.
  std::set<std::string> unknown_;             // Ids of which only rows that were left out speak.
  std::map<uint64_t, int> aliases_;
  std::vector<TransferRow> chain_;
};

TEST(TigerBeetleTest, WhatMeansTheSameIsDecidedTheSame) {
  const std::string tables = ReadOracle(kTables);
  if (tables.empty()) GTEST_SKIP() << "no " << kTables << " in RIALTO_DATA";
  Interpreter interpreter;
  ASSERT_NO_FATAL_FAILURE(interpreter.Run(tables));
  int skipped = 0;
  for (const auto& [why, count] : interpreter.skipped) {
    std::cout << "  left out " << count << ": " << why << "\n";
    skipped += count;
  }
  std::cout << "  checked " << interpreter.checked << ", left out " << skipped << "\n";
  EXPECT_EQ(interpreter.checked, 101);
  EXPECT_EQ(skipped, 52);
}

}  // namespace
}  // namespace rialto::engine
