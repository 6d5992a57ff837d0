#include "tools/replay/book_audit.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/replay/local_venue.h"

namespace rialto::replay {
namespace {

using testing::ElementsAre;

class BookAuditTest : public testing::Test {
 protected:
  uint64_t Place(Side side, int64_t price, int64_t quantity) {
    const absl::StatusOr<Placed> placed = desk_.Place(
        {.side = side, .price = Price(price), .quantity = Quantity(quantity), .line = ++line_});
    EXPECT_TRUE(placed.ok()) << placed.status();
    return placed->key;
  }

  static BookRow Row(int64_t bid, int64_t bid_quantity, int64_t ask, int64_t ask_quantity) {
    return {{{Price(bid), Quantity(bid_quantity)}}, {{Price(ask), Quantity(ask_quantity)}}};
  }

  LocalVenue venue_;
  OrderDesk desk_{venue_, "t"};
  LocalFeed feed_{venue_};
  uint64_t line_ = 0;
};

TEST_F(BookAuditTest, ComparesEachRowAtItsOwnCommandThoughReadLater) {
  BookAudit audit(feed_, kLocalInstrument, RowComparison::kLevels, 1);
  const uint64_t bid = Place(Side::kBuy, 99, 5);
  Place(Side::kSell, 101, 5);
  ASSERT_TRUE(audit.Expect(desk_, 1, Row(99, 5, 101, 5)).ok());
  ASSERT_TRUE(desk_.Reduce(bid, Quantity(2)).ok());
  ASSERT_TRUE(audit.Expect(desk_, 2, Row(99, 3, 101, 5)).ok());
  ASSERT_TRUE(audit.Expect(desk_, 3, Row(99, 3, 101, 5)).ok());  // Nothing happened.
  Place(Side::kBuy, 101, 1);
  ASSERT_TRUE(audit.Expect(desk_, 4, Row(99, 3, 101, 4)).ok());
  ASSERT_TRUE(desk_.Reduce(bid, Quantity(3)).ok());
  ASSERT_TRUE(audit.Expect(desk_, 5, {{}, {{Price(101), Quantity(4)}}}).ok());
  ASSERT_TRUE(audit.Finish(desk_).ok());
  EXPECT_EQ(audit.result().rows_checked, 5);
  EXPECT_EQ(audit.result().rows_equal, 5);
  EXPECT_EQ(audit.book().trades().size(), 1u);
  EXPECT_EQ(audit.book().trades()[0].taker_side, Side::kBuy);
}

TEST_F(BookAuditTest, ReportsRowsThatDiffer) {
  BookAudit audit(feed_, kLocalInstrument, RowComparison::kLevels, 1);
  Place(Side::kBuy, 99, 5);
  Place(Side::kSell, 101, 5);
  ASSERT_TRUE(audit.Expect(desk_, 7, Row(99, 6, 101, 5)).ok());
  ASSERT_TRUE(audit.Expect(desk_, 8, Row(99, 5, 101, 5)).ok());
  ASSERT_TRUE(audit.Finish(desk_).ok());
  EXPECT_THAT(audit.result().row_equal, ElementsAre(false, true));
  ASSERT_EQ(audit.result().differences.size(), 1u);
  EXPECT_EQ(audit.result().differences[0].line, 7u);
  EXPECT_EQ(audit.result().differences[0].commands_behind, 0);
}

TEST_F(BookAuditTest, ExplainsARecordThatIsOlderThanTheLastEvents) {
  BookAudit audit(feed_, kLocalInstrument, RowComparison::kBestPrices, 1);
  Place(Side::kBuy, 99, 5);
  Place(Side::kSell, 101, 5);
  Place(Side::kBuy, 100, 5);
  Place(Side::kBuy, 97, 5);  // Not the best: no change of what is compared.
  ASSERT_TRUE(audit.Expect(desk_, 4, Row(99, 1, 101, 1)).ok());
  ASSERT_TRUE(audit.Expect(desk_, 4, Row(98, 1, 101, 1)).ok());
  ASSERT_TRUE(audit.Finish(desk_).ok());
  ASSERT_EQ(audit.result().differences.size(), 2u);
  EXPECT_EQ(audit.result().differences[0].commands_behind, 1);
  EXPECT_EQ(audit.result().differences[1].commands_behind, 0);
}

TEST_F(BookAuditTest, FailsWhenTheFeedDoesNotShowWhatTheVenueSaid) {
  class EmptyFeed : public FeedSource {
   public:
    void Start(uint64_t from_sequence) override { next_ = from_sequence; }
    absl::StatusOr<engine::v1::CommandEvents> Next() override {
      engine::v1::CommandEvents command;
      command.set_sequence(next_++);
      return command;
    }

   private:
    uint64_t next_ = 0;
  };
  EmptyFeed feed;
  BookAudit audit(feed, kLocalInstrument, RowComparison::kLevels, 1);
  const uint64_t bid = Place(Side::kBuy, 99, 5);
  ASSERT_TRUE(desk_.Reduce(bid, Quantity(5)).ok());
  const absl::Status status = audit.Finish(desk_);
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr("up to 2 does not show the end of order 1"));
}

}  // namespace
}  // namespace rialto::replay
