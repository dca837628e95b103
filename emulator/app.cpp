#include "emulator/app.hpp"

#include "emulator/https_server.hpp"
#include "emulator/seed.hpp"
#include "emulator/service.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <list>
#include <mutex>
#include <ranges>
#include <stdexcept>
#include <string_view>

namespace adxf::emulator {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

/// Whoever waits for a file must never see half of it.
void WriteAtomically(fs::path const& file, std::string const& text) {
  auto const draft = fs::path(file.string() + ".part");
  std::ofstream out(draft, std::ios::trunc);
  out << text;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + draft.string());
  fs::rename(draft, file);
}

json HeadersJson(ByName<std::string> const& headers) {
  json object = json::object();
  for (auto const& [name, value] : headers)
    object[Lower(name)] = SameName(name, "Authorization") ? "Bearer [redacted]" : value;
  return object;
}

json BodyJson(std::string const& text) {
  auto body = json::parse(text, nullptr, false);
  if (!body.is_discarded()) return body;
  return text.empty() ? json(nullptr) : json(text);
}

/// One line of JSON per ARM exchange.
class ExchangeFile {
 public:
  explicit ExchangeFile(fs::path const& file) : out_(file, std::ios::app) {
    if (!out_) throw std::runtime_error("cannot write " + file.string());
  }

  void Write(WireRequest const& request, WireReply const& reply) {
    json const line{{"request",
                     {{"method", request.method},
                      {"url", request.Target()},
                      {"headers", HeadersJson(request.headers)},
                      {"body", BodyJson(request.body)}}},
                    {"response",
                     {{"statusCode", reply.status},
                      {"headers", HeadersJson(reply.headers)},
                      {"body", BodyJson(reply.body)}}}};
    std::lock_guard const lock(mutex_);
    out_ << line.dump() << '\n' << std::flush;
  }

 private:
  std::mutex mutex_;
  std::ofstream out_;  // guarded by mutex_
};

fs::path SeedFile(Options const& options) {
  if (!options.seed.empty()) return options.seed;
  for (fs::path const& folder : {fs::path(ADXF_SEED_DIR), fs::path("emulator/seeds"),
                                 fs::path("/usr/share/adx-emulator/seeds")}) {
    if (fs::exists(folder / "contoso.yaml")) return folder / "contoso.yaml";
  }
  throw std::runtime_error("the built-in seed was not found; give one with --seed");
}

void Prepare(Estate& estate, Options const& options) {
  auto const file = SeedFile(options);
  if (auto const loaded = LoadSeedFile(estate, file); !loaded)
    throw std::runtime_error(file.string() + ": " + loaded.error().message);
  auto& settings = estate.settings;
  if (options.schema_refresh_ms)
    settings.schema_refresh = std::chrono::milliseconds(*options.schema_refresh_ms);
  if (options.operation_duration_ms)
    settings.operation_duration = std::chrono::milliseconds(*options.operation_duration_ms);
  if (options.lag_ms) settings.lag = std::chrono::milliseconds(*options.lag_ms);
}

void Announce(Estate const& estate, Options const& options, fs::path const& ca_file) {
  json ready{{"armEndpoint", estate.endpoint},
             {"authorityHost", estate.endpoint},
             {"managementUrl", estate.endpoint + "/_emulator"},
             {"caFile", ca_file.string()},
             {"clusters", json::object()}};
  for (auto const& cluster : estate.clusters | std::views::values)
    ready["clusters"][cluster.name] = cluster.uri;
  if (!options.ready_file.empty()) WriteAtomically(options.ready_file, ready.dump(2) + "\n");
  fmt::print("{}\n", ready.dump(2));
  std::fflush(stdout);
}

/// Listens on one port for the control plane and one per cluster.
class PortPerCluster {
 public:
  PortPerCluster(Estate& estate, Options const& options, TlsIdentity const& identity)
      : control_(options.address, options.port, identity) {
    auto const host = options.address == "0.0.0.0" ? std::string("127.0.0.1") : options.address;
    estate.endpoint = fmt::format("https://{}:{}", host, control_.Port());
    for (auto& cluster : estate.clusters | std::views::values) {
      auto& server = clusters_
                         .emplace_back(cluster.Key(),
                                       std::make_unique<HttpsServer>(options.address, 0, identity))
                         .second;
      cluster.uri = fmt::format("https://{}:{}", host, server->Port());
    }
  }

