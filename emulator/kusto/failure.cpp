#include "emulator/kusto/failure.hpp"

#include <fmt/format.h>

#include <utility>

namespace adxf::emulator::kusto {
namespace {

constexpr std::string_view kBadRequest = "Kusto.DataNode.Exceptions.BadRequestException";

Refusal Bad(std::string code, std::string_view type, std::string message) {
  return Refusal(KustoFailure{.status = 400,
                              .code = std::move(code),
                              .type = std::string(type),
                              .message = std::move(message)});
}

}  // namespace

Refusal RefuseSyntax(SyntaxError const& error, std::string_view text) {
  auto const place = PositionOf(text, error.offset);
  return Bad("BadRequest_SyntaxError", "Kusto.Data.Exceptions.SyntaxException",
             fmt::format("Syntax error: {}. [line:position={}:{}]. Query: '{}'", error.message,
                         place.line, place.position, text));
}

Refusal RefuseDatabase(std::string_view name) {
  return Bad("BadRequest_DatabaseNotExist", "Kusto.Data.Exceptions.DatabaseNotFoundException",
             fmt::format("Database '{}' could not be found.", name));
}

Refusal RefuseTable(std::string_view name, std::string_view kind) {
  return Bad("BadRequest_TableNotExist", "Kusto.Data.Exceptions.EntityNotFoundException",
             fmt::format("Entity not found: {} '{}' was not found.", kind, name));
}

Refusal RefuseName(std::string_view name) {
  return Bad("BadRequest_EntityNameIsNotValid",
             "Kusto.Data.Exceptions.EntityNameIsNotValidException",
             fmt::format("Entity name '{}' is not valid.", name));
}

Refusal RefuseRequest(std::string message) {
  return Bad("General_BadRequest", kBadRequest, std::move(message));
}

Refusal RefuseReadOnly(std::string_view database) {
  return RefuseRequest(
      fmt::format("The command cannot be executed: database '{}' follows a database of another "
                  "cluster and is read-only.",
                  database));
}

Refusal RefuseAccess(std::string_view principal, std::string_view what) {
  return Refusal(KustoFailure{
      .status = 403,
      .code = "Forbidden",
      .type = "Kusto.DataNode.Exceptions.KustoRequestDeniedException",
      .message = fmt::format("Principal '{}' is not authorized to {}.", principal, what)});
}

}  // namespace adxf::emulator::kusto
