// Files that people write: a kubeconfig, and the operator's configuration.
#include "base/clock.hpp"
#include "fuzz/fuzz.hpp"
#include "http/request.hpp"
#include "kube/kube_config.hpp"
#include "operator/flags.hpp"

#include <sys/mman.h>
#include <unistd.h>

namespace adxf {
namespace {

/// A file in memory that holds the text.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view text) : descriptor_(memfd_create("fuzz", 0)) {
    fuzz::Require(write(descriptor_, text.data(), text.size()) == static_cast<ssize_t>(text.size()),
                  "a file in memory can be written");
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(MemoryFile const&) = delete;
  MemoryFile& operator=(MemoryFile const&) = delete;
  [[nodiscard]] std::string Path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int const descriptor_;
};

void CheckAccess(kube::ClusterAccess const& access) {
  fuzz::Require(access.tokens != nullptr, "somebody is asked for tokens");
  fuzz::Require(!http::OriginOf(access.server_url).empty(), "the API server has an address");
  fuzz::Require(!access.server_url.ends_with('/'), "paths go behind the address");
}

/// What must hold for every configuration that the operator starts with.
void CheckConfig(app::Config const& config) {
  for (auto const& suffix : config.azure.kusto_suffixes)
    fuzz::Require(suffix.starts_with('.'), "tokens go to hosts below a name");
  if (!config.allow_loopback_endpoints)
    fuzz::Require(config.azure.arm_endpoint.starts_with("https://") &&
                      config.azure.authority_host.starts_with("https://"),
                  "secrets and tokens go over TLS");
  fuzz::Require(config.workers > 0, "somebody works");
}

void Check(std::string_view input) {
  static RealClock clock;
  kube::AccessSources const sources{.environment = [](std::string const&) { return std::nullopt; },
                                    .read = [](std::string const& path) -> Result<std::string> {
                                      return Fail(Code::kNotFound, "no file " + path);
                                    },
                                    .clock = clock};
  auto const access = kube::ParseKubeconfig(input, "/etc", "", sources);
  fuzz::Require(access || !access.error().message.empty(), "what is refused is explained");
  if (access) CheckAccess(*access);

  MemoryFile const file(input);
  auto const parsed = app::ParseCommandLine({"--config", file.Path()},
                                            [](std::string_view) { return std::nullopt; });
  fuzz::Require(parsed.config || (parsed.exit_code == 2 && !parsed.text.empty()),
                "what is refused is explained");
  if (parsed.config) CheckConfig(*parsed.config);
}

}  // namespace
}  // namespace adxf

ADXF_FUZZ_TARGET(adxf::Check)
