// CppTrader's matching tests on both engines: as its file of vectors has them, and as tables.
//
// What differs, and how a vector is read here:
//   * A market order's slippage is the instrument's market collar while it comes.
//   * A stop there looks at the best price of the other side, and no price at all fires it. Here
//     its source is BID_ASK, and without a price it waits: the test shows it a price nobody would
//     trade at and takes it away again. A stop that would fire at once is refused here; the test
//     then sends what it would have become.
//   * Replacing an order by one of the other side is a cancel and a new order here.
// All-or-none orders have no counterpart: three of CppTrader's cases and its eighth scenario file.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/sim/check_scenario.h"
#include "engine/sim/oracle_data.h"
#include "engine/sim/scenario_engines.h"

namespace rialto::engine {
namespace {

// With a collar of 70 % a market order reaches all prices of the vectors.
const std::string kMarket = R"(
  asset BTC 0
  asset USD 0
  instrument BTC-USD tick 1 lot 1 collar 70%
  open alice bob
  deposit alice USD 1000000000
  deposit bob BTC 1000000
)";

int64_t ToInt(const std::string& text) {
  int64_t number = 0;
  EXPECT_TRUE(absl::SimpleAtoi(text, &number)) << text;
  return number;
}

// The rows of one vector.
class CppTraderCase {
 public:
  int checks() const { return checks_; }
  const std::string& rows() const { return rows_; }

  void Run(const Json& operations) {
    for (const Json& operation : operations.items) {
      if (operation.Has("expect")) {
        ++checks_;
        expected_[operation["expect"].text] = {operation["bid"].text, operation["ask"].text};
        continue;
      }
      Compare();
      if (operation.Has("add")) AddOrder(operation["add"].text, operation["args"].items);
      if (operation.Has("ModifyOrder")) Modify(operation["ModifyOrder"].items);
      if (operation.Has("ReplaceOrder")) Replace(operation["ReplaceOrder"].items);
      ShowPrices();
    }
    Compare();
  }

 private:
  template <typename... Parts>
  void Row(const Parts&... parts) {
    absl::StrAppend(&rows_, "  ", parts..., "\n");
  }

  // The best price of a side; 0: there is none.
  int64_t Best(Side side) const {
    NaiveScenarioEngine engine;
    EXPECT_EQ(RunScenario(rows_, engine), "");
    const auto levels = engine.Levels(InstrumentId(1), side);
    return levels.empty() ? 0 : levels[0].price.value();
  }

  std::string OwnerOf(const std::string& id) const {
    return std::find(buys_.begin(), buys_.end(), id) != buys_.end() ? "alice" : "bob";
  }

  void AddOrder(const std::string& kind, const std::vector<Json>& args) {
    const bool is_buy = kind.find("Buy") != std::string::npos;
    const std::string id = args[0].text;
    if (is_buy) buys_.push_back(id);
    const std::string start = absl::StrCat("place ", is_buy ? "alice O" : "bob O", id, " BTC-USD ",
                                           is_buy ? "buy " : "sell ");
    const std::string side_free =
        kind.substr(is_buy ? kind.find("Buy") + 3 : kind.find("Sell") + 4);
    if (side_free == "Limit") {
      const std::string time = args.size() <= 4 ? "" : args[4].text == "IOC" ? " ioc" : " fok";
      const std::string show = args.size() <= 5 ? "" : absl::StrCat(" show ", args[5].text);
      Row(start, args[3].text, " @ ", args[2].text, time, show, " -> accepted, ...");
    } else if (side_free == "Market") {
      AddMarket(start, is_buy, args);
    } else {
      AddStop(start, is_buy, args);
    }
  }

  void AddMarket(const std::string& start, bool is_buy, const std::vector<Json>& args) {
    if (args.size() > 3) {
      const int64_t best = Best(is_buy ? Side::kSell : Side::kBuy);
      // Parts per million, at least one: 0 is the default.
      const int64_t ppm = std::max<int64_t>(1, (ToInt(args[3].text) * 1'000'000 + best - 1) / best);
      Row("change BTC-USD collar ", ppm / 10'000, ".", absl::Dec(ppm % 10'000, absl::kZeroPad4),
          "%");
    }
    Row(start, args[2].text, " market -> accepted, ...");
    if (args.size() > 3) Row("change BTC-USD collar 70%");
  }

