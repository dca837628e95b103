#pragma once

#include "azure/session.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "runtime/secret_reader.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Which Azure identity an object acts with.
namespace adxf::azure_access {

inline constexpr std::string_view kSecretType = "adxfollower.io/azure-credentials";

/// A namespace that may use the operator's own identity, perhaps only on some resources.
struct AllowedNamespace {
  std::string name{};
  std::vector<std::string> resource_prefixes{};  ///< ARM id prefixes; empty: any resource.
};

struct IdentityOptions {
  std::optional<azure::Credential> own{};  ///< The operator's own identity, if it has one.
  std::vector<AllowedNamespace> allowed{};
  std::string federated_token_file{};  ///< For Secrets that name a client and hold no proof; empty:
                                       ///< refused.
  Duration refresh = std::chrono::minutes(5);  ///< A Secret in use is read again this often.
};

/// Why there is no identity.
enum class Denial { kNotAllowed, kMissing, kUnavailable };

struct Resolution {
  std::shared_ptr<azure::Session> session{};  ///< Null when denied.
  Denial denial = Denial::kMissing;
  std::string message{};  ///< What to do; holds no secret.
};

struct IdentityRequest {
  std::string ns{};
  std::optional<std::string> secret_name{};
  std::vector<std::string> resource_ids{};  ///< What the identity will be used on.
  bool is_deleting =
      false;  ///< A finalizer needs it: the credential used last serves when its Secret is gone.
};

/// Turns credentials of objects into sessions. Objects with the same credential share one session.
/// One that nobody holds any more, and whose Secret nobody asked for in twice the time after which
/// it is read again, is forgotten with its credential at the next Resolve. Thread-safe.
class Identities {
 public:
  Identities(runtime::SecretReader& secrets, azure::SessionFactory& sessions,
             IdentityOptions options, Clock const& clock);

  Resolution Resolve(IdentityRequest const& request, http::CallContext const& call);

  /// Azure refused the credential: the Secret is read again at the next Resolve.
  void Refused(std::string const& ns, std::optional<std::string> const& secret_name);

 private:
  struct Known {
    std::shared_ptr<azure::Session> session{};
    SteadyPoint read_at{};
    SteadyPoint asked_at{};
    bool must_read = true;
    bool borrows_operator =
        false;  ///< Proved with the operator's own token: as guarded as its own identity.
  };
  struct Shared {
    azure::Credential credential{};
    std::weak_ptr<azure::Session> session{};
  };
  using SecretKey = std::pair<std::string, std::string>;

  [[nodiscard]] std::optional<Resolution> DenyOperator(IdentityRequest const& request) const;
  [[nodiscard]] Resolution Permit(IdentityRequest const& request, Known const& known) const;
  Resolution ResolveOwn(IdentityRequest const& request);
  Resolution ResolveSecret(IdentityRequest const& request, http::CallContext const& call);
  Known const* FindRecent(SecretKey const& key);  // mutex_ held
  Result<azure::Credential> Parse(std::string const& where, runtime::SecretContent content) const;
  std::shared_ptr<azure::Session> Share(azure::Credential credential);  // mutex_ held
  void ForgetUnused();                                                  // mutex_ held

  runtime::SecretReader& secrets_;
  azure::SessionFactory& factory_;
  IdentityOptions const options_;
  Clock const& clock_;

  std::mutex mutex_;
  // Guarded by mutex_.
  std::map<SecretKey, Known> known_;
  std::vector<Shared> shared_;
  std::shared_ptr<azure::Session> own_;
  SteadyPoint swept_at_{};
};

}  // namespace adxf::azure_access
