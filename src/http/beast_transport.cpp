#include "http/beast_transport.hpp"

#include "http/connect.hpp"
#include "http/connection_pool.hpp"
#include "http/pieced_lines.hpp"
#include "http/url.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace adxf::http {
namespace {

namespace beast = boost::beast;
using Parser = beast::http::response_parser<beast::http::string_body>;
using Pool = std::shared_ptr<ConnectionPool>;

constexpr std::size_t kReadBuffer = 8192;
constexpr std::uint32_t kLongestHead = 64 << 10;
constexpr std::size_t kLongestRefusal = 1 << 20;

bool IsVisibleAscii(char c) { return c > 0x20 && c < 0x7f; }

bool IsClean(std::string_view name, std::string_view value) {
  return std::ranges::all_of(name, IsVisibleAscii) && !name.contains(':') &&
         std::ranges::none_of(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void AddHeader(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ").append(value).append("\r\n");
}

/// The host of an origin as a Host header has it: without the scheme's own port.
std::string_view HostHeader(std::string_view origin) {
  auto host = origin.substr(origin.find("://") + 3);
  std::string_view const usual = origin.starts_with("https") ? ":443" : ":80";
  if (host.ends_with(usual)) host.remove_suffix(usual.size());
  return host;
}

/// The request as it goes over the wire.
Result<std::string> ToWire(Request const& request, std::string_view origin,
                           std::string_view user_agent) {
  TRY_ASSIGN(auto const path, PathAndQueryOf(request.url));
  std::string text;
  text.reserve(kReadBuffer + request.body.size());
  text.append(ToString(request.method)).append(" ").append(path).append(" HTTP/1.1\r\n");
  AddHeader(text, "Host", HostHeader(origin));
  AddHeader(text, "User-Agent", user_agent);
  bool const has_body = !request.body.empty() ||
                        (request.method != Method::kGet && request.method != Method::kDelete);
  if (has_body) AddHeader(text, "Content-Length", std::to_string(request.body.size()));
  for (auto const& [name, value] : request.headers) {
    if (!IsClean(name, value))
      return Fail(Code::kInvalid, "a header holds characters that HTTP does not allow");
    AddHeader(text, name, value);
  }
  return text.append("\r\n").append(request.body);
}

/// One request and its answer.
class Exchange final : public PieceSource {
 public:
  /// `limit`: the longest body that is taken; none: it is read piece by piece.
  Exchange(std::string origin, Pool pool, std::optional<std::size_t> limit)
      : origin_(std::move(origin)), pool_(std::move(pool)), limit_(limit) {
    buffer_.reserve(kReadBuffer);
  }

  /// Sends the request and reads the head of the answer.
  Result<void> Begin(std::unique_ptr<Connection> connection, std::string_view text,
                     CallContext const& call);
  /// Whether anything of an answer has come.
  [[nodiscard]] bool HasAnswer() const { return has_answer_ || (parser_ && parser_->got_some()); }

  [[nodiscard]] Response Head() const;
  Result<Response> ReadAll(CallContext const& call);
  Result<std::optional<std::string>> Read(CallContext const& call) override;
  /// What there is of the body, as far as it is not too long; for the answer of a refused stream.
  std::string ReadSome(CallContext const& call);

  /// Gives the connection back if the answer has been read to its end, else closes it.
  void Close() override;

 private:
  /// Reads heads until one tells more than that the request is being worked on (RFC 9110, 15.2).
  void ReadHead(Connection::ErrorCode& error);
  [[nodiscard]] Error ErrorOf(CallContext const& call, Connection::ErrorCode const& error) const;

  std::string const origin_;
  Pool const pool_;
  std::optional<std::size_t> const limit_;
  std::unique_ptr<Connection> connection_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  bool has_answer_ = false;
};

Error Exchange::ErrorOf(CallContext const& call, Connection::ErrorCode const& error) const {
  if (error == beast::http::error::body_limit && limit_) {
    return {.code = Code::kUnavailable,
            .message = "the answer is longer than " + std::to_string(*limit_) + " bytes",
            .service_code = "BodyTooLarge"};
  }
  auto result = ErrorOfCall(call, error);
  if (result.code == Code::kUnavailable && !HasAnswer())
    result.message = "the connection was closed, and whether the request arrived is not known (" +
                     result.message + ")";
  return result;
}

Result<void> Exchange::Begin(std::unique_ptr<Connection> connection, std::string_view text,
                             CallContext const& call) {
  connection_ = std::move(connection);
  Connection::Bounds const bounds(*connection_, call);
  Connection::ErrorCode error;
  connection_->Write(text, error);
  if (!error) ReadHead(error);
  if (error) return Failure(ErrorOf(call, error));
  return {};
}

void Exchange::ReadHead(Connection::ErrorCode& error) {
  for (;;) {
    parser_.emplace();
    parser_->header_limit(kLongestHead);
    parser_->body_limit(limit_.value_or(std::numeric_limits<std::size_t>::max()));
    beast::http::read_header(*connection_, buffer_, *parser_, error);
    if (error || parser_->get().result_int() / 100 != 1) return;
    has_answer_ = true;
  }
}

Response Exchange::Head() const {
  auto const& message = parser_->get();
  Response head{.status = static_cast<int>(message.result_int())};
  for (auto const& field : message) {
    std::string value(field.value());
    auto const [known, is_new] = head.headers.emplace(field.name_string(), value);
    if (!is_new) known->second += ", " + value;
  }
  return head;
}

Result<Response> Exchange::ReadAll(CallContext const& call) {
  Connection::Bounds const bounds(*connection_, call);
  Connection::ErrorCode error;
  beast::http::read(*connection_, buffer_, *parser_, error);
  if (error) return Failure(ErrorOf(call, error));
  auto whole = Head();
  whole.body = std::move(parser_->get().body());
  return whole;
}

Result<std::optional<std::string>> Exchange::Read(CallContext const& call) try {
  Connection::Bounds const bounds(*connection_, call);
  auto& body = parser_->get().body();
  Connection::ErrorCode error;
  while (body.empty() && !parser_->is_done() && !error)
    beast::http::read_some(*connection_, buffer_, *parser_, error);
  if (!body.empty()) return std::optional(std::exchange(body, {}));
  if (error) return Failure(ErrorOf(call, error).Because("the stream broke"));
  return std::optional<std::string>{};
} catch (std::exception const& error) {
  return Fail(Code::kUnavailable, std::string("the stream broke: ") + error.what());
}

std::string Exchange::ReadSome(CallContext const& call) {
  std::string body;
  while (body.size() < kLongestRefusal) {
    auto const piece = Read(call);
    // An answer cut short by the deadline is as good as none: the status counts.
    if (!piece || !*piece) break;
    body += **piece;
  }
  return body;
}

void Exchange::Close() {
  bool const is_good = connection_ && parser_ && parser_->is_done() &&
                       parser_->get().keep_alive() && buffer_.size() == 0;
  if (is_good) pool_->Return(origin_, std::move(connection_));
  connection_.reset();
}

using Begun = Result<std::unique_ptr<Exchange>>;

/// Sends a request, and reads the head of the answer.
Begun Begin(Request const& request, ClientOptions const& options, Pool const& pool,
            std::optional<std::size_t> limit, CallContext const& call) {
  if (call.stop.stop_requested())
    return Fail(Code::kCancelled, "asked to stop before an HTTP call");
  if (call.deadline <= std::chrono::steady_clock::now())
    return Fail(Code::kDeadline, "the deadline passed before an HTTP call");
  auto const origin = OriginOf(request.url);
  TRY_ASSIGN(auto const text, ToWire(request, origin, options.user_agent));
  auto exchange = std::make_unique<Exchange>(origin, pool, limit);
  if (auto kept = pool->Take(origin)) {
    auto const begun = exchange->Begin(std::move(kept), text, call);
    if (begun) return exchange;
    bool const is_lost = begun.error().code == Code::kUnavailable && !exchange->HasAnswer();
    if (!is_lost || !request.IsRepeatable()) return Failure(begun.error());
    exchange = std::make_unique<Exchange>(origin, pool, limit);
  }
  TRY_ASSIGN(auto fresh, Connect(origin, options, call));
  auto const begun = exchange->Begin(std::move(fresh), text, call);
  if (!begun) return Failure(begun.error());
  return exchange;
}

/// Adds to an error what was called.
Failure Explained(Request const& request, Error const& error) {
  return Failure(
      error.Because(std::string(ToString(request.method)) + " " + OriginOf(request.url)));
}

}  // namespace

BeastTransport::BeastTransport(ClientOptions options)
    : options_(std::move(options)),
      pool_(std::make_shared<ConnectionPool>(options_.longest_rest)) {}
BeastTransport::~BeastTransport() = default;

Result<Response> BeastTransport::Send(Request const& request, CallContext const& call) try {
  auto const exchange = Begin(request, options_, pool_, options_.max_body, call);
  if (!exchange) return Explained(request, exchange.error());
  auto reply = (*exchange)->ReadAll(call);
  if (!reply) return Explained(request, reply.error());
  (*exchange)->Close();
  return reply;
} catch (std::exception const& error) {
  return Explained(request, {.code = Code::kUnavailable, .message = error.what()});
}

BeastStreamTransport::BeastStreamTransport(ClientOptions options)
    : options_(std::move(options)),
      pool_(std::make_shared<ConnectionPool>(options_.longest_rest)) {}
BeastStreamTransport::~BeastStreamTransport() = default;

Result<Stream> BeastStreamTransport::Open(Request const& request, CallContext const& call) try {
  auto exchange = Begin(request, options_, pool_, std::nullopt, call);
  if (!exchange) return Explained(request, exchange.error());
  Stream stream{.head = (*exchange)->Head()};
  if (stream.head.IsSuccess()) {
    stream.lines = std::make_unique<PiecedLines>(std::move(*exchange), options_.max_line);
  } else {
    stream.head.body = (*exchange)->ReadSome(call);
    (*exchange)->Close();
  }
  return stream;
} catch (std::exception const& error) {
  return Explained(request, {.code = Code::kUnavailable, .message = error.what()});
}

}  // namespace adxf::http
