// exchange-core's feature file on both engines: books, trades and balances after every step.
//
// Of its two symbols ETH_XBT is here. EUR_USD is a margin symbol there, and its balances follow
// other rules. Its reservePrice (what a later move may cost) does not exist here: a hold follows
// the order's own price. Moving a price is an amend.
//
// A lot is 100,000 szabo of ETH and a tick of a lot is 10 satoshi of XBT, so an asset of 5 and one
// of 1 decimals show their balances in lots and in ticks.
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/sim/check_scenario.h"
#include "engine/sim/oracle_data.h"
#include "engine/sim/scenario_names.h"

namespace rialto::engine {
namespace {

const std::string kMarket = R"(
  asset ETH 5
  asset XBT 1
  instrument ETH-XBT tick 1 lot 1
)";

// The rows of one scenario of the feature.
class FeatureRun {
 public:
  void Read(const std::string& line) {
    static const std::regex client("New client (\\w+) has a balance:");
    static const std::regex holdings("A balance of a client (\\w+):");
    static const std::regex orders("A client (\\w+) orders:");
    std::smatch m;
    if (line.find('|') != std::string::npos) return ReadCells(line);
    EndTable();
    if (std::regex_search(line, m, client)) {
      Row("open ", m[1].str());
      table_ = Table::kFunds;
      name_ = m[1];
    } else if (std::regex_search(line, m, holdings)) {
      table_ = Table::kHoldings;
      name_ = m[1];
    } else if (std::regex_search(line, m, orders)) {
      table_ = Table::kOrders;
      name_ = m[1];
    } else if (line.find("order book is:") != std::string::npos) {
      table_ = Table::kBook;
    } else {
      ReadStep(line);
    }
  }

  std::string Finish() {
    EndTable();
    Next("");
    return rows_;
  }
  int checks() const { return checks_; }

 private:
  enum class Table { kNone, kFunds, kHoldings, kOrders, kBook };

  template <typename... Parts>
  void Row(const Parts&... parts) {
    absl::StrAppend(&rows_, "  ", parts..., "\n");
  }

  // A command and the rows after it wait for all that the feature says of it.
  void Next(const std::string& row) {
    if (!command_.empty()) Row(command_, " -> accepted", expected_, ", ...");
    for (const std::string& after : after_) Row(after);
    after_.clear();
    command_ = row;
    expected_.clear();
  }
  template <typename... Parts>
  void Then(const Parts&... parts) {
    after_.push_back(absl::StrCat(parts...));
    ++checks_;
  }

  void ReadStep(const std::string& line) {
    static const std::regex place(
        "A client (\\w+) places an (ASK|BID) order (\\d+) at (\\d+)@(\\d+) \\(type: (GTC|IOC).*");
    static const std::regex move("A client (\\w+) moves a price to (\\d+) of the order (\\d+)");
    static const std::regex cancel(
        "A client (\\w+) cancels the remaining size (\\d+) of the order (\\d+)");
    static const std::regex match(
        "The order (\\d+) is (partially|fully) matched. LastPx: (\\d+), LastQty: (\\d+)");
    static const std::regex idle("A client (\\w+) does not have active orders");
    std::smatch m;
    if (std::regex_search(line, m, place)) {
      Next(absl::StrCat("place ", m[1].str(), " O", m[3].str(), " ETH-XBT ",
                        m[2] == "BID" ? "buy " : "sell ", m[5].str(), " @ ", m[4].str(),
                        m[6] == "IOC" ? " ioc" : ""));
      size_ = m[5];
      sizes_[m[3]] = m[5];
    } else if (std::regex_search(line, m, move)) {
      Next(absl::StrCat("amend ", m[1].str(), " O", m[3].str(), " @ ", m[2].str()));
      expected_ = absl::StrCat(", moved to ", sizes_[m[3]], " @ ", m[2].str());
    } else if (std::regex_search(line, m, cancel)) {
      Next(absl::StrCat("cancel ", m[1].str(), " O", m[3].str()));
      expected_ = absl::StrCat(", canceled ", m[2].str(), " REQUESTED");
    } else if (std::regex_search(line, m, match)) {
      absl::StrAppend(&expected_, ", trade O", m[1].str(), " ", m[4].str(), " @ ", m[3].str());
      Then("order ? O", m[1].str(), " -> ", m[2] == "fully" ? "filled 0, ..." : "open ...");
    } else if (line.find("No trade events") != std::string::npos) {
      expected_ = absl::StrCat(", rests ", size_);
      ++checks_;
    } else if (std::regex_search(line, m, idle)) {
      Then("masscancel of ", m[1].str(), " -> ok, 0 orders");
    }
  }

