// Requests of every kind made of any bytes, sent to a venue over real gRPC: for the fuzzer and for
// the test that throws dice.
//
// The bytes choose a method of a service by descriptor, then field by field what it says: often
// something that makes sense on the venue of EngineUnderTest::DefineMarket(), often the edge of a
// type, sometimes the bytes themselves.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"

namespace rialto::engine {

// Bytes that say what to do; zeros behind the end.
class Choices {
 public:
  explicit Choices(std::string_view bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }
  uint8_t Byte();
  uint64_t Word();
  std::string Text(size_t size);
  // 0 to `count` - 1.
  size_t Pick(size_t count) { return Byte() % count; }

 private:
  std::string_view rest_;
};

// Fills a message with whatever the bytes say.
void Fill(Choices& choices, google::protobuf::Message& message);

class AnyCaller {
 public:
  // Calls every method of the services that `channel` has; `service_names` are full names.
  AnyCaller(std::shared_ptr<grpc::Channel> channel, const std::vector<std::string>& service_names);

  // One call; of a stream of answers the first is read. Returns the method and the status.
  std::pair<std::string, grpc::Status> Call(Choices& choices);

  // Statuses that only a defect gives.
  static bool IsDefect(const grpc::Status& status);

  size_t method_count() const { return methods_.size(); }

 private:
  grpc::Status Exchange(const google::protobuf::MethodDescriptor& method,
                        const std::string& request);

  grpc::GenericStub stub_;
  std::vector<const google::protobuf::MethodDescriptor*> methods_;
};

}  // namespace rialto::engine
