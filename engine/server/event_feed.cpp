#include "engine/server/event_feed.h"

#include <utility>

#include "common/base/check.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "engine/codec/event_codec.h"
#include "engine/codec/record_codec.h"
#include "engine/codec/wire_writer.h"
#include "engine/journal/recovery.h"
#include "engine/journal/segment.h"

namespace rialto::engine {
namespace {

// A record ends at a command boundary once it has this many events: small enough for a gRPC
// message, large enough to be worth one. One command has at most about 80,000 events (10,000
// fills).
constexpr size_t kRecordEventsMax = 8192;

constexpr uint16_t kBatchRecordType = 1;
constexpr uint16_t kBatchRecordVersion = 1;

void Encode(const Checkpoint& from, v1::Checkpoint& to) {
  to.set_state_hash(ToBytes(from.state.hash));
  to.mutable_balance_buckets()->Add(from.balances.begin(), from.balances.end());
  for (const AssetTotal& total : from.assets) {
    v1::AssetTotal& asset = *to.add_assets();
    asset.set_asset_id(total.asset_id.value());
    asset.set_owned_units(total.owned.value());
    asset.set_held_units(total.held.value());
  }
  to.set_open_orders(from.open_orders);
}

}  // namespace

EventFeed::EventFeed(journal::FileSystem& files, journal::Options options)
    : files_(files), options_(std::move(options)) {}

EventFeed::~EventFeed() = default;

absl::Status EventFeed::Recover(Sequence after) {
  // Of an earlier try: its lock, and what it had not written.
  writer_.reset();
  pending_.clear();
  pending_events_ = 0;
  const journal::RecoveryPlan plan{.mode = journal::RecoveryMode::kDiscardFromDamage,
                                   .after = {after, {}}};
  ASSIGN_OR_RETURN(journal::RecoveredTail tail,
                   journal::Recover(files_, options_, plan,
                                    [](const journal::Record&) { return absl::OkStatus(); }));
  if (tail.dropped_bytes > 0) {
    LOG_WARNING("feed_discarded_from sequence={} dropped_bytes={} reason=\"{}\"",
                tail.position.sequence.value(), tail.dropped_bytes, tail.damage);
  }
  ASSIGN_OR_RETURN(writer_, journal::Writer::Open(files_, options_, std::move(tail)));
  return absl::OkStatus();
}

absl::Status EventFeed::Append(const CommandHeader& header, const Events& events,
                               const std::optional<Checkpoint>& checkpoint) {
  if (header.sequence < writer_->next_sequence()) return absl::OkStatus();
  if (pending_.empty()) pending_first_ = header.sequence;
  command_.clear();
  EncodeEvents(header, events, command_);
  if (checkpoint.has_value()) {
    v1::CommandEvents message;  // A message behind a message is one with the fields of both.
    Encode(*checkpoint, *message.mutable_checkpoint());
    CHECK(message.AppendToString(&command_));
  }
  AppendDelimited(v1::SubscribeResponse::kCommandsFieldNumber, command_, pending_);
  pending_events_ += events.size() + 1;
  pending_last_ = header;
  // A checkpoint ends its record, so that followers can be exactly there between two transactions.
  const bool ends = checkpoint.has_value() || pending_events_ >= kRecordEventsMax;
  return ends ? WriteRecord() : absl::OkStatus();
}

absl::Status EventFeed::WriteRecord() {
  if (pending_.empty()) return absl::OkStatus();
  WireWriter head;
  head.Field(v1::SubscribeResponse::kHeadSequenceFieldNumber, pending_last_.sequence);
  pending_.append(head.view());
  const auto count =
      static_cast<uint32_t>(pending_last_.sequence.value() - pending_first_.value() + 1);
  if (!writer_->HasRoomFor(pending_.size(), count)) RETURN_IF_ERROR(writer_->Sync());
  writer_->Append({.sequence = pending_first_,
                   .count = count,
                   .timestamp = pending_last_.timestamp,
                   .type = kBatchRecordType,
                   .version = kBatchRecordVersion,
                   .payload = pending_});
  pending_.clear();
  pending_events_ = 0;
  return absl::OkStatus();
}

absl::Status EventFeed::Publish() {
  RETURN_IF_ERROR(WriteRecord());
  RETURN_IF_ERROR(writer_->Sync());
  {
    absl::MutexLock lock(&mutex_);
    published_ = writer_->position().sequence;
  }
  absl::MutexLock lock(&listener_mutex_);
  if (listener_) listener_();
  return absl::OkStatus();
}

void EventFeed::SetListener(std::function<void()> listener) {
  absl::MutexLock lock(&listener_mutex_);
  listener_ = std::move(listener);
}

Sequence EventFeed::published() const {
  absl::MutexLock lock(&mutex_);
  return published_;
}

absl::Status EventFeed::shortage() const {
  return writer_->spares_failing() ? writer_->spare_failure() : absl::OkStatus();
}

absl::Status EventFeed::SyncThrough(Sequence through) {
  RETURN_IF_ERROR(sync_failure_);
  ASSIGN_OR_RETURN(std::vector<journal::SegmentFile> segments,
                   journal::ListSegments(files_, options_));
  for (size_t i = 0; i < segments.size() && segments[i].first <= through; ++i) {
    const bool ends_before = i + 1 < segments.size() && segments[i + 1].first <= synced_;
    if (ends_before) continue;
    ASSIGN_OR_RETURN(const std::unique_ptr<journal::File> file,
                     files_.Open(segments[i].path, journal::Access::kReadWrite));
    if (sync_failure_ = file->SyncInParts(); !sync_failure_.ok()) return sync_failure_;
  }
  if (sync_failure_ = files_.SyncDirectory(options_.directory); !sync_failure_.ok()) {
    return sync_failure_;
  }
  synced_ = through;
  return absl::OkStatus();
}

absl::Status EventFeed::CompareTime(const CommandHeader& known) {
  const std::unique_ptr<journal::Cursor> cursor = OpenCursor(known.sequence);  // Holds the payload.
  ASSIGN_OR_RETURN(const std::optional<journal::Record> record, cursor->Next(published()));
  v1::SubscribeResponse batch;
  if (!record.has_value() ||
      !batch.ParseFromArray(record->payload.data(), static_cast<int>(record->payload.size()))) {
    return absl::DataLossError(
        absl::StrCat("the feed does not hold sequence ", known.sequence.value()));
  }
  const uint64_t index = known.sequence.value() - record->sequence.value();
  const int64_t timestamp = batch.commands(static_cast<int>(index)).timestamp_ns();
  if (timestamp == known.timestamp.value()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("sequence ", known.sequence.value(),
                                                    " was taken up at ", timestamp, ", not at ",
                                                    known.timestamp.value()));
}

std::unique_ptr<journal::Cursor> EventFeed::OpenCursor(Sequence from) {
  return std::make_unique<journal::Cursor>(files_, options_, offsets_, from);
}

}  // namespace rialto::engine
