#include "custody/store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/check.h"
#include "common/base/status_macros.h"
#include "common/postgres/transaction.h"

namespace rialto::custody {
namespace {

using postgres::Connection;
using postgres::Pool;
using postgres::Result;
using postgres::Row;
using postgres::Transaction;

constexpr char kSelectEvents[] =
    "SELECT event_id, kind, account_id, asset, amount, withdrawal_id, reference, transaction_id,"
    " state, sequence, reason FROM custody.events WHERE ";
// Operators as one text, which knows no line break.
constexpr char kSelectWithdrawals[] =
    "SELECT number, withdrawal_id, account_id, asset, amount, address, operators_needed, state,"
    " waiting_for, reason, hold_sequence, end_sequence, provider_reference,"
    " coalesce((SELECT string_agg(operator, E'\\n' ORDER BY operator) FROM custody.approvals"
    " WHERE approvals.withdrawal_id = withdrawals.withdrawal_id), '')"
    " FROM custody.withdrawals WHERE ";

// By the number of the kind.
constexpr const char* kKinds[] = {"", "deposit", "withdrawal_confirmed", "withdrawal_failed"};

std::string Text(const Row& row, int column) { return std::string(row.Text(column)); }

Sequence SequenceOf(const Row& row, int column) {
  return Sequence(static_cast<uint64_t>(row.Int64(column)));
}

EventRow EventFromRow(const Row& row) {
  EventRow event;
  event.event.set_event_id(Text(row, 0));
  for (int kind = 1; kind < v1::ProviderEventKind_ARRAYSIZE; ++kind) {
    if (row.Text(1) == kKinds[kind]) {
      event.event.set_kind(static_cast<v1::ProviderEventKind>(kind));
    }
  }
  event.event.set_account_id(static_cast<uint64_t>(row.Int64(2)));
  event.event.set_asset(Text(row, 3));
  event.event.set_amount(Text(row, 4));
  event.event.set_withdrawal_id(Text(row, 5));
  event.event.set_reference(Text(row, 6));
  event.transaction_id = Text(row, 7);
  for (const EventState state : {EventState::kReceived, EventState::kDone, EventState::kRefused}) {
    if (row.Text(8) == NameOf(state)) event.state = state;
  }
  event.sequence = SequenceOf(row, 9);
  event.reason = Text(row, 10);
  return event;
}

Withdrawal WithdrawalFromRow(const Row& row) {
  Withdrawal withdrawal{.number = row.Int64(0),
                        .withdrawal_id = Text(row, 1),
                        .account_id = AccountId(static_cast<uint64_t>(row.Int64(2))),
                        .asset = Text(row, 3),
                        .amount = Text(row, 4),
                        .address = Text(row, 5),
                        .operators_needed = static_cast<int>(row.Int64(6)),
                        .state = StateOf(row.Text(7)),
                        .waiting_for = Text(row, 8),
                        .reason = Text(row, 9),
                        .hold_sequence = SequenceOf(row, 10),
                        .end_sequence = SequenceOf(row, 11),
                        .provider_reference = Text(row, 12)};
  const std::string operators = Text(row, 13);
  if (!operators.empty()) withdrawal.approved_by = absl::StrSplit(operators, '\n');
  return withdrawal;
}

std::vector<Withdrawal> WithdrawalsFrom(const Result& result) {
  std::vector<Withdrawal> withdrawals;
  for (int i = 0; i < result.row_count(); ++i) {
    withdrawals.push_back(WithdrawalFromRow(result.row(i)));
  }
  return withdrawals;
}

// Locked until the transaction ends.
absl::StatusOr<Withdrawal> Lock(Transaction& transaction, const std::string& withdrawal_id) {
  RETURN_IF_ERROR(
      transaction
          .Execute("SELECT FROM custody.withdrawals WHERE withdrawal_id = $1 FOR UPDATE",
                   {withdrawal_id})
          .status());
  // A statement of its own: it sees the approvals of whoever had the lock before.
  ASSIGN_OR_RETURN(
      const Result found,
      transaction.Execute(absl::StrCat(kSelectWithdrawals, "withdrawal_id = $1"), {withdrawal_id}));
  if (found.empty()) {
    return absl::NotFoundError(absl::StrCat("UNKNOWN_WITHDRAWAL: ", withdrawal_id));
  }
  return WithdrawalFromRow(found.row(0));
}

absl::Status Write(Transaction& transaction, const std::string& withdrawal_id, const Move& move) {
  return transaction
      .Execute(
          "UPDATE custody.withdrawals SET state = $2, waiting_for = '', reason = $3,"
          " hold_sequence = CASE WHEN $4 = 0 THEN hold_sequence ELSE $4 END,"
          " end_sequence = CASE WHEN $5 = 0 THEN end_sequence ELSE $5 END,"
          " provider_reference = coalesce(nullif($6, ''), provider_reference)"
          " WHERE withdrawal_id = $1",
          {withdrawal_id, NameOf(move.to), move.reason, move.hold_sequence, move.end_sequence,
           move.provider_reference})
      .status();
}

// What a provider's word does to a withdrawal in that state; `to` unspecified: nothing more to do.
struct Effect {
  bool makes_sense = false;
  State to = v1::WITHDRAWAL_STATE_UNSPECIFIED;
};

Effect EffectOf(v1::ProviderEventKind kind, State state) {
  const bool is_out = state == v1::WITHDRAWAL_STATE_SENDING || state == v1::WITHDRAWAL_STATE_SENT;
  if (kind == v1::PROVIDER_EVENT_KIND_WITHDRAWAL_CONFIRMED) {
    if (is_out) return {true, v1::WITHDRAWAL_STATE_SETTLING};
    return {state == v1::WITHDRAWAL_STATE_SETTLING || state == v1::WITHDRAWAL_STATE_SETTLED};
  }
  if (is_out) return {true, v1::WITHDRAWAL_STATE_RELEASING};
  return {state == v1::WITHDRAWAL_STATE_RELEASING || state == v1::WITHDRAWAL_STATE_RELEASED};
}

absl::Status WriteEnd(Transaction& transaction, const EventRow& row) {
  return transaction
      .Execute(
          "UPDATE custody.events SET state = $2, sequence = $3, reason = $4, decided_at = now()"
          " WHERE event_id = $1 AND state = 'received'",
          {row.event.event_id(), NameOf(row.state), row.sequence, row.reason})
      .status();
}

absl::StatusOr<EventRow> ReadEvent(Transaction& transaction, const std::string& event_id) {
  ASSIGN_OR_RETURN(const Result found,
                   transaction.Execute(absl::StrCat(kSelectEvents, "event_id = $1"), {event_id}));
  if (found.empty()) return absl::NotFoundError(absl::StrCat("UNKNOWN_EVENT: ", event_id));
  return EventFromRow(found.row(0));
}

bool SameContent(const v1::ProviderEvent& a, const v1::ProviderEvent& b) {
  return a.kind() == b.kind() && a.account_id() == b.account_id() && a.asset() == b.asset() &&
         a.amount() == b.amount() && a.withdrawal_id() == b.withdrawal_id() &&
         a.reference() == b.reference();
}

bool SameContent(const Withdrawal& a, const Withdrawal& b) {
  return a.account_id == b.account_id && a.asset == b.asset && a.amount == b.amount &&
         a.address == b.address;
}

}  // namespace

absl::StatusOr<EventRow> Store::AddEvent(const EventRow& row) {
  const v1::ProviderEvent& event = row.event;
  ASSIGN_OR_RETURN(Pool::Lease lease, pool_.Acquire());
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*lease));
  RETURN_IF_ERROR(
      transaction
          .Execute(
              "INSERT INTO custody.events (event_id, kind, account_id, asset, amount,"
              " withdrawal_id, reference, transaction_id) VALUES ($1, $2, $3, $4, $5, $6, $7,"
              " $8) ON CONFLICT DO NOTHING",
              {event.event_id(), kKinds[event.kind()], AccountId(event.account_id()), event.asset(),
               event.amount(), event.withdrawal_id(), event.reference(), row.transaction_id})
          .status());
  ASSIGN_OR_RETURN(EventRow there, ReadEvent(transaction, event.event_id()));
  if (!SameContent(there.event, event)) {
    return absl::AlreadyExistsError(
        absl::StrCat("EVENT_ID_REUSED: ", event.event_id(), " was another event"));
  }
  RETURN_IF_ERROR(transaction.Commit());
  return there;
}

