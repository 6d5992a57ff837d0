#include "engine/sim/check_scenario.h"

#include <gtest/gtest.h>

#include "engine/sim/scenario.h"
#include "engine/sim/scenario_engines.h"

namespace rialto::engine {

void Check(const std::string& scenario) {
  CoreScenarioEngine core;
  EXPECT_EQ(RunScenario(scenario, core), "") << "on the core";
  NaiveScenarioEngine model;
  EXPECT_EQ(RunScenario(scenario, model), "") << "on the naive model";
}

}  // namespace rialto::engine
