#include "http/cpprest_transport.hpp"

#include "http/cpprest_body_sink.hpp"
#include "http/cpprest_on_clang.hpp"
#include "http/pieced_lines.hpp"
#include "http/trust_stores.hpp"
#include "http/url.hpp"

#include <cpprest/http_client.h>
#include <cpprest/producerconsumerstream.h>
#include <pplx/threadpool.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace adxf::http {
namespace {

using Client = web::http::client::http_client;

/// The library cannot interrupt a DNS query; a caller that must go waits no longer than this.
constexpr std::chrono::seconds kJoinGrace{2};
constexpr std::size_t kStreamChunk = 4096;

enum class WhenFull {
  kFail,   ///< The answer is too long.
  kPause,  ///< Stop reading from the network until the reader has caught up.
};

/// One request and its answer: the library's threads put in, the caller's waits and takes out.
class Exchange final : public PieceSource,
                       public ByteTaker,
                       public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(std::shared_ptr<Client> client, std::size_t limit, WhenFull when_full)
      : client_(std::move(client)), limit_(limit), when_full_(when_full) {}

  void Start(web::http::http_request request);

  pplx::task<std::size_t> Accept(std::uint8_t const* bytes, std::size_t count) override;

  /// Waits for the whole answer (or one that is too long), and ends the exchange in any case.
  Result<Response> AwaitAll(CallContext const& call);
  /// Waits for status and headers. On an error the exchange has ended.
  Result<Response> AwaitHead(CallContext const& call);
  Result<std::optional<std::string>> Read(CallContext const& call) override;
  /// What there is of the body, at most the limit; for the answer of a refused stream.
  std::string AwaitSome(CallContext const& call);

  /// Closes the connection unless the answer is complete, and waits for the library to let go.
  void Close() override;

 private:
  void OnHead(pplx::task<web::http::http_response> const& task) noexcept;
  void OnEnd(std::string failure) noexcept;

  /// Who waits for the whole answer is not woken for its parts.
  [[nodiscard]] bool IsStream() const { return when_full_ == WhenFull::kPause; }

  /// Null when `ready` came true; else why it did not. Called with the lock held.
  template <class Ready>
  std::optional<Error> Await(std::unique_lock<std::mutex>& lock, CallContext const& call,
                             Ready ready) {
    if (changed_.wait_until(lock, call.stop, call.deadline, ready)) return std::nullopt;
    if (call.stop.stop_requested())
      return Error{.code = Code::kCancelled, .message = "asked to stop during an HTTP call"};
    return Error{.code = Code::kDeadline, .message = "no complete answer before the deadline"};
  }

  std::shared_ptr<Client> const client_;
  std::size_t const limit_;
  WhenFull const when_full_;
  pplx::cancellation_token_source cancel_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  // Guarded by mutex_.
  std::optional<Response> head_;
  std::string body_;
  std::string failure_;
  bool is_ended_ = false;
  bool is_too_long_ = false;
  bool is_closed_ = false;
  std::optional<pplx::task_completion_event<std::size_t>> paused_;
  std::size_t paused_count_ = 0;
};

void Exchange::Start(web::http::http_request request) {
  auto self = shared_from_this();
  request.set_response_stream(
      Concurrency::streams::streambuf<std::uint8_t>(std::make_shared<BodySink>(self))
          .create_ostream());
  client_->request(request, cancel_.get_token())
      .then([self](pplx::task<web::http::http_response> const& task) { self->OnHead(task); });
}

void Exchange::OnHead(pplx::task<web::http::http_response> const& task) noexcept {
  try {
    auto const response = task.get();
    Response head{.status = response.status_code()};
    for (auto const& [name, value] : response.headers()) head.headers.emplace(name, value);
    {
      std::lock_guard const lock(mutex_);
      head_ = std::move(head);
    }
    if (IsStream()) changed_.notify_all();
    response.content_ready().then(
        [self = shared_from_this()](pplx::task<web::http::http_response> const& whole) {
          try {
            whole.get();
            self->OnEnd({});
          } catch (std::exception const& error) {
            self->OnEnd(error.what());
          } catch (...) {
            self->OnEnd("the connection broke");
          }
        });
  } catch (std::exception const& error) {
    OnEnd(error.what());
  } catch (...) {
    OnEnd("the connection broke");
  }
}

void Exchange::OnEnd(std::string failure) noexcept {
  {
    std::lock_guard const lock(mutex_);
    is_ended_ = true;
    failure_ = std::move(failure);
  }
  changed_.notify_all();
}

pplx::task<std::size_t> Exchange::Accept(std::uint8_t const* bytes, std::size_t count) {
  std::optional<pplx::task_completion_event<std::size_t>> pause;
  bool has_news = false;
  {
    std::lock_guard const lock(mutex_);
    bool const is_over = body_.size() + count > limit_;
    is_too_long_ = is_too_long_ || (is_over && when_full_ == WhenFull::kFail);
    if (!is_closed_ && !is_too_long_) body_.append(reinterpret_cast<char const*>(bytes), count);
    if (is_over && !is_closed_ && when_full_ == WhenFull::kPause) {
      paused_ = pause.emplace();
      paused_count_ = count;
    }
    has_news = IsStream() || is_too_long_;
  }
  if (has_news) changed_.notify_all();
  return pause ? pplx::create_task(*pause) : pplx::task_from_result(count);
}

