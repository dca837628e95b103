#pragma once

#include "emulator/kusto/parser/token.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace adxf::emulator::kusto {

/// A refusal in the words of the service; becomes a OneApi error body.
struct KustoFailure {
  int status = 400;
  std::string code{};     ///< `BadRequest_SyntaxError`
  std::string type{};     ///< `@type`
  std::string message{};  ///< `@message`
  bool is_permanent = true;
};

template <class T>
using Outcome = std::expected<T, KustoFailure>;
using Refusal = std::unexpected<KustoFailure>;

Refusal RefuseSyntax(SyntaxError const& error, std::string_view text);
Refusal RefuseDatabase(std::string_view name);  ///< BadRequest_DatabaseNotExist
Refusal RefuseTable(
    std::string_view name,
    std::string_view kind);  ///< BadRequest_TableNotExist; `kind` is "table" and so on
Refusal RefuseName(std::string_view name);   ///< BadRequest_EntityNameIsNotValid
Refusal RefuseRequest(std::string message);  ///< General_BadRequest
Refusal RefuseReadOnly(std::string_view database);
Refusal RefuseAccess(std::string_view principal, std::string_view what);  ///< 403 Forbidden

}  // namespace adxf::emulator::kusto
