#include "base/random.hpp"
#include "kinds/follower_database/execute.hpp"
#include "kube/api_client.hpp"
#include "kube/watcher.hpp"
#include "objects.hpp"
#include "runtime/store_feed.hpp"

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

namespace adxf::bench {
namespace {

using follower_database::DecodeFollowerDatabase;
using follower_database::FollowerDatabase;

class NoLog final : public LogSink {
 public:
  void Write(LogLevel, std::string_view, std::vector<LogField> const&) override {}
  [[nodiscard]] bool IsEnabled(LogLevel) const override { return false; }
};

/// The lines of a streaming list, made one by one as a connection would bring them.
class ListLines final : public http::LineSource {
 public:
  explicit ListLines(std::int64_t& bytes) : bytes_(bytes) {}

  Result<std::optional<std::string>> Next(http::CallContext const& call) override {
    if (call.stop.stop_requested()) return Fail(Code::kCancelled, "asked to stop");
    if (next_ > kObjects) return std::optional<std::string>{};
    auto line =
        next_ < kObjects
            ? WatchLine("ADDED", next_)
            : std::string(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"99",)"
                          R"("annotations":{"k8s.io/initial-events-end":"true"}}}})");
    ++next_;
    bytes_ += static_cast<std::int64_t>(line.size());
    return std::optional(std::move(line));
  }

 private:
  std::int64_t& bytes_;
  std::size_t next_ = 0;
};

class ListStreams final : public http::StreamTransport {
 public:
  explicit ListStreams(std::int64_t& bytes) : bytes_(bytes) {}

  Result<http::Stream> Open(http::Request const&, http::CallContext const&) override {
    http::Stream stream;
    stream.head.status = 200;
    stream.lines = std::make_unique<ListLines>(bytes_);
    return stream;
  }

 private:
  std::int64_t& bytes_;
};

/// Answers every request with the page it asks for.
class Pages final : public http::Transport {
 public:
  static constexpr std::size_t kPage = 500;

  Result<http::Response> Send(http::Request const&, http::CallContext const&) override {
    http::Response response;
    response.status = 200;
    response.body =
        R"({"kind":"FollowerDatabaseList","metadata":{"resourceVersion":"9"},"items":[)";
    for (std::size_t i = 0; i < kPage; ++i)
      response.body += (i == 0 ? "" : ",") + ObjectJson(first_ + i);
    response.body += "]}";
    first_ = (first_ + kPage) % kObjects;
    bytes_ += static_cast<std::int64_t>(response.body.size());
    return response;
  }
  [[nodiscard]] std::int64_t Bytes() const { return bytes_; }

 private:
  std::size_t first_ = 0;
  std::int64_t bytes_ = 0;
};

runtime::StoreFeed<FollowerDatabase> FeedOf(
    runtime::Store<FollowerDatabase>& store,
    std::function<void(runtime::Change<FollowerDatabase> const&)> listener = [](auto const&) {}) {
  return {store, [](nlohmann::json const& object) { return DecodeFollowerDatabase(object); },
          std::move(listener)};
}

/// One object's text to its typed form.
void BM_DecodeObject(benchmark::State& state) {
  auto const text = ObjectJson(1);
  for (auto _ : state) benchmark::DoNotOptimize(follower_database::ParseFollowerDatabase(text));
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}
BENCHMARK(BM_DecodeObject)->Unit(benchmark::kMicrosecond);

/// A streaming list of 10,000 objects through watch, decoder and store. The text is made meanwhile,
/// which BM_MakeLines measures alone.
void BM_StreamedList(benchmark::State& state) {
  NoLog sink;
  RealClock clock;
  SystemRandom random;
  std::int64_t bytes = 0;
  double peak = 0;
  for (auto _ : state) {
    ResetPeak();
    auto const before = ResidentMiB();
    runtime::Store<FollowerDatabase> store;
    std::stop_source stop;
    auto feed = FeedOf(store, [&](auto const&) { stop.request_stop(); });
    ListStreams streams(bytes);
    Pages pages;
    kube::ApiClient api(pages, "https://kubernetes");
    kube::Watcher watcher({.type = follower_database::ResourceTypeOfKind()},
                          {.api = api,
                           .streams = streams,
                           .server_url = "https://kubernetes",
                           .clock = clock,
                           .random = random,
                           .log = Log(sink)},
                          feed);
    watcher.Run(stop.get_token());
    if (store.Size() != kObjects) state.SkipWithError("objects are missing");
    peak = std::max(peak, PeakMiB() - before);
  }
  state.SetBytesProcessed(bytes);
  state.counters["peak_MiB"] = peak;
}
BENCHMARK(BM_StreamedList)->Unit(benchmark::kMillisecond)->MinTime(2);

void BM_MakeLines(benchmark::State& state) {
  std::int64_t bytes = 0;
  for (auto _ : state) {
    ListLines lines(bytes);
    for (std::size_t i = 0; i < kObjects; ++i) benchmark::DoNotOptimize(lines.Next({}));
  }
  state.SetBytesProcessed(bytes);
}
BENCHMARK(BM_MakeLines)->Unit(benchmark::kMillisecond);

/// The same list in pages of 500, as older servers give it.
void BM_PagedList(benchmark::State& state) {
  Pages pages;
  kube::ApiClient api(pages, "https://kubernetes");
  double peak = 0;
  for (auto _ : state) {
    ResetPeak();
    auto const before = ResidentMiB();
    runtime::Store<FollowerDatabase> store;
    auto feed = FeedOf(store);
    feed.OnInit();
    for (std::size_t done = 0; done < kObjects; done += Pages::kPage) {
      auto const page = api.List(follower_database::ResourceTypeOfKind(), {}, {}).value();
      for (auto const& object : page["items"]) static_cast<void>(feed.OnInitApply(object));
    }
    feed.OnInitDone();
    if (store.Size() != kObjects) state.SkipWithError("objects are missing");
    peak = std::max(peak, PeakMiB() - before);
  }
  state.SetBytesProcessed(pages.Bytes());
  state.counters["peak_MiB"] = peak;
}
BENCHMARK(BM_PagedList)->Unit(benchmark::kMillisecond)->MinTime(2);

/// One MODIFIED line of a watch into a store that holds 10,000 objects.
void BM_WatchLine(benchmark::State& state) {
  runtime::Store<FollowerDatabase> store;
  auto feed = FeedOf(store);
  feed.OnInit();
  for (std::size_t i = 0; i < kObjects; ++i) store.InitApply(Typed(i));
  feed.OnInitDone();
  auto const line = WatchLine("MODIFIED", kObjects / 2);
  for (auto _ : state) {
    auto const event = kube::ParseObject(line).value();
    static_cast<void>(feed.OnApply(event["object"]));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(line.size()) * state.iterations());
}
BENCHMARK(BM_WatchLine)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace adxf::bench
