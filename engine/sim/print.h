// Commands, outcomes and events as text a person can compare, in the engine's units.
#pragma once

#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "engine/core/command.h"
#include "engine/core/event.h"

namespace rialto::engine {

// As in the protos without the prefix: "INSUFFICIENT_FUNDS"; empty for a value that does not exist.
std::string_view Name(RejectReason reason);
std::string_view Name(CancelReason reason);
std::string_view Name(OrderStatus status);
std::string_view Name(Side side);
std::string_view Name(SelfTrade mode);
std::string_view Name(InstrumentState state);
std::string_view Name(StateCause cause);
// The kind of a command or event: "PlaceOrder", "Trade".
std::string_view Name(const Command& command);
std::string_view Name(const Event& event);
// The names of all kinds.
absl::Span<const std::string_view> CommandKinds();
absl::Span<const std::string_view> EventKinds();

// One line each, without a line end.
std::string ToText(const Command& command);
std::string ToText(const Outcome& outcome);
std::string ToText(const Event& event);
// One line per event.
std::string ToText(const Events& events);

}  // namespace rialto::engine
