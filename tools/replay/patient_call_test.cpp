#include "tools/replay/patient_call.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::replay {
namespace {

using std::chrono::seconds;

// Fails with each code in turn, then answers.
UnaryCall FailWith(std::vector<grpc::StatusCode> codes, size_t& calls) {
  return [codes, &calls](grpc::ClientContext&) {
    const size_t call = calls++;
    return call < codes.size() ? grpc::Status(codes[call], "no") : grpc::Status::OK;
  };
}

TEST(PatientCallTest, AsksAgainUntilItIsAnswered) {
  size_t calls = 0;
  const auto answered = CallPatiently(
      "ask", seconds(20),
      FailWith({grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::DEADLINE_EXCEEDED}, calls));
  ASSERT_TRUE(answered.ok()) << answered.status();
  EXPECT_EQ(calls, 3u);
  EXPECT_TRUE(answered->resent);
}

TEST(PatientCallTest, WhatWasNeverTakenWasNotSentTwice) {
  size_t calls = 0;
  const auto answered =
      CallPatiently("ask", seconds(20), FailWith({grpc::StatusCode::RESOURCE_EXHAUSTED}, calls));
  ASSERT_TRUE(answered.ok()) << answered.status();
  EXPECT_EQ(calls, 2u);
  EXPECT_FALSE(answered->resent);
}

TEST(PatientCallTest, EveryOtherErrorIsAnAnswer) {
  size_t calls = 0;
  const auto answered = CallPatiently("place order a-1", seconds(20),
                                      FailWith({grpc::StatusCode::INVALID_ARGUMENT}, calls));
  EXPECT_EQ(answered.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(answered.status().message()), testing::StartsWith("place order a-1: no"));
  EXPECT_EQ(calls, 1u);
}

TEST(PatientCallTest, GivesUpWhenItsPatienceEnds) {
  size_t calls = 0;
  const std::vector<grpc::StatusCode> down(1000, grpc::StatusCode::UNAVAILABLE);
  const auto answered = CallPatiently("ask", seconds(0), FailWith(down, calls));
  EXPECT_EQ(answered.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(calls, 1u);
}

}  // namespace
}  // namespace rialto::replay
