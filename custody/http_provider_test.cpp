// What a provider says over HTTP, and what becomes of the money: a real client, a real socket.
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "custody/flow_under_test.h"
#include "custody/http_address.h"
#include "custody/http_provider.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::custody {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Answers one connection after the other. Status 0: closes without an answer.
class ScriptedHttp {
 public:
  using Answer = std::function<HttpAnswer(const HttpRequest&)>;

  explicit ScriptedHttp(Answer answer) : answer_(std::move(answer)), thread_([this] { Run(); }) {}

  ~ScriptedHttp() {
    stopping_ = true;
    boost::system::error_code ignored;
    boost::asio::ip::tcp::socket(io_).connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }

  std::string address() const {
    return absl::StrCat("127.0.0.1:", acceptor_.local_endpoint().port());
  }

 private:
  void Run() {
    while (true) {
      boost::asio::ip::tcp::socket socket = acceptor_.accept();
      if (stopping_) return;
      Serve(socket);
    }
  }

  void Serve(boost::asio::ip::tcp::socket& socket) {
    namespace http = boost::beast::http;
    boost::beast::error_code error;
    boost::beast::flat_buffer buffer;
    http::request<http::string_body> request;
    http::read(socket, buffer, request, error);
    const HttpAnswer answer = answer_({.method = std::string(request.method_string()),
                                       .path = std::string(request.target()),
                                       .body = request.body()});
    if (answer.status == 0) return;
    http::response<http::string_body> response;
    response.result(static_cast<unsigned>(answer.status));
    response.body() = answer.body;
    response.prepare_payload();
    http::write(socket, response, error);
  }

  const Answer answer_;
  std::atomic<bool> stopping_ = false;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_{io_, *EndpointOf("127.0.0.1:0")};
  std::thread thread_;
};

// A provider as the contract has it, behind a way that may lose answers or say something itself.
class HttpProviderTest : public FlowTest {
 protected:
  Provider& provider() override { return http_provider_; }

  HttpAnswer Answer(const HttpRequest& request) {
    if (way_says_.status != 0) return way_says_;
    const bool asks = request.method == "GET";
    v1::ProviderOrder order;
    if (asks) {
      order.set_withdrawal_id(request.path.substr(request.path.rfind('/') + 1));
    } else {
      EXPECT_TRUE(FromJson(request.body, order));
    }
    const std::string id = order.withdrawal_id();
    if (!asks && refuses_.status != 0) return refuses_;
    if (!asks) {
      send_count_ += sent_.count(id) == 0 ? 1 : 0;
      sent_.insert(id);
      if (std::exchange(loses_answer_, false)) return {};
    }
    if (sent_.count(id) > 0) return {200, ToJson(MadeToOrderProvider::Answer(id))};
    return {404, absl::StrCat(R"({"withdrawal_id":")", id, R"(","error":"never asked for"})")};
  }

  // Used by one thread at a time: what asks waits for the answer.
  HttpAnswer way_says_;
  HttpAnswer refuses_;
  bool loses_answer_ = false;
  int send_count_ = 0;
  std::set<std::string> sent_;
  ScriptedHttp http_{[this](const HttpRequest& request) { return Answer(request); }};
  HttpProvider http_provider_{http_.address(), kSecret};
};

TEST_F(HttpProviderTest, WhatSomebodyOnTheWaySaysReleasesNothingThatMayBeOut) {
  EXPECT_EQ(Request("w1", "1"), "HELD");
  loses_answer_ = true;
  EXPECT_THAT(Approve("w1", "anna"), StartsWith("SENDING PROVIDER_AWAY"));
  for (const HttpAnswer& said :
       {HttpAnswer{404, "<html>Not Found</html>"}, HttpAnswer{404, "{}"},
        HttpAnswer{404, R"({"withdrawal_id":"w2","error":"never asked for"})"},
        HttpAnswer{403, R"({"withdrawal_id":"w1","error":"forbidden"})"}, HttpAnswer{400, ""},
        HttpAnswer{422, R"({"error":"no"})"}, HttpAnswer{302, ""}, HttpAnswer{500, ""}}) {
    way_says_ = said;
    Work();
    EXPECT_THAT(Get("w1"), StartsWith("SENDING PROVIDER_AWAY")) << said.status << " " << said.body;
  }
  way_says_ = {};
  Work();
  EXPECT_EQ(Get("w1"), "SENT");
  EXPECT_EQ(send_count_, 1);
  EXPECT_THAT(States("w1"), Not(HasSubstr("releas")));
}

TEST_F(HttpProviderTest, ARefusalIsFinalWhenTheProviderNamesTheWithdrawal) {
  EXPECT_EQ(Request("w1", "1"), "HELD");
  for (const HttpAnswer& said :
       {HttpAnswer{404, R"({"withdrawal_id":"w1","error":"no"})"}, HttpAnswer{400, "Bad Request"},
        HttpAnswer{400, R"({"withdrawal_id":"w1"})"},
        HttpAnswer{422, R"({"withdrawal_id":"w2","error":"no"})"},
        HttpAnswer{401, R"({"withdrawal_id":"w1","error":"no"})"},
        HttpAnswer{429, R"({"withdrawal_id":"w1","error":"no"})"}}) {
    refuses_ = said;
    EXPECT_THAT(Approve("w1", "anna"), StartsWith("SENDING PROVIDER_AWAY"))
        << said.status << " " << said.body;
    Work();
  }
  refuses_ = {422, R"({"withdrawal_id":"w1","error":"no such address"})"};
  Work();
  EXPECT_EQ(Get("w1"), "RELEASED PROVIDER_REFUSED: status 422: no such address");
  EXPECT_EQ(send_count_, 0);
}

TEST_F(HttpProviderTest, ARefusalInAnyWordsIsKeptAndHoldsUpNoOther) {
  for (const char* id : {"w1", "w2"}) EXPECT_EQ(Request(id, "1"), "HELD");
  // Two bytes for one character, one of them behind the bound.
  refuses_ = {422, absl::StrCat(R"({"withdrawal_id":"w1","error":")", std::string(199, 'a'),
                                R"(\u00e9, and more"})")};
  EXPECT_EQ(Approve("w1", "anna"),
            absl::StrCat("RELEASED PROVIDER_REFUSED: status 422: ", std::string(199, 'a'), "?"));
  refuses_ = {400, R"({"withdrawal_id":"w2","error":"line\n\"x\"\u0000 \u20ac"})"};
  EXPECT_EQ(Approve("w2", "anna"), "RELEASED PROVIDER_REFUSED: status 400: line?\"x\"? ???");
}

}  // namespace
}  // namespace rialto::custody