absl::StatusOr<EventRow> Store::FindEvent(const std::string& event_id) {
  ASSIGN_OR_RETURN(Pool::Lease lease, pool_.Acquire());
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*lease));
  return ReadEvent(transaction, event_id);
}

absl::Status Store::EndEvent(const EventRow& row) {
  ASSIGN_OR_RETURN(Pool::Lease lease, pool_.Acquire());
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*lease));
  RETURN_IF_ERROR(WriteEnd(transaction, row));
  return transaction.Commit();
}

absl::StatusOr<EventRow> Store::ApplyToWithdrawal(const EventRow& row) {
  ASSIGN_OR_RETURN(Pool::Lease lease, pool_.Acquire());
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*lease));
  EventRow ended = row;
  ended.state = EventState::kDone;
  const absl::StatusOr<Withdrawal> withdrawal = Lock(transaction, row.event.withdrawal_id());
  if (!withdrawal.ok() && !absl::IsNotFound(withdrawal.status())) return withdrawal.status();
  const Effect effect = withdrawal.ok() ? EffectOf(row.event.kind(), withdrawal->state) : Effect{};
  if (!effect.makes_sense) {
    ended.state = EventState::kRefused;
    ended.reason = withdrawal.ok() ? absl::StrCat("WRONG_STATE: the withdrawal is ",
                                                  std::string(NameOf(withdrawal->state)))
                                   : std::string(withdrawal.status().message());
  } else if (effect.to != v1::WITHDRAWAL_STATE_UNSPECIFIED) {
    const bool failed = effect.to == v1::WITHDRAWAL_STATE_RELEASING;
    RETURN_IF_ERROR(Write(
        transaction, withdrawal->withdrawal_id,
        {.from = withdrawal->state,
         .to = effect.to,
         .reason = failed ? absl::StrCat("PROVIDER_FAILED: event ", row.event.event_id()) : "",
         .provider_reference = row.event.reference()}));
  }
  RETURN_IF_ERROR(WriteEnd(transaction, ended));
  RETURN_IF_ERROR(transaction.Commit());
  return ended;
}

