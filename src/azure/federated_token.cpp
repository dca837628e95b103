#include "azure/federated_token.hpp"

#include "azure/entra.hpp"

#include <fstream>
#include <utility>

namespace adxf::azure {
namespace {

constexpr std::size_t kLongestToken = 64UZ * 1024;

Secret Trimmed(Secret const& text) {
  constexpr std::string_view kSpace = " \t\r\n";
  auto const all = text.Reveal();
  auto const first = all.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return Secret(std::string(all.substr(first, all.find_last_not_of(kSpace) - first + 1)));
}

}  // namespace

Result<Secret> ReadTokenFile(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  std::string content(kLongestToken, '\0');
  if (!file ||
      (!file.read(content.data(), static_cast<std::streamsize>(content.size())) && !file.eof())) {
    return Fail(Code::kUnavailable,
                "cannot read the federated token file " + path +
                    ": check that the pod has the workload identity label and a projected token");
  }
  content.resize(static_cast<std::size_t>(file.gcount()));
  return Secret(std::move(content));
}

FederatedTokens::FederatedTokens(http::Transport& transport, Cloud const& cloud, Clock const& clock,
                                 Client client, FileReader read)
    : transport_(transport),
      cloud_(cloud),
      clock_(clock),
      client_(std::move(client)),
      read_(std::move(read)) {}

Result<AccessToken> FederatedTokens::Get(std::string const& scope, http::CallContext const& call) {
  TRY_ASSIGN(auto const content, read_(client_.token_file));
  auto assertion = Trimmed(content);
  if (assertion.IsEmpty()) {
    return Fail(Code::kUnavailable, "the federated token file " + client_.token_file +
                                        " is empty; it will be tried again");
  }
  TokenRequest request{
      .tenant_id = client_.tenant_id, .client_id = client_.client_id, .scope = scope};
  request.proof.emplace_back("client_assertion_type",
                             Secret("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
  request.proof.emplace_back("client_assertion", std::move(assertion));
  return RequestToken(transport_, cloud_, clock_, request, call);
}

}  // namespace adxf::azure
