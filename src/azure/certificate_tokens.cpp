#include "azure/certificate_tokens.hpp"

#include "azure/client_certificate.hpp"
#include "azure/entra.hpp"

#include <utility>

namespace adxf::azure {

CertificateTokens::CertificateTokens(http::Transport& transport, Cloud const& cloud,
                                     Clock const& clock, Random& random, Client client,
                                     FileReader read)
    : transport_(transport),
      cloud_(cloud),
      clock_(clock),
      random_(random),
      client_(std::move(client)),
      read_(std::move(read)) {}

Result<AccessToken> CertificateTokens::Get(std::string const& scope,
                                           http::CallContext const& call) {
  auto const pem =
      client_.file.empty() ? Result<Secret>(client_.pem.Clone()) : LoadSecret(read_, client_.file);
  if (!pem) return std::unexpected(pem.error().Because("reading the client certificate"));
  auto const certificate = ClientCertificate::Parse(*pem);
  if (!certificate) {
    auto const where = client_.file.empty() ? std::string("the client certificate")
                                            : "the client certificate of " + client_.file;
    return Fail(Code::kUnavailable, where + " is of no use: " + certificate.error().message +
                                        "; it will be tried again");
  }
  TRY_ASSIGN(auto assertion,
             MakeAssertion(*certificate, {.audience = TokenEndpoint(cloud_, client_.tenant_id),
                                          .client_id = client_.client_id,
                                          .id = random_.Guid(),
                                          .now = clock_.Now()}));
  TokenRequest request{
      .tenant_id = client_.tenant_id, .client_id = client_.client_id, .scope = scope};
  AddAssertion(request, std::move(assertion));
  return RequestToken(transport_, cloud_, clock_, request, call);
}

}  // namespace adxf::azure
