#include "base/result.hpp"
#include "emulator/kusto/access.hpp"
#include "emulator/kusto/commands.hpp"
#include "emulator/kusto/encoding.hpp"
#include "emulator/kusto/parser/parser.hpp"
#include "emulator/kusto/query.hpp"
#include "emulator/kusto/request_body.hpp"
#include "emulator/kusto_endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace adxf::emulator {
namespace {

using namespace kusto;

enum class Route { kMetadata, kCommand, kQueryV1, kQueryV2, kUnknown };

Route RouteOf(std::string_view path) {
  while (path.starts_with("//")) path.remove_prefix(1);
  if (SameName(path, "/v1/rest/auth/metadata")) return Route::kMetadata;
  if (SameName(path, "/v1/rest/mgmt")) return Route::kCommand;
  if (SameName(path, "/v1/rest/query")) return Route::kQueryV1;
  return SameName(path, "/v2/rest/query") ? Route::kQueryV2 : Route::kUnknown;
}

/// What clients read before they ask for a token, without one.
KustoReply DescribeAuthentication(Estate const& estate) {
  Json const azure_ad = {{"LoginEndpoint", estate.endpoint},
                         {"LoginMfaRequired", false},
                         {"KustoClientAppId", "db662dc1-0cfe-4e1c-a843-19a68e65be58"},
                         {"KustoClientRedirectUri", "https://microsoft/kustoclient"},
                         {"KustoServiceResourceId", "https://kusto.kusto.windows.net"},
                         {"FirstPartyAuthorityUrl", estate.endpoint}};
  KustoReply reply;
  reply.body = Dump(Json{{"AzureAD", azure_ad}, {"dSTS", nullptr}});
  reply.operation = "auth metadata";
  return reply;
}

/// A cluster may name the tenants whose principals it lets in, besides its own.
bool IsTrusted(Session const& session) {
  if (SameName(session.caller.tenant_id, session.cluster.tenant_id)) return true;
  return std::ranges::any_of(session.cluster.trusted_tenants, [&](auto const& tenant) {
    return tenant == "*" || SameName(tenant, session.caller.tenant_id);
  });
}

class Exchange {
 public:
  Exchange(Estate& estate, Cluster& cluster, KustoRequest const& request)
      : session_{estate, cluster, *request.caller, {}} {
    ids_ = {.activity_id = estate.NewGuid(),
            .timestamp = Iso8601(estate.Now()),
            .cluster = cluster.name};
  }

  KustoReply Serve(KustoRequest const& request, Route route) {
    auto statement = ReadStatement(request);
    if (statement) {
      session_.database = statement->database;
      ids_.database = statement->database;
      ids_.client_request_id = statement->client_request_id;
      reply_.command = statement->text;
      reply_.operation = CommandHead(statement->text);
    }
    if (ids_.client_request_id.empty()) ids_.client_request_id = "unspecified;" + ids_.activity_id;
    Answer(statement ? Run(*statement, route)
                     : Outcome<ResultTable>(std::unexpected(statement.error())),
           route);
    reply_.headers["x-ms-client-request-id"] = ids_.client_request_id;
    reply_.headers["x-ms-activity-id"] = ids_.activity_id;
    return std::move(reply_);
  }

 private:
  Outcome<ResultTable> Run(Statement const& statement, Route route) {
    if (!IsTrusted(session_))
      return RefuseAccess(CallerName(session_.caller),
                          "use this cluster: it does not trust the principal's tenant");
    if (route != Route::kCommand) return RunQuery(session_, statement.text);
    if (!IsCommand(statement.text))
      return RefuseRequest(
          "The management endpoint takes control commands only; send queries to the query "
          "endpoint.");
    auto const command = ParseCommand(statement.text);
    if (!command) return RefuseSyntax(command.error(), statement.text);
    reply_.is_write = ChangesSomething(*command);
    if (reply_.is_write && statement.is_read_only)
      return RefuseRequest(
          "The request is declared as read-only (request_readonly) and its command is not.");
    return std::visit([&](auto const& parsed) { return kusto::Run(session_, parsed); }, *command);
  }

  void Answer(Outcome<ResultTable> const& outcome, Route route) {
    if (!outcome) {
      reply_.status = outcome.error().status;
      reply_.body = EncodeFailure(outcome.error(), ids_);
      return;
    }
    reply_.was_accepted = reply_.is_write;
    reply_.body = Encode(*outcome, route);
  }

  [[nodiscard]] std::string Encode(ResultTable const& table, Route route) const {
    if (route == Route::kCommand) return EncodeCommandV1(table);
    if (route == Route::kQueryV1)
      return table.is_truncated ? EncodePartialFailureV1(table, LimitsExceeded(), ids_)
                                : EncodeQueryV1(table, ids_);
    return table.is_truncated ? EncodePartialFailureV2(table, LimitsExceeded(), ids_)
                              : EncodeQueryV2(table, ids_);
  }

  Session session_;
  RequestIds ids_{};
  KustoReply reply_{};
};

KustoReply Refused(int status, std::string_view operation) {
  KustoReply reply;
  reply.status = status;
  reply.operation = operation;
  return reply;
}

}  // namespace

KustoReply HandleKusto(Estate& estate, std::string const& cluster_key,
                       KustoRequest const& request) {
  auto const route = RouteOf(request.path);
  auto* const cluster = FindCluster(estate, cluster_key);
  bool const is_get = SameName(request.method, "GET");
  if (cluster == nullptr || route == Route::kUnknown) return Refused(404, "unknown");
  if (route == Route::kMetadata)
    return is_get ? DescribeAuthentication(estate) : Refused(405, "auth metadata");
  if (!request.caller) return Refused(401, "unauthenticated");
  bool const is_allowed = SameName(request.method, "POST") || (is_get && route != Route::kCommand);
  if (!is_allowed) return Refused(405, "unknown");
  return Exchange(estate, *cluster, request).Serve(request, route);
}

}  // namespace adxf::emulator
