// What custody remembers, in its own schema. Thread: any.
//
// Every change is one transaction, and moves a withdrawal from a state it is in: two threads that
// do the same step make it once. Unavailable: the database does not answer, or not in time; the
// same again is safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/postgres/pool.h"
#include "custody/withdrawal.h"

namespace rialto::custody {

struct WithdrawalsQuery {
  AccountId account_id;  // 0: everybody's.
  State state = v1::WITHDRAWAL_STATE_UNSPECIFIED;
  int64_t after_number = 0;
  int count_max = 0;
};

class Store {
 public:
  static constexpr int kConnectionsMax = 12;
  // For all of one change or question.
  static constexpr absl::Duration kAnswerMax = absl::Seconds(5);
  // Rows of one look for work: of events, and of withdrawals in one state.
  static constexpr int kOpenRowsMax = 200;

  explicit Store(const std::string& database_url)
      : pool_(database_url, kConnectionsMax, kAnswerMax) {}

  // The event as it was first recorded, now or before. AlreadyExists EVENT_ID_REUSED: with other
  // content.
  absl::StatusOr<EventRow> AddEvent(const EventRow& row);
  // NotFound UNKNOWN_EVENT.
  absl::StatusOr<EventRow> FindEvent(const std::string& event_id);
  // Ends an event that is 'received'; one that has ended stays as it is.
  absl::Status EndEvent(const EventRow& row);
  // Ends an event about a withdrawal and moves that, in one transaction; returns the event.
  absl::StatusOr<EventRow> ApplyToWithdrawal(const EventRow& row);
  // Undecided ones, by age; round, from behind the one that is named. Empty: from the oldest.
  absl::StatusOr<std::vector<EventRow>> OpenEvents(const std::string& after_event_id = "");

  // The withdrawal as it is, new or from before. AlreadyExists WITHDRAWAL_ID_REUSED: with other
  // content.
  absl::StatusOr<Withdrawal> AddWithdrawal(const Withdrawal& form);
  // NotFound UNKNOWN_WITHDRAWAL, here and below.
  absl::StatusOr<Withdrawal> FindWithdrawal(const std::string& withdrawal_id);
  // A page, one more than asked for when there are more.
  absl::StatusOr<std::vector<Withdrawal>> ListWithdrawals(const WithdrawalsQuery& query);
  // Those in one of kOurStates, by number; round, from behind that number.
  absl::StatusOr<std::vector<Withdrawal>> OpenWithdrawals(State state, int64_t after_number = 0);
  // Returns the withdrawal as it is then; unchanged when it was no longer in `move.from`.
  absl::StatusOr<Withdrawal> Apply(const std::string& withdrawal_id, const Move& move);
  absl::Status NoteWaiting(const std::string& withdrawal_id, const std::string& waiting_for);
  // FailedPrecondition NOT_HELD.
  absl::StatusOr<Withdrawal> Approve(const std::string& withdrawal_id,
                                     const std::string& operator_name);
  // FailedPrecondition TOO_LATE.
  absl::StatusOr<Withdrawal> Reject(const std::string& withdrawal_id, const std::string& reason);

 private:
  postgres::Pool pool_;
};

}  // namespace rialto::custody
