#pragma once

#include "emulator/names.hpp"

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace adxf::emulator {

struct SeedError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A mapping in a seed and the path to it, so that every complaint names its field. All members
/// throw SeedError.
class SeedNode {
 public:
  SeedNode(YAML::Node const& node, std::string path);

  [[nodiscard]] std::string Required(char const* name) const;
  [[nodiscard]] std::string Text(char const* name) const;  ///< empty if absent
  [[nodiscard]] std::string Guid(char const* name) const;  ///< required
  [[nodiscard]] std::vector<std::string> Texts(char const* name) const;
  [[nodiscard]] bool Flag(char const* name, bool otherwise) const;
  [[nodiscard]] std::uint64_t Number(char const* name, std::uint64_t otherwise) const;
  [[nodiscard]] std::optional<Ticks> Span(char const* name) const;
  [[nodiscard]] std::optional<TimePoint> Time(char const* name) const;
  [[nodiscard]] std::optional<SeedNode> Child(char const* name) const;
  void Each(char const* name, std::function<void(SeedNode const&)> const& take) const;
  void EachMember(char const* name,
                  std::function<void(std::string const&, std::string const&)> const& take) const;
  /// Refuses members of other names.
  void Only(std::initializer_list<std::string_view> names) const;
  [[noreturn]] void Fail(char const* name, std::string const& what) const;

 private:
  [[nodiscard]] std::string PathOf(std::string const& name) const;

  YAML::Node node_;
  std::string path_;
};

}  // namespace adxf::emulator
