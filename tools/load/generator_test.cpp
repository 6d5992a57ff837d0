#include "tools/load/generator.h"

#include <deque>
#include <filesystem>
#include <fstream>
#include <map>

#include "gtest/gtest.h"

namespace rialto::load {
namespace {

// Answers what was sent at once, oldest first; some of it with errors.
class ScriptedDoor : public VenueDoor {
 public:
  // The next `count` answers have this status.
  void FailNext(int count, grpc::StatusCode status) {
    failures_.assign(static_cast<size_t>(count), status);
  }
  void ThenFail(int count, grpc::StatusCode status) {
    failures_.insert(failures_.end(), static_cast<size_t>(count), status);
  }
  // Answers nothing any more after `count` answers.
  void FallSilentAfter(int count) { answers_left_ = count; }

  void Send(size_t slot, const Request& request) override {
    waiting_.push_back({slot, request.orders.size()});
    for (const uint64_t order : request.orders) {
      if (request.kind == Kind::kPlace) ++attempts_[order];
    }
    in_flight_max_ = std::max(in_flight_max_, waiting_.size());
  }
  bool Wait(std::chrono::steady_clock::time_point, Completion& completion) override {
    if (waiting_.empty() || answers_left_ == 0) return false;
    --answers_left_;
    const auto [slot, orders] = waiting_.front();
    waiting_.pop_front();
    completion = Completion{.slot = slot};
    answers_.clear();
    if (!failures_.empty()) {
      completion.status = failures_.front();
      failures_.pop_front();
      return true;
    }
    for (size_t i = 0; i < orders; ++i) {
      ++sequence_;
      answers_.push_back({.rests = true, .order_id = sequence_, .sequence = sequence_});
    }
    completion.answers = answers_;
    return true;
  }

  // By order.
  const std::map<uint64_t, int>& attempts() const { return attempts_; }
  size_t in_flight_max() const { return in_flight_max_; }

 private:
  std::deque<std::pair<size_t, size_t>> waiting_;  // Slot, and how many orders.
  std::vector<Answer> answers_;
  std::map<uint64_t, int> attempts_;
  std::deque<grpc::StatusCode> failures_;
  int answers_left_ = -1;
  uint64_t sequence_ = 0;
  size_t in_flight_max_ = 0;
};

class GeneratorTest : public testing::Test {
 protected:
  GeneratorTest()
      : path_(testing::TempDir() + "generator_test"),
        workload_({.seed = 1, .clients = 2, .cancel_percent = 0}),
        batches_({.seed = 1, .clients = 2, .batch = 10, .cancel_percent = 0}) {
    std::filesystem::remove(path_);
    plan_.tag = "k";
    plan_.accounts = {1, 2};
    plan_.instruments = {"LOAD-USD"};
  }

  Tally Run(const Pace& pace) { return Run(pace, workload_); }
  Tally Run(const Pace& pace, Workload& workload) {
    OutcomeLog log = *OutcomeLog::Open(path_);
    Generator generator(door_, workload, plan_, log);
    generator.Run(pace, stop_, [](const Tally&, std::chrono::nanoseconds) {});
    unresolved_ = generator.unresolved();
    not_sent_ = generator.not_sent();
    decided_in_time_ = generator.decided_in_time();
    return generator.tally();
  }

  std::vector<OutcomeLine> Lines() const {
    std::vector<OutcomeLine> lines;
    std::ifstream file(path_);
    for (std::string text; std::getline(file, text);) lines.push_back(*ParseOutcomeLine(text));
    return lines;
  }

