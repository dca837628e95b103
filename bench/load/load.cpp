// adxf-load: what the API server can do at all, asked by a client that costs next to nothing. Its
// commands are in --help; create and replay read lines of JSON from standard input: an object each,
// or the name, the finalizers and the status that an object gets in two writes, as the operator
// would. Everything is parsed and composed before the clock starts, so that what is measured is the
// server. Prints one line of JSON; await prints another as soon as it watches.

#include <CLI/CLI.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

struct Server {
  std::string url{};
  std::string token_file{};
  std::string collection{};
  unsigned connections = 8;

  [[nodiscard]] std::string Port() const { return url.substr(url.rfind(':') + 1); }
  [[nodiscard]] std::string Token() const {
    std::ifstream in(token_file);
    std::string token;
    std::getline(in, token);
    if (token.empty()) throw std::runtime_error("no token in " + token_file);
    return token;
  }
};

/// One kept connection. The server is on this machine and the data are worthless, so its
/// certificate is not looked at.
class Connection {
 public:
  explicit Connection(Server const& server) : token_("Bearer " + server.Token()) {
    tcp::resolver resolver(io_);
    asio::connect(stream_.next_layer(), resolver.resolve("127.0.0.1", server.Port()));
    stream_.next_layer().set_option(tcp::no_delay(true));
    stream_.handshake(asio::ssl::stream_base::client);
  }

  /// The body of the answer. Throws when the server refuses.
  std::string Ask(http::verb method, std::string const& path, std::string body) {
    http::request<http::string_body> request(method, path, 11, std::move(body));
    request.set(http::field::host, "127.0.0.1");
    request.set(http::field::authorization, token_);
    request.set(http::field::user_agent, "adxf-load");
    request.set(http::field::content_type, "application/json");
    request.prepare_payload();
    http::write(stream_, request);
    http::response_parser<http::string_body> parser;
    parser.body_limit(boost::none);
    http::read(stream_, buffer_, parser);
    if (parser.get().result_int() >= 300)
      throw std::runtime_error(fmt::format("{} {}: {} {}", std::string(request.method_string()),
                                           path, parser.get().result_int(),
                                           parser.get().body().substr(0, 500)));
    return std::move(parser.get().body());
  }

  /// Hands over what comes until `take` returns false.
  void Watch(std::string const& path, auto const& take) {
    http::request<http::empty_body> request(http::verb::get, path, 11);
    request.set(http::field::host, "127.0.0.1");
    request.set(http::field::authorization, token_);
    http::write(stream_, request);
    http::response_parser<http::buffer_body> parser;
    parser.body_limit(boost::none);
    http::read_header(stream_, buffer_, parser);
    if (parser.get().result_int() != 200)
      throw std::runtime_error(fmt::format("{}: {}", path, parser.get().result_int()));
    std::array<char, 65536> chunk{};
    while (!parser.is_done()) {
      parser.get().body() = {.data = chunk.data(), .size = chunk.size(), .more = true};
      boost::system::error_code error;
      http::read_some(stream_, buffer_, parser, error);
      if (error && error != http::error::need_buffer) throw boost::system::system_error(error);
      if (!take(std::string_view(chunk.data(), chunk.size() - parser.get().body().size))) return;
    }
    throw std::runtime_error("the watch ended");
  }

 private:
  std::string token_;
  asio::io_context io_{};
  asio::ssl::context tls_{asio::ssl::context::tls_client};
  asio::ssl::stream<tcp::socket> stream_{io_, tls_};
  boost::beast::flat_buffer buffer_{};
};

std::vector<Json> ReadLines() {
  std::vector<Json> lines;
  for (std::string line; std::getline(std::cin, line);)
    if (!line.empty()) lines.push_back(Json::parse(line));
  return lines;
}

/// Runs `work(connection, index)` for each index over all connections; returns the seconds that
/// took. A failure ends the program.
template <class Work>
double OverAll(Server const& server, std::size_t count, Work const& work) {
  std::vector<std::unique_ptr<Connection>> connections;
  for (unsigned i = 0; i < server.connections; ++i)
    connections.push_back(std::make_unique<Connection>(server));
  std::atomic<std::size_t> next = 0;
  auto const began = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (auto const& connection : connections)
      threads.emplace_back([&] {
        try {
          for (auto i = next++; i < count; i = next++) work(*connection, i);
        } catch (std::exception const& error) {
          fmt::print(stderr, "adxf-load: {}\n", error.what());
          std::_Exit(1);
        }
      });
  }
  return std::chrono::duration<double>(Clock::now() - began).count();
}

void Create(Server const& server) {
  std::vector<std::string> bodies;
  for (auto const& object : ReadLines()) bodies.push_back(object.dump());
  auto const seconds = OverAll(server, bodies.size(), [&](Connection& connection, std::size_t i) {
    connection.Ask(http::verb::post, server.collection, std::move(bodies[i]));
  });
  std::cout << Json{{"writes", bodies.size()}, {"seconds", seconds}}.dump() << "\n";
}

/// Where the version stands in a body that is otherwise complete.
constexpr std::string_view kVersionHere = "@version@";

struct TwoWrites {
  std::string path{};
  std::string finalizers{};  // empty: the object has come with them
  std::string status{};      // holds kVersionHere where finalizers are written before
};

