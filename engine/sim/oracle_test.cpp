// Other venues' own test vectors, where their semantics and ours coincide.
//
//   matching/cpptrader_vectors.json      LIMIT, MARKET, IOC and FOK cases. Stop orders are not ours
//       yet. A market order with slippage is a LIMIT IOC that far from the best price; modify and
//       replace are a cancel and a new order, which loses priority there, too.
//   matching/exchange-core_basic.feature The exchange symbol ETH_XBT. EUR_USD is a margin symbol
//       there, and its balances follow other rules. Their reservePrice (what a later move may cost)
//       does not exist here: a hold follows the order's own price. Moving a price is a cancel and a
//       new order.
//
// RIALTO_DATA names the folder; without it these tests are skipped.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/core/engine.h"
#include "engine/core/limits.h"
#include "engine/sim/print.h"

namespace rialto::engine {
namespace {

// A file of the folder; empty when there is none.
std::string ReadData(const std::string& name) {
  const char* folder = std::getenv("RIALTO_DATA");
  if (folder == nullptr) return "";
  std::ifstream file(absl::StrCat(folder, "/", name));
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// One instrument, accounts by name, orders by the vectors' own ids.
class Venue {
 public:
  Venue(const CreateInstrument& instrument, uint32_t base_scale, uint32_t quote_scale) {
    Apply(CreateAsset{Id("BASE"), base_scale});
    Apply(CreateAsset{Id("QUOTE"), quote_scale});
    CreateInstrument definition = instrument;
    definition.symbol = Id("BASE-QUOTE");
    definition.base = AssetId(1);
    definition.quote = AssetId(2);
    definition.quantity_min = Quantity(1);
    definition.quantity_max = Quantity(1'000'000'000);
    Apply(definition);
  }

  void Open(const std::string& name, int64_t base, int64_t quote) {
    const AccountId id(Apply(OpenAccount{Id(name)}).created_id);
    accounts_[name] = id;
    if (base > 0) Apply(Deposit{Id(name + "-base"), id, AssetId(1), Amount(base)});
    if (quote > 0) Apply(Deposit{Id(name + "-quote"), id, AssetId(2), Amount(quote)});
  }

  // The vectors' id stays the order's name when it is placed anew.
  void Place(const std::string& name, const std::string& order_id, PlaceOrder order) {
    order.account_id = accounts_.at(name);
    order.client_order_id = Id(absl::StrCat("o", ++orders_));
    order.instrument_id = InstrumentId(1);
    Apply(order);
    open_[order_id] = {name, order};
    const Outcome& outcome = outcome_;
    ASSERT_TRUE(outcome.accepted()) << ToText(outcome);
    names_[outcome.order_id] = order_id;
  }

  void Cancel(const std::string& order_id) {
    const auto& [name, order] = open_.at(order_id);
    Apply(CancelOrder{{accounts_.at(name), OrderId(0), order.client_order_id}});
    ASSERT_TRUE(outcome_.accepted()) << ToText(outcome_);
  }

  // A cancel and a new order of this price and quantity.
  void Replace(const std::string& order_id, const std::string& new_id, Price price,
               Quantity quantity) {
    ASSERT_NO_FATAL_FAILURE(Cancel(order_id));
    auto [name, order] = open_.at(order_id);
    order.price = price;
    order.quantity = quantity;
    ASSERT_NO_FATAL_FAILURE(Place(name, new_id, order));
  }

  Quantity Remaining(const std::string& order_id) const {
    const auto& [name, order] = open_.at(order_id);
    const rialto::engine::Order* found =
        engine_.FindOpenOrder({accounts_.at(name), OrderId(0), order.client_order_id});
    return found == nullptr ? Quantity(0) : found->remaining;
  }

  const Book& book() const { return engine_.FindMarket(InstrumentId(1))->book; }
  const Engine& engine() const { return engine_; }
  const Events& events() const { return events_; }
  AccountId Account(const std::string& name) const { return accounts_.at(name); }
  const std::string& NameOf(OrderId id) const { return names_.at(id); }

 private:
  static CallerId Id(const std::string& text) { return *CallerId::Parse(text); }
  const Outcome& Apply(const Command& command) {
    events_.clear();
    const CommandHeader header{engine_.sequence().Next(), Timestamp(++now_)};
    outcome_ = engine_.Apply(header, command, events_);
    engine_.Validate();
    return outcome_;
  }

  Engine engine_;
  int64_t now_ = 0;
  uint64_t orders_ = 0;
  Outcome outcome_;
  Events events_;
  std::map<std::string, AccountId> accounts_;
  std::map<std::string, std::pair<std::string, PlaceOrder>> open_;
  std::map<OrderId, std::string> names_;
};

int64_t ToInt(const std::string& text) { return std::stoll(text); }

CreateInstrument Ticks(int64_t tick_size_e12, int64_t lot_size_units) {
  CreateInstrument instrument;
  instrument.tick_size_e12 = tick_size_e12;
  instrument.lot_size_units = lot_size_units;
  return instrument;
}

// --- CppTrader ---

struct CppTraderCase {
  Venue venue{Ticks(1'000'000'000'000, 1), 0, 0};
  int orders = 0;
  int expectations = 0;

  CppTraderCase() {
    venue.Open("buyer", 0, 1'000'000'000);
    venue.Open("seller", 1'000'000, 0);
  }

  Price Best(Side side) const {
    const Book::Levels& levels = venue.book().levels(side);
    return side == Side::kBuy ? levels.rbegin()->first : levels.begin()->first;
  }

  void Add(const std::string& kind, const std::vector<std::string>& args) {
    PlaceOrder order;
    order.side = kind.substr(0, 3) == "Buy" ? Side::kBuy : Side::kSell;
    const bool is_limit = kind.find("Limit") != std::string::npos;
    order.quantity = Quantity(ToInt(args[is_limit ? 3 : 2]));
    if (is_limit) {
      order.price = Price(ToInt(args[2]));
      if (args.size() > 4 && args[4] == "IOC") {
        order.time_in_force = TimeInForce::kImmediateOrCancel;
      }
      if (args.size() > 4 && args[4] == "FOK") order.time_in_force = TimeInForce::kFillOrKill;
    } else {
      order.time_in_force = TimeInForce::kImmediateOrCancel;
      if (args.size() > 3) {  // Slippage from the best price.
        const int64_t best = Best(Opposite(order.side)).value();
        const int64_t slippage = ToInt(args[3]);
        order.price = Price(order.side == Side::kBuy ? best + slippage : best - slippage);
      } else {
        order.type = OrderType::kMarket;
      }
    }
    ++orders;
    venue.Place(order.side == Side::kBuy ? "buyer" : "seller", args[0], order);
  }

  void Expect(const std::string& what, int64_t bid, int64_t ask) {
    ++expectations;
    for (const Side side : {Side::kBuy, Side::kSell}) {
      absl::int128 seen = 0;
      for (const auto& [price, level] : venue.book().levels(side)) {
        seen += what == "Orders" ? absl::int128(level.orders) : level.total;
      }
      EXPECT_EQ(static_cast<int64_t>(seen), side == Side::kBuy ? bid : ask)
          << what << " after " << orders << " orders";
    }
  }
};

std::vector<std::string> SplitArguments(const std::string& text) {
  static const std::regex argument("\"([^\"]*)\"");
  std::vector<std::string> arguments;
  for (std::sregex_iterator i(text.begin(), text.end(), argument), end; i != end; ++i) {
    arguments.push_back((*i)[1]);
  }
  return arguments;
}

void RunCppTraderCase(const std::string& text) {
  static const std::regex operation(
      "\"add\": \"(\\w+)\", \"args\": \\[([^\\]]*)\\]|"
      "\"expect\": \"(\\w+)\", \"bid\": (\\d+), \"ask\": (\\d+)|"
      "\"(ModifyOrder|ReplaceOrder)\": \\[([^\\]]*)\\]");
  CppTraderCase test;
  for (std::sregex_iterator i(text.begin(), text.end(), operation), end; i != end; ++i) {
    const std::smatch& match = *i;
    if (match[1].matched) {
      ASSERT_NO_FATAL_FAILURE(test.Add(match[1], SplitArguments(match[2])));
    } else if (match[3].matched) {
      test.Expect(match[3], ToInt(match[4]), ToInt(match[5]));
    } else {
      std::vector<std::string> a = SplitArguments(match[7]);
      // A replacement written as a call: SellLimit(id, symbol, price, quantity). Price 0 takes any
      // bid; here the lowest price is 1.
      const std::string call = "SellLimit(";
      if (a[1].substr(0, call.size()) == call) {
        ASSERT_NO_FATAL_FAILURE(test.venue.Cancel(a[0]));
        const std::string price = a[3] == "0" ? "1" : a[3];
        ASSERT_NO_FATAL_FAILURE(
            test.Add("SellLimit", {a[1].substr(call.size()), a[2], price, a[4].substr(0, 3)}));
        continue;
      }
      const size_t price = match[6] == "ModifyOrder" ? 1 : 2;
      ASSERT_NO_FATAL_FAILURE(test.venue.Replace(a[0], a[price - 1], Price(ToInt(a[price])),
                                                 Quantity(ToInt(a[price + 1]))));
    }
  }
  EXPECT_GT(test.orders, 0);
  EXPECT_GT(test.expectations, 0);
}

TEST(OracleTest, AgreesWithCppTrader) {
  std::string text = ReadData("matching/cpptrader_vectors.json");
  // However the JSON is indented.
  text = std::regex_replace(text, std::regex("\\s+"), " ");
  text = std::regex_replace(text, std::regex("([\\[{]) | (?=[\\]}])"), "$1");
  if (text.empty()) GTEST_SKIP() << "RIALTO_DATA/matching/cpptrader_vectors.json is not there";
  static const std::regex name("\\{\"name\": \"([^\"]*)\"");
  int cases = 0;
  for (std::sregex_iterator i(text.begin(), text.end(), name), end; i != end; ++i) {
    const std::string title = (*i)[1];
    const auto begin = static_cast<size_t>(i->position());
    const size_t next = text.find("{\"name\"", begin + 1);
    const std::string body = text.substr(begin, next - begin);
    if (body.find("Stop") != std::string::npos) continue;
    if (title.find("order") == std::string::npos) continue;
    SCOPED_TRACE(title);
    ++cases;
    RunCppTraderCase(body);
  }
  EXPECT_EQ(cases, 5);
}

// --- exchange-core ---

// A lot is 100,000 szabo of ETH, a tick of a lot 10 satoshi of XBT, no fees: the symbol ETH_XBT.
class FeatureRun {
 public:
  FeatureRun() {
    for (const std::string name : {"Alice", "Bob"}) venue_.Open(name, 100'000'000, 100'000'000);
  }

  void Run(const std::string& line) {
    static const std::regex balance("New client (\\w+) has a balance:");
    static const std::regex place(
        "A client (\\w+) places an (ASK|BID) order (\\d+) at (\\d+)@(\\d+) \\(type: (GTC|IOC).*");
    static const std::regex move("A client \\w+ moves a price to (\\d+) of the order (\\d+)");
    static const std::regex cancel(
        "A client \\w+ cancels the remaining size \\d+ of the order (\\d+)");
    static const std::regex match(
        "The order (\\d+) is (partially|fully) matched. LastPx: (\\d+), LastQty: (\\d+)");
    static const std::regex holdings("A balance of a client (\\w+):");
    std::smatch m;
    if (std::regex_search(line, m, place)) {
      PlaceOrder order;
      order.side = m[2] == "BID" ? Side::kBuy : Side::kSell;
      order.price = Price(ToInt(m[4]));
      order.quantity = Quantity(ToInt(m[5]));
      if (m[6] == "IOC") order.time_in_force = TimeInForce::kImmediateOrCancel;
      venue_.Place(m[1], m[3], order);
    } else if (std::regex_search(line, m, move)) {
      venue_.Replace(m[2], m[2], Price(ToInt(m[1])), venue_.Remaining(m[2]));
    } else if (std::regex_search(line, m, cancel)) {
      venue_.Cancel(m[1]);
    } else if (std::regex_search(line, m, match)) {
      ExpectTrade(m[1], m[2] == "fully", Price(ToInt(m[3])), Quantity(ToInt(m[4])));
    } else if (line.find("No trade events") != std::string::npos) {
      ExpectNoTrade();
    } else if (std::regex_search(line, m, balance)) {
      name_ = m[1];
      table_ = Table::kFunds;
      return;
    } else if (std::regex_search(line, m, holdings)) {
      name_ = m[1];
      table_ = Table::kHoldings;
      return;
    } else if (line.find("order book is:") != std::string::npos) {
      ExpectEndOfTable();
      expected_book_ = "";
      table_ = Table::kBook;
      return;
    } else if (line.find('|') != std::string::npos) {
      return Row(line);
    }
    ExpectEndOfTable();
  }

  // What the rows of a book table add up to is compared when the table is over.
  void ExpectEndOfTable() {
    if (table_ == Table::kBook) {
      ++checks_;
      EXPECT_EQ(expected_book_, Book());
    }
    table_ = Table::kNone;
  }

  int checks() const { return checks_; }

 private:
  enum class Table { kNone, kFunds, kHoldings, kBook };

  static std::vector<std::string> Cells(const std::string& line) {
    static const std::regex cell("\\|([^|]*)(?=\\|)");
    std::vector<std::string> cells;
    for (std::sregex_iterator i(line.begin(), line.end(), cell), end; i != end; ++i) {
      cells.push_back(std::regex_replace((*i)[1].str(), std::regex("\\s"), ""));
    }
    return cells;
  }

  void Row(const std::string& line) {
    const std::vector<std::string> cells = Cells(line);
    if (table_ == Table::kFunds && cells[0] == "XBT") venue_.Open(name_, 0, ToInt(cells[1]));
    if (table_ == Table::kHoldings) {
      ++checks_;
      const AssetId asset_id(cells[0] == "ETH" ? 1 : 2);
      EXPECT_EQ(venue_.engine().accounts().Get(venue_.Account(name_), asset_id).available,
                Amount(ToInt(cells[1])))
          << line;
    }
    if (table_ == Table::kBook && cells[1] != "price") {
      absl::StrAppend(&expected_book_, cells[0], "|", cells[1], "|", cells[2], "\n");
    }
  }

  std::string Book() const {
    std::string text;
    const auto& asks = venue_.book().levels(Side::kSell);
    for (auto level = asks.rbegin(); level != asks.rend(); ++level) {
      absl::StrAppend(&text, "|", level->first.value(), "|",
                      static_cast<int64_t>(level->second.total), "\n");
    }
    const auto& bids = venue_.book().levels(Side::kBuy);
    for (auto level = bids.rbegin(); level != bids.rend(); ++level) {
      absl::StrAppend(&text, static_cast<int64_t>(level->second.total), "|", level->first.value(),
                      "|\n");
    }
    return text;
  }

  void ExpectTrade(const std::string& maker, bool is_whole, Price price, Quantity lots) {
    ++checks_;
    int found = 0;
    for (const Event& event : venue_.events()) {
      const auto* trade = std::get_if<Trade>(&event);
      if (trade == nullptr || venue_.NameOf(trade->maker_order_id) != maker) continue;
      ++found;
      EXPECT_EQ(trade->price, price);
      EXPECT_EQ(trade->quantity, lots);
      EXPECT_EQ(trade->maker_remaining == Quantity(0), is_whole);
    }
    EXPECT_EQ(found, 1) << maker;
  }

  void ExpectNoTrade() {
    ++checks_;
    for (const Event& event : venue_.events()) {
      EXPECT_FALSE(std::holds_alternative<Trade>(event)) << ToText(event);
    }
  }

  Venue venue_{Ticks(1'000'000, 100'000), 6, 8};
  std::string name_;
  Table table_ = Table::kNone;
  std::string expected_book_;
  int checks_ = 0;
};

TEST(OracleTest, AgreesWithExchangeCore) {
  const std::string text = ReadData("matching/exchange-core_basic.feature");
  if (text.empty()) GTEST_SKIP() << "RIALTO_DATA/matching/exchange-core_basic.feature is not there";
  std::unique_ptr<FeatureRun> run;
  int scenarios = 0;
  int checks = 0;
  const auto finish = [&] {
    if (run == nullptr) return;
    run->ExpectEndOfTable();
    checks += run->checks();
    run = nullptr;
  };
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("Scenario") != std::string::npos) {
      finish();
      run = std::make_unique<FeatureRun>();
      ++scenarios;
    } else if (run != nullptr && line.find("Examples:") == std::string::npos) {
      SCOPED_TRACE(line);
      ASSERT_NO_FATAL_FAILURE(run->Run(line));
    } else if (run != nullptr) {
      finish();
    }
  }
  finish();
  EXPECT_EQ(scenarios, 2);
  EXPECT_GT(checks, 10);
}

}  // namespace
}  // namespace rialto::engine