  void AddStop(const std::string& start, bool is_buy, const std::vector<Json>& args) {
    const int64_t best = Best(is_buy ? Side::kSell : Side::kBuy);
    const int64_t stop = ToInt(args[2].text);
    const bool has_limit = args.size() > 4;
    const std::string size = args[has_limit ? 4 : 3].text;
    const std::string limit = has_limit ? " @ " + args[3].text : "";
    if (best != 0 && (is_buy ? best >= stop : best <= stop)) {
      Row(start, size, " stop ", stop, " bid-ask", limit, " -> WOULD_TRIGGER need ", stop, " have ",
          best);
      const std::string name = " O" + args[0].text + " ";
      std::string again = start;
      again.replace(again.find(name), name.size(), " X" + args[0].text + " ");
      Row(again, size, has_limit ? limit : " market", " -> accepted, ...");
    } else {
      Row(start, size, " stop ", stop, " bid-ask", limit, " -> pending");
    }
  }

  void Modify(const std::vector<Json>& args) {
    Row("amend ", OwnerOf(args[0].text), " O", args[0].text, " to ", args[2].text, " @ ",
        args[1].text, " -> accepted, ...");
  }

  void Replace(const std::vector<Json>& args) {
    const std::string call = "SellLimit(";
    const std::string owner = OwnerOf(args[0].text);
    if (args[1].text.substr(0, call.size()) != call) {
      Row("replace ", owner, " O", args[0].text, " with O", args[1].text, " BTC-USD ",
          owner == "alice" ? "buy " : "sell ", args[3].text, " @ ", args[2].text,
          " -> accepted, ...");
      return;
    }
    // Written as a call: SellLimit(id, symbol, price, quantity). Price 0 takes any bid.
    Row("cancel ", owner, " O", args[0].text, " -> accepted, ...");
    const std::string price = args[3].text == "0" ? "1" : args[3].text;
    Row("place bob O", args[1].text.substr(call.size()), " BTC-USD sell ",
        args[4].text.substr(0, args[4].text.size() - 1), " @ ", price, " -> accepted, ...");
  }

  // No price at all fires a stop there.
  void ShowPrices() {
    ++shown_;
    if (Best(Side::kSell) == 0) {
      Row("place bob Q", shown_, " BTC-USD sell 1 @ 1000000 -> accepted, ...");
      Row("cancel bob Q", shown_, " -> accepted, canceled 1 REQUESTED");
    }
    if (Best(Side::kBuy) == 0) {
      Row("place alice Q", shown_, " BTC-USD buy 1 @ 1 -> accepted, ...");
      Row("cancel alice Q", shown_, " -> accepted, canceled 1 REQUESTED");
    }
  }

  // What was expected of the state so far.
  void Compare() {
    if (!expected_.empty()) Row("totals BTC-USD -> ", Totals());
    expected_.clear();
  }

  // Every vector gives orders and volume; nothing is hidden in them.
  std::string Totals() {
    const auto& orders = expected_["Orders"];
    const auto& volume = expected_["Volume"];
    const auto value = [this](const char* name, bool is_bid) {
      const auto& pair = expected_[name];
      const std::string& text = is_bid ? pair.first : pair.second;
      return text.empty() ? std::string("0") : text;
    };
    return absl::StrCat("bids ", orders.first, " of ", volume.first, " shows ", volume.first,
                        ", asks ", orders.second, " of ", volume.second, " shows ", volume.second,
                        ", waiting ", value("StopOrders", true), " buy of ",
                        value("StopVolume", true), ", ", value("StopOrders", false), " sell of ",
                        value("StopVolume", false));
  }

  std::string rows_ = kMarket;
  std::vector<std::string> buys_;
  std::map<std::string, std::pair<std::string, std::string>> expected_;
  int shown_ = 0;
  int checks_ = 0;
};

TEST(OracleCppTraderTest, EveryVectorOfTheFile) {
  const std::string text = ReadOracle("matching/cpptrader_vectors.json");
  if (text.empty()) GTEST_SKIP() << "RIALTO_DATA/matching/cpptrader_vectors.json is not there";
  const Json cases = JsonReader(text).Read()["cases"];
  int checks = 0;
  for (const Json& vector : cases.items) {
    SCOPED_TRACE(vector["name"].text);
    CppTraderCase test;
    test.Run(vector["ops"]);
    checks += test.checks();
    Check(test.rows());
  }
  EXPECT_EQ(cases.items.size(), 8u);
  EXPECT_EQ(checks, 84);
}

// --- Further cases of its test_matching_engine.cpp, in our words ---

