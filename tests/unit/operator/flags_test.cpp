#include "operator/flags.hpp"

#include "operator/settings.hpp"

#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>
#include <map>

namespace adxf::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class FlagsTest : public testing::Test {
 protected:
  Invocation Parse(std::vector<std::string> const& arguments) {
    return ParseCommandLine(arguments, [this](std::string_view name) -> std::optional<std::string> {
      auto const found = environment.find(name);
      return found == environment.end() ? std::nullopt : std::optional(found->second);
    });
  }
  /// Parses with a YAML file of this text.
  Invocation ParseFile(std::string const& yaml, std::vector<std::string> arguments = {}) {
    std::string const path = testing::TempDir() + "/" +
                             testing::UnitTest::GetInstance()->current_test_info()->name() +
                             ".yaml";
    std::ofstream(path) << yaml;
    arguments.push_back("--config=" + path);
    auto result = Parse(arguments);
    std::remove(path.c_str());
    return result;
  }

  std::map<std::string, std::string, std::less<>> environment;
};

TEST_F(FlagsTest, HasDefaultsForEverything) {
  auto const parsed = Parse({});

  ASSERT_TRUE(parsed.config) << parsed.text;
  auto const& config = *parsed.config;
  EXPECT_THAT(config.namespaces, IsEmpty());
  EXPECT_THAT(config.identity_namespaces, IsEmpty());
  EXPECT_EQ(config.azure.authority_host, "https://login.microsoftonline.com");
  EXPECT_EQ(config.azure.arm_endpoint, "https://management.azure.com");
  EXPECT_EQ(config.azure.arm_audience, "https://management.azure.com");
  EXPECT_THAT(
      config.azure.kusto_suffixes,
      ElementsAre(".kusto.windows.net", ".kusto.azuresynapse.net", ".kusto.fabric.microsoft.com"));
  EXPECT_EQ(config.azure.kusto_api_version, "2025-02-14");
  EXPECT_EQ(config.azure.datashare_api_version, "2021-08-01");
  EXPECT_EQ(config.azure.tick, 15min);
  EXPECT_EQ(config.azure.operation_tick_min, 2s);
  EXPECT_EQ(config.azure.operation_tick_max, 30s);
  EXPECT_EQ(config.azure.patience, 10min);
  EXPECT_EQ(config.probe_interval, 30s);
  EXPECT_EQ(config.secret_refresh, 5min);
  EXPECT_EQ(config.metrics_address, "0.0.0.0");
  EXPECT_EQ(config.metrics_port, 8080);
  EXPECT_EQ(config.workers, 8);
  EXPECT_EQ(config.log_level, LogLevel::kInfo);
  EXPECT_EQ(config.log_format, LogFormat::kJson);
  EXPECT_FALSE(config.allow_loopback_endpoints);
}

TEST_F(FlagsTest, PrefersFlagOverEnvironmentOverFileOverDefault) {
  environment["ADXF_WORKERS"] = "5";
  environment["ADXF_METRICS_PORT"] = "7070";

  auto const parsed =
      ParseFile("workers: 3\nprobeInterval: 1m\nmetrics: {port: 9090}\n", {"--workers", "9"});

  ASSERT_TRUE(parsed.config) << parsed.text;
  EXPECT_EQ(parsed.config->workers, 9);
  EXPECT_EQ(parsed.config->metrics_port, 7070);
  EXPECT_EQ(parsed.config->probe_interval, 1min);
}

TEST_F(FlagsTest, TakesAnEmptyVariableForAnAbsentOne) {
  environment["ADXF_WORKERS"] = "";

  EXPECT_EQ(Parse({}).config->workers, 8);
}

TEST_F(FlagsTest, ReadsIdentityNamespacesInBothForms) {
  IdentityGrant const any{.name_space = "ns1"};
  IdentityGrant const limited{
      .name_space = "ns2",
      .resource_prefixes = {"/subscriptions/a", "/subscriptions/b/resourceGroups/c"}};

  auto const flag = Parse({"--operator-identity-namespaces",
                           "ns1,ns2=/subscriptions/a;/subscriptions/b/resourceGroups/c"});
  auto const file = ParseFile(
      "operatorIdentity:\n  namespaces:\n  - {namespace: ns1}\n  - namespace: ns2\n    "
      "resourcePrefixes: [/subscriptions/a, /subscriptions/b/resourceGroups/c]\n");

  ASSERT_TRUE(flag.config) << flag.text;
  EXPECT_THAT(flag.config->identity_namespaces, ElementsAre(any, limited));
  ASSERT_TRUE(file.config) << file.text;
  EXPECT_THAT(file.config->identity_namespaces, ElementsAre(any, limited));
}