  static std::vector<std::string> Cells(const std::string& line) {
    static const std::regex cell("\\|([^|]*)(?=\\|)");
    std::vector<std::string> cells;
    for (std::sregex_iterator i(line.begin(), line.end(), cell), end; i != end; ++i) {
      cells.push_back(std::regex_replace((*i)[1].str(), std::regex("\\s"), ""));
    }
    return cells;
  }

  // Szabo and satoshi as lots and ticks.
  static std::string Amount(const std::string& asset, const std::string& number) {
    int64_t units = 0;
    EXPECT_TRUE(absl::SimpleAtoi(number, &units)) << number;
    return ScenarioNames::Format(units, asset == "ETH" ? 5 : 1);
  }

  void ReadCells(const std::string& line) {
    const std::vector<std::string> cells = Cells(line);
    const bool is_ours = cells[0] == "ETH" || cells[0] == "XBT";
    if (table_ == Table::kFunds && is_ours) {
      Row("deposit ", name_, " ", cells[0], " ", Amount(cells[0], cells[1]));
    } else if (table_ == Table::kHoldings && is_ours) {
      Then("balance ", name_, " ", cells[0], " -> available ", Amount(cells[0], cells[1]),
           " held ...");
    } else if (table_ == Table::kOrders && cells[0] != "id") {
      Then("order ", name_, " O", cells[0], " -> open ",
           std::stoll(cells[2]) - std::stoll(cells[3]), ", executed ", cells[3], ", prevented 0");
    } else if (table_ == Table::kBook && cells[1] != "price") {
      if (!cells[2].empty()) asks_.push_back(absl::StrCat("ask ", cells[2], " @ ", cells[1]));
      if (!cells[0].empty()) bids_.push_back(absl::StrCat("bid ", cells[0], " @ ", cells[1]));
    }
  }

  // A book is told best price first, asks before bids; the feature has the highest price first.
  void EndTable() {
    if (table_ == Table::kBook) {
      std::vector<std::string> levels(asks_.rbegin(), asks_.rend());
      levels.insert(levels.end(), bids_.begin(), bids_.end());
      Then("book ETH-XBT -> ", absl::StrJoin(levels, ", "));
      asks_.clear();
      bids_.clear();
    }
    table_ = Table::kNone;
  }

  std::string rows_ = kMarket;
  std::string command_;
  std::string expected_;
  std::vector<std::string> after_;
  std::string size_;  // Of the order placed last.
  std::map<std::string, std::string> sizes_;
  std::string name_;
  Table table_ = Table::kNone;
  std::vector<std::string> asks_;
  std::vector<std::string> bids_;
  int checks_ = 0;
};

TEST(OracleExchangeCoreTest, EveryScenarioOfTheFile) {
  const std::string text = ReadOracle("matching/exchange-core_basic.feature");
  if (text.empty()) GTEST_SKIP() << "RIALTO_DATA/matching/exchange-core_basic.feature is not there";
  std::vector<std::string> background;
  std::vector<std::vector<std::string>> scenarios;
  bool is_example = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("Examples:") != std::string::npos) is_example = true;
    if (line.find("Scenario") != std::string::npos) {
      is_example = false;
      scenarios.push_back(background);
    } else if (!is_example) {
      (scenarios.empty() ? background : scenarios.back()).push_back(line);
    }
  }
  int checks = 0;
  for (const std::vector<std::string>& scenario : scenarios) {
    FeatureRun run;
    for (const std::string& line : scenario) run.Read(line);
    const std::string rows = run.Finish();
    SCOPED_TRACE(rows);
    Check(rows);
    checks += run.checks();
  }
  EXPECT_EQ(scenarios.size(), 2u);
  EXPECT_EQ(checks, 17);
}

}  // namespace
}  // namespace rialto::engine