absl::StatusOr<std::vector<EventRow>> Store::OpenEvents(const std::string& after_event_id) {
  ASSIGN_OR_RETURN(Pool::Lease lease, pool_.Acquire());
  ASSIGN_OR_RETURN(
      const Result rows,
      lease->Execute(
          absl::StrCat(kSelectEvents,
                       "state = 'received' ORDER BY coalesce((received_at, event_id) <="
                       " (SELECT last.received_at, last.event_id FROM custody.events last"
                       " WHERE last.event_id = $1), false), received_at, event_id LIMIT $2"),
          {after_event_id, kOpenRowsMax}));
  std::vector<EventRow> events;
  for (int i = 0; i < rows.row_count(); ++i) events.push_back(EventFromRow(rows.row(i)));
  return events;
}

absl::StatusOr<Withdrawal> Store::AddWithdrawal(const Withdrawal& form) {
  ASSIGN_OR_RETURN(Pool::Lease lease, pool_.Acquire());
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*lease));
  RETURN_IF_ERROR(transaction
                      .Execute("INSERT INTO custody.withdrawals (withdrawal_id, account_id, asset,"
                               " amount, address, operators_needed) VALUES ($1, $2, $3, $4, $5, $6)"
                               " ON CONFLICT DO NOTHING",
                               {form.withdrawal_id, form.account_id, form.asset, form.amount,
                                form.address, form.operators_needed})
                      .status());
  ASSIGN_OR_RETURN(Withdrawal there, Lock(transaction, form.withdrawal_id));
  if (!SameContent(there, form)) {
    return absl::AlreadyExistsError(
        absl::StrCat("WITHDRAWAL_ID_REUSED: ", form.withdrawal_id, " was another withdrawal"));
  }
  RETURN_IF_ERROR(transaction.Commit());
  return there;
}

absl::StatusOr<Withdrawal> Store::FindWithdrawal(const std::string& withdrawal_id) {
  ASSIGN_OR_RETURN(Pool::Lease lease, pool_.Acquire());
  ASSIGN_OR_RETURN(
      const Result found,
      lease->Execute(absl::StrCat(kSelectWithdrawals, "withdrawal_id = $1"), {withdrawal_id}));
  if (found.empty()) {
    return absl::NotFoundError(absl::StrCat("UNKNOWN_WITHDRAWAL: ", withdrawal_id));
  }
  return WithdrawalFromRow(found.row(0));
}

absl::StatusOr<std::vector<Withdrawal>> Store::ListWithdrawals(const WithdrawalsQuery& query) {
  ASSIGN_OR_RETURN(Pool::Lease lease, pool_.Acquire());
  ASSIGN_OR_RETURN(
      const Result rows,
      lease->Execute(
          absl::StrCat(kSelectWithdrawals,
                       "($1 = 0 OR account_id = $1) AND ($2 = '' OR state = $2)"
                       " AND number > $3 ORDER BY number LIMIT $4"),
          {query.account_id, NameOf(query.state), query.after_number, query.count_max + 1}));
  return WithdrawalsFrom(rows);
}

