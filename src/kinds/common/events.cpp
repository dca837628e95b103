#include "kinds/common/events.hpp"

#include "kinds/common/types.hpp"

#include <string>

namespace adxf::kinds {

void Publish(kube::EventSink& sink, kube::ResourceType const& type,
             model::ObjectMeta const& metadata, std::vector<EventNote> const& events) {
  for (auto const& event : events) {
    bool const is_warning = event.type == EventNote::Type::kWarning;
    sink.Publish({.regarding = {.api_version = std::string(kApiVersion),
                                .kind = type.kind,
                                .ns = metadata.name_space,
                                .name = metadata.name,
                                .uid = metadata.uid},
                  .type = is_warning ? kube::EventType::kWarning : kube::EventType::kNormal,
                  .reason = event.reason,
                  .action = "Reconcile",
                  .note = event.message});
  }
}

}  // namespace adxf::kinds
