#include "common/postgres/test_database.h"

#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/check.h"
#include "common/postgres/connection.h"

namespace rialto::postgres {
namespace {

// The server's connection string with another database in it, as key='value' pairs.
std::string WithDatabase(const std::string& url, const std::string& database) {
  char* error = nullptr;
  PQconninfoOption* options = PQconninfoParse(url.c_str(), &error);
  CHECK(options != nullptr);
  std::string result = absl::StrCat("dbname='", database, "'");
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
    if (option->val == nullptr || std::string_view(option->keyword) == "dbname") continue;
    absl::StrAppend(&result, " ", option->keyword, "='",
                    absl::StrReplaceAll(option->val, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
  }
  PQconninfoFree(options);
  return result;
}

absl::Status ExecuteOn(const std::string& url, const std::string& sql) {
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(url);
  if (!connection.ok()) return connection.status();
  return (*connection)->ExecuteScript(sql);
}

}  // namespace

std::unique_ptr<TestDatabase> TestDatabase::Create() {
  const char* server_url = std::getenv("RIALTO_TEST_DATABASE_URL");
  if (server_url == nullptr || *server_url == '\0') return nullptr;
  static std::atomic<int> count = 0;
  const std::string name = absl::StrCat("rialto_test_", getpid(), "_", ++count);
  CHECK_OK(ExecuteOn(server_url, absl::StrCat("DROP DATABASE IF EXISTS ", name)));
  CHECK_OK(ExecuteOn(server_url, absl::StrCat("CREATE DATABASE ", name)));
  return std::unique_ptr<TestDatabase>(
      new TestDatabase(server_url, name, WithDatabase(server_url, name)));
}

TestDatabase::TestDatabase(std::string server_url, std::string name, std::string url)
    : server_url_(std::move(server_url)), name_(std::move(name)), url_(std::move(url)) {}

TestDatabase::~TestDatabase() {
  CHECK_OK(ExecuteOn(server_url_, absl::StrCat("DROP DATABASE ", name_, " WITH (FORCE)")));
}

void TestDatabase::TerminateSessions() {
  CHECK_OK(
      ExecuteOn(server_url_, absl::StrCat("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                          " WHERE datname = '",
                                          name_, "'")));
}

}  // namespace rialto::postgres
