// A database of a test's own on a real PostgreSQL server.
//
//   void SetUp() override {
//     database_ = postgres::TestDatabase::Create();
//     if (database_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
//   }
//
// The server is named by RIALTO_TEST_DATABASE_URL, whose user may CREATE DATABASE. Label such tests
// `postgres`.
#pragma once

#include <memory>
#include <string>

namespace rialto::postgres {

class TestDatabase {
 public:
  static constexpr char kSkipped[] =
      "needs PostgreSQL: set RIALTO_TEST_DATABASE_URL to a server where databases may be created";

  // nullptr when RIALTO_TEST_DATABASE_URL is not set; a server that fails is a CHECK.
  static std::unique_ptr<TestDatabase> Create();
  // Drops the database, with whoever is still connected.
  ~TestDatabase();

  // For Connection::Open and Pool.
  const std::string& url() const { return url_; }
  // Ends every session of this database but its own, as a server crash would.
  void TerminateSessions();

 private:
  TestDatabase(std::string server_url, std::string name, std::string url);

  const std::string server_url_;
  const std::string name_;
  const std::string url_;
};

}  // namespace rialto::postgres
