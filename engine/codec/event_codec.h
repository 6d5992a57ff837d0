// Events to what followers hear.
#pragma once

#include <string>

#include "engine/core/command.h"
#include "engine/core/event.h"
#include "rialto/engine/v1/event.pb.h"

namespace rialto::engine {

// Adds everything one command did to `bytes`, as rialto.engine.v1.CommandEvents is on the wire.
void EncodeEvents(const CommandHeader& header, const Events& events, std::string& bytes);
// The same as a message.
void EncodeEvents(const CommandHeader& header, const Events& events, v1::CommandEvents& message);

}  // namespace rialto::engine
