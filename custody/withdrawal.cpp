#include "custody/withdrawal.h"

#include "common/base/check.h"

namespace rialto::custody {
namespace {

// By the number of the state.
constexpr std::string_view kNames[] = {"",         "requested", "refused",  "held",
                                       "approved", "sending",   "sent",     "settling",
                                       "settled",  "releasing", "released", "stuck"};
static_assert(std::size(kNames) == v1::WithdrawalState_ARRAYSIZE);

}  // namespace

std::string_view NameOf(State state) { return kNames[state]; }

State StateOf(std::string_view name) {
  for (int number = 1; number < v1::WithdrawalState_ARRAYSIZE; ++number) {
    if (kNames[number] == name) return static_cast<State>(number);
  }
  return v1::WITHDRAWAL_STATE_UNSPECIFIED;
}

std::string_view NameOf(EventState state) {
  switch (state) {
    case EventState::kReceived:
      return "received";
    case EventState::kDone:
      return "done";
    case EventState::kRefused:
      break;
  }
  return "refused";
}

}  // namespace rialto::custody
