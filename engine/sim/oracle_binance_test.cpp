// The scenarios of Binance's self-trade prevention FAQ on both engines.
//
// matching/binance_stp_scenarios.json has A to E; F and G are tables here, in our words. NONE is
// ALLOW here. H is about TRANSFER, which is not offered here: it moves a balance between accounts
// without a trade.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/sim/check_scenario.h"
#include "engine/sim/oracle_data.h"

namespace rialto::engine {
namespace {

const std::string kMarket = R"(
  asset BTC 1
  asset USD 2
  instrument BTC-USD tick 0.1 lot 0.1
  open alice
  deposit alice BTC 1000
  deposit alice USD 1000
)";

// "1.200000" as "1.2".
std::string Plain(const std::string& number) {
  std::string text = number;
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string Mode(const std::string& mode) {
  static const std::map<std::string, std::string> kModes = {{"NONE", "allow"},
                                                            {"EXPIRE_TAKER", "expire-taker"},
                                                            {"EXPIRE_MAKER", "expire-maker"},
                                                            {"EXPIRE_BOTH", "expire-both"},
                                                            {"DECREMENT", "decrement"}};
  return kModes.at(mode);
}

std::string OrZero(const Json& number) { return number.text.empty() ? "0" : Plain(number.text); }

std::string Status(const Json& result) {
  const std::string remaining =
      result["status"].text == "NEW" ? Plain(result["origQty"].text) : "0";
  static const std::map<std::string, std::string> kStatuses = {
      {"NEW", "open"}, {"FILLED", "filled"}, {"EXPIRED_IN_MATCH", "canceled SELF_TRADE_PREVENTED"}};
  return absl::StrCat(kStatuses.at(result["status"].text), " ", remaining, ", executed ",
                      OrZero(result["executedQty"]), ", prevented ",
                      OrZero(result["preventedQuantity"]));
}

// The prevented matches of the last order, as a row tells them.
std::string Prevented(const Json& results, const Json& taker) {
  std::string text;
  for (const Json& match : taker["preventedMatches"].items) {
    size_t maker = 0;
    while (results[maker]["orderId"].text != match["makerOrderId"].text) ++maker;
    absl::StrAppend(&text, ", prevented O", maker, " taker ",
                    OrZero(match["takerPreventedQuantity"]), " maker ",
                    OrZero(match["makerPreventedQuantity"]), " @ ", Plain(match["price"].text));
    if (match.Has("makerPreventedQuantity")) {
      absl::StrAppend(&text, ", O", maker, " canceled 0 SELF_TRADE_PREVENTED");
    }
  }
  return text;
}

TEST(OracleBinanceTest, EveryScenarioOfTheFile) {
  const std::string text = ReadOracle("matching/binance_stp_scenarios.json");
  if (text.empty()) GTEST_SKIP() << "RIALTO_DATA/matching/binance_stp_scenarios.json is not there";
  const Json scenarios = JsonReader(text).Read();
  int checked = 0;
  for (const Json& scenario : scenarios.items) {
    SCOPED_TRACE(scenario["scenario"].text);
    const Json& orders = scenario["orders"];
    const Json& results = scenario["result_orders"];
    ASSERT_EQ(orders.items.size(), results.items.size());
    std::string rows = kMarket;
    for (size_t i = 0; i < orders.items.size(); ++i) {
      const Json& order = orders[i];
      ASSERT_EQ(order["type"].text, "LIMIT");
      const bool is_buy = order["side"].text == "BUY";
      absl::StrAppend(&rows, "place alice O", i, " BTC-USD ", is_buy ? "buy " : "sell ",
                      order["quantity"].text, " @ ", order["price"].text, " ",
                      Mode(order["selfTradePreventionMode"].text), " -> accepted",
                      Prevented(results, results[i]), ", ...\n");
    }
    for (size_t i = 0; i < results.items.size(); ++i) {
      ++checked;
      absl::StrAppend(&rows, "order alice O", i, " -> ", Status(results[i]), "\n");
    }
    Check(rows);
  }
  EXPECT_EQ(scenarios.items.size(), 5u);
  EXPECT_EQ(checked, 14);
}

// F: the maker expires by prevention, the taker for want of anybody else.
TEST(OracleBinanceTest, ScenarioFMarketOrderWithExpireMaker) {
  Check(kMarket + R"(
    place alice O0 BTC-USD buy 1 @ 1 allow           -> accepted, rests 1
    place alice O1 BTC-USD sell 1 market expire-maker -> accepted, prevented O0 taker 0 maker 1 @ 1, O0 canceled 0 SELF_TRADE_PREVENTED, canceled 1 INSUFFICIENT_LIQUIDITY
    order alice O0                                   -> canceled SELF_TRADE_PREVENTED 0, executed 0, prevented 1
    order alice O1                                   -> canceled INSUFFICIENT_LIQUIDITY 0, executed 0, prevented 0
  )");
}

// G: 2 of each are prevented; that is all of the taker.
TEST(OracleBinanceTest, ScenarioGDecrement) {
  Check(kMarket + R"(
    place alice O0 BTC-USD buy 6 @ 2 allow           -> accepted, rests 6
    place alice O1 BTC-USD sell 2 @ 2 decrement      -> accepted, prevented O0 taker 2 maker 2 @ 2, canceled 0 SELF_TRADE_PREVENTED
    order alice O0                                   -> open 4, executed 0, prevented 2
    order alice O1                                   -> canceled SELF_TRADE_PREVENTED 0, executed 0, prevented 2
  )");
}

}  // namespace
}  // namespace rialto::engine
