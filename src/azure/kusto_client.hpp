#pragma once

#include "azure/cloud.hpp"
#include "azure/csl.hpp"
#include "azure/kusto_table.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "http/transport.hpp"

#include <chrono>
#include <concepts>
#include <string>
#include <string_view>

namespace adxf::azure {

enum class CommandEffect { kReads, kChanges };

/// A rendered management command on its way to a cluster.
struct KustoCommand {
  std::string_view name;  ///< kName of the command; a literal.
  CommandEffect effect = CommandEffect::kReads;
  std::string database{};  ///< Context of the command.
  Csl text;
};

/// The untyped floor: one method, so that tests can stand in for it. One instance per identity.
/// Thread-safe.
class KustoRunner {
 public:
  virtual ~KustoRunner() = default;

  /// Runs the command on the cluster and returns its table.
  /// Errors: kInvalid (not a Kusto host of this cloud, or the command was refused), kThrottled,
  /// kUnavailable (also an unreadable answer), kForbidden, kUnauthorized, and those of the
  /// transport.
  virtual Result<KustoTable> RunCommand(std::string const& cluster_uri, KustoCommand const& command,
                                        http::CallContext const& call) = 0;
};

/// A typed management command: one struct per file in azure/commands.
template <class C>
concept ManagementCommand = requires(C const& command, KustoTable const& table) {
  { C::kName } -> std::convertible_to<std::string_view>;
  { C::kEffect } -> std::convertible_to<CommandEffect>;
  { command.Database() } -> std::convertible_to<std::string>;
  { command.Render() } -> std::same_as<Csl>;
  { C::Parse(table) } -> std::same_as<Result<typename C::Reply>>;
};

/// Runs a typed command: Run(kusto, uri, ShowDatabases{}, call) ->
/// Result<std::vector<DatabaseRow>>.
template <ManagementCommand C>
Result<typename C::Reply> Run(KustoRunner& kusto, std::string const& cluster_uri, C const& command,
                              http::CallContext const& call) {
  auto table = kusto.RunCommand(cluster_uri,
                                KustoCommand{.name = C::kName,
                                             .effect = C::kEffect,
                                             .database = command.Database(),
                                             .text = command.Render()},
                                call);
  if (!table) return std::unexpected(table.error());
  return C::Parse(*table);
}

/// Runs a command that changes something; returns the id under which the cluster lists it.
template <ManagementCommand C>
Result<std::string> Change(KustoRunner& kusto, std::string const& cluster_uri, C const& command,
                           http::CallContext const& call) {
  static_assert(C::kEffect == CommandEffect::kChanges);
  auto table = kusto.RunCommand(cluster_uri,
                                KustoCommand{.name = C::kName,
                                             .effect = C::kEffect,
                                             .database = command.Database(),
                                             .text = command.Render()},
                                call);
  if (!table) return std::unexpected(table.error());
  return table->RequestId();
}

/// Through `transport`, which adds the token of the identity (AuthTransport). References outlive
/// the client.
class KustoClient final : public KustoRunner {
 public:
  struct Options {
    std::chrono::seconds server_timeout{
        60};  ///< Sent as `servertimeout`; never longer than the call's deadline allows.
    /// The same for what changes something: it should not go on when others may be at work.
    std::chrono::seconds change_timeout{60};
    std::string application = "adx-follower-operator";
  };

  KustoClient(http::Transport& transport, Cloud const& cloud, Clock const& clock, Random& random);
  KustoClient(http::Transport& transport, Cloud const& cloud, Clock const& clock, Random& random,
              Options options);

  Result<KustoTable> RunCommand(std::string const& cluster_uri, KustoCommand const& command,
                                http::CallContext const& call) override;

 private:
  http::Request Build(std::string_view cluster_uri, KustoCommand const& command,
                      std::string const& id, http::CallContext const& call);

  http::Transport& transport_;
  Cloud const& cloud_;
  Clock const& clock_;
  Random& random_;
  Options options_;
};

}  // namespace adxf::azure
