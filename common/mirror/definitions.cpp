#include "common/mirror/definitions.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rialto {
namespace {

absl::Status WriteAsset(postgres::Transaction& transaction, const std::string& schema,
                        const engine::v1::AssetCreated& asset) {
  return transaction
      .Execute(absl::StrCat("INSERT INTO ", schema, ".assets VALUES ($1, $2, $3)"),
               {asset.asset_id(), asset.symbol(), asset.scale()})
      .status();
}

absl::Status WriteInstrument(postgres::Transaction& transaction, const std::string& schema,
                             const engine::v1::InstrumentCreated& instrument) {
  return transaction
      .Execute(
          absl::StrCat("INSERT INTO ", schema,
                       ".instruments (instrument_id, symbol, base_asset_id, quote_asset_id,"
                       " tick_size_e12, lot_size_units) VALUES ($1, $2, $3, $4, $5, $6)"),
          {instrument.instrument_id(), instrument.symbol(), instrument.base_asset_id(),
           instrument.quote_asset_id(), instrument.tick_size_e12(), instrument.lot_size_units()})
      .status();
}

absl::Status ChangeInstrument(postgres::Transaction& transaction, const std::string& schema,
                              const engine::v1::InstrumentCreated& instrument, Sequence sequence) {
  return transaction
      .Execute(absl::StrCat("UPDATE ", schema,
                            ".instruments SET tick_size_e12 = $2, lot_size_units = $3,"
                            " changed_sequence = $4 WHERE instrument_id = $1"
                            " AND (tick_size_e12, lot_size_units) <> ($2, $3)"),
               {instrument.instrument_id(), instrument.tick_size_e12(), instrument.lot_size_units(),
                sequence})
      .status();
}

uint32_t Id(const postgres::Row& row, int column) {
  return static_cast<uint32_t>(row.Int64(column));
}

}  // namespace

absl::Status WriteDefinitions(postgres::Transaction& transaction, const std::string& schema,
                              CommandBatch commands) {
  for (const engine::v1::CommandEvents* command : commands) {
    for (const engine::v1::Event& event : command->events()) {
      if (event.has_asset_created()) {
        RETURN_IF_ERROR(WriteAsset(transaction, schema, event.asset_created()));
      } else if (event.has_instrument_created()) {
        RETURN_IF_ERROR(WriteInstrument(transaction, schema, event.instrument_created()));
      } else if (event.has_instrument_changed()) {
        RETURN_IF_ERROR(ChangeInstrument(transaction, schema,
                                         event.instrument_changed().definition(),
                                         Sequence(command->sequence())));
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Catalog> ReadDefinitions(postgres::Transaction& transaction,
                                        const std::string& schema) {
  Catalog catalog;
  ASSIGN_OR_RETURN(const postgres::Result assets,
                   transaction.Execute(absl::StrCat("SELECT asset_id, symbol, scale FROM ", schema,
                                                    ".assets ORDER BY asset_id")));
  for (int i = 0; i < assets.row_count(); ++i) {
    const postgres::Row row = assets.row(i);
    catalog.Add(Asset{.id = AssetId(Id(row, 0)),
                      .symbol = std::string(row.Text(1)),
                      .scale = static_cast<int>(row.Int64(2))});
  }
  ASSIGN_OR_RETURN(
      const postgres::Result instruments,
      transaction.Execute(absl::StrCat("SELECT instrument_id, symbol, base_asset_id,"
                                       " quote_asset_id, tick_size_e12, lot_size_units FROM ",
                                       schema, ".instruments ORDER BY instrument_id")));
  for (int i = 0; i < instruments.row_count(); ++i) {
    const postgres::Row row = instruments.row(i);
    engine::v1::InstrumentCreated instrument;
    instrument.set_instrument_id(Id(row, 0));
    instrument.set_symbol(std::string(row.Text(1)));
    instrument.set_base_asset_id(Id(row, 2));
    instrument.set_quote_asset_id(Id(row, 3));
    instrument.set_tick_size_e12(row.Int64(4));
    instrument.set_lot_size_units(row.Int64(5));
    catalog.Add(instrument);
  }
  return catalog;
}

}  // namespace rialto
