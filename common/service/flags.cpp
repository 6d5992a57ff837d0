#include "common/service/flags.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "common/service/process_metrics.h"

namespace rialto {
namespace {

std::string ValueOf(const CLI::Option& option) {
  if (option.count() == 0) return option.get_default_str();
  std::string value;
  for (const std::string& result : option.results()) {
    absl::StrAppend(&value, value.empty() ? "" : ",", result);
  }
  return value;
}

std::string ConfigLine(const CLI::App& app) {
  std::string line;
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name();
    if (name == "--help" || name == "--version") continue;
    absl::StrAppend(&line, line.empty() ? "" : " ", name.substr(name.find_first_not_of('-')), "=",
                    MaskPassword(ValueOf(*option)));
  }
  return line;
}

}  // namespace

void AddCommonFlags(CLI::App& app, ServiceFlags& flags) {
  app.option_defaults()->always_capture_default();
  app.set_version_flag("--version",
                       absl::StrCat(app.get_name(), " ", BuildVersion(), " (", BuildCommit(), ")"));
  app.add_option("--listen", flags.listen_address, "Where gRPC is served, HOST:PORT.");
  app.add_option("--metrics-listen", flags.metrics_listen_address,
                 "Where /metrics is served, HOST:PORT; empty: nowhere.");
}

absl::Status ParseFlags(CLI::App& app, int argc, char** argv, ServiceFlags& flags) {
  // CLI11 reports by exception; it ends here.
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    std::exit(app.exit(success));
  } catch (const CLI::ParseError& error) {
    return absl::InvalidArgumentError(error.what());
  }
  flags.config_line = ConfigLine(app);
  return absl::OkStatus();
}

std::string MaskPassword(const std::string& value) {
  std::string masked = value;
  if (const size_t scheme = masked.find("://"); scheme != std::string::npos) {
    const size_t user = scheme + 3;
    const size_t at = masked.find('@', user);
    const size_t colon = masked.find(':', user);
    if (at != std::string::npos && colon < at) masked.replace(colon + 1, at - colon - 1, "***");
  }
  constexpr std::string_view kKey = "password=";
  if (const size_t key = masked.find(kKey); key != std::string::npos) {
    const size_t begin = key + kKey.size();
    masked.replace(begin, masked.find_first_of(" &", begin) - begin, "***");
  }
  return masked;
}

}  // namespace rialto
