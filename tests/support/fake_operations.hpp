#pragma once

#include "azure/arm_types.hpp"
#include "base/clock.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace adxf::test {

/// Long-running operations of a fake: each takes the span that is set when it begins, and has its
/// effect when somebody looks after that. Not thread-safe: under its owner's lock.
class FakeOperations {
 public:
  /// Called once, with the reason when the operation fails.
  using Finish = std::function<void(std::optional<Error> const&)>;

  explicit FakeOperations(Clock const& clock) : clock_(clock) {}

  void SetSpan(Duration span) { span_ = span; }
  /// The next operation is accepted, and fails at its end.
  void FailNext(Error error) { next_failure_ = std::move(error); }

  azure::Accepted Start(std::string kind, Finish finish) {
    auto const number = std::to_string(operations_.size() + 1);
    operations_.push_back(
        {.url = "https://management.azure.com/share-operations/" + number,
         .ends = clock_.Steady() + std::chrono::duration_cast<SteadyPoint::duration>(span_),
         .failure = std::exchange(next_failure_, std::nullopt),
         .finish = std::move(finish)});
    return {.operation = azure::OperationRef{.url = operations_.back().url,
                                             .kind = std::move(kind),
                                             .started_at = clock_.Now()},
            .correlation_id = "s-" + number};
  }

  /// Lets what is over have its effect.
  void Settle() {
    for (auto& it : operations_) {
      if (!it.finish || clock_.Steady() < it.ends) continue;
      std::exchange(it.finish, nullptr)(it.failure);
    }
  }

  /// Nothing for an operation that is none of these.
  [[nodiscard]] std::optional<azure::OperationStatus> Poll(std::string const& url) const {
    auto const found = std::ranges::find(operations_, url, &Operation::url);
    if (found == operations_.end()) return std::nullopt;
    if (found->finish) return azure::OperationStatus{.state = azure::OperationStatus::kRunning};
    if (!found->failure) return azure::OperationStatus{.state = azure::OperationStatus::kSucceeded};
    return azure::OperationStatus{.state = azure::OperationStatus::kFailed,
                                  .error = *found->failure};
  }

 private:
  struct Operation {
    std::string url{};
    SteadyPoint ends{};
    std::optional<Error> failure{};
    Finish finish{};  ///< Empty once it is over.
  };

  Clock const& clock_;
  Duration span_ = std::chrono::seconds(1);
  std::optional<Error> next_failure_{};
  std::vector<Operation> operations_{};
};

}  // namespace adxf::test
