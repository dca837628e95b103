#include "base/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

namespace adxf {
namespace {

struct ProcessStat {
  double cpu_seconds = 0.0;
  double started_after_boot = 0.0;
  double virtual_bytes = 0.0;
  double resident_bytes = 0.0;
};

/// /proc/self/stat, fields of proc(5): 14 utime, 15 stime, 22 starttime, 23 vsize, 24 rss.
std::optional<ProcessStat> ReadStat() {
  std::ifstream in("/proc/self/stat");
  std::string line;
  if (!std::getline(in, line)) return std::nullopt;
  auto const name_end = line.rfind(')');  // The name may hold blanks and parentheses.
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  std::vector<double> values;
  std::string state;
  fields >> state;
  for (double value = 0.0; fields >> value;) values.push_back(value);
  constexpr std::size_t kFirst = 4;  // `values[0]` is field 4.
  if (values.size() <= 24 - kFirst) return std::nullopt;
  auto const ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  return ProcessStat{
      .cpu_seconds = (values[14 - kFirst] + values[15 - kFirst]) / ticks,
      .started_after_boot = values[22 - kFirst] / ticks,
      .virtual_bytes = values[23 - kFirst],
      .resident_bytes = values[24 - kFirst] * static_cast<double>(sysconf(_SC_PAGESIZE))};
}

std::optional<double> BootTime() {
  std::ifstream in("/proc/stat");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return std::nullopt;
}

std::optional<double> OpenFiles() {
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  double count = -1.0;  // The folder's own descriptor does not count.
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    count += 1.0;
  return error ? std::nullopt : std::optional(count);
}

}  // namespace

void SampleProcess(SampleSink& out) {
  if (auto const stat = ReadStat()) {
    out.Add<MetricId::kProcessCpu>(stat->cpu_seconds);
    out.Add<MetricId::kProcessResident>(stat->resident_bytes);
    out.Add<MetricId::kProcessVirtual>(stat->virtual_bytes);
    if (auto const boot = BootTime())
      out.Add<MetricId::kProcessStart>(*boot + stat->started_after_boot);
  }
  if (auto const open = OpenFiles()) out.Add<MetricId::kProcessOpenFds>(*open);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
    out.Add<MetricId::kProcessMaxFds>(static_cast<double>(limit.rlim_cur));
}

}  // namespace adxf
