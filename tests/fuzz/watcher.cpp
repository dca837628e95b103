// A watch from beginning to end: whatever the API server sends, and wherever it breaks off, what is
// told of it is in order. Parts of the input are divided by lines "#<status>", or "#<status>!"
// where the connection breaks at the end of the part; each answers one watch, or one page of a
// list.
#include "kube/watcher.hpp"

#include "fuzz/fuzz.hpp"
#include "http/pieced_lines.hpp"
#include "kube/api_client.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <deque>

namespace adxf {
namespace {

constexpr std::size_t kLongestLine = 4096;
constexpr std::size_t kPiece = 61;  // more than a bookmark's half, less than an event

struct Part {
  int status = 200;
  bool is_cut = false;
  std::string text{};
};

std::deque<Part> PartsOf(std::string_view input) {
  std::deque<Part> parts(1);
  for (auto const& line : fuzz::Lines(input)) {
    if (!line.starts_with('#')) {
      parts.back().text += line + "\n";
      continue;
    }
    Part part{.is_cut = line.ends_with('!')};
    std::from_chars(line.data() + 1, line.data() + line.size(), part.status);
    parts.push_back(std::move(part));
  }
  return parts;
}

/// A part, piece by piece.
class Pieces final : public http::PieceSource {
 public:
  explicit Pieces(Part part) : part_(std::move(part)) {}
  Result<std::optional<std::string>> Read(http::CallContext const&) override {
    auto piece = part_.text.substr(0, kPiece);
    part_.text.erase(0, kPiece);
    if (!piece.empty()) return piece;
    if (part_.is_cut) return Fail(Code::kUnavailable, "cut");
    return std::nullopt;
  }
  void Close() override {}

 private:
  Part part_;
};

/// Answers with the parts, and ends the watch when there are none left.
class Server final : public http::StreamTransport, public http::Transport {
 public:
  explicit Server(std::deque<Part> parts) : parts_(std::move(parts)) {}

  Result<http::Stream> Open(http::Request const&, http::CallContext const&) override {
    auto part = Next();
    if (!part) return std::unexpected(std::move(part).error());
    http::Stream stream{.head = {.status = part->status}};
    if (stream.head.IsSuccess()) {
      stream.lines = std::make_unique<http::PiecedLines>(std::make_shared<Pieces>(std::move(*part)),
                                                         kLongestLine);
    } else {
      stream.head.body = std::move(part->text);
    }
    return stream;
  }

  Result<http::Response> Send(http::Request const&, http::CallContext const&) override {
    auto part = Next();
    if (!part) return std::unexpected(std::move(part).error());
    if (part->is_cut) return Fail(Code::kUnavailable, "cut");
    return http::Response{.status = part->status, .body = std::move(part->text)};
  }

  [[nodiscard]] std::stop_token Stop() const { return stop_.get_token(); }

 private:
  Result<Part> Next() {
    if (parts_.empty()) {
      stop_.request_stop();
      return Fail(Code::kCancelled, "the script ends");
    }
    auto part = std::move(parts_.front());
    parts_.pop_front();
    return part;
  }

  std::deque<Part> parts_;
  std::stop_source stop_;
};

/// The contract of WatchHandler.
class Order final : public kube::WatchHandler {
 public:
  void OnInit() override { is_reading_all_ = true; }
  Result<void> OnInitApply(nlohmann::json const& object) override {
    fuzz::Require(is_reading_all_, "an object of the full state comes after its beginning");
    return Named(object);
  }
  void OnInitDone() override {
    fuzz::Require(is_reading_all_, "a full state ends after it began");
    is_reading_all_ = false;
    is_synced_ = true;
  }
  Result<void> OnApply(nlohmann::json const& object) override {
    fuzz::Require(is_synced_ && !is_reading_all_, "a change comes after a full state");
    return Named(object);
  }
  Result<void> OnDelete(nlohmann::json const& object) override {
    fuzz::Require(is_synced_ || is_reading_all_, "nothing goes before anything was there");
    return Named(object);
  }
  [[nodiscard]] bool IsSynced() const { return is_synced_; }

 private:
  static Result<void> Named(nlohmann::json const& object) {
    auto const key = kube::KeyOfObject(object);
    if (!key) return std::unexpected(key.error());
    return {};
  }

  bool is_reading_all_ = false;
  bool is_synced_ = false;
};

class NoLog final : public LogSink {
 public:
  void Write(LogLevel, std::string_view, std::vector<LogField> const&) override {}
  [[nodiscard]] bool IsEnabled(LogLevel) const override { return true; }
};

void Check(std::string_view input) {
  test::FakeClock clock;
  test::FakeRandom random;
  NoLog sink;
  Order order;
  Server server(PartsOf(input));
  kube::ApiClient api(server, "https://h");
  kube::Watcher watcher(
      {.type = {.group = "g", .version = "v1", .plural = "things", .kind = "Thing"}},
      {.api = api,
       .streams = server,
       .server_url = "https://h",
       .clock = clock,
       .random = random,
       .log = Log(sink)},
      order);
  watcher.Run(server.Stop());
  fuzz::Require(watcher.Health().is_synced == order.IsSynced(),
                "the watch is synced when a full state was delivered");
}

}  // namespace
}  // namespace adxf

ADXF_FUZZ_TARGET(adxf::Check)
