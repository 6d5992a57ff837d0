// The engine's order stream as a way for requests: a message per request, many of them unanswered.
#pragma once

#include <memory>

#include "tools/load/venue_door.h"

namespace rialto::bench {

// Orders go to the first instrument of the plan, whose id is 1. Ends the process when the stream
// breaks: nothing that is measured then means anything.
std::unique_ptr<load::VenueDoor> OpenStreamDoor(const load::DoorOptions& options);

}  // namespace rialto::bench