TEST_F(FlagsTest, NeverTakesAnEmptyPrefixListForEveryResource) {
  EXPECT_EQ(
      ParseFile("operatorIdentity: {namespaces: [{namespace: a, resourcePrefixes: []}]}").exit_code,
      2);
  EXPECT_EQ(Parse({"--operator-identity-namespaces=a="}).exit_code, 2);
  EXPECT_THAT(Parse({"--operator-identity-namespaces=a=/sub"}).text,
              HasSubstr("must start with /subscriptions/"));
}

TEST_F(FlagsTest, ReportsAllProblemsTogether) {
  environment["ADXF_METRICS_PORT"] = "70000";

  auto const parsed = ParseFile("wrokers: 3\nazure: {tik: 1m, cloud: mars}\n",
                                {"--probe-interval=soon", "--log-levle=debug"});

  EXPECT_FALSE(parsed.config);
  EXPECT_EQ(parsed.exit_code, 2);
  EXPECT_THAT(parsed.text, HasSubstr("metrics.port (from ADXF_METRICS_PORT): \"70000\" will not "
                                     "do; give a whole number from 0 to 65535"));
  EXPECT_THAT(parsed.text, HasSubstr("wrokers: no such setting"));
  EXPECT_THAT(parsed.text, HasSubstr("did you mean workers?"));
  EXPECT_THAT(parsed.text, HasSubstr("did you mean azure.tick?"));
  EXPECT_THAT(parsed.text,
              HasSubstr("\"mars\" is not known; choose one of public, usgovernment, china"));
  EXPECT_THAT(parsed.text, HasSubstr("\"soon\" is no duration"));
  EXPECT_THAT(parsed.text, HasSubstr("--log-levle=debug is not known; did you mean --log-level?"));
}

TEST_F(FlagsTest, SetsTheEndpointsOfAnotherCloud) {
  auto const parsed = Parse({"--azure-cloud=china", "--azure-arm-endpoint=https://arm.example/"});

  ASSERT_TRUE(parsed.config) << parsed.text;
  EXPECT_EQ(parsed.config->azure.authority_host, "https://login.chinacloudapi.cn");
  EXPECT_EQ(parsed.config->azure.arm_endpoint, "https://arm.example");
  EXPECT_EQ(parsed.config->azure.arm_audience, "https://management.chinacloudapi.cn");
  EXPECT_THAT(parsed.config->azure.kusto_suffixes,
              ElementsAre(".kusto.chinacloudapi.cn", ".kusto.azuresynapse.azure.cn"));
}

TEST_F(FlagsTest, ReadsTheVariablesOfWorkloadIdentity) {
  environment = {{"AZURE_TENANT_ID", "11111111-1111-1111-1111-111111111111"},
                 {"AZURE_CLIENT_ID", "22222222-2222-2222-2222-222222222222"},
                 {"AZURE_FEDERATED_TOKEN_FILE", "/var/run/token"},
                 {"AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us/"}};

  auto const parsed = Parse({});

  ASSERT_TRUE(parsed.config) << parsed.text;
  EXPECT_EQ(parsed.config->azure.tenant_id, "11111111-1111-1111-1111-111111111111");
  EXPECT_EQ(parsed.config->azure.federated_token_file, "/var/run/token");
  EXPECT_EQ(parsed.config->azure.authority_host, "https://login.microsoftonline.us");
}

TEST_F(FlagsTest, NeverChoosesBetweenTwoProofsOfTheOwnIdentity) {
  std::vector<std::string> const who{"--azure-tenant-id=11111111-1111-1111-1111-111111111111",
                                     "--azure-client-id=22222222-2222-2222-2222-222222222222"};
  auto const with = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), who.begin(), who.end());
    return Parse(arguments).text;
  };

  EXPECT_EQ(with({"--azure-client-certificate-file=/c.pem"}), "");
  EXPECT_EQ(with({"--azure-managed-identity", "--azure-federated-token-file=/token"}), "");
  EXPECT_EQ(Parse({"--azure-managed-identity"}).text, "");
  EXPECT_THAT(with({"--azure-client-certificate-file=/c.pem", "--azure-client-secret-file=/s"}),
              HasSubstr("a client secret is given as well"));
  EXPECT_THAT(with({"--azure-managed-identity", "--azure-client-secret-file=/s"}),
              HasSubstr("azure.managedIdentity: a client secret or certificate is given as well"));
  EXPECT_THAT(Parse({"--azure-client-certificate-file=/c.pem"}).text,
              HasSubstr("give azure.tenantId and azure.clientId as well"));
}