std::vector<TwoWrites> Compose(Server const& server) {
  std::map<std::string, Json> items;
  auto const list =
      Json::parse(Connection(server).Ask(http::verb::get, server.collection, std::string()));
  for (auto item : list.at("items")) {
    item["apiVersion"] = list.at("apiVersion");
    item["kind"] = "FollowerDatabase";
    item.at("metadata").erase("managedFields");
    std::string const name = item.at("metadata").at("name");
    items[name] = std::move(item);
  }
  std::vector<TwoWrites> writes;
  for (auto const& line : ReadLines()) {
    auto object = items.at(line.at("name"));
    auto& metadata = object.at("metadata");
    TwoWrites two{.path = server.collection + "/" + line.at("name").get<std::string>()};
    if (metadata.value("finalizers", Json()) != line.at("finalizers")) {
      metadata["finalizers"] = line.at("finalizers");
      two.finalizers = object.dump();
      metadata["resourceVersion"] = kVersionHere;
    }
    object["status"] = line.at("status");
    two.status = object.dump();
    writes.push_back(std::move(two));
  }
  return writes;
}

void Replay(Server const& server) {
  constexpr std::string_view kBefore = "\"resourceVersion\":\"";
  auto const writes = Compose(server);
  std::atomic<std::size_t> count = 0;
  auto const seconds = OverAll(server, writes.size(), [&](Connection& connection, std::size_t i) {
    auto status = writes[i].status;
    if (!writes[i].finalizers.empty()) {
      auto const answer = connection.Ask(http::verb::put, writes[i].path, writes[i].finalizers);
      auto const at = answer.find(kBefore) + kBefore.size();
      status.replace(status.find(kVersionHere), kVersionHere.size(),
                     answer.substr(at, answer.find('"', at) - at));
      ++count;
    }
    connection.Ask(http::verb::put, writes[i].path + "/status", std::move(status));
    ++count;
  });
  std::cout << Json{{"writes", count.load()}, {"seconds", seconds}}.dump() << "\n";
}

void List(Server const& server) {
  Connection connection(server);
  auto const began = Clock::now();
  auto const bytes = connection.Ask(http::verb::get, server.collection, std::string()).size();
  std::chrono::duration<double> const seconds = Clock::now() - began;
  std::cout << Json{{"bytes", bytes}, {"seconds", seconds.count()}}.dump() << "\n";
}

/// Beast's parser would keep the whole stream; this keeps a line at a time.
class LineReader {
 public:
  explicit LineReader(auto const& take) : take_(take) {}
  void Add(std::string_view chunk) {
    rest_.append(chunk);
    std::size_t begin = 0;
    for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
      take_(std::string_view(rest_).substr(begin, end - begin));
      begin = end + 1;
    }
    rest_.erase(0, begin);
  }

 private:
  std::function<void(std::string_view)> take_;
  std::string rest_{};
};

/// What stands behind `key` up to the next quotation mark.
std::string_view Behind(std::string_view text, std::string_view key) {
  auto const at = text.find(key);
  if (at == std::string_view::npos) return {};
  auto const rest = text.substr(at + key.size());
  return rest.substr(0, rest.find('"'));
}

bool IsReady(std::string_view line) {
  // The members of a condition come in the order of the alphabet: status right before type.
  return line.find(R"("status":"True","type":"Ready")") != std::string_view::npos;
}

void Await(Server const& server, std::size_t count) {
  Connection connection(server);
  auto const began = Clock::now();
  std::set<std::string, std::less<>> ready;
  LineReader lines([&](std::string_view line) {
    if (!IsReady(line)) return;
    ready.emplace(Behind(line, R"("name":")"));
  });
  bool told = false;
  connection.Watch(server.collection +
                       "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true&"
                       "resourceVersionMatch=NotOlderThan",
                   [&](std::string_view chunk) {
                     if (!std::exchange(told, true)) std::cout << "watching" << std::endl;
                     lines.Add(chunk);
                     return ready.size() < count;
                   });
  std::chrono::duration<double> const seconds = Clock::now() - began;
  std::cout << Json{{"ready", ready.size()}, {"seconds", seconds.count()}}.dump() << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Puts load on a Kubernetes API server"};
  app.require_subcommand(1);
  Server server;
  app.add_option("--server", server.url, "https://127.0.0.1:PORT")->required();
  app.add_option("--token-file", server.token_file, "File with a bearer token")->required();
  app.add_option("--collection", server.collection, "Path of the collection")->required();
  app.add_option("--connections", server.connections, "How many at once")->capture_default_str();
  app.add_subcommand("create", "Creates the objects of standard input")->fallthrough();
  app.add_subcommand("replay", "Writes finalizers and status as standard input says")
      ->fallthrough();
  app.add_subcommand("list", "Reads the collection once")->fallthrough();
  std::size_t count = 0;
  auto* const await = app.add_subcommand("await", "Watches until objects are Ready")->fallthrough();
  await->add_option("--count", count, "How many")->required();
  CLI11_PARSE(app, argc, argv);
  try {
    if (app.got_subcommand("create"))
      Create(server);
    else if (app.got_subcommand("replay"))
      Replay(server);
    else if (app.got_subcommand("await"))
      Await(server, count);
    else
      List(server);
  } catch (std::exception const& error) {
    fmt::print(stderr, "adxf-load: {}\n", error.what());
    return 1;
  }
  return 0;
}
