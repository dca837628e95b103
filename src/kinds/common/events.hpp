#pragma once

#include "kinds/common/plan.hpp"
#include "kube/event_sink.hpp"
#include "kube/resource.hpp"
#include "model/object_meta.hpp"

#include <vector>

namespace adxf::kinds {

/// Tells events of an object of that type.
void Publish(kube::EventSink& sink, kube::ResourceType const& type,
             model::ObjectMeta const& metadata, std::vector<EventNote> const& events);

}  // namespace adxf::kinds
