// Files that people write: a kubeconfig, and the operator's configuration.
#include "base/clock.hpp"
#include "fuzz/fuzz.hpp"
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

void Check(std::string_view input) {
  static RealClock clock;
  kube::AccessSources const sources{.environment = [](std::string const&) { return std::nullopt; },
                                    .read = [](std::string const& path) -> Result<std::string> {
                                      return Fail(Code::kNotFound, "no file " + path);
                                    },
                                    .clock = clock};
  static_cast<void>(kube::ParseKubeconfig(input, "/etc", "", sources));

  MemoryFile const file(input);
  auto const parsed = app::ParseCommandLine({"--config", file.Path()},
                                            [](std::string_view) { return std::nullopt; });
  fuzz::Require(parsed.config || (parsed.exit_code == 2 && !parsed.text.empty()),
                "what is refused is explained");
}

}  // namespace
}  // namespace adxf

ADXF_FUZZ_TARGET(adxf::Check)
