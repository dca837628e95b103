#pragma once

#include "emulator/kusto/result_table.hpp"
#include "emulator/model.hpp"

/// Policies and principals as the service serialises them into string columns.
namespace adxf::emulator::kusto {

Json CachingJson(CachingPolicy const& policy);
Json GrantJson(Grant const& grant);
std::string_view PrincipalTypeText(PrincipalKind kind);  ///< AAD User, AAD Group, AAD Application

}  // namespace adxf::emulator::kusto