  void Start(Service& service) {
    control_.Start(
        [&service](WireRequest const& request) { return service.ServeControl(request); });
    for (auto& [key, server] : clusters_) {
      server->Start([&service, name = key](WireRequest const& request) {
        return service.ServeCluster(name, request);
      });
    }
  }

 private:
  HttpsServer control_;
  std::list<std::pair<std::string, std::unique_ptr<HttpsServer>>> clusters_;
};

/// The host of a URL or of a Host header, without the port.
std::string HostOf(std::string_view text) {
  if (auto const scheme = text.find("://"); scheme != std::string_view::npos)
    text.remove_prefix(scheme + 3);
  return std::string(text.substr(0, text.find_first_of(":/")));
}

/// Listens on one port, as something in front of it may want: whose request it is tells the host.
class PortForAll {
 public:
  PortForAll(Estate& estate, Options const& options, TlsIdentity const& identity)
      : server_(options.address, options.port, identity) {
    auto const place = options.cluster_url.find(kName);
    if (place == std::string::npos)
      throw std::runtime_error("--cluster-url must hold {name}: each cluster needs its own host");
    estate.endpoint = options.arm_url;
    for (auto& cluster : estate.clusters | std::views::values) {
      cluster.uri = options.cluster_url;
      cluster.uri.replace(place, kName.size(), Lower(cluster.name));
      clusters_[HostOf(cluster.uri)] = cluster.Key();
    }
  }

  void Start(Service& service) {
    server_.Start([this, &service](WireRequest const& request) {
      auto const asked = clusters_.find(HostOf(request.Header("Host")));
      return asked == clusters_.end() ? service.ServeControl(request)
                                      : service.ServeCluster(asked->second, request);
    });
  }

 private:
  static constexpr std::string_view kName = "{name}";

  ByName<std::string> clusters_{};  // key by host; before the server, whose threads read it
  HttpsServer server_;
};

std::string TextOf(fs::path const& file) {
  std::ifstream in(file);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in || text.empty()) throw std::runtime_error("cannot read " + file.string());
  return text;
}

/// The certificate that is given, or one of a CA made now, which is left in the folder for it.
TlsIdentity Identity(Options const& options, fs::path& ca_file) {
  if (!options.tls_certificate.empty())
    return {.certificate_pem = TextOf(options.tls_certificate), .key_pem = TextOf(options.tls_key)};
  auto identity = MakeTlsIdentity();
  if (options.ca_dir.empty()) return identity;
  fs::create_directories(options.ca_dir);
  ca_file = fs::absolute(options.ca_dir / "ca.pem");
  WriteAtomically(ca_file, identity.ca_pem);
  return identity;
}

template <class Listeners>
void Serve(Estate& estate, Service& service, Options const& options, sigset_t const& signals) {
  fs::path ca_file;
  Listeners listeners(estate, options, Identity(options, ca_file));
  listeners.Start(service);
  Announce(estate, options, ca_file);
  int signal = 0;
  sigwait(&signals, &signal);
}

void ServeUntil(sigset_t const& signals, Options const& options) {
  Estate estate;
  Prepare(estate, options);
  std::unique_ptr<ExchangeFile> exchanges;
  Service::Recorder recorder;
  if (!options.exchanges.empty()) {
    exchanges = std::make_unique<ExchangeFile>(options.exchanges);
    recorder = [file = exchanges.get()](WireRequest const& request, WireReply const& reply) {
      file->Write(request, reply);
    };
  }
  Service service(estate, recorder);
  if (options.cluster_url.empty()) {
    Serve<PortPerCluster>(estate, service, options, signals);
  } else {
    Serve<PortForAll>(estate, service, options, signals);
  }
}

}  // namespace

int RunEmulator(Options const& options) {
  // Blocked before any thread starts, so that only sigwait ever sees them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    ServeUntil(signals, options);
  } catch (std::exception const& error) {
    fmt::print(stderr, "adx-emulator: {}\n", error.what());
    return 1;
  }
  return 0;
}

}  // namespace adxf::emulator
