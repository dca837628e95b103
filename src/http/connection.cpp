#include "http/connection.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <string_view>
#include <utility>

namespace adxf::http {
namespace {

using ErrorCode = Connection::ErrorCode;
namespace asio_error = boost::asio::error;

ErrorCode SystemError(int number) { return {number, boost::system::system_category()}; }

bool IsToBeTriedAgain(int number) { return number == EAGAIN || number == EWOULDBLOCK; }

timespec ToTimespec(std::chrono::nanoseconds duration) {
  auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  return {.tv_sec = seconds.count(), .tv_nsec = (duration - seconds).count()};
}

}  // namespace

Connection::~Connection() { close(socket_); }

void Connection::Bounds::Wake::operator()() const { shutdown(socket, SHUT_RDWR); }

Connection::Bounds::Bounds(Connection& connection, CallContext const& call)
    : connection_(connection), wake_(call.stop, Wake{connection.socket_}) {
  connection_.call_ = &call;
}

Connection::Bounds::~Bounds() { connection_.call_ = nullptr; }

bool Connection::IsOver(ErrorCode& error) const {
  bool const is_stopped = call_->stop.stop_requested();
  bool const is_late = call_->deadline <= std::chrono::steady_clock::now();
  if (is_late) error = asio_error::timed_out;
  if (is_stopped) error = asio_error::operation_aborted;
  return is_stopped || is_late;
}

bool Connection::Await(short events, ErrorCode& error) {
  while (!IsOver(error)) {
    std::chrono::nanoseconds const left = call_->deadline - std::chrono::steady_clock::now();
    pollfd waited{.fd = socket_, .events = events, .revents = 0};
    // A deadline far away may be more than the call takes.
    auto const timeout = ToTimespec(std::clamp<std::chrono::nanoseconds>(
        left, std::chrono::nanoseconds(0), std::chrono::hours(1)));
    if (ppoll(&waited, 1, &timeout, nullptr) > 0 && !call_->stop.stop_requested()) return true;
  }
  return false;
}

bool Connection::AwaitConnected(ErrorCode& error) {
  if (!Await(POLLOUT, error)) return false;
  int number = 0;
  socklen_t size = sizeof number;
  getsockopt(socket_, SOL_SOCKET, SO_ERROR, &number, &size);
  error = SystemError(number);
  return number == 0;
}

bool Connection::AwaitTls(int outcome, ErrorCode& error) {
  switch (SSL_get_error(tls_.get(), outcome)) {
    case SSL_ERROR_WANT_READ: return Await(POLLIN, error);
    case SSL_ERROR_WANT_WRITE: return Await(POLLOUT, error);
    case SSL_ERROR_ZERO_RETURN: error = asio_error::eof; return false;
    case SSL_ERROR_SSL:
      error = {static_cast<int>(ERR_get_error()), asio_error::get_ssl_category()};
      return false;
    default: error = SystemError(errno != 0 ? errno : ECONNRESET); return false;
  }
}

void Connection::StartTls(Tls tls, ErrorCode& error) {
  tls_ = std::move(tls);
  SSL_set_fd(tls_.get(), socket_);
  error = {};
  for (;;) {
    ERR_clear_error();
    errno = 0;
    auto const outcome = SSL_connect(tls_.get());
    if (outcome == 1 || !AwaitTls(outcome, error)) return;
  }
}

std::string Connection::VerifyError() const {
  auto const verdict = tls_ ? SSL_get_verify_result(tls_.get()) : X509_V_OK;
  return verdict == X509_V_OK ? "" : X509_verify_cert_error_string(verdict);
}

bool Connection::IsIdle() const {
  char byte = 0;
  if (!tls_) {
    auto const count = recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count < 0 && IsToBeTriedAgain(errno);
  }
  ERR_clear_error();
  // A session ticket is taken in by this, and is nothing of the answer.
  auto const outcome = SSL_peek(tls_.get(), &byte, 1);
  return SSL_get_error(tls_.get(), outcome) == SSL_ERROR_WANT_READ;
}

std::size_t Connection::ReadPlain(void* data, std::size_t size, ErrorCode& error) {
  for (;;) {
    auto const count = recv(socket_, data, size, 0);
    if (count > 0) return static_cast<std::size_t>(count);
    // After a stop the end is of our own making.
    if (count == 0 && !IsOver(error)) error = asio_error::eof;
    if (count < 0 && errno != EINTR && !IsToBeTriedAgain(errno)) error = SystemError(errno);
    if (error || !Await(POLLIN, error)) return 0;
  }
}

std::size_t Connection::Read(void* data, std::size_t size, ErrorCode& error) {
  error = {};
  if (IsOver(error)) return 0;
  if (!tls_) return ReadPlain(data, size, error);
  // An answer is hardly ever there yet: reading first would be a system call for nothing.
  bool const is_to_come = std::exchange(was_written_, false) && SSL_has_pending(tls_.get()) == 0;
  if (is_to_come && !Await(POLLIN, error)) return 0;
  for (;;) {
    ERR_clear_error();
    errno = 0;
    std::size_t count = 0;
    auto const outcome = SSL_read_ex(tls_.get(), data, size, &count);
    if (outcome == 1) return count;
    if (!AwaitTls(outcome, error)) return 0;
  }
}

std::size_t Connection::WriteSome(std::string_view text, ErrorCode& error) {
  if (!tls_) {
    auto const count = send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR && !IsToBeTriedAgain(errno)) error = SystemError(errno);
    if (!error) Await(POLLOUT, error);
    return 0;
  }
  ERR_clear_error();
  errno = 0;
  std::size_t count = 0;
  auto const outcome = SSL_write_ex(tls_.get(), text.data(), text.size(), &count);
  if (outcome != 1) AwaitTls(outcome, error);
  return count;
}

void Connection::Write(std::string_view text, ErrorCode& error) {
  error = {};
  was_written_ = true;
  while (!text.empty() && !error && !IsOver(error)) text.remove_prefix(WriteSome(text, error));
}

}  // namespace adxf::http
