#include "tools/load/audit_command.h"

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/service/channel.h"
#include "common/service/grpc_status.h"
#include "rialto/engine/v1/admin_service.grpc.pb.h"
#include "rialto/engine/v1/event_service.grpc.pb.h"
#include "tools/load/audit.h"

namespace rialto::load {
namespace {

struct Options {
  std::vector<std::string> paths;
  std::string engine_address = "127.0.0.1:50051";
};

absl::Status AddLines(const std::string& path, Audit& audit) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::string text;
  while (std::getline(file, text)) {
    ASSIGN_OR_RETURN(const OutcomeLine line, ParseOutcomeLine(text));
    audit.AddLine(line);
  }
  return absl::OkStatus();
}

// Everything up to where the feed ends when it is asked.
absl::Status AddFeed(const std::string& engine_address, Audit& audit) {
  const auto channel = OpenChannel(engine_address);
  engine::v1::GetServerInfoResponse info;
  grpc::ClientContext question;
  RETURN_IF_ERROR(FromGrpcStatus(
      engine::v1::AdminService::NewStub(channel)->GetServerInfo(&question, {}, &info)));
  if (info.sequence() == 0) return absl::OkStatus();
  const auto stub = engine::v1::EventService::NewStub(channel);
  grpc::ClientContext context;
  engine::v1::SubscribeRequest request;
  request.set_from_sequence(1);
  const auto reader = stub->Subscribe(&context, request);
  engine::v1::SubscribeResponse response;
  uint64_t last = 0;
  while (reader->Read(&response)) {
    for (const engine::v1::CommandEvents& command : response.commands()) {
      last = command.sequence();
      audit.AddHistory(command);
    }
    if (last >= info.sequence()) {
      context.TryCancel();
      (void)reader->Finish();  // Canceled by us.
      return absl::OkStatus();
    }
  }
  const grpc::Status status = reader->Finish();
  return absl::UnavailableError(absl::StrCat("the event feed ended at sequence ", last, " of ",
                                             info.sequence(), ": ", status.error_message()));
}

absl::StatusOr<AuditReport> Compare(const Options& options) {
  Audit audit;
  for (const std::string& path : options.paths) RETURN_IF_ERROR(AddLines(path, audit));
  RETURN_IF_ERROR(AddFeed(options.engine_address, audit));
  return audit.Finish();
}

int RunAudit(const Options& options) {
  const absl::StatusOr<AuditReport> report = Compare(options);
  if (!report.ok()) {
    std::fprintf(stderr, "audit: %s\n", std::string(report.status().message()).c_str());
    return 2;
  }
  std::fputs(ToJson(*report).c_str(), stdout);
  return report->violations() == 0 ? 0 : 1;
}

}  // namespace

void AddAuditCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "audit", "Compares what a load was told (--acked) with the venue's history.");
  command->add_option("FILE", options->paths, "What --acked wrote.")->required();
  command->add_option("--engine", options->engine_address, "HOST:PORT.")->capture_default_str();
  command->callback([options, &exit_code] { exit_code = RunAudit(*options); });
}

}  // namespace rialto::load
