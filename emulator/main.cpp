#include "emulator/app.hpp"

#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
  adxf::emulator::Options options;
  CLI::App app{
      "adx-emulator: a stand-in for Azure Data Explorer's control and data plane, for tests and "
      "demos.\n"
      "Serves Entra, ARM (Microsoft.Kusto) and one Kusto endpoint per cluster over HTTPS with a CA "
      "of its own."};
  app.set_version_flag("--version", "adx-emulator " ADXF_VERSION);
  app.add_option("--seed", options.seed,
                 "YAML file that says what exists (default: the built-in contoso)");
  app.add_option("--address", options.address, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.port,
                 "Port of ARM, Entra and the side door; 0: a free one. Clusters get free ports")
      ->capture_default_str();
  app.add_option("--ca-dir", options.ca_dir, "Folder in which ca.pem is written");
  app.add_option("--ready-file", options.ready_file,
                 "JSON with the endpoints, written once everything listens");
  app.add_option("--log-exchanges", options.exchanges,
                 "Append each ARM exchange as a line of JSON, without tokens");
  app.add_option("--schema-refresh", options.schema_refresh_ms,
                 "Milliseconds until follower commands show (default: the seed's)");
  app.add_option("--operation-duration", options.operation_duration_ms,
                 "Milliseconds a long-running operation takes");
  app.add_option("--lag", options.lag_ms, "Milliseconds by which followers trail their leaders");
  auto* const arm_url = app.add_option(
      "--arm-url", options.arm_url,
      "Where others find ARM and Entra, such as https://azure.test (default: address and port)");
  auto* const cluster_url = app.add_option(
      "--cluster-url", options.cluster_url,
      "Where others find a cluster, such as https://{name}.azure.test. All share one port then, "
      "and are told apart by the host that is asked");
  auto* const certificate =
      app.add_option("--tls-cert", options.tls_certificate,
                     "PEM file of the server's certificate, with those that signed it "
                     "(default: one for this machine by a CA made now)");
  auto* const key = app.add_option("--tls-key", options.tls_key, "PEM file of its key");
  arm_url->needs(cluster_url);
  cluster_url->needs(arm_url);
  certificate->needs(key);
  key->needs(certificate);
  CLI11_PARSE(app, argc, argv);
  return adxf::emulator::RunEmulator(options);
}