TEST(OracleCppTraderTest, MaximumVisibleQuantity) {
  // Half of each order shows; 55 take all of the best two and half of the last.
  Check(kMarket + R"(
    place alice O1 BTC-USD buy 10 @ 10 show 5        -> accepted, rests 10 (shows 5)
    place alice O2 BTC-USD buy 20 @ 20 show 10       -> accepted, rests 20 (shows 10)
    place alice O3 BTC-USD buy 30 @ 30 show 15       -> accepted, rests 30 (shows 15)
    totals BTC-USD                                   -> bids 3 of 60 shows 30, asks 0 of 0 shows 0, waiting 0 buy of 0, 0 sell of 0
    place bob O4 BTC-USD sell 55 market              -> accepted, ...
    totals BTC-USD                                   -> bids 1 of 5 shows 5, asks 0 of 0 shows 0, waiting 0 buy of 0, 0 sell of 0
  )");
}

TEST(OracleCppTraderTest, InFlightMitigation) {
  // The new quantity is the whole of the order, what has traded included: an amend.
  Check(kMarket + R"(
    place alice O1 BTC-USD buy 100 @ 10              -> accepted, rests 100
    place bob   O2 BTC-USD sell 100 @ 20             -> accepted, rests 100
    place bob   O3 BTC-USD sell 20 @ 10              -> accepted, trade O1 20 @ 10
    place alice O4 BTC-USD buy 20 @ 20               -> accepted, trade O2 20 @ 20
    amend alice O1 to 150 @ 10                       -> accepted, moved to 150 @ 10, rests 130, executed 20 for 200
    amend bob   O2 to 50 @ 20                        -> accepted, reduced to 30, executed 20 for 400
    totals BTC-USD                                   -> bids 1 of 130 shows 130, asks 1 of 30 shows 30, waiting 0 buy of 0, 0 sell of 0
    amend alice O1 to 20 @ 10                        -> accepted, canceled 130 AMENDED, executed 20 for 200
    amend bob   O2 to 10 @ 20                        -> accepted, canceled 30 AMENDED, executed 20 for 400
    totals BTC-USD                                   -> bids 0 of 0 shows 0, asks 0 of 0 shows 0, waiting 0 buy of 0, 0 sell of 0
  )");
}

TEST(OracleCppTraderTest, TrailingStops) {
  // A distance of 10 from an ask of 200 fires at 210, from 180 at 190; 10 % below a bid of 100 at
  // 90, of 120 at 108. There a stop moves in steps of at least 5, and its limit moves along; here
  // it moves with every price, and a limit stays.
  const std::string quoted = kMarket + R"(
    place alice O1 BTC-USD buy 20 @ 100              -> accepted, rests 20
    place bob   O2 BTC-USD sell 20 @ 200             -> accepted, rests 20
  )";
  Check(quoted + R"(
    place alice O5 BTC-USD buy 10 trail 10 bid-ask @ 300 -> pending
    amend bob   O2 @ 209                             -> accepted, moved to 20 @ 209, rests 20
    amend bob   O2 @ 210                             -> accepted, moved to 20 @ 210, rests 20, O5 triggered at 210, O5 trade O2 10 @ 210, executed 10 for 2100
  )");
  Check(quoted + R"(
    place alice O5 BTC-USD buy 10 trail 10 bid-ask @ 300 -> pending
    amend bob   O2 @ 180                             -> accepted, moved to 20 @ 180, rests 20
    amend bob   O2 @ 189                             -> accepted, moved to 20 @ 189, rests 20
    amend bob   O2 @ 190                             -> accepted, moved to 20 @ 190, rests 20, O5 triggered at 190, O5 trade O2 10 @ 190, executed 10 for 1900
  )");
  Check(quoted + R"(
    place bob   O6 BTC-USD sell 10 trail 10% bid-ask @ 10 -> pending
    amend alice O1 @ 91                              -> accepted, moved to 20 @ 91, rests 20
    amend alice O1 @ 90                              -> accepted, moved to 20 @ 90, rests 20, O6 triggered at 90, O6 trade O1 10 @ 90, executed 10 for 900
  )");
  Check(quoted + R"(
    place bob   O6 BTC-USD sell 10 trail 10% bid-ask @ 10 -> pending
    amend alice O1 @ 120                             -> accepted, moved to 20 @ 120, rests 20
    amend alice O1 @ 109                             -> accepted, moved to 20 @ 109, rests 20
    amend alice O1 @ 108                             -> accepted, moved to 20 @ 108, rests 20, O6 triggered at 108, O6 trade O1 10 @ 108, executed 10 for 1080
  )");
}

