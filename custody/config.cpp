#include "custody/config.h"

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto::custody {
namespace {

constexpr size_t kSecretBytesMin = 32;

absl::StatusOr<std::string> ReadSecret(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string secret((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  absl::StripAsciiWhitespace(&secret);
  if (secret.size() >= kSecretBytesMin) return secret;
  return absl::InvalidArgumentError(
      absl::StrCat("secret_file ", path, ": no file with at least ", kSecretBytesMin, " bytes"));
}

}  // namespace

absl::StatusOr<Config> Config::FromFlags(int argc, char** argv) {
  Config config;
  std::vector<std::string> limits;
  CLI::App app("Deposits and withdrawals with custody providers.", "rialto_custody");
  AddCommonFlags(app, config.service);
  app.add_option("--http-listen", config.http_address, "Where providers call, HOST:PORT.");
  app.add_option("--engine", config.engine_address, "The engine, HOST:PORT.");
  app.add_option("--ledger", config.ledger_address, "The ledger, HOST:PORT.");
  app.add_option("--provider", config.provider_address, "The custody provider, HOST:PORT.");
  app.add_option("--database-url", config.database_url, "PostgreSQL, libpq URL.")
      ->envname("RIALTO_DATABASE_URL");
  app.add_option("--secret-file", config.secret_file,
                 "File with the secret that provider and venue share.");
  app.add_option(
      "--one-operator-up-to", limits,
      "ASSET=AMOUNT that one operator may let go; more, and any other asset, takes two.");
  RETURN_IF_ERROR(ParseFlags(app, argc, argv, config.service));
  for (const std::string& limit : limits) {
    RETURN_IF_ERROR(AddOperatorLimit(limit, config.operator_limits));
  }
  ASSIGN_OR_RETURN(config.secret, ReadSecret(config.secret_file));
  return config;
}

}  // namespace rialto::custody
