#pragma once

#include "azure/arm_types.hpp"
#include "azure/cloud.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "http/transport.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace adxf::azure {

/// How every resource provider of ARM is called: a client request id on each request, refusals as
/// Errors, lists over all their pages, long-running operations. Thread-safe; references outlive it.
/// `what` says in the errors what was tried: "reading the cluster".
class ArmCaller {
 public:
  template <class Item>
  using Reader = Result<Item> (*)(nlohmann::json const&);

  ArmCaller(http::Transport& transport, Cloud const& cloud, Clock const& clock, Random& random)
      : transport_(transport), cloud_(cloud), clock_(clock), random_(random) {}

  /// The answer whatever its status.
  Result<http::Response> Send(http::Request request, http::CallContext const& call);
  /// The answer when it is a success, else its Error with `what` in front.
  Result<http::Response> SendFor(std::string_view what, http::Request request,
                                 http::CallContext const& call);
  /// A write: done, or an operation to be polled.
  Result<Accepted> Start(std::string_view what, http::Request const& request,
                         http::CallContext const& call);

  /// The object that is answered. kUnavailable when the answer is none.
  template <class Item>
  Result<Item> One(std::string_view what, http::Request const& request, Reader<Item> read,
                   http::CallContext const& call) {
    Result<Item> item = std::unexpected(Error{});
    auto const visited =
        VisitBody(what, request, [&](nlohmann::json const& body) { item = read(body); }, call);
    if (!visited) return std::unexpected(visited.error());
    return item;
  }

  /// All pages of a list. kInvalid, and nothing sent, for a next page that is not ARM's.
  template <class Item>
  Result<std::vector<Item>> List(std::string_view what, http::Request const& first,
                                 Reader<Item> read, http::CallContext const& call) {
    std::vector<Item> items;
    auto const visited = VisitItems(
        what, first,
        [&](nlohmann::json const& element) -> Result<void> {
          TRY_ASSIGN(auto item, read(element));
          items.push_back(std::move(item));
          return {};
        },
        call);
    if (!visited) return std::unexpected(visited.error());
    items.shrink_to_fit();  // kept for long
    return items;
  }

 private:
  // Apart from the templates, so that this header needs no whole JSON.
  using BodyVisitor = std::function<void(nlohmann::json const&)>;
  using ItemVisitor = std::function<Result<void>(nlohmann::json const&)>;
  Result<void> VisitBody(std::string_view what, http::Request const& request,
                         BodyVisitor const& visit, http::CallContext const& call);
  Result<void> VisitItems(std::string_view what, http::Request const& first,
                          ItemVisitor const& visit, http::CallContext const& call);

  http::Transport& transport_;
  Cloud const& cloud_;
  Clock const& clock_;
  Random& random_;
};

}  // namespace adxf::azure
