#include "tools/replay/engine_feed.h"

#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/service/grpc_status.h"
#include "tools/replay/patient_call.h"

namespace rialto::replay {
namespace {

constexpr std::chrono::milliseconds kPause(50);

}  // namespace

EngineFeed::EngineFeed(const VenueChannels& channels)
    : patience_(channels.patience), stub_(engine::v1::EventService::NewStub(channels.engine)) {}

EngineFeed::~EngineFeed() { Cancel(); }

void EngineFeed::Cancel() {
  if (reader_ == nullptr) return;
  context_->TryCancel();
  (void)reader_->Finish();  // Canceled by us.
  reader_.reset();
}

absl::StatusOr<engine::v1::CommandEvents> EngineFeed::Next() {
  while (read_.empty()) {
    if (reader_ == nullptr || !Read()) RETURN_IF_ERROR(Reconnect());
  }
  engine::v1::CommandEvents command = std::move(read_.front());
  read_.pop_front();
  if (command.sequence() != next_) {
    return absl::InternalError(absl::StrCat("the event feed goes on with sequence ",
                                            command.sequence(), " instead of ", next_));
  }
  ++next_;
  return command;
}

bool EngineFeed::Read() {
  engine::v1::SubscribeResponse response;
  if (!reader_->Read(&response)) return false;
  for (engine::v1::CommandEvents& command : *response.mutable_commands())
    read_.push_back(std::move(command));
  return true;
}

absl::Status EngineFeed::Reconnect() {
  const auto give_up = std::chrono::steady_clock::now() + patience_;
  while (true) {
    if (reader_ != nullptr) {
      const grpc::Status status = reader_->Finish();
      reader_.reset();
      if ((!status.ok() && !IsTransient(status)) || std::chrono::steady_clock::now() > give_up) {
        const absl::Status converted = FromGrpcStatus(status);
        return {converted.code(), absl::StrCat("read the event feed: ", converted.message())};
      }
      std::this_thread::sleep_for(kPause);
    }
    context_ = std::make_unique<grpc::ClientContext>();
    engine::v1::SubscribeRequest request;
    request.set_from_sequence(next_);
    reader_ = stub_->Subscribe(context_.get(), request);
    if (Read()) return absl::OkStatus();
  }
}

}  // namespace rialto::replay
