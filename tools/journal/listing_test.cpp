#include "tools/journal/listing.h"

#include <functional>

#include "absl/strings/str_split.h"
#include "rialto/engine/v1/event_service.pb.h"
#include "tools/journal/journal_tool_fixture.h"

namespace rialto::journal_tool {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class ListingTest : public JournalToolTest {
 protected:
  bool Take(std::string_view lines) {
    for (const absl::string_view line :
         absl::StrSplit(absl::string_view(lines.data(), lines.size()), '\n', absl::SkipEmpty())) {
      lines_.emplace_back(line);
    }
    return lines_.size() < lines_max_;
  }
  absl::StatusOr<ListingEnd> DumpRange(uint64_t from, uint64_t to, Form form = Form::kText) {
    lines_.clear();
    return Dump(files_, {place_, Sequence(from), Sequence(to), form}, print_);
  }

  std::vector<std::string> lines_;
  size_t lines_max_ = SIZE_MAX;
  std::function<bool(std::string_view)> print_ = [this](std::string_view lines) {
    return Take(lines);
  };
};

TEST_F(ListingTest, DumpGivesTheRangeWithNamesOfCommands) {
  WriteAccounts(100);
  const auto end = DumpRange(99, 101);
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(end->exit_code, kExitClean);
  ASSERT_EQ(lines_.size(), 3u);
  EXPECT_THAT(lines_[0], StartsWith("99  2026-11-18T11:06:40.000000099Z  OpenAccount"));
  EXPECT_THAT(lines_[1], HasSubstr("account-100"));
  EXPECT_THAT(lines_[2], StartsWith("101  "));
  ASSERT_TRUE(DumpRange(0, UINT64_MAX).ok());
  EXPECT_EQ(lines_.size(), 200u);
  ASSERT_TRUE(DumpRange(201, UINT64_MAX).ok());
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(ListingTest, JsonHasOneObjectPerLineAndHexTheBytes) {
  WriteAccounts(2);
  ASSERT_TRUE(DumpRange(3, 3, Form::kJson).ok());
  EXPECT_THAT(lines_,
              ElementsAre(R"({"sequence": 3, "count": 1, "timestamp_ns": "1795000000000000003", )"
                          R"("time": "2026-11-18T11:06:40.000000003Z", "type": 1, "version": 1, )"
                          R"("record": {"open_account":{"name":"account-3"}}})"));
  ASSERT_TRUE(DumpRange(3, 3, Form::kTextWithBytes).ok());
  ASSERT_EQ(lines_.size(), 2u);
  EXPECT_THAT(lines_[1], StartsWith("    0000  1a 0b 0a 09 61 63 63 6f  75 6e 74 2d 33"));
  EXPECT_THAT(lines_[1], EndsWith("....account-3"));
}

TEST_F(ListingTest, NotesOfARecordAreShown) {
  std::string record = OpenAccount(1);
  engine::RecordNotes notes;
  notes.attests = {Sequence(10'000), engine::StateHash{}};
  notes.start = engine::RunStart{"build-1", 2, 77, Sequence(9'000)};
  engine::AppendNotes(notes, record);
  WriteBatch({record});
  ASSERT_TRUE(DumpRange(1, 1).ok());
  EXPECT_THAT(lines_[0], HasSubstr("; attests 10000 00000000000000000000000000000000; start of "
                                   "build build-1 rules 2 snapshot 9000 dropped bytes 77"));
}

TEST_F(ListingTest, RecordThatIsNotUnderstoodIsShownAsItIs) {
  WriteBatch({"\x07garbage"});
  ASSERT_TRUE(DumpRange(1, 1).ok());
  EXPECT_THAT(lines_[0], HasSubstr("NOT UNDERSTOOD"));
  ASSERT_TRUE(DumpRange(1, 1, Form::kJson).ok());
  EXPECT_THAT(lines_[0], HasSubstr("\"payload_hex\": \"0767617262616765\"}"));
}

TEST_F(ListingTest, FeedIsShownAsItsMessages) {
  options_.content = engine::kFeedContent;
  OpenWriter();
  engine::v1::SubscribeResponse message;
  message.add_commands()->set_sequence(1);
  message.add_commands()->set_sequence(2);
  message.set_head_sequence(2);
  const std::string payload = message.SerializeAsString();
  writer_->Append(
      {.sequence = Sequence(1), .count = 2, .type = 1, .version = 1, .payload = payload});
  ASSERT_TRUE(writer_->Sync().ok());
  ASSERT_TRUE(DumpRange(2, 2).ok());
  ASSERT_EQ(lines_.size(), 1u);
  EXPECT_THAT(lines_[0], StartsWith("1-2  "));
  EXPECT_THAT(lines_[0], HasSubstr(R"({"commands":[{"sequence":"1"},{"sequence":"2"}],)"));
  EXPECT_EQ(InspectQuietly()->exit_code(), kExitClean);
}

TEST_F(ListingTest, DamageEndsTheDumpAndIsSaid) {
  WriteAccounts(100);
  TearTail();
  auto end = DumpRange(1, UINT64_MAX);
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(end->exit_code, kExitTornTail);
  EXPECT_EQ(lines_.size(), 198u);
  EXPECT_THAT(end->note, StartsWith("torn tail, or a write in flight: var/journal/"));
  FlipBit("var/journal/00000000000000000001.jnl", 5000);
  end = DumpRange(1, UINT64_MAX);
  EXPECT_EQ(end->exit_code, kExitCorrupt);
  EXPECT_LT(lines_.size(), 20u);
  EXPECT_THAT(end->note, StartsWith("the journal is corrupt: var/journal/0000"));
}

TEST_F(ListingTest, ABatchThatIsSeenWithoutTheOneBeforeItIsLookedForAgain) {
  GrowingFileSystem growing;
  const auto [with_hole, whole] = WriteBatchesAroundAHole();
  const auto dump = [&] {
    lines_.clear();
    growing.Load(with_hole);
    return Dump(growing, {.place = place_}, print_);
  };
  growing.images = {with_hole, with_hole, whole};
  auto end = dump();
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(end->exit_code, kExitClean) << end->note;
  ASSERT_EQ(lines_.size(), 6u);
  for (size_t i = 0; i < lines_.size(); ++i) {
    EXPECT_THAT(lines_[i], StartsWith(std::to_string(i + 1) + "  "));
  }
  growing.images.clear();
  end = dump();
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(end->exit_code, kExitCorrupt) << "it stays so";
  EXPECT_EQ(lines_.size(), 2u);
}

TEST_F(ListingTest, TailGivesTheLastSequencesOverSegmentBorders) {
  WriteAccounts(100);
  for (const uint64_t sequences : {uint64_t{1}, uint64_t{3}, uint64_t{77}, uint64_t{1000}}) {
    lines_.clear();
    const auto end = Tail(files_, {place_, sequences, Form::kText}, print_);
    ASSERT_TRUE(end.ok()) << end.status();
    EXPECT_EQ(lines_.size(), std::min<uint64_t>(sequences, 200));
    EXPECT_THAT(lines_.back(), StartsWith("200  "));
  }
}

TEST_F(ListingTest, FollowShowsWhatComesAcrossRotationAndArchiving) {
  WriteAccounts(1);
  int pauses = 0;
  const auto write_more = [&] {
    ++pauses;
    if (pauses == 3) return true;  // Nothing new this time.
    WriteAccounts(static_cast<uint64_t>(pauses) * 7);
    const Sequence archived_below(pauses == 2 ? 1000 : 0);
    EXPECT_TRUE(journal::Archive(files_, options_, archived_below).ok());
    return pauses < 9;
  };
  const auto end = Follow(files_, {place_, 1, Form::kText}, print_, write_more);
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(end->exit_code, kExitClean);
  const uint64_t shown_to = 2 + 2 * 7 * (1 + 2 + 4 + 5 + 6 + 7 + 8);
  ASSERT_EQ(lines_.size(), shown_to - 1);
  for (size_t i = 0; i < lines_.size(); ++i) {
    ASSERT_THAT(lines_[i], StartsWith(std::to_string(i + 2) + "  "));
  }
}

TEST_F(ListingTest, FollowWaitsForTheRestOfABatch) {
  WriteAccounts(2);
  const auto [path, begin] = End();
  WriteAccounts(1);
  const uint64_t end = End().second;
  Close();
  const std::string whole = files_.Save().at(path);
  std::string before = whole;
  before.replace(begin, whole.size() - begin, whole.size() - begin, '\0');
  files_.Load({{path, before}});
  const auto file = *files_.Open(path, journal::Access::kReadWrite);
  uint64_t written = begin;
  const auto write_one_byte = [&] {
    EXPECT_EQ(lines_.size(), written < end ? 1u : 3u) << written - begin;
    if (written == end) return false;
    EXPECT_TRUE(file->WriteAt(written, std::string_view(whole).substr(written, 1)).ok());
    ++written;
    return true;
  };
  ASSERT_TRUE(Follow(files_, {place_, 1, Form::kText}, print_, write_one_byte).ok());
  ASSERT_EQ(lines_.size(), 3u);
  EXPECT_THAT(lines_[0], StartsWith("4  "));
  EXPECT_THAT(lines_[2], StartsWith("6  "));
}

TEST_F(ListingTest, PrinterThatHasEnoughEndsIt) {
  WriteAccounts(50);
  lines_max_ = 10;
  ASSERT_TRUE(DumpRange(1, 100).ok());
  EXPECT_EQ(lines_.size(), 10u);
  lines_.clear();
  const auto end = Follow(files_, {place_, 5, Form::kText}, print_, [&] {
    WriteAccounts(1);
    return true;
  });
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(lines_.size(), 10u);
}

}  // namespace
}  // namespace rialto::journal_tool
