#include "bench/mirror_history.h"

#include <filesystem>
#include <random>

#include "absl/strings/str_cat.h"
#include "bench/core_venue.h"
#include "common/base/check.h"
#include "engine/codec/record_codec.h"
#include "engine/journal/posix_file_system.h"
#include "engine/server/event_feed.h"
#include "engine/server/replica.h"
#include "grpcpp/server_builder.h"

namespace rialto::bench {
namespace {

constexpr int64_t kMiddle = 30'000;
constexpr uint64_t kFirstAccount = 1001;

// The engine and its feed, whose files are gone with it.
class RecordingEngine {
 public:
  explicit RecordingEngine(uint32_t commands_per_record)
      : commands_per_record_(commands_per_record),
        directory_(std::filesystem::temp_directory_path() /
                   absl::StrCat("rialto-mirror-bench-", ::getpid())),
        feed_(files_, Options(directory_.string())) {
    std::filesystem::remove_all(directory_);
    CHECK_OK(feed_.Recover());
  }
  ~RecordingEngine() { std::filesystem::remove_all(directory_); }

  void Apply(const engine::Command& command) {
    header_ = {header_.sequence.Next(), Timestamp(header_.timestamp.value() + 10'000)};
    events_.clear();
    replica_.Apply(header_, command, events_);
    for (const engine::Event& event : events_) {
      if (std::holds_alternative<engine::Trade>(event)) ++trades_;
    }
    CHECK_OK(feed_.Append(header_, events_, replica_.checkpoint()));
    if (header_.sequence.value() % commands_per_record_ == 0) CHECK_OK(feed_.Publish());
  }

  void Publish() { CHECK_OK(feed_.Publish()); }
  uint64_t sequence() const { return header_.sequence.value(); }
  uint64_t trades() const { return trades_; }

  std::vector<MirrorHistory::Message> Messages() {
    std::vector<MirrorHistory::Message> messages;
    const auto cursor = feed_.OpenCursor(Sequence(1));
    while (true) {
      const auto record = cursor->Next(feed_.published());
      CHECK_OK(record);
      if (!record->has_value()) return messages;
      messages.push_back({(*record)->sequence.value(), std::string((*record)->payload)});
    }
  }

 private:
  static journal::Options Options(const std::string& directory) {
    journal::Options options{.directory = directory, .content = engine::kFeedContent};
    options.record_bytes_max = 16u << 20;
    options.sync = journal::SyncPolicy::kNever;
    options.chain_cover = journal::ChainCover::kHeaders;
    return options;
  }

  const uint32_t commands_per_record_;
  const std::filesystem::path directory_;
  journal::PosixFileSystem files_;
  engine::EventFeed feed_;
  engine::Replica replica_;
  engine::CommandHeader header_{Sequence(0), Timestamp(1'700'000'000'000'000'000)};
  engine::Events events_;
  uint64_t trades_ = 0;
};

}  // namespace

MirrorHistory MakeMirrorHistory(const MirrorShape& shape) {
  Workload workload;
  workload.accounts = shape.accounts;
  RecordingEngine engine(shape.commands_per_record);
  for (const engine::Command& command : SetUp(workload)) engine.Apply(command);
  engine.Publish();
  MirrorHistory history;
  history.set_up_sequence = engine.sequence();

  std::mt19937_64 random(1);
  CommandMaker maker;
  for (uint32_t i = 0; i < shape.commands; ++i) {
    BookCommand place;
    place.order_id = i + 1;
    place.account = static_cast<uint32_t>(random() % shape.accounts);
    place.side = random() % 2 == 0 ? engine::Side::kBuy : engine::Side::kSell;
    place.price = kMiddle - 20 + static_cast<int64_t>(random() % 41);
    place.quantity = 1 + static_cast<int32_t>(random() % 1'000);
    engine.Apply(maker.Make(place));
  }
  engine.Publish();
  history.last_sequence = engine.sequence();
  history.trades = engine.trades();
  history.messages = engine.Messages();
  return history;
}

// Deletes itself when the stream is done.
class MirrorFeed::Stream : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit Stream(MirrorFeed& feed) : feed_(feed) {}

  void Advance() {
    absl::MutexLock lock(&feed_.mutex_);
    AdvanceLocked();
  }
  void AdvanceLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(feed_.mutex_) {
    if (in_flight_ || finished_ || next_ == feed_.history_.messages.size()) return;
    const MirrorHistory::Message& message = feed_.history_.messages[next_];
    if (message.first_sequence > feed_.history_.set_up_sequence && !feed_.released_) return;
    ++next_;
    const grpc::Slice slice(message.bytes.data(), message.bytes.size(), grpc::Slice::STATIC_SLICE);
    buffer_ = grpc::ByteBuffer(&slice, 1);
    in_flight_ = true;
    StartWrite(&buffer_);
  }

  void OnWriteDone(bool ok) override {
    absl::MutexLock lock(&feed_.mutex_);
    in_flight_ = false;
    if (!ok) return FinishLocked();
    AdvanceLocked();
  }
  void OnCancel() override {
    absl::MutexLock lock(&feed_.mutex_);
    if (!in_flight_) FinishLocked();
  }
  void OnDone() override {
    {
      absl::MutexLock lock(&feed_.mutex_);
      if (feed_.stream_ == this) feed_.stream_ = nullptr;
    }
    delete this;
  }

 private:
  void FinishLocked() {
    if (!finished_) Finish(grpc::Status::CANCELLED);
    finished_ = true;
  }

  MirrorFeed& feed_;
  size_t next_ = 0;
  bool in_flight_ = false;
  bool finished_ = false;
  grpc::ByteBuffer buffer_;
};

MirrorFeed::MirrorFeed(const MirrorHistory& history) : history_(history) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  CHECK(server_ != nullptr);
}

MirrorFeed::~MirrorFeed() { server_->Shutdown(std::chrono::system_clock::now()); }

std::string MirrorFeed::address() const { return absl::StrCat("127.0.0.1:", port_); }

void MirrorFeed::Release() {
  absl::MutexLock lock(&mutex_);
  released_ = true;
  if (stream_ != nullptr) stream_->AdvanceLocked();
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* MirrorFeed::Subscribe(grpc::CallbackServerContext*,
                                                                  const grpc::ByteBuffer*) {
  auto* stream = new Stream(*this);
  {
    absl::MutexLock lock(&mutex_);
    stream_ = stream;
  }
  stream->Advance();
  return stream;
}

}  // namespace rialto::bench