  const std::string path_;
  ScriptedDoor door_;
  Workload workload_;
  Workload batches_;
  MarketPlan plan_;
  std::atomic<bool> stop_ = false;
  uint64_t unresolved_ = 0;
  uint64_t not_sent_ = 0;
  uint64_t decided_in_time_ = 0;
};

using std::chrono::nanoseconds;

constexpr std::chrono::milliseconds kShort(20);
constexpr std::chrono::seconds kLong(5);

TEST_F(GeneratorTest, AClosedLoopKeepsSoManyInFlight) {
  const Tally tally = Run({.in_flight_max = 4, .duration = kShort, .drain = kShort});
  EXPECT_EQ(door_.in_flight_max(), 4u);
  EXPECT_EQ(tally.place().sent, tally.place().accepted);
  EXPECT_GT(tally.place().sent, 4u);
  EXPECT_EQ(Lines().size(), tally.place().sent + tally.cancel().sent);
  EXPECT_EQ(unresolved_, 0u);
}

TEST_F(GeneratorTest, AnOpenLoopSendsSoManyAsAreDue) {
  const Tally tally =
      Run({.rate_per_second = 1'000, .in_flight_max = 100, .duration = kShort, .drain = kShort});
  // What a busy machine lets come too late is told, not sent.
  EXPECT_EQ(tally.place().sent + not_sent_, 20u);
  EXPECT_GT(tally.place().sent, 0u);
  EXPECT_EQ(tally.place().accepted, tally.place().sent);
}

TEST_F(GeneratorTest, ARateIsOneOfOrdersAlsoInBatches) {
  const Pace pace = {
      .rate_per_second = 5'000, .in_flight_max = 100, .duration = kShort, .drain = kShort};
  const Tally tally = Run(pace, batches_);
  EXPECT_EQ(tally.place().sent + not_sent_, 100u);
  EXPECT_GT(tally.place().sent, 0u);
  EXPECT_EQ(tally.place().accepted, tally.place().sent);
  EXPECT_EQ(Lines().size(), tally.place().sent);
}

TEST_F(GeneratorTest, AnUnknownBatchIsAskedForAgainAsAWhole) {
  door_.FailNext(1, grpc::StatusCode::UNAVAILABLE);
  const Tally tally = Run({.in_flight_max = 1, .duration = kShort, .drain = kLong}, batches_);
  EXPECT_EQ(tally.place().unknown_attempts[grpc::StatusCode::UNAVAILABLE], 10u);
  EXPECT_EQ(door_.attempts().at(0), 2);
  EXPECT_EQ(door_.attempts().at(9), 2);
  EXPECT_EQ(tally.place().accepted, tally.place().sent);
}

TEST_F(GeneratorTest, LatencyOfAnOpenLoopCountsFromWhenItWasDue) {
  door_.FallSilentAfter(0);
  const Tally tally =
      Run({.rate_per_second = 1'000, .in_flight_max = 5, .duration = kShort, .drain = kShort});
  EXPECT_EQ(tally.place().sent, 5u);
  EXPECT_EQ(not_sent_, 15u);
  EXPECT_EQ(unresolved_, 5u);
}

TEST_F(GeneratorTest, AsksAgainWithTheSameNameUntilThereIsAnAnswer) {
  door_.FailNext(3, grpc::StatusCode::UNAVAILABLE);
  const Tally tally =
      Run({.in_flight_max = 1, .duration = kShort, .drain = std::chrono::seconds(5)});
  EXPECT_EQ(door_.attempts().at(0), 4);
  EXPECT_EQ(tally.place().unknown_total(), 3u);
  EXPECT_EQ(tally.place().accepted, tally.place().sent);
  const std::vector<OutcomeLine> lines = Lines();
  ASSERT_GE(lines.size(), 4u);
  EXPECT_EQ(lines[0].outcome, OutcomeLine::Outcome::kUnknown);
  EXPECT_EQ(lines[3].outcome, OutcomeLine::Outcome::kAccepted);
  EXPECT_EQ(lines[3].name, "k-0");
}

TEST_F(GeneratorTest, WhatIsRefusedIsSentAgainLaterAndLater) {
  door_.FailNext(2, grpc::StatusCode::RESOURCE_EXHAUSTED);
  const auto started = std::chrono::steady_clock::now();
  const Tally tally = Run({.in_flight_max = 1, .duration = 10 * kBackoffMin, .drain = kShort});
  EXPECT_EQ(door_.attempts().at(0), 3);
  EXPECT_GE(tally.place().decided_ns.max(), 3 * 8 * kBackoffMin / 10 / nanoseconds(1));
  EXPECT_EQ(tally.place().refused_ns.total(), 2u);
  EXPECT_LT(tally.place().refused_ns.max(), kBackoffMin / nanoseconds(1));  // From its own sending.
  EXPECT_EQ(tally.place().statuses[grpc::StatusCode::RESOURCE_EXHAUSTED], 0u);
  EXPECT_EQ(Lines()[0].outcome, OutcomeLine::Outcome::kShed);
  EXPECT_EQ(Lines()[2].outcome, OutcomeLine::Outcome::kAccepted);
  EXPECT_GE(std::chrono::steady_clock::now() - started, 10 * kBackoffMin);
}

TEST_F(GeneratorTest, WhatIsRefusedEveryTimeIsGivenUp) {
  door_.FailNext(1'000'000, grpc::StatusCode::RESOURCE_EXHAUSTED);
  const Tally tally =
      Run({.in_flight_max = 1, .duration = std::chrono::seconds(2), .drain = kShort});
  EXPECT_EQ(door_.attempts().at(0), kAttemptsMax);
  EXPECT_GE(tally.place().statuses[grpc::StatusCode::RESOURCE_EXHAUSTED], 1u);
  EXPECT_EQ(decided_in_time_, 0u);
}

TEST_F(GeneratorTest, AttemptsAreWithinTheRate) {
  door_.FailNext(1'000'000, grpc::StatusCode::RESOURCE_EXHAUSTED);
  const Tally tally = Run({.rate_per_second = 200,
                           .in_flight_max = 1'000,
                           .duration = std::chrono::milliseconds(500),
                           .drain = kShort});
  EXPECT_GE(tally.place().refused_ns.total(), 100u);
  EXPECT_LE(tally.place().refused_ns.total(), 105u + tally.place().sent / 10);
  EXPECT_LT(tally.place().sent, 100u);
}

TEST_F(GeneratorTest, AfterAnUnknownOutcomeARefusalIsNoAnswer) {
  door_.FailNext(1, grpc::StatusCode::UNAVAILABLE);
  door_.ThenFail(1, grpc::StatusCode::RESOURCE_EXHAUSTED);
  const Tally tally = Run({.in_flight_max = 1, .duration = kShort, .drain = kLong});
  EXPECT_EQ(door_.attempts().at(0), 3);
  EXPECT_EQ(tally.place().accepted, tally.place().sent);
}

TEST_F(GeneratorTest, SaysWhatHasNoAnswerInTheEnd) {
  door_.FallSilentAfter(3);
  Run({.in_flight_max = 2, .duration = kShort, .drain = kShort});
  EXPECT_EQ(unresolved_, 2u);
  EXPECT_EQ(Lines().back().outcome, OutcomeLine::Outcome::kUnresolved);
}

TEST_F(GeneratorTest, EndsEarlyWhenAsked) {
  stop_ = true;
  Run({.in_flight_max = 2, .duration = std::chrono::hours(1), .drain = kShort});
  EXPECT_EQ(unresolved_, 0u);
}

}  // namespace
}  // namespace rialto::load
