#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "kinds/follower_database/lag_book.hpp"
#include "objects.hpp"
#include "operator/samples.hpp"
#include "runtime/store.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <utility>
#include <vector>

namespace adxf::bench {
namespace {

using follower_database::FollowerDatabase;

constexpr TimePoint kNow{std::chrono::seconds(1'800'000'000)};
constexpr double kMiB = 1024.0 * 1024.0;

/// Ready objects, each with one database whose lag is known.
class Estate {
 public:
  explicit Estate(std::size_t objects) {
    std::vector<follower_database::SeenVersion> versions;
    for (std::size_t i = 0; i < objects; ++i) {
      auto object = follower_database::ParseFollowerDatabase(ObjectJson(i)).value();
      auto const& database = object.spec.source.leader->database;
      versions.push_back({.database = database, .version = "v1.1"});
      lag_.Track(
          object.metadata.name_space + "/" + object.metadata.name,
          {{{.follower_view = "f", .follower = database, .leader_view = "l", .leader = database}}},
          {.probe = std::chrono::hours(1)}, kNow);
      store_.InitApply(std::move(object));
    }
    store_.FinishInit();
    lag_.Saw("f", versions, kNow);
    lag_.Saw("l", versions, kNow);
    metrics_.AddSampler([this](SampleSink& out) { app::ObjectSamples(store_, lag_, kNow, out); });
  }

  [[nodiscard]] std::string Scrape() const { return metrics_.Render(); }

 private:
  RealClock clock_;
  runtime::Store<FollowerDatabase> store_;
  follower_database::LagBook lag_;
  Metrics metrics_{clock_, {}};
};

/// One scrape: its time, the size of its text, and how much memory it needs at most besides what
/// is there.
void BM_Scrape(benchmark::State& state) {
  Estate const estate(static_cast<std::size_t>(state.range(0)));
  std::size_t bytes = 0;
  double peak = 0.0;
  for (auto _ : state) {
    state.PauseTiming();
    ResetPeak();
    auto const before = ResidentMiB();
    state.ResumeTiming();
    bytes = estate.Scrape().size();
    state.PauseTiming();
    peak = std::max(peak, PeakMiB() - before);
    state.ResumeTiming();
  }
  state.counters["text_MiB"] = static_cast<double>(bytes) / kMiB;
  state.counters["peak_MiB"] = peak;
  state.counters["peak_per_text"] = peak * kMiB / static_cast<double>(bytes);
}
BENCHMARK(BM_Scrape)->Arg(1'000)->Arg(kObjects)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace adxf::bench
