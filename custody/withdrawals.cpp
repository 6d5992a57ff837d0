#include "custody/withdrawals.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "common/base/log.h"
#include "common/base/status_macros.h"

namespace rialto::custody {
namespace {

bool IsOurs(State state) {
  return std::find(std::begin(kOurStates), std::end(kOurStates), state) != std::end(kOurStates);
}

}  // namespace

absl::StatusOr<Withdrawal> Withdrawals::Advance(Withdrawal withdrawal) {
  while (IsOurs(withdrawal.state)) {
    const absl::StatusOr<Move> move = NextMove(withdrawal);
    if (!move.ok()) {
      withdrawal.waiting_for = std::string(move.status().message());
      RETURN_IF_ERROR(parts_.store.NoteWaiting(withdrawal.withdrawal_id, withdrawal.waiting_for));
      return withdrawal;
    }
    ASSIGN_OR_RETURN(withdrawal, parts_.store.Apply(withdrawal.withdrawal_id, *move));
    parts_.metrics.moves_total.Add({{"state", std::string(NameOf(move->to))}}).Increment();
    if (move->to == v1::WITHDRAWAL_STATE_STUCK) {
      LOG_ERROR("withdrawal_stuck withdrawal_id={} reason=\"{}\"", withdrawal.withdrawal_id,
                move->reason);
    }
  }
  return withdrawal;
}

absl::StatusOr<Move> Withdrawals::NextMove(const Withdrawal& withdrawal) {
  switch (withdrawal.state) {
    case v1::WITHDRAWAL_STATE_REQUESTED:
      return Hold(withdrawal);
    case v1::WITHDRAWAL_STATE_APPROVED:
      return Open(withdrawal);
    case v1::WITHDRAWAL_STATE_SENDING:
      return Send(withdrawal);
    default:
      return End(withdrawal);
  }
}

absl::StatusOr<Move> Withdrawals::Hold(const Withdrawal& withdrawal) {
  ASSIGN_OR_RETURN(const Decision decision, parts_.engine.Hold(withdrawal));
  return Move{
      .from = withdrawal.state,
      .to = decision.refusal.empty() ? v1::WITHDRAWAL_STATE_HELD : v1::WITHDRAWAL_STATE_REFUSED,
      .reason = decision.refusal,
      .hold_sequence = decision.refusal.empty() ? decision.sequence : Sequence()};
}

// Recorded before the provider hears of it: from there on it may have left.
absl::StatusOr<Move> Withdrawals::Open(const Withdrawal& withdrawal) {
  RETURN_IF_ERROR(CheckExit(withdrawal));
  return Move{.from = withdrawal.state, .to = v1::WITHDRAWAL_STATE_SENDING};
}

absl::StatusOr<Move> Withdrawals::Send(const Withdrawal& withdrawal) {
  Move move{.from = withdrawal.state, .to = v1::WITHDRAWAL_STATE_SENT};
  ASSIGN_OR_RETURN(const std::optional<v1::ProviderWithdrawal> found,
                   parts_.provider.Find(withdrawal.withdrawal_id));
  if (found.has_value()) {  // Asked before a crash.
    move.provider_reference = found->reference();
    return move;
  }
  // Once more, since any time may have passed since it was opened.
  RETURN_IF_ERROR(CheckExit(withdrawal));
  const absl::StatusOr<v1::ProviderWithdrawal> sent = parts_.provider.Send(withdrawal);
  if (absl::IsFailedPrecondition(sent.status())) {
    move.to = v1::WITHDRAWAL_STATE_RELEASING;
    move.reason = std::string(sent.status().message());
    return move;
  }
  RETURN_IF_ERROR(sent.status());
  move.provider_reference = sent->reference();
  return move;
}

absl::StatusOr<Move> Withdrawals::End(const Withdrawal& withdrawal) {
  const bool left = withdrawal.state == v1::WITHDRAWAL_STATE_SETTLING;
  ASSIGN_OR_RETURN(const Decision decision,
                   left ? parts_.engine.Settle(withdrawal) : parts_.engine.Release(withdrawal));
  if (!decision.refusal.empty()) {
    return Move{
        .from = withdrawal.state, .to = v1::WITHDRAWAL_STATE_STUCK, .reason = decision.refusal};
  }
  return Move{.from = withdrawal.state,
              .to = left ? v1::WITHDRAWAL_STATE_SETTLED : v1::WITHDRAWAL_STATE_RELEASED,
              .reason = withdrawal.reason,
              .end_sequence = decision.sequence};
}

absl::Status Withdrawals::CheckExit(const Withdrawal& withdrawal) {
  ASSIGN_OR_RETURN(const LedgerView ledger, parts_.ledger.View());
  const std::string blocked_by = ExitBlockedBy(ledger, withdrawal.hold_sequence);
  return blocked_by.empty() ? absl::OkStatus() : absl::UnavailableError(blocked_by);
}

}  // namespace rialto::custody
