#include "custody/webhook.h"

#include "absl/strings/str_cat.h"
#include "common/base/log.h"
#include "custody/json.h"
#include "custody/signature.h"

namespace rialto::custody {
namespace {

constexpr char kPath[] = "/v1/events";

// The reason code and its text, as the answer's `reason`.
HttpAnswer Refuse(int status, const std::string& reason) {
  v1::ProviderEventAnswer answer;
  answer.set_reason(reason);
  return {status, ToJson(answer)};
}

HttpAnswer Refuse(const absl::Status& status) {
  const std::string message(status.message());
  if (absl::IsUnauthenticated(status)) return Refuse(401, message);
  if (absl::IsInvalidArgument(status)) return Refuse(400, message);
  if (absl::IsAlreadyExists(status)) return Refuse(409, message);
  LOG_WARNING("webhook_undecided error=\"{}\"", status.ToString());
  return Refuse(503,
                "TRY_AGAIN: it is not decided yet");  // What is wrong inside is nobody's business.
}

}  // namespace

HttpAnswer Webhook::Answer(const HttpRequest& request) {
  HttpAnswer answer = Judge(request);
  parts_.metrics.webhooks_total.Add({{"status", absl::StrCat(answer.status)}}).Increment();
  return answer;
}

HttpAnswer Webhook::Judge(const HttpRequest& request) {
  if (request.path != kPath) return Refuse(404, "UNKNOWN_PATH: there is only /v1/events");
  if (request.method != "POST") return Refuse(405, "WRONG_METHOD: only POST");
  const absl::Status is_signed = CheckSignature(
      parts_.secret, {request.timestamp, request.signature, request.body}, parts_.now());
  if (!is_signed.ok()) return Refuse(is_signed);
  v1::ProviderEvent event;
  if (!FromJson(request.body, event)) return Refuse(400, "BAD_JSON: the body is no ProviderEvent");
  const absl::StatusOr<EventRow> row = parts_.events.Take(event);
  if (!row.ok()) return Refuse(row.status());
  v1::ProviderEventAnswer answer;
  answer.set_event_id(row->event.event_id());
  answer.set_state(std::string(NameOf(row->state)));
  answer.set_sequence(row->sequence.value());
  answer.set_reason(row->reason);
  return {200, ToJson(answer)};
}

}  // namespace rialto::custody
