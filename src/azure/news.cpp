#include "azure/news.hpp"

#include "base/text.hpp"

#include <map>
#include <string_view>
#include <utility>

namespace adxf::azure {
namespace {

std::string const& NameOf(Attachment const& it) { return it.name; }
std::string const& NameOf(ArmDatabase const& it) { return it.name; }
std::string const& NameOf(FollowerRow const& it) { return it.database; }

}  // namespace

void News::Add(News other) {
  is_general = is_general || other.is_general;
  names.merge(std::move(other.names));
}

template <class T>
void News::AddDifferences(std::shared_ptr<std::vector<T> const> const& before,
                          std::optional<std::vector<T>> const& after) {
  if (!after || (before && *before == *after)) return;
  std::map<std::string_view, T const*> old;
  if (before) {
    for (auto const& it : *before) old.emplace(NameOf(it), &it);
  }
  for (auto const& it : *after) {
    auto const found = old.find(NameOf(it));
    bool const is_same = found != old.end() && *found->second == it;
    if (!is_same) names.insert(ToLower(NameOf(it)));
    if (found != old.end()) old.erase(found);
  }
  for (auto const& [name, it] : old) names.insert(ToLower(name));
}

template void News::AddDifferences(std::shared_ptr<std::vector<Attachment> const> const&,
                                   std::optional<std::vector<Attachment>> const&);
template void News::AddDifferences(std::shared_ptr<std::vector<ArmDatabase> const> const&,
                                   std::optional<std::vector<ArmDatabase>> const&);
template void News::AddDifferences(std::shared_ptr<std::vector<FollowerRow> const> const&,
                                   std::optional<std::vector<FollowerRow>> const&);

}  // namespace adxf::azure
