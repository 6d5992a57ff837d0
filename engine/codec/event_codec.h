// Events to what followers hear.
#pragma once

#include "engine/core/command.h"
#include "engine/core/event.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto::engine {

// Fills an empty message with everything one command did.
void EncodeEvents(const CommandHeader& header, const Events& events, v1::CommandEvents& message);

}  // namespace rialto::engine
