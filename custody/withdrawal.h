// A withdrawal and a provider's event, as they are kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/ids.h"
#include "rialto/custody/v1/custody_service.pb.h"
#include "rialto/custody/v1/provider.pb.h"

namespace rialto::custody {

using State = v1::WithdrawalState;

// As the database and people write it: "held"; "" for what is none.
std::string_view NameOf(State state);
State StateOf(std::string_view name);

// Where the next step is ours.
inline constexpr State kOurStates[] = {
    v1::WITHDRAWAL_STATE_REQUESTED, v1::WITHDRAWAL_STATE_APPROVED, v1::WITHDRAWAL_STATE_SENDING,
    v1::WITHDRAWAL_STATE_SETTLING, v1::WITHDRAWAL_STATE_RELEASING};

struct Withdrawal {
  int64_t number = 0;  // In the order of the requests.
  std::string withdrawal_id;
  AccountId account_id;
  std::string asset;
  std::string amount;
  std::string address;
  int operators_needed = 0;
  State state = v1::WITHDRAWAL_STATE_REQUESTED;
  std::vector<std::string> approved_by;  // In alphabetical order.
  std::string waiting_for;
  std::string reason;
  Sequence hold_sequence;
  Sequence end_sequence;
  std::string provider_reference;
};

// What is changed together with a withdrawal's state.
struct Move {
  State from;
  State to;
  std::string reason;
  Sequence hold_sequence;  // 0: unchanged, here and below.
  Sequence end_sequence;
  std::string provider_reference;  // Empty: unchanged.
};

enum class EventState { kReceived, kDone, kRefused };
// "received", "done", "refused".
std::string_view NameOf(EventState state);

struct EventRow {
  v1::ProviderEvent event;
  std::string transaction_id;  // Of a deposit.
  EventState state = EventState::kReceived;
  Sequence sequence;
  std::string reason;
};

}  // namespace rialto::custody