void Exchange::Close() {
  std::optional<pplx::task_completion_event<std::size_t>> paused;
  {
    std::lock_guard const lock(mutex_);
    if (is_ended_) return;
    is_closed_ = true;
    paused = std::exchange(paused_, std::nullopt);
  }
  cancel_.cancel();
  if (paused) paused->set(paused_count_);
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kJoinGrace, [this] { return is_ended_; });
}

Result<Response> Exchange::AwaitAll(CallContext const& call) {
  std::optional<Error> interrupted;
  {
    std::unique_lock lock(mutex_);
    interrupted = Await(lock, call, [this] { return is_ended_ || is_too_long_; });
  }
  Close();
  if (interrupted) return Failure(*interrupted);
  std::lock_guard const lock(mutex_);
  if (is_too_long_) {
    return Failure(
        Error{.code = Code::kUnavailable,
              .message = "the answer is longer than " + std::to_string(limit_) + " bytes",
              .service_code = "BodyTooLarge"});
  }
  if (!head_ || !failure_.empty()) return Fail(Code::kUnavailable, failure_);
  head_->body = std::move(body_);
  return std::move(*head_);
}

Result<Response> Exchange::AwaitHead(CallContext const& call) {
  std::optional<Error> interrupted;
  {
    std::unique_lock lock(mutex_);
    interrupted = Await(lock, call, [this] { return head_ || is_ended_; });
    if (!interrupted && head_) return *head_;
  }
  Close();
  if (interrupted) return Failure(*interrupted);
  std::lock_guard const lock(mutex_);
  return Fail(Code::kUnavailable, failure_);
}

Result<std::optional<std::string>> Exchange::Read(CallContext const& call) {
  std::string piece;
  std::optional<pplx::task_completion_event<std::size_t>> paused;
  {
    std::unique_lock lock(mutex_);
    if (auto interrupted = Await(lock, call, [this] { return !body_.empty() || is_ended_; }))
      return Failure(*interrupted);
    if (body_.empty() && !failure_.empty())
      return Fail(Code::kUnavailable, "the stream broke: " + failure_);
    if (body_.empty()) return std::optional<std::string>{};
    piece = std::exchange(body_, {});
    paused = std::exchange(paused_, std::nullopt);
  }
  if (paused) paused->set(paused_count_);
  return std::optional(std::move(piece));
}

std::string Exchange::AwaitSome(CallContext const& call) {
  {
    std::unique_lock lock(mutex_);
    // An answer cut short by the deadline is as good as none: the status counts.
    static_cast<void>(Await(lock, call, [this] { return is_ended_ || paused_.has_value(); }));
  }
  Close();
  std::lock_guard const lock(mutex_);
  return std::exchange(body_, {});
}

bool IsVisibleAscii(char c) { return c > 0x20 && c < 0x7f; }

/// The library sends a request again by itself when a kept connection turns out to be closed, also
/// when the first one may have arrived: unless it cannot rewind the body. Without a body only a
/// connection of its own keeps it from that.
bool MayUseKeptConnection(Request const& request) {
  return request.IsRepeatable() || !request.body.empty();
}

constexpr std::string_view kCannotRewind = "cannot rewind input stream";

void SetBodyThatIsReadOnce(web::http::http_request& request, std::string const& body) {
  Concurrency::streams::producer_consumer_buffer<std::uint8_t> once(body.size());
  once.putn_nocopy(reinterpret_cast<std::uint8_t const*>(body.data()), body.size()).get();
  once.close(std::ios_base::out).get();
  request.set_body(once.create_istream(), body.size(), "");
}

void SetBody(web::http::http_request& request, Request const& from) {
  if (!from.IsRepeatable() && !from.body.empty()) return SetBodyThatIsReadOnce(request, from.body);
  request.set_body(std::vector<unsigned char>(from.body.begin(), from.body.end()));
}

Result<web::http::http_request> ToLibrary(Request const& request, std::string const& user_agent) {
  TRY_ASSIGN(auto const path, PathAndQueryOf(request.url));
  web::http::http_request result{web::http::method(std::string(ToString(request.method)))};
  result.set_request_uri(web::uri(path));
  bool const has_body = !request.body.empty() ||
                        (request.method != Method::kGet && request.method != Method::kDelete);
  if (has_body) SetBody(result, request);
  result.headers().remove("Content-Type");  // The library's guess.
  result.headers().add("User-Agent", user_agent);
  for (auto const& [name, value] : request.headers) {
    bool const is_clean =
        std::ranges::all_of(name, IsVisibleAscii) &&
        std::ranges::none_of(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    if (!is_clean)
      return Fail(Code::kInvalid, "a header holds characters that HTTP does not allow");
    result.headers()[name] = value;
  }
  return result;
}

web::web_proxy ProxyOf(Proxy const& from) {
  web::web_proxy proxy{web::uri(from.url)};
  if (!from.user.IsEmpty()) {
    proxy.set_credentials({std::string(from.user.Reveal()), std::string(from.password.Reveal())});
  }
  return proxy;
}

}  // namespace