absl::StatusOr<std::vector<Withdrawal>> Store::OpenWithdrawals(State state, int64_t after_number) {
  ASSIGN_OR_RETURN(Pool::Lease lease, pool_.Acquire());
  // First the words of the index.
  ASSIGN_OR_RETURN(
      const Result rows,
      lease->Execute(absl::StrCat(kSelectWithdrawals,
                                  "state IN ('requested', 'approved', 'sending', 'settling',"
                                  " 'releasing') AND state = $1"
                                  " ORDER BY number <= $2, number LIMIT $3"),
                     {NameOf(state), after_number, kOpenRowsMax}));
  return WithdrawalsFrom(rows);
}

absl::StatusOr<Withdrawal> Store::Apply(const std::string& withdrawal_id, const Move& move) {
  ASSIGN_OR_RETURN(Pool::Lease lease, pool_.Acquire());
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*lease));
  ASSIGN_OR_RETURN(Withdrawal withdrawal, Lock(transaction, withdrawal_id));
  if (withdrawal.state != move.from) return withdrawal;
  RETURN_IF_ERROR(Write(transaction, withdrawal_id, move));
  ASSIGN_OR_RETURN(withdrawal, Lock(transaction, withdrawal_id));
  RETURN_IF_ERROR(transaction.Commit());
  return withdrawal;
}

absl::Status Store::NoteWaiting(const std::string& withdrawal_id, const std::string& waiting_for) {
  ASSIGN_OR_RETURN(Pool::Lease lease, pool_.Acquire());
  return lease
      ->Execute(
          "UPDATE custody.withdrawals SET waiting_for = $2"
          " WHERE withdrawal_id = $1 AND waiting_for <> $2",
          {withdrawal_id, waiting_for})
      .status();
}

absl::StatusOr<Withdrawal> Store::Approve(const std::string& withdrawal_id,
                                          const std::string& operator_name) {
  ASSIGN_OR_RETURN(Pool::Lease lease, pool_.Acquire());
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*lease));
  ASSIGN_OR_RETURN(Withdrawal withdrawal, Lock(transaction, withdrawal_id));
  for (const std::string& earlier : withdrawal.approved_by) {
    if (earlier == operator_name) return withdrawal;
  }
  if (withdrawal.state != v1::WITHDRAWAL_STATE_HELD) {
    return absl::FailedPreconditionError(
        absl::StrCat("NOT_HELD: the withdrawal is ", std::string(NameOf(withdrawal.state))));
  }
  RETURN_IF_ERROR(
      transaction
          .Execute("INSERT INTO custody.approvals (withdrawal_id, operator) VALUES ($1, $2)",
                   {withdrawal_id, operator_name})
          .status());
  if (static_cast<int>(withdrawal.approved_by.size()) + 1 >= withdrawal.operators_needed) {
    RETURN_IF_ERROR(
        Write(transaction, withdrawal_id,
              {.from = v1::WITHDRAWAL_STATE_HELD, .to = v1::WITHDRAWAL_STATE_APPROVED}));
  }
  ASSIGN_OR_RETURN(withdrawal, Lock(transaction, withdrawal_id));
  RETURN_IF_ERROR(transaction.Commit());
  return withdrawal;
}

absl::StatusOr<Withdrawal> Store::Reject(const std::string& withdrawal_id,
                                         const std::string& reason) {
  ASSIGN_OR_RETURN(Pool::Lease lease, pool_.Acquire());
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*lease));
  ASSIGN_OR_RETURN(Withdrawal withdrawal, Lock(transaction, withdrawal_id));
  if (withdrawal.reason == reason && (withdrawal.state == v1::WITHDRAWAL_STATE_RELEASING ||
                                      withdrawal.state == v1::WITHDRAWAL_STATE_RELEASED)) {
    return withdrawal;  // The same again.
  }
  if (withdrawal.state != v1::WITHDRAWAL_STATE_HELD &&
      withdrawal.state != v1::WITHDRAWAL_STATE_APPROVED) {
    return absl::FailedPreconditionError(
        absl::StrCat("TOO_LATE: the withdrawal is ", std::string(NameOf(withdrawal.state))));
  }
  RETURN_IF_ERROR(
      Write(transaction, withdrawal_id,
            {.from = withdrawal.state, .to = v1::WITHDRAWAL_STATE_RELEASING, .reason = reason}));
  ASSIGN_OR_RETURN(withdrawal, Lock(transaction, withdrawal_id));
  RETURN_IF_ERROR(transaction.Commit());
  return withdrawal;
}

}  // namespace rialto::custody
