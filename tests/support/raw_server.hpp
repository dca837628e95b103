#pragma once

#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace adxf::test {

/// One accepted connection, plain or TLS, without any knowledge of HTTP but the end of a request.
class RawConnection {
 public:
  RawConnection(int fd, SSL_CTX* tls) : fd_(fd) {
    if (tls != nullptr) StartTls(tls);
  }
  ~RawConnection() {
    if (ssl_ != nullptr) SSL_free(ssl_);
    close(fd_);
  }
  RawConnection(RawConnection const&) = delete;
  RawConnection& operator=(RawConnection const&) = delete;

  /// From here on the connection is a TLS one, as at the far end of a proxy's tunnel.
  void StartTls(SSL_CTX* tls) {
    ssl_ = SSL_new(tls);
    SSL_set_fd(ssl_, fd_);
    is_open_ = SSL_accept(ssl_) == 1;
  }

  /// Head and body of the next request; nullopt when the client has closed.
  std::optional<std::string> ReadRequest() {
    for (;;) {
      if (auto request = WholeRequest()) return request;
      char bytes[4096];
      long const count = Receive(bytes, sizeof bytes);
      if (count <= 0) return std::nullopt;
      received_.append(bytes, static_cast<std::size_t>(count));
    }
  }

  bool Write(std::string_view text) {
    while (is_open_ && !text.empty()) {
      long const count = ssl_ != nullptr
                             ? SSL_write(ssl_, text.data(), static_cast<int>(text.size()))
                             : send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return is_open_;
  }
  bool WriteChunk(std::string_view text) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", text.size());
    return Write(std::string(size) + std::string(text) + "\r\n");
  }

  /// Blocks until the client closes; what it sends meanwhile is dropped.
  void AwaitClose() {
    char bytes[4096];
    while (Receive(bytes, sizeof bytes) > 0) {
    }
  }
  /// Whether the client takes more bytes within the time; false means that it has stopped reading.
  bool IsWritable(int milliseconds) const {
    pollfd entry{.fd = fd_, .events = POLLOUT, .revents = 0};
    return poll(&entry, 1, milliseconds) > 0;
  }
  void Shutdown() { shutdown(fd_, SHUT_RDWR); }

 private:
  long Receive(char* bytes, std::size_t size) {
    if (!is_open_) return -1;
    return ssl_ != nullptr ? SSL_read(ssl_, bytes, static_cast<int>(size))
                           : recv(fd_, bytes, size, 0);
  }
  std::optional<std::string> WholeRequest() {
    auto const head = received_.find("\r\n\r\n");
    if (head == std::string::npos) return std::nullopt;
    std::size_t body = 0;
    if (auto const length = received_.find("Content-Length:"); length < head)
      body = std::stoul(received_.substr(length + 15));
    if (received_.size() < head + 4 + body) return std::nullopt;
    std::string request = received_.substr(0, head + 4 + body);
    received_.erase(0, request.size());
    return request;
  }

  int const fd_;
  SSL* ssl_ = nullptr;
  bool is_open_ = true;
  std::string received_;
};

/// A server on a free loopback port that hands every connection to `serve`, each on its own thread.
/// The destructor closes what is open and waits for the threads.
class RawServer {
 public:
  using Serve = std::function<void(RawConnection&, int number)>;

  explicit RawServer(Serve serve, SSL_CTX* tls = nullptr)
      : serve_(std::move(serve)), tls_(tls), fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    // OpenSSL writes to a client that has gone as to any other; the operator ignores it as well.
    std::signal(SIGPIPE, SIG_IGN);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (bind(fd_, any, size) != 0 || getsockname(fd_, any, &size) != 0 || listen(fd_, 16) != 0)
      throw std::runtime_error("no socket");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this] { Accept(); });
  }
  ~RawServer() {
    is_stopping_ = true;
    shutdown(fd_, SHUT_RDWR);  // Ends accept().
    acceptor_.join();
    {
      std::lock_guard const lock(mutex_);
      for (int const fd : open_) shutdown(fd, SHUT_RDWR);
    }
    workers_.clear();
    close(fd_);
  }
  RawServer(RawServer const&) = delete;
  RawServer& operator=(RawServer const&) = delete;

  [[nodiscard]] std::string Url(std::string_view path = "/") const {
    return std::string(tls_ != nullptr ? "https" : "http") +
           "://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void Accept() {
    for (;;) {
      int const fd = accept(fd_, nullptr, nullptr);
      if (fd < 0 || is_stopping_) {
        if (fd >= 0) close(fd);
        return;
      }
      int const number = ++connections_;
      {
        std::lock_guard const lock(mutex_);
        open_.push_back(fd);
      }
      workers_.emplace_back([this, fd, number] {
        {
          RawConnection connection(fd, tls_);
          serve_(connection, number);
          std::lock_guard const lock(mutex_);
          open_.remove(fd);
        }
      });
    }
  }

  Serve const serve_;
  SSL_CTX* const tls_;
  int const fd_;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> is_stopping_ = false;
  std::mutex mutex_;
  std::list<int> open_;  // guarded by mutex_
  std::list<std::jthread> workers_;
  std::jthread acceptor_;
};

}  // namespace adxf::test
