#include "emulator/faults.hpp"

#include "emulator/names.hpp"

namespace adxf::emulator {

namespace {

/// Data Share has a name of its own, and is served by ARM's endpoint.
bool IsService(std::string_view wanted, std::string_view service) {
  return wanted.empty() || SameName(wanted, service) ||
         (SameName(wanted, "arm") && SameName(service, "datashare"));
}

bool Matches(Fault const& rule, FaultSubject const& subject) {
  if (!IsService(rule.service, subject.service)) return false;
  if (!rule.method.empty() && !SameName(rule.method, subject.method)) return false;
  if (!rule.cluster.empty() && !SameName(rule.cluster, subject.cluster)) return false;
  if (rule.path && !std::regex_search(subject.path, *rule.path)) return false;
  return !rule.command || std::regex_search(subject.command, *rule.command);
}

}  // namespace

bool Faults::Remove(std::string const& id) {
  return std::erase_if(rules_, [&](Fault const& rule) { return rule.id == id; }) > 0;
}

std::optional<Fault> Faults::Take(FaultSubject const& subject) {
  for (auto& rule : rules_) {
    if (!Matches(rule, subject)) continue;
    ++rule.matched;
    if (rule.matched <= rule.skip) continue;
    if (rule.count && rule.acted >= *rule.count) continue;
    ++rule.acted;
    return rule;
  }
  return std::nullopt;
}

}  // namespace adxf::emulator
