// The one Check() of scenario tests: the same rows on the core and on the naive model.
#pragma once

#include <string>

namespace rialto::engine {

// Fails the test where an engine does something else than the rows say. See scenario.h.
void Check(const std::string& scenario);

}  // namespace rialto::engine
