// Every RPC of the engine hears requests of all kinds: each is answered, none is a defect, and the
// state that came of them is sound.
#include "engine/server/any_request.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "engine/server/services_under_test.h"
#include "engine/sim/random.h"

namespace rialto::engine {
namespace {

constexpr uint64_t kSeed = 20261120;
constexpr int kRequests = 5'000;
constexpr size_t kBytesPerRequest = 400;

class AnyRequestTest : public ServicesTest {
 protected:
  void Validate() {
    std::promise<void> done;
    CHECK_OK(engine_.sequencer.Ask([&done](const Engine& engine) {
      engine.Validate();
      done.set_value();
    }));
    done.get_future().get();
  }

  AnyCaller caller_{channel_,
                    {"rialto.engine.v1.OrderService", "rialto.engine.v1.AccountService",
                     "rialto.engine.v1.MarketDataService", "rialto.engine.v1.AdminService",
                     "rialto.engine.v1.EventService"}};
};

TEST_F(AnyRequestTest, IsAnsweredAndNothingBreaks) {
  Random random(kSeed);
  std::map<std::string, std::map<int, int>> answers;  // By method, then status.
  for (int i = 0; i < kRequests; ++i) {
    std::string bytes(kBytesPerRequest, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.Next());
    Choices choices(bytes);
    const auto [request, status] = caller_.Call(choices);
    ASSERT_FALSE(AnyCaller::IsDefect(status))
        << "request " << i << ": " << request << status.error_code() << " "
        << status.error_message();
    ++answers[request.substr(0, request.find('\n'))][status.error_code()];
    if (i % 1'000 == 0) Validate();
  }
  Validate();
  EXPECT_EQ(answers.size(), caller_.method_count());
  int taken = 0;
  for (const auto& [method, by_status] : answers) taken += by_status.count(0) != 0 ? 1 : 0;
  EXPECT_GT(taken, static_cast<int>(caller_.method_count()) / 2);
}

}  // namespace
}  // namespace rialto::engine
