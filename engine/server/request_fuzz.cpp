// The fuzzer of every request: bytes as calls of an engine over real gRPC.
//
//   engine_request_fuzz -max_len=4096 corpus/
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "engine/server/any_request.h"
#include "engine/server/services_under_test.h"

namespace rialto::engine {
namespace {

// Then a new venue, so that neither memory nor what an input meets grows without end.
constexpr int kInputsPerVenue = 2'000;
constexpr int kRequestsMax = 16;

class Venue : public ServicesTest {
 public:
  void TestBody() override {}

  void Run(Choices choices) {
    for (int i = 0; i < kRequestsMax && !choices.empty(); ++i) {
      const auto [request, status] = caller_.Call(choices);
      if (!AnyCaller::IsDefect(status)) continue;
      std::fprintf(stderr, "%s%d %s\n", request.c_str(), status.error_code(),
                   status.error_message().c_str());
      std::abort();
    }
    std::promise<void> done;
    CHECK_OK(engine_.sequencer.Ask([&done](const Engine& engine) {
      engine.Validate();
      done.set_value();
    }));
    done.get_future().get();
  }

 private:
  AnyCaller caller_{channel_,
                    {"rialto.engine.v1.OrderService", "rialto.engine.v1.AccountService",
                     "rialto.engine.v1.MarketDataService", "rialto.engine.v1.AdminService",
                     "rialto.engine.v1.EventService"}};
};

}  // namespace
}  // namespace rialto::engine

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  // The first one is made before its end is noted, so that it ends before OpenSSL, which it uses.
  static auto venue = std::make_unique<rialto::engine::Venue>();
  static int inputs = 0;
  if (++inputs % rialto::engine::kInputsPerVenue == 0) {
    venue = nullptr;
    venue = std::make_unique<rialto::engine::Venue>();
  }
  venue->Run(rialto::engine::Choices({reinterpret_cast<const char*>(bytes), size}));
  return 0;
}
