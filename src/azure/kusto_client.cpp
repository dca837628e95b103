#include "azure/kusto_client.hpp"

#include "azure/azure_error.hpp"
#include "azure/kusto_answer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace adxf::azure {
namespace {

using namespace std::chrono_literals;

std::string ServerTimeout(std::chrono::seconds timeout) {
  return model::Timespan::FromSeconds(std::clamp<std::int64_t>(timeout.count(), 1, 3600)).ToKusto();
}

/// "AdxFollower.show_databases;<guid>": spaces have no place in an id.
std::string ClientRequestId(std::string_view command, std::string const& guid) {
  std::string id = "AdxFollower." + std::string(command) + ";" + guid;
  std::ranges::replace(id, ' ', '_');
  return id;
}

std::string MgmtUrl(std::string_view cluster_uri) {
  while (cluster_uri.ends_with('/')) cluster_uri.remove_suffix(1);
  return std::string(cluster_uri) + "/v1/rest/mgmt";
}

}  // namespace

KustoClient::KustoClient(http::Transport& transport, Cloud const& cloud, Clock const& clock,
                         Random& random)
    : KustoClient(transport, cloud, clock, random, Options{}) {}

KustoClient::KustoClient(http::Transport& transport, Cloud const& cloud, Clock const& clock,
                         Random& random, Options options)
    : transport_(transport),
      cloud_(cloud),
      clock_(clock),
      random_(random),
      options_(std::move(options)) {}

http::Request KustoClient::Build(std::string_view cluster_uri, KustoCommand const& command,
                                 std::string const& id, http::CallContext const& call) {
  bool const reads = command.effect == CommandEffect::kReads;
  // The service should give up no later than we do.
  auto const left =
      std::chrono::duration_cast<std::chrono::seconds>(call.deadline - clock_.Steady());
  auto const longest = reads ? options_.server_timeout : options_.change_timeout;
  nlohmann::json options = {{"servertimeout", ServerTimeout(std::min(left, longest))},
                            {"request_app_name", options_.application}};
  if (reads) options["request_readonly"] = true;
  nlohmann::json const body = {
      {"db", command.database},
      {"csl", command.text.Text()},
      {"properties", {{"Options", std::move(options)}, {"ClientRequestId", id}}}};
  return {.method = http::Method::kPost,
          .url = MgmtUrl(cluster_uri),
          .headers = {{"Accept", "application/json"},  // Without it errors may not be JSON.
                      {"Content-Type", "application/json; charset=utf-8"},
                      {"x-ms-client-request-id", id},
                      {"x-ms-app", options_.application}},
          .body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
          .operation = std::string(command.name),
          .service = "kusto",
          // A change whose answer was lost shows at the next look, or is asked for again then.
          .repeatable = reads ? http::Repeatable::kYes : http::Repeatable::kNo};
}

Result<KustoTable> KustoClient::RunCommand(std::string const& cluster_uri,
                                           KustoCommand const& command,
                                           http::CallContext const& call) {
  auto const what = "running '" + std::string(command.name) + "'";
  if (auto uri = cloud_.CheckKustoUri(cluster_uri); !uri)
    return std::unexpected(uri.error().Because(what));
  auto const id = ClientRequestId(command.name, random_.Guid());
  // Whatever the end, the cluster lists the command under our id (`.show commands`).
  auto const failed = [&](Error const& error) {
    auto told = error.Because(what);
    told.request_id = id;
    return Failure(std::move(told));
  };
  auto const response = transport_.Send(Build(cluster_uri, command, id, call), call);
  if (!response) return failed(response.error());
  if (!response->IsSuccess()) return failed(KustoErrorFrom(*response));
  auto table = ReadKustoAnswer(*response);
  if (!table) return failed(table.error());
  table->SetRequestId(id);
  return table;
}

}  // namespace adxf::azure
