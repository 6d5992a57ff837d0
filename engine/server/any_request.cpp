#include "engine/server/any_request.h"

#include <array>
#include <chrono>
#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "google/protobuf/dynamic_message.h"

namespace rialto::engine {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::Reflection;

constexpr int kDepthMax = 4;
constexpr size_t kRepeatedMax = 4;
// A call that has not ended by then hangs.
constexpr auto kPatience = std::chrono::seconds(20);

// What a caller may well say, and what none should.
constexpr std::array<const char*, 40> kTexts = {
    "",
    "BTC-USD",
    "USD",
    "BTC",
    "alice",
    "bob",
    "o-1",
    "o-2",
    "list-1",
    "tag",
    "1",
    "0",
    "100",
    "99.99",
    "0.01",
    "0.001",
    "1000",
    "-1",
    "-0.01",
    "10.001",
    "1.000000000000000001",
    "9223372036854775807",
    "9223372036854775808",
    "92233720368547758.07",
    "99999999999999999999999999",
    "1e5",
    "NaN",
    "inf",
    "+1",
    " 1",
    "1.",
    ".1",
    "--1",
    "0x10",
    "America/New_York",
    "Mars/Olympus",
    "09:30",
    "2026-12-25",
    "a-name-that-is-longer-than-the-36-characters-allowed",
    "no such thing"};
constexpr std::array<uint64_t, 22> kNumbers = {0,
                                               1,
                                               2,
                                               3,
                                               4,
                                               5,
                                               7,
                                               10,
                                               36,
                                               100,
                                               255,
                                               256,
                                               1000,
                                               1001,
                                               1002,
                                               1003,
                                               10'000,
                                               1'000'000,
                                               uint64_t{1} << 31,
                                               uint64_t{1} << 32,
                                               uint64_t{1} << 63,
                                               std::numeric_limits<uint64_t>::max()};

uint64_t Number(Choices& choices) {
  const size_t choice = choices.Pick(kNumbers.size() + 2);
  if (choice < kNumbers.size()) return kNumbers[choice];
  return choice == kNumbers.size() ? choices.Word() : ~choices.Byte() + uint64_t{1};
}

std::string String(Choices& choices) {
  const size_t choice = choices.Pick(kTexts.size() + 4);
  if (choice < kTexts.size()) return kTexts[choice];
  std::string text = choices.Text(1 + choices.Pick(12));
  for (char& c : text) c = static_cast<char>(' ' + (c & 0x7f) % ('~' - ' '));  // Any ASCII.
  return text;
}

// Sets a field, or adds to it, by the calls for its type: SetInt64 or AddInt64.
#define RIALTO_PUT(type, value)                                        \
  (field.is_repeated() ? reflection.Add##type(&message, &field, value) \
                       : reflection.Set##type(&message, &field, value))

void FillAt(Choices& choices, Message& message, int depth);

void FillField(Choices& choices, Message& message, const FieldDescriptor& field, int depth) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return RIALTO_PUT(Int32, static_cast<int32_t>(Number(choices)));
    case FieldDescriptor::CPPTYPE_INT64:
      return RIALTO_PUT(Int64, static_cast<int64_t>(Number(choices)));
    case FieldDescriptor::CPPTYPE_UINT32:
      return RIALTO_PUT(UInt32, static_cast<uint32_t>(Number(choices)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return RIALTO_PUT(UInt64, Number(choices));
    case FieldDescriptor::CPPTYPE_BOOL:
      return RIALTO_PUT(Bool, choices.Pick(2) == 1);
    case FieldDescriptor::CPPTYPE_ENUM:
      return RIALTO_PUT(EnumValue, static_cast<int>(choices.Pick(14)) - 1);
    case FieldDescriptor::CPPTYPE_STRING:
      return RIALTO_PUT(String, field.type() == FieldDescriptor::TYPE_BYTES
                                    ? choices.Text(choices.Pick(20))
                                    : String(choices));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (depth == kDepthMax) return;
      return FillAt(choices,
                    field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                        : *reflection.MutableMessage(&message, &field),
                    depth + 1);
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      CHECK(false);  // No API of ours has one.
  }
}

#undef RIALTO_PUT

void FillAt(Choices& choices, Message& message, int depth) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const size_t times = field.is_repeated() ? choices.Pick(kRepeatedMax) : choices.Pick(4) != 0;
    for (size_t time = 0; time < times; ++time) FillField(choices, message, field, depth);
  }
}

}  // namespace

uint8_t Choices::Byte() {
  if (rest_.empty()) return 0;
  const auto byte = static_cast<uint8_t>(rest_.front());
  rest_.remove_prefix(1);
  return byte;
}

uint64_t Choices::Word() {
  uint64_t word = 0;
  for (int i = 0; i < 8; ++i) word = word << 8 | Byte();
  return word;
}

std::string Choices::Text(size_t size) {
  std::string text(rest_.substr(0, size));
  rest_.remove_prefix(text.size());
  text.resize(size, '\0');
  return text;
}

void Fill(Choices& choices, Message& message) { FillAt(choices, message, 0); }

AnyCaller::AnyCaller(std::shared_ptr<grpc::Channel> channel,
                     const std::vector<std::string>& service_names)
    : stub_(std::move(channel)) {
  const auto& pool = *google::protobuf::DescriptorPool::generated_pool();
  for (const std::string& name : service_names) {
    const google::protobuf::ServiceDescriptor* service = pool.FindServiceByName(name);
    CHECK(service != nullptr);
    for (int i = 0; i < service->method_count(); ++i) methods_.push_back(service->method(i));
  }
}

std::pair<std::string, grpc::Status> AnyCaller::Call(Choices& choices) {
  const MethodDescriptor& method = *methods_[choices.Pick(methods_.size())];
  const std::unique_ptr<Message> request(google::protobuf::MessageFactory::generated_factory()
                                             ->GetPrototype(method.input_type())
                                             ->New());
  Fill(choices, *request);
  return {method.full_name() + "\n" + request->DebugString(),
          Exchange(method, request->SerializeAsString())};
}

grpc::Status AnyCaller::Exchange(const MethodDescriptor& method, const std::string& request) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  grpc::CompletionQueue queue;
  const auto pass = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    CHECK(queue.Next(&tag, &ok));
    return ok;
  };
  const std::string path = absl::StrCat("/", method.service()->full_name(), "/", method.name());
  const auto call = stub_.PrepareCall(&context, path, &queue);
  call->StartCall(nullptr);
  bool ok = pass();
  grpc::Slice slice(request);
  if (ok) {
    call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
    ok = pass();
  }
  const bool is_feed = method.server_streaming() && !method.client_streaming();
  bool is_endless = false;
  while (ok && !is_endless) {
    grpc::ByteBuffer answer;
    call->Read(&answer, nullptr);
    ok = pass();
    is_endless = ok && is_feed;
  }
  if (is_endless) context.TryCancel();
  grpc::Status status;
  call->Finish(&status, nullptr);
  pass();
  queue.Shutdown();
  return is_endless ? grpc::Status::OK : status;
}

bool AnyCaller::IsDefect(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::DATA_LOSS:
    case grpc::StatusCode::UNIMPLEMENTED:
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::CANCELLED:
      return true;
    default:
      return false;
  }
}

}  // namespace rialto::engine
