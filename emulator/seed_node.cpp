#include "emulator/seed_node.hpp"

#include <algorithm>

namespace adxf::emulator {

SeedNode::SeedNode(YAML::Node const& node, std::string path) : node_(node), path_(std::move(path)) {
  if (!node_.IsMap()) throw SeedError((path_.empty() ? "the seed" : path_) + " is not a mapping");
}

std::string SeedNode::PathOf(std::string const& name) const {
  return path_.empty() ? name : path_ + "." + name;
}

void SeedNode::Fail(char const* name, std::string const& what) const {
  throw SeedError(PathOf(name) + " " + what);
}

std::string SeedNode::Text(char const* name) const {
  auto const value = node_[name];
  if (!value || value.IsNull()) return {};
  if (!value.IsScalar()) Fail(name, "is not text");
  return value.Scalar();
}

std::string SeedNode::Required(char const* name) const {
  auto text = Text(name);
  if (text.empty()) Fail(name, "is missing");
  return text;
}

std::string SeedNode::Guid(char const* name) const {
  auto const text = Required(name);
  if (!IsGuid(text)) Fail(name, "is not a GUID");
  return Lower(text);
}

std::vector<std::string> SeedNode::Texts(char const* name) const {
  auto const value = node_[name];
  if (!value) return {};
  if (!value.IsSequence()) Fail(name, "is not a list");
  std::vector<std::string> texts;
  for (auto const& item : value) texts.push_back(item.Scalar());
  return texts;
}

bool SeedNode::Flag(char const* name, bool otherwise) const {
  auto const text = Text(name);
  if (text.empty()) return otherwise;
  if (text != "true" && text != "false") Fail(name, "must be true or false");
  return text == "true";
}

std::uint64_t SeedNode::Number(char const* name, std::uint64_t otherwise) const {
  auto const text = Text(name);
  if (text.empty()) return otherwise;
  if (text.find_first_not_of("0123456789") != std::string::npos || text.size() > 18)
    Fail(name, "must be a whole number");
  return std::stoull(text);
}

std::optional<Ticks> SeedNode::Span(char const* name) const {
  auto const text = Text(name);
  if (text.empty()) return std::nullopt;
  auto const span = ParseTimespan(text);
  if (!span) Fail(name, "must be a timespan such as 7d or 12h");
  return span;
}

std::optional<TimePoint> SeedNode::Time(char const* name) const {
  auto const text = Text(name);
  if (text.empty()) return std::nullopt;
  auto const time = ParseIso8601(text);
  if (!time) Fail(name, "must be a time such as 2030-01-01T00:00:00Z");
  return time;
}

std::optional<SeedNode> SeedNode::Child(char const* name) const {
  auto const value = node_[name];
  return value ? std::optional(SeedNode(value, PathOf(name))) : std::nullopt;
}

void SeedNode::Each(char const* name, std::function<void(SeedNode const&)> const& take) const {
  auto const value = node_[name];
  if (!value) return;
  if (!value.IsSequence()) Fail(name, "is not a list");
  std::size_t index = 0;
  for (auto const& item : value)
    take(SeedNode(item, PathOf(name) + "[" + std::to_string(index++) + "]"));
}

void SeedNode::EachMember(
    char const* name,
    std::function<void(std::string const&, std::string const&)> const& take) const {
  auto const value = node_[name];
  if (!value) return;
  if (!value.IsMap()) Fail(name, "is not a mapping");
  for (auto const& member : value) take(member.first.Scalar(), member.second.Scalar());
}

void SeedNode::Only(std::initializer_list<std::string_view> names) const {
  for (auto const& member : node_) {
    auto const& name = member.first.Scalar();
    if (std::ranges::find(names, name) == names.end()) Fail(name.c_str(), "is not known");
  }
}

}  // namespace adxf::emulator
