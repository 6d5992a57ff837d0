// Runs each road for a moment on the real programs: every row is there and holds something. Judges
// no time.
#include <filesystem>
#include <set>
#include <string>

#include "bench/road/journal_road.h"
#include "bench/road/stage_road.h"
#include "bench/road/wire_road.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RoadBenchTest : public ::testing::Test {
 protected:
  RoadBenchTest() { std::filesystem::create_directories(options_.directory); }
  ~RoadBenchTest() override { std::filesystem::remove_all(options_.directory); }

  void ExpectRows(const std::vector<std::string>& names) const {
    const std::string json = results_.Json();
    for (const std::string& name : names) {
      EXPECT_THAT(json, HasSubstr("{\"name\": \"" + name + "\", \"median\": "));
      EXPECT_THAT(json, Not(HasSubstr("{\"name\": \"" + name + "\", \"median\": 0,")));
    }
  }

  RoadOptions options_{
      .rounds = 1,
      .seconds = 0.05,
      .warm_up_seconds = 0.01,
      .directory = ::testing::TempDir() + "rialto-road-bench-" + std::to_string(getpid())};
  Results results_;
};

TEST_F(RoadBenchTest, JournalHasARowForEachBatchAndForTheBareDisk) {
  MeasureJournal(options_, results_);
  for (const std::string batch : {"batch_1", "batch_64", "batch_1024"}) {
    ExpectRows({"bare/" + batch, "journal/" + batch, "bare/" + batch + "/p50",
                "journal/" + batch + "/p99.9", "ratio/" + batch});
  }
}

TEST_F(RoadBenchTest, EveryStageOfTheEngineHasARow) {
  MeasureStages(options_, results_);
  ExpectRows({"stage/1_parse", "stage/2_decode", "stage/3_record", "stage/4_journal",
              "stage/5_apply_and_events", "stage/6_answer", "stage/7_feed", "stage/all"});
}

TEST_F(RoadBenchTest, EngineHasARowForEachWorkloadAndForTheEcho) {
  MeasureEngine(options_, results_);
  ExpectRows({"bare/commit/p50"});
  for (const std::string workload : {"unary_1", "unary_64", "stream_64", "open_loop"}) {
    for (const std::string contender : {"echo/", "engine/"}) {
      const std::string row = contender + workload;
      ExpectRows({row, row + "/p50", row + "/p99.9", row + "/client_cores", row + "/server_cores",
                  row + "/server_time"});
    }
  }
  ExpectRows({"ratio/engine_unary_1/p50", "ratio/engine_unary_64", "ratio/engine_stream_64",
              "ratio/engine_open_loop/p99", "ratio/engine_open_loop/p99.9"});
}

TEST_F(RoadBenchTest, GatewayHasARowForEachWorkloadAndForTheEcho) {
  MeasureGateway(options_, results_);
  for (const std::string workload : {"unary_1", "unary_64"}) {
    ExpectRows({"echo/" + workload, "gateway/" + workload, "gateway/" + workload + "/p50",
                "gateway/" + workload + "/engine_cores"});
  }
  ExpectRows({"ratio/gateway_unary_1/p50", "ratio/gateway_unary_64"});
}

}  // namespace
}  // namespace rialto::bench
