// A way to a PostgreSQL server for tests, that can lose the answer to a COMMIT.
#pragma once

#include <atomic>
#include <string>
#include <thread>

namespace rialto::postgres {

class TestProxy {
 public:
  // Stands before the server that `url` leads to. One session at a time is served.
  explicit TestProxy(const std::string& url);
  ~TestProxy();

  // The same database, through the proxy.
  const std::string& url() const { return url_; }

  // The next COMMIT is passed on; when its answer comes, the session is cut instead.
  void LoseNextCommitAnswer() { lose_commit_answer_ = true; }
  int lost_answer_count() const { return lost_answers_; }

 private:
  void Run();
  void Serve(int client);
  bool Pass(int from, int to);

  std::string server_address_;  // A sockaddr, as the kernel has it.
  std::string directory_;
  std::string url_;
  int listener_ = -1;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> lose_commit_answer_ = false;
  std::atomic<int> lost_answers_ = 0;
  bool is_commit_sent_ = false;
  std::thread thread_;
};

}  // namespace rialto::postgres