/// Clients by origin; a client keeps its connections alive.
class ClientPool {
 public:
  ClientPool(ClientOptions options, std::size_t chunk)
      : options_(std::make_shared<ClientOptions>(std::move(options))), chunk_(chunk) {}

  [[nodiscard]] ClientOptions const& Options() const { return *options_; }

  std::shared_ptr<Client> For(Request const& request) {
    auto const origin = OriginOf(request.url);
    if (!MayUseKeptConnection(request)) return Make(origin);
    std::lock_guard const lock(mutex_);
    auto& client = clients_[origin];
    if (!client) client = Make(origin);
    return client;
  }

  /// Begins the exchange, or says why it cannot begin.
  Result<std::shared_ptr<Exchange>> Begin(Request const& request, CallContext const& call,
                                          std::size_t limit, WhenFull when_full);

  /// Adds to an error what was called, and for TLS why our own set-up does not work.
  Error Explain(Request const& request, Error error) const {
    if (error.message.starts_with(kCannotRewind))
      error.message = "the connection was closed, and whether the request arrived is not known";
    if (error.code == Code::kUnavailable && request.url.starts_with("https")) {
      if (auto const tls = CheckTls(options_->tls); !tls)
        error.message += "; " + tls.error().message;
    }
    return error.Because(std::string(ToString(request.method)) + " " + OriginOf(request.url));
  }

 private:
  std::shared_ptr<Client> Make(std::string const& origin) const {
    web::http::client::http_client_config config;
    config.set_max_redirects(0);  // A followed redirect would carry Authorization to another host.
    // The library's own timer starts anew with every byte; deadlines are ours.
    config.set_timeout(std::chrono::hours(12));
    if (chunk_ != 0) config.set_chunksize(chunk_);
    if (options_->proxy.Serves(origin)) config.set_proxy(ProxyOf(options_->proxy));
    // On an error the context trusts nobody; Explain() tells the user why.
    config.set_ssl_context_callback([options = options_](boost::asio::ssl::context& context) {
      [[maybe_unused]] auto const outcome = ConfigureTls(context.native_handle(), options->tls);
      if (options->fence != nullptr) AskWhenConnected(context.native_handle(), *options->fence);
    });
    return std::make_shared<Client>(web::uri(origin), config);
  }

  std::shared_ptr<ClientOptions const> const options_;
  std::size_t const chunk_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Client>> clients_;  // guarded by mutex_
};

Result<std::shared_ptr<Exchange>> ClientPool::Begin(Request const& request, CallContext const& call,
                                                    std::size_t limit, WhenFull when_full) {
  if (call.stop.stop_requested())
    return Fail(Code::kCancelled, "asked to stop before an HTTP call");
  if (call.deadline <= std::chrono::steady_clock::now())
    return Fail(Code::kDeadline, "the deadline passed before an HTTP call");
  try {
    TRY_ASSIGN(auto library_request, ToLibrary(request, options_->user_agent));
    auto exchange = std::make_shared<Exchange>(For(request), limit, when_full);
    exchange->Start(library_request);
    return exchange;
  } catch (std::exception const& error) {
    return Fail(Code::kInvalid, error.what());
  }
}

void InitialiseHttp(int threads) try {
  TrustStores::TakeOverSystemRoots();
  crossplat::threadpool::initialize_with_threads(static_cast<std::size_t>(threads));
} catch (std::exception const&) {
  return;  // In use already: its size is settled.
}

CpprestTransport::CpprestTransport(ClientOptions options)
    : pool_(std::make_unique<ClientPool>(std::move(options), 0)) {}
CpprestTransport::~CpprestTransport() = default;

Result<Response> CpprestTransport::Send(Request const& request, CallContext const& call) {
  auto const exchange = pool_->Begin(request, call, pool_->Options().max_body, WhenFull::kFail);
  if (!exchange) return Failure(pool_->Explain(request, exchange.error()));
  auto reply = (*exchange)->AwaitAll(call);
  if (!reply) return Failure(pool_->Explain(request, reply.error()));
  return reply;
}

CpprestStreamTransport::CpprestStreamTransport(ClientOptions options)
    : pool_(std::make_unique<ClientPool>(std::move(options), kStreamChunk)) {}
CpprestStreamTransport::~CpprestStreamTransport() = default;

Result<Stream> CpprestStreamTransport::Open(Request const& request, CallContext const& call) {
  auto const exchange = pool_->Begin(request, call, pool_->Options().max_unread, WhenFull::kPause);
  if (!exchange) return Failure(pool_->Explain(request, exchange.error()));
  auto head = (*exchange)->AwaitHead(call);
  if (!head) return Failure(pool_->Explain(request, head.error()));
  Stream stream{.head = std::move(*head)};
  if (stream.head.IsSuccess()) {
    stream.lines = std::make_unique<PiecedLines>(*exchange, pool_->Options().max_line);
  } else {
    stream.head.body = (*exchange)->AwaitSome(call);
  }
  return stream;
}

}  // namespace adxf::http
