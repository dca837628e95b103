#pragma once

#include "base/result.hpp"

#include <compare>
#include <string>
#include <string_view>

namespace adxf::model {

enum class PrincipalKind { kUser, kGroup, kApp, kMicrosoftAccount };

/// "aaduser", "aadgroup", "aadapp" or "msauser".
std::string_view ToString(PrincipalKind kind);

/// Who is granted something, as Kusto writes it: `aaduser=<upn or object id>[;tenant]`,
/// `aadgroup=<mail>` or `aadgroup=<name or object id>;<tenant>`, `aadapp=<application id or
/// name>;<tenant>`, `msauser=<mail>`. Compared without regard to case.
class Principal {
 public:
  /// Code::kInvalid with a sentence for anything else, and for control characters, double quotes,
  /// backslashes and more than one semicolon.
  static Result<Principal> Parse(std::string_view text);

  [[nodiscard]] PrincipalKind Kind() const { return kind_; }
  [[nodiscard]] std::string const& Id() const {
    return id_;
  }  ///< Mail, name, object id or application id.
  [[nodiscard]] std::string const& Tenant() const { return tenant_; }  ///< Empty if not given.

  /// True for `kind=<guid>;<guid>`: nothing is left for the directory to look up.
  [[nodiscard]] bool IsResolved() const;

  [[nodiscard]] std::string ToFqn()
      const;  ///< `kind=id[;tenant]`, the kind in lower case, the rest as given.
  [[nodiscard]] std::string Key() const;  ///< ToFqn in lower case; for maps and comparison.

  friend bool operator==(Principal const& a, Principal const& b) { return a.Key() == b.Key(); }
  friend std::strong_ordering operator<=>(Principal const& a, Principal const& b) {
    return a.Key() <=> b.Key();
  }

 private:
  PrincipalKind kind_ = PrincipalKind::kUser;
  std::string id_{};
  std::string tenant_{};
};

}  // namespace adxf::model
