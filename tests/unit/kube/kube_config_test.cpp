#include "kube/kube_config.hpp"

#include "support/fake_clock.hpp"

#include <gtest/gtest.h>

#include <map>

namespace adxf::kube {
namespace {

class KubeConfigTest : public ::testing::Test {
 protected:
  AccessSources Sources() {
    return {.environment =
                [this](std::string const& name) {
                  return variables_.contains(name) ? std::optional(variables_[name]) : std::nullopt;
                },
            .read = [this](std::string const& path) -> Result<std::string> {
              if (!files_.contains(path)) return Fail(Code::kNotFound, "cannot open " + path);
              return files_[path];
            },
            .clock = clock_};
  }
  Result<ClusterAccess> Parse(std::string const& user,
                              std::string const& cluster = "server: https://10.0.0.1:6443/",
                              std::string const& context = "") {
    std::string const yaml =
        "current-context: one\ncontexts:\n- {name: one, context: {cluster: c, user: u, namespace: "
        "ops}}\n"
        "clusters:\n- {name: c, cluster: {" +
        cluster + "}}\nusers:\n- {name: u, user: {" + user + "}}\n";
    return ParseKubeconfig(yaml, "/etc/kube", context, Sources());
  }
  std::string ErrorOf(Result<ClusterAccess> const& access) {
    return access ? "no error" : access.error().message;
  }

  test::FakeClock clock_;
  std::map<std::string, std::string> variables_;
  std::map<std::string, std::string> files_;
};

TEST_F(KubeConfigTest, ReadsServerTokenAndNamespaceOfTheCurrentContext) {
  auto const access = Parse("token: abc");

  ASSERT_TRUE(access) << ErrorOf(access);
  EXPECT_EQ(access->server_url, "https://10.0.0.1:6443");
  EXPECT_EQ(access->tokens->Token()->Reveal(), "abc");
  EXPECT_EQ(access->default_namespace, "ops");
}

TEST_F(KubeConfigTest, ReadsCertificatesFromDataAndFromFilesBesideTheConfig) {
  files_["/etc/kube/ca.pem"] = "CA";
  files_["/abs/key.pem"] = "KEY";
  auto const access = Parse("client-certificate-data: Q0VSVA==, client-key: /abs/key.pem",
                            "server: https://h, certificate-authority: ca.pem");

  ASSERT_TRUE(access) << ErrorOf(access);
  EXPECT_EQ(access->ca_file, "/etc/kube/ca.pem") << "read again for every connection";
  EXPECT_EQ(access->client_certificate_pem, "CERT");
  EXPECT_EQ(access->client_key_file, "/abs/key.pem");
  EXPECT_TRUE(access->tokens->Token()->IsEmpty());
}

TEST_F(KubeConfigTest, ReadsATokenFileAgain) {
  files_["/etc/kube/token"] = "first\n";
  auto const access = Parse("tokenFile: token");
  ASSERT_TRUE(access) << ErrorOf(access);
  EXPECT_EQ(access->tokens->Token()->Reveal(), "first");
  files_["/etc/kube/token"] = "second\n";
  EXPECT_EQ(access->tokens->Token()->Reveal(), "first");
  clock_.Advance(std::chrono::seconds(60));

  EXPECT_EQ(access->tokens->Token()->Reveal(), "second");
}

TEST_F(KubeConfigTest, RefusesWhatItCannotDoAndSaysWhatToUse) {
  EXPECT_NE(ErrorOf(Parse("exec: {command: aws}")).find("service account token"),
            std::string::npos);
  EXPECT_NE(ErrorOf(Parse("auth-provider: {name: gcp}")).find("auth-provider is not supported"),
            std::string::npos);
  EXPECT_NE(ErrorOf(Parse("username: u, password: p")).find("not supported"), std::string::npos);
  EXPECT_NE(ErrorOf(Parse("token: a", "server: https://h, insecure-skip-tls-verify: true"))
                .find("certificate-authority"),
            std::string::npos);
}

TEST_F(KubeConfigTest, NamesWhatIsMissing) {
  EXPECT_EQ(ErrorOf(Parse("token: a", "server: https://h", "two")),
            "kubeconfig: there is no context two");
  EXPECT_EQ(ErrorOf(Parse("token: a", "x: y")), "kubeconfig: the cluster has no server");
  for (auto const* server : {"h:6443", "ftp://h", "https://user:word@h", "\"h\\x8c://h\""}) {
    auto const error = ErrorOf(Parse("token: a", std::string("server: ") + server));
    EXPECT_NE(error.find("must be a URL such as"), std::string::npos) << server << ": " << error;
    EXPECT_EQ(error.find("word@"), std::string::npos) << "it may hold a password";
  }
  EXPECT_NE(ErrorOf(Parse("client-certificate-data: Q0VSVA==")).find("together"),
            std::string::npos);
  EXPECT_NE(
      ErrorOf(Parse("client-certificate-data: '*', client-key-data: Q0VSVA==")).find("not base64"),
      std::string::npos);
  EXPECT_NE(ErrorOf(Parse("token: a", "server: https://h, certificate-authority: none.pem"))
                .find("none.pem"),
            std::string::npos);
}

TEST_F(KubeConfigTest, NeverQuotesAFileThatIsNotYaml) {
  auto const access = ParseKubeconfig("users: [secret-token\n: :", "", "", Sources());

  ASSERT_FALSE(access);
  EXPECT_EQ(access.error().message.find("secret-token"), std::string::npos);
  EXPECT_FALSE(ParseKubeconfig("just text", "", "", Sources()));
  EXPECT_FALSE(ParseKubeconfig("", "", "", Sources()));
}

TEST_F(KubeConfigTest, UsesTheServiceAccountInACluster) {
  variables_ = {{"KUBERNETES_SERVICE_HOST", "fd00::1"}, {"KUBERNETES_SERVICE_PORT", "443"}};
  std::string const mount = "/var/run/secrets/kubernetes.io/serviceaccount/";
  files_ = {{mount + "ca.crt", "CA"}, {mount + "token", "abc"}, {mount + "namespace", "operators"}};
  auto const access = LoadAccess({}, Sources());

  ASSERT_TRUE(access) << ErrorOf(access);
  EXPECT_EQ(access->server_url, "https://[fd00::1]:443");
  EXPECT_EQ(access->ca_file, "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt");
  EXPECT_EQ(access->default_namespace, "operators");
  EXPECT_EQ(access->tokens->Token()->Reveal(), "abc");
}

TEST_F(KubeConfigTest, PrefersTheFileGivenThenTheVariableThenTheCluster) {
  EXPECT_NE(ErrorOf(LoadAccess({}, Sources())).find("not in a cluster"), std::string::npos);
  variables_["KUBECONFIG"] = "/env/config";
  EXPECT_NE(ErrorOf(LoadAccess({}, Sources())).find("/env/config"), std::string::npos);
  EXPECT_NE(
      ErrorOf(LoadAccess({.kubeconfig_path = "/flag/config"}, Sources())).find("/flag/config"),
      std::string::npos);
}

}  // namespace
}  // namespace adxf::kube