TEST(OracleCppTraderTest, ManualMatching) {
  // Collect a crossed book, then match it: an auction, with the same orders left over.
  Check(kMarket + R"(
    state BTC-USD auction                            -> ok, BTC-USD AUCTION
    place alice O1 BTC-USD buy 10 @ 10               -> accepted, rests 10
    place alice O2 BTC-USD buy 20 @ 10               -> accepted, rests 20
    place alice O3 BTC-USD buy 30 @ 10               -> accepted, rests 30
    place alice O4 BTC-USD buy 10 @ 20               -> accepted, rests 10
    place alice O5 BTC-USD buy 20 @ 20               -> accepted, rests 20
    place alice O6 BTC-USD buy 30 @ 20               -> accepted, rests 30
    place alice O7 BTC-USD buy 10 @ 30               -> accepted, rests 10
    place alice O8 BTC-USD buy 20 @ 30               -> accepted, rests 20
    place alice O9 BTC-USD buy 30 @ 30               -> accepted, rests 30
    place bob  O10 BTC-USD sell 30 @ 10              -> accepted, rests 30
    place bob  O11 BTC-USD sell 20 @ 10              -> accepted, rests 20
    place bob  O12 BTC-USD sell 10 @ 10              -> accepted, rests 10
    place bob  O13 BTC-USD sell 30 @ 20              -> accepted, rests 30
    place bob  O14 BTC-USD sell 25 @ 20              -> accepted, rests 25
    place bob  O15 BTC-USD sell 10 @ 20              -> accepted, rests 10
    place bob  O16 BTC-USD sell 30 @ 30              -> accepted, rests 30
    place bob  O17 BTC-USD sell 20 @ 30              -> accepted, rests 20
    place bob  O18 BTC-USD sell 10 @ 30              -> accepted, rests 10
    totals BTC-USD                                   -> bids 9 of 180 shows 180, asks 9 of 185 shows 185, waiting 0 buy of 0, 0 sell of 0
    state BTC-USD trading                            -> ok, uncrossed 120 @ 20, ...
    totals BTC-USD                                   -> bids 3 of 60 shows 60, asks 4 of 65 shows 65, waiting 0 buy of 0, 0 sell of 0
  )");
}

// Its scenario files 3 to 7 say in comments what happens; 1 and 2 define, 8 is all-or-none.
TEST(OracleCppTraderTest, ScenarioFiles) {
  Check(kMarket + R"(
    place alice O1 BTC-USD buy 10 @ 10               -> accepted, rests 10
    amend alice O1 to 5                              -> accepted, reduced to 5
    amend alice O1 to 20 @ 20                        -> accepted, moved to 20 @ 20, rests 20
    replace alice O1 with O2 BTC-USD buy 30 @ 30     -> accepted, O1 canceled 20 REPLACED, rests 30
    cancel alice O2                                  -> accepted, canceled 30 REQUESTED
    place alice O3 BTC-USD buy 10 @ 10               -> accepted, rests 10
    place bob   O4 BTC-USD sell 10 @ 10              -> accepted, trade O3 10 @ 10
    place alice O5 BTC-USD buy 10 @ 10               -> accepted, rests 10
    place bob   O6 BTC-USD sell 10 market            -> accepted, trade O5 10 @ 10
    book BTC-USD                                     -> empty
  )");
  const std::string filled = kMarket + R"(
    place alice O1 BTC-USD buy 60 @ 10               -> accepted, rests 60
    place alice O4 BTC-USD buy 60 @ 20               -> accepted, rests 60
    place alice O7 BTC-USD buy 60 @ 30               -> accepted, rests 60
    place bob  O10 BTC-USD sell 60 @ 60              -> accepted, rests 60
    place bob  O13 BTC-USD sell 60 @ 50              -> accepted, rests 60
    place bob  O16 BTC-USD sell 60 @ 40              -> accepted, rests 60
  )";
  Check(filled + R"(
    place alice O19 BTC-USD buy 100 @ 50             -> accepted, trade O16 60 @ 40, trade O13 40 @ 50
    book BTC-USD                                     -> ask 20 @ 50, ask 60 @ 60, bid 60 @ 30, bid 60 @ 20, bid 60 @ 10
  )");
  // A slippage of 10 from the best bid of 30: it stops at 20.
  Check(filled + R"(
    change BTC-USD collar 34%
    place bob O19 BTC-USD sell 1000 market           -> accepted, trade O7 60 @ 30, trade O4 60 @ 20, canceled 880 COLLAR
  )");
}

}  // namespace
}  // namespace rialto::engine
