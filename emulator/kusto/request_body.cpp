#include "emulator/kusto/request_body.hpp"

#include "base/result.hpp"
#include "emulator/kusto/result_table.hpp"
#include "emulator/wire.hpp"

namespace adxf::emulator::kusto {
namespace {

std::string HeaderOf(KustoRequest const& request, std::string_view name) {
  auto const found = request.headers.find(name);
  return found == request.headers.end() ? std::string() : found->second;
}

std::string TextOf(Json const& object, char const* key) {
  auto const found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool IsTrue(Json const& object, char const* key) {
  auto const found = object.find(key);
  if (found == object.end()) return false;
  return (found->is_boolean() && found->get<bool>()) ||
         (found->is_string() && SameName(found->get<std::string>(), "true"));
}

/// `properties` comes as an object or as text that holds one.
Outcome<Json> PropertiesOf(Json const& body) {
  auto const found = body.find("properties");
  if (found == body.end() || found->is_null()) return Json::object();
  Json properties =
      found->is_string() ? Json::parse(found->get<std::string>(), nullptr, false) : *found;
  if (found->is_string() && found->get<std::string>().empty()) return Json::object();
  if (!properties.is_object()) return RefuseRequest("The request's properties are not valid JSON.");
  return properties;
}

Outcome<Statement> ReadBody(KustoRequest const& request) {
  Json const body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return RefuseRequest("The request body is not a valid JSON object.");
  Statement statement{.database = TextOf(body, "db"), .text = TextOf(body, "csl")};
  TRY_ASSIGN(Json const properties, PropertiesOf(body));
  statement.client_request_id = TextOf(properties, "ClientRequestId");
  auto const options = properties.find("Options");
  if (options != properties.end() && options->is_object()) {
    statement.is_read_only =
        IsTrue(*options, "request_readonly") || IsTrue(*options, "request_readonly_hardline");
  }
  return statement;
}

Statement ReadTarget(KustoRequest const& request) {
  auto const parameters = ParseForm(request.query);
  auto const value = [&](std::string_view name) {
    auto const found = parameters.find(name);
    return found == parameters.end() ? std::string() : found->second;
  };
  return {.database = value("db"), .text = value("csl"), .is_read_only = true};
}

}  // namespace

Outcome<Statement> ReadStatement(KustoRequest const& request) {
  Statement statement;
  if (SameName(request.method, "GET")) {
    statement = ReadTarget(request);
  } else {
    TRY_ASSIGN(statement, ReadBody(request));
  }
  if (auto const id = HeaderOf(request, "x-ms-client-request-id"); !id.empty())
    statement.client_request_id = id;
  if (SameName(HeaderOf(request, "x-ms-readonly"), "true")) statement.is_read_only = true;
  if (statement.text.find_first_not_of(" \t\r\n") == std::string::npos)
    return RefuseRequest("The request holds no query or command ('csl').");
  return statement;
}

}  // namespace adxf::emulator::kusto
