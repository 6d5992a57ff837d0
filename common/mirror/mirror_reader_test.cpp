#include "common/mirror/mirror_reader.h"

#include "common/mirror/definitions.h"
#include "common/postgres/connection.h"
#include "common/postgres/test_database.h"
#include "gtest/gtest.h"

namespace rialto {
namespace {

TEST(MirrorReaderTest, IsUnavailableBeforeTheFollowerHasMadeItsTables) {
  const std::unique_ptr<postgres::TestDatabase> database = postgres::TestDatabase::Create();
  if (database == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
  MirrorReader reader(database->url(), "charts");
  EXPECT_TRUE(absl::IsUnavailable(reader.Begin().status()));
}

TEST(MirrorReaderTest, IsUnavailableWithoutADatabase) {
  if (postgres::TestDatabase::Create() == nullptr) {
    GTEST_SKIP() << postgres::TestDatabase::kSkipped;
  }
  MirrorReader reader("postgresql:///nowhere?host=/nonexistent", "charts");
  EXPECT_TRUE(absl::IsUnavailable(reader.Begin().status()));
}

// Definitions as README.md shows them, in the schema "mirror", at position 1.
constexpr char kSchema[] =
    "CREATE SCHEMA mirror;"
    "CREATE TABLE mirror.follower_position (name text PRIMARY KEY, sequence bigint NOT NULL);"
    "INSERT INTO mirror.follower_position VALUES ('mirror', 1);"
    "CREATE TABLE mirror.assets (asset_id integer PRIMARY KEY, symbol text, scale integer);"
    "CREATE TABLE mirror.instruments (instrument_id integer PRIMARY KEY, symbol text,"
    " base_asset_id integer, quote_asset_id integer, tick_size_e12 bigint, lot_size_units bigint,"
    " changed_sequence bigint NOT NULL DEFAULT 0)";

class DefinitionsTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = postgres::TestDatabase::Create();
    if (database_ == nullptr) GTEST_SKIP() << postgres::TestDatabase::kSkipped;
    auto connection = postgres::Connection::Open(database_->url());
    ASSERT_TRUE(connection.ok());
    connection_ = *std::move(connection);
    ASSERT_TRUE(connection_->ExecuteScript(kSchema).ok());
  }

  void Write(const engine::v1::CommandEvents& command) {
    auto transaction = postgres::Transaction::Begin(*connection_);
    ASSERT_TRUE(transaction.ok());
    const engine::v1::CommandEvents* const commands[] = {&command};
    ASSERT_TRUE(WriteDefinitions(*transaction, "mirror", commands).ok());
    ASSERT_TRUE(transaction->Commit().ok());
  }

  std::unique_ptr<postgres::TestDatabase> database_;
  std::unique_ptr<postgres::Connection> connection_;
};

TEST_F(DefinitionsTest, ChangedTicksReachReadersThatKnewTheOldOnes) {
  engine::v1::CommandEvents command;
  command.set_sequence(1);
  for (uint32_t id : {1U, 2U}) {
    engine::v1::AssetCreated& asset = *command.add_events()->mutable_asset_created();
    asset.set_asset_id(id);
    asset.set_symbol(id == 1 ? "USD" : "BTC");
    asset.set_scale(8);
  }
  engine::v1::InstrumentCreated& created = *command.add_events()->mutable_instrument_created();
  created.set_instrument_id(1);
  created.set_symbol("BTC-USD");
  created.set_base_asset_id(2);
  created.set_quote_asset_id(1);
  created.set_tick_size_e12(10'000'000'000);
  created.set_lot_size_units(1'000);
  Write(command);

  MirrorReader reader(database_->url(), "mirror");
  absl::StatusOr<MirrorSnapshot> before = reader.Begin();
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_EQ((*before->FindInstrument("BTC-USD"))->tick_size_e12, 10'000'000'000);
  EXPECT_EQ((*before->FindInstrument("BTC-USD"))->quote.symbol, "USD");

  engine::v1::CommandEvents change;
  change.set_sequence(2);
  engine::v1::InstrumentCreated& changed =
      *change.add_events()->mutable_instrument_changed()->mutable_definition();
  changed = created;
  changed.set_tick_size_e12(250'000'000'000);
  changed.set_price_band_ppm(50'000);  // Not what turns integers into decimals.
  Write(change);
  absl::StatusOr<MirrorSnapshot> after = reader.Begin();
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ((*after->FindInstrument("BTC-USD"))->tick_size_e12, 250'000'000'000);
  EXPECT_EQ((*after->FindInstrument("BTC-USD"))->lot_size_units, 1'000);
  // The moment before still reads as it was.
  EXPECT_EQ((*before->FindInstrument("BTC-USD"))->tick_size_e12, 10'000'000'000);
}

// It can be deposited before anything trades in it.
TEST_F(DefinitionsTest, AnAssetIsKnownBeforeItHasAnInstrument) {
  MirrorReader reader(database_->url(), "mirror");
  for (uint32_t id : {1U, 2U}) {
    engine::v1::CommandEvents command;
    command.set_sequence(id);
    engine::v1::AssetCreated& asset = *command.add_events()->mutable_asset_created();
    asset.set_asset_id(id);
    asset.set_symbol(id == 1 ? "USD" : "BTC");
    asset.set_scale(8);
    Write(command);
    const absl::StatusOr<MirrorSnapshot> snapshot = reader.Begin();
    ASSERT_TRUE(snapshot.ok()) << snapshot.status();
    ASSERT_NE(snapshot->catalog->FindAsset(asset.symbol()), nullptr) << asset.symbol();
    EXPECT_EQ(snapshot->catalog->FindAsset(asset.symbol())->id, AssetId(id));
  }
}

}  // namespace
}  // namespace rialto