TEST_F(FlagsTest, AsksForAManagedIdentityAtTheUsualPlaceUnlessTold) {
  EXPECT_FALSE(Parse({}).config->azure.managed_identity);
  EXPECT_EQ(Parse({}).config->azure.managed_identity_host, "http://169.254.169.254");
  environment["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = "http://127.0.0.1:8080/";

  EXPECT_EQ(Parse({}).config->azure.managed_identity_host, "http://127.0.0.1:8080");
}

TEST_F(FlagsTest, AsksForAManagedIdentityNowhereButOnTheMachine) {
  auto const asked_at = [&](std::string const& host, std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--azure-managed-identity", "--azure-managed-identity-host=" + host});
    return Parse(more).text;
  };

  EXPECT_EQ(asked_at("http://169.254.169.254"), "");
  EXPECT_EQ(asked_at("http://127.0.0.1:8080", {"--allow-loopback-endpoints"}), "");
  for (auto const* host : {"http://127.0.0.1:8080", "http://imds.example", "https://imds.example",
                           "http://169.254.169.253", "https://169.254.169.254"})
    EXPECT_THAT(asked_at(host), HasSubstr("azure.managedIdentityHost: the machine's identity"));
  EXPECT_EQ(Parse({"--azure-managed-identity-host=http://imds.example"}).text, "");
}

TEST_F(FlagsTest, ReadsTheProxyInEitherCaseAndPrefersTheUpperOne) {
  environment = {{"https_proxy", "http://lower:1"}, {"no_proxy", ".a.example,10.0.0.0/8"}};

  auto const lower = Parse({});
  environment["HTTPS_PROXY"] = "http://me:hunter2@upper:2";
  auto const upper = Parse({});

  ASSERT_TRUE(lower.config) << lower.text;
  EXPECT_EQ(lower.config->azure.proxy.url, "http://lower:1");
  EXPECT_THAT(lower.config->azure.proxy.exceptions, ElementsAre(".a.example", "10.0.0.0/8"));
  EXPECT_EQ(upper.config->azure.proxy.url, "http://upper:2");
  EXPECT_EQ(upper.config->azure.proxy.password.Reveal(), "hunter2");
  EXPECT_THAT(upper.config->azure.proxy.exceptions, ElementsAre(".a.example", "10.0.0.0/8"));
  EXPECT_THAT(Parse({"--print-config"}).text, Not(HasSubstr("hunter2")));
  environment["HTTPS_PROXY"] = "https://me:hunter2@upper:2";
  EXPECT_THAT(Parse({}).text, HasSubstr("HTTPS_PROXY): only proxies at http://"));
  EXPECT_THAT(Parse({}).text, Not(HasSubstr("hunter2")));
}

TEST_F(FlagsTest, RefusesIdentityBindingsRatherThanIgnoringThem) {
  environment["AZURE_KUBERNETES_TOKEN_PROXY"] = "https://proxy";

  EXPECT_THAT(Parse({}).text, HasSubstr("identity bindings of AKS are not supported"));
}

TEST_F(FlagsTest, AllowsOnlyHttpsAndLoopbackOnlyWhenToldSo) {
  EXPECT_THAT(Parse({"--azure-arm-endpoint=http://arm.example"}).text,
              HasSubstr("azure.armEndpoint: http://arm.example is not https"));
  EXPECT_THAT(Parse({"--azure-authority-host=https://127.0.0.1:1"}).text,
              HasSubstr("set allowLoopbackEndpoints"));
  EXPECT_THAT(Parse({"--azure-arm-endpoint=https://arm.example/path"}).text,
              HasSubstr("is no endpoint"));
  EXPECT_EQ(
      Parse({"--allow-loopback-endpoints", "--azure-arm-endpoint=http://arm.example"}).exit_code,
      2);

  auto const parsed =
      Parse({"--allow-loopback-endpoints", "--azure-arm-endpoint=http://127.0.0.1:8080"});

  ASSERT_TRUE(parsed.config) << parsed.text;
  EXPECT_TRUE(parsed.config->allow_loopback_endpoints);
}

TEST_F(FlagsTest, ChecksSettingsAgainstEachOther) {
  EXPECT_THAT(Parse({"--azure-operation-tick-min=1m"}).text,
              HasSubstr("longer than azure.operationTickMax"));
  EXPECT_THAT(Parse({"--azure-ca-file=/none.pem"}).text,
              HasSubstr("cannot read the CA file /none.pem"));
  EXPECT_THAT(Parse({"--config=/none.yaml"}).text, HasSubstr("cannot read /none.yaml"));
  EXPECT_THAT(ParseFile("workers: [1").text, HasSubstr("no valid YAML"));
}

TEST_F(FlagsTest, NeverPrintsASecret) {
  environment["AZURE_CLIENT_SECRET"] = "hunter2";

  auto const printed = Parse({"--print-config", "--workers=3", "--namespaces=a", "--namespaces=b"});

  EXPECT_EQ(printed.exit_code, 0);
  EXPECT_THAT(printed.text, Not(HasSubstr("hunter2")));
  EXPECT_THAT(printed.text, HasSubstr("(redacted)"));
  EXPECT_THAT(printed.text, HasSubstr("workers: 3\n"));
  EXPECT_EQ(Parse({}).config->azure.client_secret.Reveal(), "hunter2");
}

TEST_F(FlagsTest, PrintsAFileThatCanBeGivenBack) {
  auto const first = Parse({"--print-config", "--workers=3", "--namespaces=a,b",
                            "--operator-identity-namespaces=a=/subscriptions/x"});

  auto const second = ParseFile(first.text, {"--print-config"});

  EXPECT_EQ(second.text, first.text);
}

TEST_F(FlagsTest, KnowsNoFlagAndNoKeyForASecret) {
  for (auto const& setting : Settings()) {
    if (!setting.is_secret) continue;
    EXPECT_EQ(setting.flag, "");
    EXPECT_EQ(setting.path, "");
  }
}

TEST_F(FlagsTest, HelpsAndTellsItsVersion) {
  auto const help = Parse({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (auto const& setting : Settings())
    EXPECT_THAT(help.text, HasSubstr("--" + std::string(setting.flag)));
  EXPECT_THAT(help.text, Not(HasSubstr("print-config-docs")));
  EXPECT_THAT(Parse({"--version"}).text, testing::StartsWith("adx-operator "));
}

TEST_F(FlagsTest, DocumentsEverySetting) {
  auto const docs = Parse({"--print-config-docs"}).text;
  for (auto const& setting : Settings())
    EXPECT_THAT(docs, HasSubstr("| `" + std::string(setting.variable) + "` |"));
}

TEST_F(FlagsTest, ElectionNeedsTimeBetweenItsTerms) {
  auto const plain = Parse({});
  EXPECT_TRUE(plain.config->election.is_enabled);
  EXPECT_EQ(plain.config->election.lease_duration, 15s);
  auto const late = Parse({"--leader-election-renew-deadline=15s"});
  EXPECT_THAT(late.text, HasSubstr("leaderElection.renewDeadline: it must be shorter"));
  auto const slow = Parse({"--leader-election-retry-period=6s"});
  EXPECT_THAT(slow.text, HasSubstr("leaderElection.retryPeriod: it must be at most half"));
  EXPECT_THAT(Parse({"--leader-election-lease-duration=1500ms"}).text, HasSubstr("whole seconds"));
  EXPECT_EQ(Parse({"--leader-election=false", "--leader-election-retry-period=6s"}).exit_code, 0)
      << "where nobody is elected the terms mean nothing";
}

TEST_F(FlagsTest, AnEmptyValueIsNoOtherFlag) {
  auto const parsed = Parse({"--namespaces=", "--workers=3"});

  ASSERT_TRUE(parsed.config) << parsed.text;
  EXPECT_THAT(parsed.config->namespaces, IsEmpty());
  EXPECT_EQ(parsed.config->workers, 3);
  EXPECT_THAT(Parse({"--azure-tick="}).text,
              HasSubstr("azure.tick (from --azure-tick): \"\" is no duration"));
}

TEST_F(FlagsTest, NamespacesAreTakenOnce) {
  EXPECT_THAT(Parse({"--namespaces=b,a,b"}).config->namespaces, ElementsAre("a", "b"));
}

TEST(Durations, AreReadAndWritten) {
  EXPECT_EQ(ParseDuration("15m"), 15min);
  EXPECT_EQ(ParseDuration("500ms"), 500ms);
  EXPECT_EQ(ParseDuration("1h30m"), 90min);
  EXPECT_EQ(ParseDuration("0s"), 0s);
  for (auto const* text :
       {"", "15", "m", "-5s", "5 s", "5d", "1.5s", "s5", "99999999999999999h", "9999999h"})
    EXPECT_FALSE(ParseDuration(text)) << text;
  for (auto const* text : {"15m", "500ms", "1h30m", "2s", "0s"})
    EXPECT_EQ(FormatDuration(*ParseDuration(text)), text);
}

}  // namespace
}  // namespace adxf::app
