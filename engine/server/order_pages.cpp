#include "engine/server/order_pages.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/paging/paging.h"
#include "engine/server/outcome_text.h"

namespace rialto::engine {
namespace {

constexpr PageSizes kOrdersPage{.standard = 100, .max = 1'000};
constexpr int64_t kInNoBook = 3;  // After the bids (1) and the asks (2).

// An account's orders are listed by the command that placed them, then by their place in its list.
std::pair<uint64_t, uint64_t> Age(OrderId id) {
  return {id.value() & ((uint64_t{1} << kListLegShift) - 1), LegOf(id)};
}

common::v1::OrderView View(const Engine& engine, const Catalog& catalog, OrderIndex index) {
  const OpenOrders& orders = engine.orders();
  return ToView(catalog, *engine.FindOpenOrder({orders.AccountOf(index), orders.IdOf(index), {}}));
}

// Where an order of an instrument stands: 1 bids, 2 asks, 3 in no book; its level.
struct Place {
  int64_t section = 0;
  Price price;
};

Place PlaceOf(const Engine& engine, const Market& market, OrderIndex index) {
  if (engine.orders().resting(index).level == kNoLevel) return {kInNoBook, Price(0)};
  return {static_cast<int64_t>(market.book.SideOf(index)), market.book.PriceOf(index)};
}

// The first of a side, or of the sides after it, or of those in no book.
OrderIndex FirstFrom(const Market& market, int64_t section) {
  for (; section < kInNoBook; ++section) {
    const OrderIndex best = market.book.Best(static_cast<Side>(section));
    if (best != kNoOrder) return best;
  }
  return market.waiting.empty() ? kNoOrder : market.waiting.begin()->second;
}

OrderIndex After(const Engine& engine, const Market& market, OrderIndex index) {
  const Place place = PlaceOf(engine, market, index);
  if (place.section == kInNoBook) {
    const auto next = market.waiting.upper_bound(engine.orders().IdOf(index));
    return next == market.waiting.end() ? kNoOrder : next->second;
  }
  const OrderIndex next = market.book.After(index);
  return next != kNoOrder ? next : FirstFrom(market, place.section + 1);
}

// The first order behind the last one of the page before.
OrderIndex Resume(const Engine& engine, const Market& market, Place last, OrderId last_id) {
  const OrderIndex index = engine.orders().Find(last_id);
  if (index != kNoOrder && engine.orders()[index].instrument_id == market.instrument.id) {
    const Place now = PlaceOf(engine, market, index);
    if (now.section == last.section && now.price == last.price) {
      return After(engine, market, index);
    }
  }
  if (last.section == kInNoBook) {
    const auto next = market.waiting.upper_bound(last_id);
    return next == market.waiting.end() ? kNoOrder : next->second;
  }
  const Side side = static_cast<Side>(last.section);
  OrderIndex found = kNoOrder;
  market.book.ForEachLevel(side, [&](const LevelView& level) {
    const bool is_better = side == Side::kBuy ? level.price > last.price : level.price < last.price;
    if (!is_better) found = level.first;
    return is_better;
  });
  return found != kNoOrder ? found : FirstFrom(market, last.section + 1);
}

}  // namespace

absl::StatusOr<OrderPage> ListAccountOrders(const Engine& engine, const Catalog& catalog,
                                            AccountId account_id, const PageRequest& request) {
  OrderPage page;
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.size, kOrdersPage));
  const std::string filter = absl::StrCat("open-orders/", account_id.value());
  OrderId last;
  if (!request.token.empty()) {
    ASSIGN_OR_RETURN(const std::vector<int64_t> key, DecodePageToken(filter, request.token, 1));
    last = OrderId(static_cast<uint64_t>(key[0]));
  }
  const Account* account = engine.accounts().FindUser(account_id);
  if (account == nullptr) {
    return absl::NotFoundError(absl::StrCat("UNKNOWN_ACCOUNT: no account ", account_id.value()));
  }
  const OpenOrders& orders = engine.orders();
  OrderIndex index = account->first_order;
  if (const OrderIndex found = last == OrderId(0) ? kNoOrder : orders.Find(last);
      found != kNoOrder && orders.AccountOf(found) == account_id) {
    index = found;
  }
  while (index != kNoOrder && Age(orders.IdOf(index)) <= Age(last)) {
    index = orders[index].account_next;
  }
  for (; index != kNoOrder; index = orders[index].account_next) {
    if (page.orders.size() == page_size) {
      const auto key = static_cast<int64_t>(page.orders.rbegin()->order_id());
      page.next_token = EncodePageToken(filter, {key});
      break;
    }
    *page.orders.Add() = View(engine, catalog, index);
  }
  return page;
}

absl::StatusOr<OrderPage> ListInstrumentOrders(const Engine& engine, const Catalog& catalog,
                                               InstrumentId id, const PageRequest& request) {
  OrderPage page;
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.size, kOrdersPage));
  const std::string filter = absl::StrCat("instrument-orders/", id.value());
  const Market& market = *engine.FindMarket(id);
  OrderIndex index = kNoOrder;
  if (request.token.empty()) {
    index = FirstFrom(market, static_cast<int64_t>(Side::kBuy));
  } else {
    ASSIGN_OR_RETURN(const std::vector<int64_t> key, DecodePageToken(filter, request.token, 3));
    index = Resume(engine, market, {key[0], Price(key[1])}, OrderId(static_cast<uint64_t>(key[2])));
  }
  OrderIndex last = kNoOrder;
  for (; index != kNoOrder; index = After(engine, market, index)) {
    if (page.orders.size() == page_size) {
      const Place place = PlaceOf(engine, market, last);
      page.next_token =
          EncodePageToken(filter, {place.section, place.price.value(),
                                   static_cast<int64_t>(engine.orders().IdOf(last).value())});
      break;
    }
    *page.orders.Add() = View(engine, catalog, index);
    last = index;
  }
  return page;
}

}  // namespace rialto::engine
