#include "engine/server/disk_metrics.h"

#include <filesystem>
#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "prometheus/metric_family.h"

namespace rialto::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;

struct Room {
  double free = 0;
  double size = 0;
};

// By folder, as a scrape shows it.
std::map<std::string, Room> Scrape(std::vector<DiskFolder> folders) {
  std::map<std::string, Room> rooms;
  for (const prometheus::MetricFamily& family : DiskMetrics(std::move(folders)).Collect()) {
    EXPECT_EQ(family.type, prometheus::MetricType::Gauge);
    for (const prometheus::ClientMetric& metric : family.metric) {
      EXPECT_EQ(metric.label.at(0).name, "folder");
      Room& room = rooms[metric.label.at(0).value];
      (family.name == "engine_disk_free_bytes" ? room.free : room.size) = metric.gauge.value;
    }
  }
  return rooms;
}

void ExpectPlausible(const Room& room) {
  EXPECT_GE(room.free, 0);
  EXPECT_LE(room.free, room.size);
  EXPECT_GT(room.size, 1 << 20);
}

TEST(DiskMetricsTest, SaysHowMuchIsFreeOfEachFolder) {
  const auto rooms = Scrape({{"journal", testing::TempDir()}, {"feed", "."}});
  ASSERT_THAT(rooms, ElementsAre(Key("feed"), Key("journal")));
  ExpectPlausible(rooms.at("feed"));
  ExpectPlausible(rooms.at("journal"));
  const double size = static_cast<double>(std::filesystem::space(testing::TempDir()).capacity);
  EXPECT_EQ(rooms.at("journal").size, size);
}

TEST(DiskMetricsTest, FolderThatIsNotThereYetStandsForItsParent) {
  const std::string missing = testing::TempDir() + "/disk_metrics_test/not/there";
  const auto rooms =
      Scrape({{"snapshots", missing}, {"archive", "not/there"}, {"parent", testing::TempDir()}});
  ASSERT_THAT(rooms, ElementsAre(Key("archive"), Key("parent"), Key("snapshots")));
  EXPECT_EQ(rooms.at("snapshots").size, rooms.at("parent").size);
  ExpectPlausible(rooms.at("archive"));
}

TEST(DiskMetricsTest, FolderThatIsNotConfiguredIsLeftOut) {
  EXPECT_THAT(Scrape({{"archive", ""}}), IsEmpty());
}

TEST(DiskMetricsTest, FolderThatCanNotBeAskedAboutIsLeftOut) {
  const std::string too_long(5000, 'x');
  EXPECT_THAT(Scrape({{"archive", too_long}, {"journal", "."}}), ElementsAre(Key("journal")));
}

}  // namespace
}  // namespace rialto::engine
