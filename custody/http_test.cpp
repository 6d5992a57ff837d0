// Door and client, each against the other over a real socket.
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>

#include "absl/strings/str_cat.h"
#include "custody/http_address.h"
#include "custody/http_client.h"
#include "custody/http_door.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rialto::custody {
namespace {

class HttpTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(door_.Start().ok()); }
  void TearDown() override { door_.Stop(); }

  std::string address() const { return absl::StrCat("127.0.0.1:", door_.port()); }

  static HttpAnswer Echo(const HttpRequest& request) {
    return {201, absl::StrCat(request.method, " ", request.path, " ", request.timestamp, " ",
                              request.signature, " ", request.body)};
  }

  HttpDoor door_{"127.0.0.1:0", &Echo};
};

TEST_F(HttpTest, CarriesMethodPathSignatureAndBodyThereAndTheAnswerBack) {
  const absl::StatusOr<HttpAnswer> answer =
      CallHttp(address(), {"POST", "/v1/events", "{}", "17", "v1=ab"}, absl::Seconds(5));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "POST /v1/events 17 v1=ab {}");
}

TEST_F(HttpTest, ABodyBeyondTheBoundIsRefused) {
  const std::string body(HttpDoor::kBodyBytesMax + 1, 'x');
  const auto answer = CallHttp(address(), {"POST", "/", body, "", ""}, absl::Seconds(5));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 413);
}

TEST_F(HttpTest, WhatIsNoHttpIsLeftWithoutAnAnswer) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket socket(io);
  boost::system::error_code error;
  socket.connect(*EndpointOf(address()), error);
  ASSERT_FALSE(error);
  boost::asio::write(socket, boost::asio::buffer(std::string("nonsense\r\n\r\n")), error);
  char byte;
  EXPECT_EQ(socket.read_some(boost::asio::buffer(&byte, 1), error), 0u);
}

TEST_F(HttpTest, NobodyThereIsUnavailable) {
  const std::string gone = address();
  door_.Stop();
  EXPECT_EQ(CallHttp(gone, {"GET", "/", "", "", ""}, absl::Seconds(5)).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(HttpTest, AnAnswerThatDoesNotComeInTimeIsUnavailable) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor silent(io, *EndpointOf("127.0.0.1:0"));
  const std::string there = absl::StrCat("127.0.0.1:", silent.local_endpoint().port());
  EXPECT_EQ(CallHttp(there, {"GET", "/", "", "", ""}, absl::Milliseconds(50)).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(HttpTest, ATakenAddressIsRefused) {
  HttpDoor second(address(), &Echo);
  EXPECT_EQ(second.Start().code(), absl::StatusCode::kFailedPrecondition);
}

// Each round races a connection that was just accepted against the end of accepting.
TEST(HttpDoorTest, EndsAlsoWhenSomebodyComesInTheSameMoment) {
  for (int round = 0; round < 200; ++round) {
    HttpDoor door("127.0.0.1:0", [](const HttpRequest&) { return HttpAnswer{}; });
    ASSERT_TRUE(door.Start().ok());
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket socket(io);
    boost::system::error_code error;
    socket.connect(*EndpointOf(absl::StrCat("127.0.0.1:", door.port())), error);
    ASSERT_FALSE(error);
    socket.close();
    door.Stop();
  }
}

TEST(HttpAddressTest, IsAnIpAddressAndAPort) {
  EXPECT_EQ(EndpointOf("localhost:80")->port(), 80);
  EXPECT_TRUE(EndpointOf("[::1]:80")->address().is_v6());
  for (const char* bad : {"", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:65536", "example.com:80"}) {
    EXPECT_FALSE(EndpointOf(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace rialto::custody
