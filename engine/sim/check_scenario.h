// The one Check() of scenario tests: the same rows on the core and on the naive model.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "engine/sim/scenario.h"
#include "engine/sim/scenario_engines.h"

namespace rialto::engine {

inline void Check(const std::string& scenario) {
  CoreScenarioEngine core;
  EXPECT_EQ(RunScenario(scenario, core), "") << "on the core";
  NaiveScenarioEngine model;
  EXPECT_EQ(RunScenario(scenario, model), "") << "on the naive model";
}

}  // namespace rialto::engine
