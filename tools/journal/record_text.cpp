#include "tools/journal/record_text.h"

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "engine/codec/record_codec.h"
#include "engine/sim/print.h"
#include "google/protobuf/util/json_util.h"
#include "rialto/engine/v1/event_service.pb.h"
#include "rialto/journal/v1/record.pb.h"
#include "tools/journal/text.h"

namespace rialto::journal_tool {
namespace {

constexpr uint16_t kFeedRecordType = 1;
constexpr uint16_t kFeedRecordVersion = 1;

std::string Hex(std::string_view bytes) {
  return absl::BytesToHexString(absl::string_view(bytes.data(), bytes.size()));
}

absl::Status CheckKind(const journal::Record& record, uint16_t type, uint16_t version) {
  if (record.type == type && record.version <= version) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("type ", record.type, " version ", record.version, " is not known"));
}

template <typename Message>
absl::Status Parse(const journal::Record& record, Message& message) {
  if (message.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size()))) {
    return absl::OkStatus();
  }
  return absl::DataLossError("the payload does not parse");
}

absl::StatusOr<std::string> Json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  if (google::protobuf::util::MessageToJsonString(message, &json, options).ok()) return json;
  return absl::DataLossError("the payload has no JSON");
}

absl::StatusOr<std::string> CommandText(const journal::Record& record) {
  RETURN_IF_ERROR(CheckKind(record, engine::kCommandRecordType, engine::kCommandRecordVersion));
  engine::RecordNotes notes;
  ASSIGN_OR_RETURN(const engine::Command command, engine::DecodeRecord(record.payload, &notes));
  std::string text = engine::ToText(command);
  if (notes.attests.sequence > Sequence(0)) {
    absl::StrAppend(&text, "; attests ", notes.attests.sequence.value(), " ",
                    Hex(engine::ToBytes(notes.attests.hash)));
  }
  if (notes.start.has_value()) {
    absl::StrAppend(&text, "; start of build ", notes.start->build, " rules ",
                    notes.start->engine_version, " snapshot ", notes.start->snapshot.value());
    if (notes.start->dropped_bytes > 0) {
      absl::StrAppend(&text, " dropped bytes ", notes.start->dropped_bytes);
    }
  }
  return text;
}

absl::StatusOr<std::string> PayloadJson(uint32_t content, const journal::Record& record) {
  if (content == engine::kJournalContent) {
    RETURN_IF_ERROR(CheckKind(record, engine::kCommandRecordType, engine::kCommandRecordVersion));
    journal::v1::Record message;
    RETURN_IF_ERROR(Parse(record, message));
    return Json(message);
  }
  if (content == engine::kFeedContent) {
    RETURN_IF_ERROR(CheckKind(record, kFeedRecordType, kFeedRecordVersion));
    engine::v1::SubscribeResponse message;
    RETURN_IF_ERROR(Parse(record, message));
    return Json(message);
  }
  return absl::DataLossError(absl::StrCat("content ", content, " is not known"));
}

absl::StatusOr<std::string> Text(uint32_t content, const journal::Record& record) {
  return content == engine::kJournalContent ? CommandText(record) : PayloadJson(content, record);
}

}  // namespace

std::string NameOf(uint32_t content) {
  if (content == engine::kJournalContent) return "commands";
  if (content == engine::kFeedContent) return "events";
  return absl::StrCat("content ", content);
}

absl::Status Check(uint32_t content, const journal::Record& record) {
  if (content == engine::kJournalContent) {
    RETURN_IF_ERROR(CheckKind(record, engine::kCommandRecordType, engine::kCommandRecordVersion));
    engine::RecordNotes notes;
    return engine::DecodeRecord(record.payload, &notes).status();
  }
  if (content == engine::kFeedContent) {
    RETURN_IF_ERROR(CheckKind(record, kFeedRecordType, kFeedRecordVersion));
    engine::v1::SubscribeResponse message;
    return Parse(record, message);
  }
  return absl::DataLossError(absl::StrCat("content ", content, " is not known"));
}

std::string ToLine(uint32_t content, const journal::Record& record) {
  const absl::StatusOr<std::string> text = Text(content, record);
  std::string sequences = absl::StrCat(record.sequence.value());
  if (record.count > 1) absl::StrAppend(&sequences, "-", record.last().value());
  return absl::StrCat(sequences, "  ", FormatTime(record.timestamp), "  ",
                      text.ok() ? *text
                                : absl::StrCat("NOT UNDERSTOOD (", text.status().message(), "), ",
                                               record.payload.size(), " bytes"));
}

std::string ToJsonLine(uint32_t content, const journal::Record& record) {
  const absl::StatusOr<std::string> payload = PayloadJson(content, record);
  std::string line = absl::StrFormat(
      R"({"sequence": %d, "count": %d, "timestamp_ns": "%d", "time": "%s", "type": %d, "version": %d)",
      record.sequence.value(), record.count, record.timestamp.value(), FormatTime(record.timestamp),
      record.type, record.version);
  if (payload.ok()) return absl::StrCat(line, ", \"record\": ", *payload, "}");
  return absl::StrCat(line, ", \"error\": ", JsonString(std::string(payload.status().message())),
                      ", \"payload_hex\": \"", Hex(record.payload), "\"}");
}

}  // namespace rialto::journal_tool
