#pragma once

#include <string>

namespace adxf::kube {

enum class EventType { kNormal, kWarning };

/// The object that an event is about.
struct ObjectReference {
  std::string api_version{};
  std::string kind{};
  std::string ns{};
  std::string name{};
  std::string uid{};

  bool operator==(ObjectReference const&) const = default;
};

/// What users read in `kubectl describe`. `note` is cut to 1 KiB; it holds no secret and no raw
/// body.
struct ObjectEvent {
  ObjectReference regarding{};
  EventType type = EventType::kNormal;
  std::string reason{};  ///< UpperCamelCase, from a documented list: "Attached".
  std::string action{};  ///< What was done: "Attach".
  std::string note{};

  bool operator==(ObjectEvent const&) const = default;
};

/// Where events go. Never blocks and never fails: events are best effort.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void Publish(ObjectEvent event) = 0;
};

}  // namespace adxf::kube
