#include "pms/read_store.h"

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/status_macros.h"
#include "pms/position_rows.h"

namespace rialto::pms {
namespace {

// Every position has a mark: both come from a trade.
std::string Select(const char* condition) {
  return absl::StrCat("SELECT ", kPositionColumns,
                      ", price_ticks FROM pms.positions JOIN pms.marks USING (instrument_id)",
                      " WHERE account_id = $1 AND ", condition);
}

PositionRow RowOf(const postgres::Row& row, const Catalog& catalog) {
  const PositionKey key = KeyFromRow(row);
  const Instrument* instrument = catalog.FindInstrument(key.instrument_id);
  CHECK(instrument != nullptr);
  return {key.account_id, *instrument, FromRow(row), Price(row.Int64(kPositionColumnCount))};
}

}  // namespace

absl::StatusOr<PositionPage> ReadStore::GetPosition(AccountId account_id,
                                                    const std::string& symbol) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  ASSIGN_OR_RETURN(const Instrument* instrument, snapshot.FindInstrument(symbol));
  ASSIGN_OR_RETURN(
      const postgres::Result rows,
      snapshot.transaction.Execute(Select("instrument_id = $2"), {account_id, instrument->id}));
  if (rows.empty()) {
    return absl::NotFoundError(
        absl::StrCat("UNKNOWN_POSITION: account ", account_id.value(), " has not traded ", symbol));
  }
  return PositionPage{.rows = {RowOf(rows.row(0), *snapshot.catalog)},
                      .sequence = snapshot.sequence};
}

absl::StatusOr<PositionPage> ReadStore::ListPositions(const PositionQuery& query) {
  ASSIGN_OR_RETURN(MirrorSnapshot snapshot, reader_.Begin());
  ASSIGN_OR_RETURN(
      const postgres::Result rows,
      snapshot.transaction.Execute(Select("instrument_id > $2 ORDER BY instrument_id LIMIT $3"),
                                   {query.account_id, query.after, query.count_max + 1}));
  PositionPage page{.has_more = rows.row_count() > query.count_max, .sequence = snapshot.sequence};
  const int count = page.has_more ? query.count_max : rows.row_count();
  for (int i = 0; i < count; ++i) page.rows.push_back(RowOf(rows.row(i), *snapshot.catalog));
  return page;
}

}  // namespace rialto::pms
