#include "custody/signature.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::custody {
namespace {

using testing::StartsWith;

constexpr char kSecret[] = "shared";
constexpr char kTime[] = "1700000000";
constexpr char kBody[] = R"({"event_id":"1"})";

std::string Check(const SignedMessage& message, absl::Duration later = absl::ZeroDuration()) {
  const absl::Status status =
      CheckSignature(kSecret, message, absl::FromUnixSeconds(1'700'000'000) + later);
  return status.ok() ? "ok" : std::string(status.message());
}

TEST(SignatureTest, IsTheHmacOfTimestampDotBody) {
  // printf '1700000000.{"event_id":"1"}' | openssl dgst -sha256 -hmac shared
  EXPECT_EQ(Sign(kSecret, kTime, kBody),
            "v1=595b4484cf0f2d54da110736bbf75f39b6ca5732a6b3046f6194c9a4f5e4ceb2");
}

TEST(SignatureTest, TakesWhatTheOtherSideSigned) {
  EXPECT_EQ(Check({kTime, Sign(kSecret, kTime, kBody), kBody}), "ok");
}

TEST(SignatureTest, RefusesEveryChangeOfSignatureBodyAndTimestamp) {
  const std::string good = Sign(kSecret, kTime, kBody);
  for (size_t place = 0; place < good.size(); ++place) {
    std::string bad = good;
    bad[place] ^= 1;
    EXPECT_THAT(Check({kTime, bad, kBody}), StartsWith("BAD_SIGNATURE"));
  }
  EXPECT_THAT(Check({kTime, good, R"({"event_id":"2"})"}), StartsWith("BAD_SIGNATURE"));
  EXPECT_THAT(Check({"1700000001", good, kBody}), StartsWith("BAD_SIGNATURE"));
  EXPECT_THAT(Check({kTime, good.substr(0, 10), kBody}), StartsWith("BAD_SIGNATURE"));
  EXPECT_THAT(Check({kTime, "", kBody}), StartsWith("BAD_SIGNATURE"));
  EXPECT_THAT(Check({kTime, Sign("another", kTime, kBody), kBody}), StartsWith("BAD_SIGNATURE"));
}

TEST(SignatureTest, RefusesWhatIsOutsideOfTheReplayWindow) {
  const std::string good = Sign(kSecret, kTime, kBody);
  EXPECT_EQ(Check({kTime, good, kBody}, kReplayWindow), "ok");
  EXPECT_EQ(Check({kTime, good, kBody}, -kReplayWindow), "ok");
  EXPECT_THAT(Check({kTime, good, kBody}, kReplayWindow + absl::Seconds(1)),
              StartsWith("OUTSIDE_REPLAY_WINDOW: the message is 301 s old"));
  EXPECT_THAT(Check({kTime, good, kBody}, -kReplayWindow - absl::Seconds(1)),
              StartsWith("OUTSIDE_REPLAY_WINDOW"));
  EXPECT_THAT(Check({"soon", good, kBody}), StartsWith("BAD_TIMESTAMP"));
}

}  // namespace
}  // namespace rialto::custody
